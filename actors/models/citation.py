from collections.abc import Iterable

from django.db import models
from django.db.models import Q

from actors.enums import CitationColumn, CitationRole, PublicationStatus
from sources.enums import LetterState
from sources.models import Article, Letter, Source

# The rows of an actor a source can support, one foreign key each.
ROW_TARGETS = ["alias", "place", "area", "contact", "figure", "spokesperson", "cooperation", "wish", "status"]


def _exactly_one_target() -> Q:
    """An actor as a whole or one of its columns, or exactly one row."""
    targets = ["actor", *ROW_TARGETS]
    condition = Q()
    for target in targets:
        condition |= Q(**{f"{other}__isnull": other != target for other in targets})
    return condition


class CitationQuerySet(models.QuerySet):
    def public(self) -> "CitationQuerySet":
        """Those visitors may know of: not by an article of a letter that is not out yet.

        The fact itself shows with its entry: whoever publishes an entry before its letter publishes what it says.
        """
        return self.exclude(source__article__letter__state=LetterState.PREPARED)

    def with_sources(self) -> "CitationQuerySet":
        """Each with its source, article and letter (no further query)."""
        return self.select_related("source__article__letter")

    def for_display(self) -> "CitationQuerySet":
        """What pages show; editors, who see letters in preparation, ask ``with_sources()``."""
        return self.public().with_sources()

    def told_by(self, letter: Letter) -> "CitationQuerySet":
        """By an article of ``letter``, whether it is out or not."""
        return self.filter(source__article__letter=letter)

    def told_in(self, articles: Iterable[Article]) -> models.QuerySet[tuple]:
        """(article, permanent id, name, precision, role) where one speaks of a published actor as a whole (1 query).

        Who is presented comes before who is only named, then by name.
        """
        rows = self.filter(
            source__article__in=articles, actor__publication=PublicationStatus.PUBLISHED
        ).exclude(role="")
        presented_first = models.Case(models.When(role=CitationRole.SUBJECT, then=0), default=1)
        return rows.order_by(presented_first, "actor__name_key", "pk").values_list(
            "source__article", "actor__public_id", "actor__name", "actor__precision", "role"
        )

    def of_letter(self, letter: Letter) -> "CitationQuerySet":
        """Where an article of ``letter`` speaks of a published actor, as a whole first, then by name."""
        presented_first = models.Case(
            models.When(role=CitationRole.SUBJECT, then=0),
            models.When(role=CitationRole.NAMED, then=1),
            default=2,
        )
        return (
            self.public()
            .told_by(letter)
            .filter(actor__publication=PublicationStatus.PUBLISHED)
            .select_related("actor", "source")
            .order_by(presented_first, "actor__name_key", "pk")
        )


class Citation(models.Model):
    """One source supports one fact; several may support the same."""

    source = models.ForeignKey(Source, models.PROTECT, related_name="citations", verbose_name="source")
    actor = models.ForeignKey(
        "actors.Actor", models.CASCADE, null=True, blank=True, related_name="citations", verbose_name="acteur"
    )
    # Of an actor: how the source speaks of it as a whole, or which column it supports.
    role = models.CharField("rôle", max_length=7, choices=CitationRole, blank=True)
    column = models.CharField("rubrique de la fiche", max_length=16, choices=CitationColumn, blank=True)
    alias = models.ForeignKey(
        "actors.Alias",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="citations",
        verbose_name="autre nom",
    )
    place = models.ForeignKey(
        "actors.Place", models.CASCADE, null=True, blank=True, related_name="citations", verbose_name="lieu"
    )
    area = models.ForeignKey(
        "actors.AreaServed",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="citations",
        verbose_name="territoire d’intervention",
    )
    contact = models.ForeignKey(
        "actors.ContactPoint",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="citations",
        verbose_name="coordonnée",
    )
    figure = models.ForeignKey(
        "actors.Figure",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="citations",
        verbose_name="chiffre clé",
    )
    spokesperson = models.ForeignKey(
        "actors.Spokesperson",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="citations",
        verbose_name="porte-parole",
    )
    cooperation = models.ForeignKey(
        "actors.Cooperation",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="citations",
        verbose_name="lien de coopération",
    )
    wish = models.ForeignKey(
        "actors.CooperationWish",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="citations",
        verbose_name="envie de coopération",
    )
    status = models.ForeignKey(
        "actors.PtceStatusEntry",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="citations",
        verbose_name="statut de PTCE",
    )
    # The letter's own form, where the stored value differs from it.
    printed = models.CharField("forme imprimée", max_length=300, blank=True)

    objects = CitationQuerySet.as_manager()

    class Meta:
        verbose_name = "cité dans"
        verbose_name_plural = "cité dans"
        ordering = ["source", "pk"]
        constraints = [
            models.CheckConstraint(
                name="citation_exactly_one_target",
                condition=_exactly_one_target(),
                violation_error_message="Une source appuie un seul fait.",
            ),
            models.CheckConstraint(
                name="citation_role_or_column_of_actor",
                condition=Q(actor__isnull=True, role="", column="")
                | Q(actor__isnull=False, role__in=CitationRole.values, column="")
                | Q(actor__isnull=False, role="", column__in=CitationColumn.values),
                violation_error_message="Dites si la source parle de l’acteur, ou de quelle rubrique de la fiche.",
            ),
            # NULLs are distinct: each of these counts its own targets only.
            models.UniqueConstraint(
                fields=["source", "actor", "role", "column"],
                name="citation_unique_actor",
                violation_error_message="Cette source est déjà citée pour ce fait.",
            ),
            *[
                models.UniqueConstraint(
                    fields=["source", target],
                    name=f"citation_unique_{target}",
                    violation_error_message="Cette source est déjà citée pour ce fait.",
                )
                for target in ROW_TARGETS
            ],
        ]

    def __str__(self) -> str:
        return str(self.source)
