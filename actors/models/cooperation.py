from collections.abc import Sequence

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least

from actors.enums import Certainty, CooperationKind, CooperationStatus, PublicationStatus, WishStatus
from actors.models.citation import Citation
from actors.models.freshness import is_silent
from actors.phrases import PHRASES, SYMMETRIC_KINDS, Phrase
from sources.models import Source
from sources.partial_date import PartialDateField
from territories.rows import label_of, loaded


class CooperationQuerySet(models.QuerySet):
    def public(self) -> "CooperationQuerySet":
        """Links whose two actors are both published."""
        return self.filter(
            source__publication=PublicationStatus.PUBLISHED, target__publication=PublicationStatus.PUBLISHED
        )

    def for_list(self) -> "CooperationQuerySet":
        """With both actors and the sources of each link (1 query more), by name and kind."""
        return (
            self.select_related("source", "target")
            .prefetch_related(models.Prefetch("citations", queryset=Citation.objects.for_display()))
            .order_by("source__name_key", "kind", "target__name_key", "pk")
        )

    def for_target(self) -> "CooperationQuerySet":
        """The same for links of actors that are at hand as their targets, which are not read again with each."""
        return self.for_list().select_related(None).select_related("source")

    def listed(self, ids: Sequence[int]) -> list["Cooperation"]:
        """The links of these ids, in that order, with what a sentence shows (2 queries; none for no id)."""
        if not ids:
            return []
        by_id = self.for_list().in_bulk(ids)
        return [by_id[pk] for pk in ids if pk in by_id]

    def with_rank(self) -> "CooperationQuerySet":
        """Each with ``rank``: which it is, in the order of entry, of those of its kind between the same two.

        1 but for two actors linked twice in one way, at two times.
        """
        twins = Cooperation.objects.annotate(entered=F("pk") + 0).filter(
            kind=models.OuterRef("kind"),
            source=models.OuterRef("source"),
            target=models.OuterRef("target"),
            # Compared as a plain number: SQLite else takes the index of the target, which a network has by thousands.
            entered__lte=models.OuterRef("pk"),
        )
        counted = twins.order_by().annotate(number=models.Func(F("pk"), function="COUNT")).values("number")
        return self.annotate(rank=models.Subquery(counted))

    def identified(self, source: str, kind: str, target: str, rank: int) -> "CooperationQuerySet":
        """The link so told: the two actors by permanent id, its kind, which of several; at most one row."""
        ends = {"source__public_id": source, "target__public_id": target}
        return self.with_rank().filter(kind=kind, rank=rank, **ends).select_related("source")

    def of(self, actor_id: int) -> "CooperationQuerySet":
        """Links with ``actor_id`` on either side."""
        return self.filter(Q(source=actor_id) | Q(target=actor_id))


class Cooperation(models.Model):
    """A typed link from a source actor S to a target T; ``actors/phrases.py`` says how it reads.

    A symmetric kind is stored once. The same link told by a second letter gains a citation, not a twin.
    """

    kind = models.CharField("type de lien", max_length=24, choices=CooperationKind)
    source = models.ForeignKey(
        "actors.Actor", models.CASCADE, related_name="links_out", verbose_name="de (S)"
    )
    target = models.ForeignKey(
        "actors.Actor", models.CASCADE, related_name="links_in", verbose_name="vers (T)"
    )
    status = models.CharField(
        "état", max_length=10, choices=CooperationStatus, default=CooperationStatus.ACTIVE
    )
    certainty = models.CharField("certitude", max_length=8, choices=Certainty, default=Certainty.STATED)
    reason = models.CharField("déduit de", max_length=400, blank=True)
    since = PartialDateField("depuis")
    until = PartialDateField("jusqu’à")

    objects = CooperationQuerySet.as_manager()

    class Meta:
        verbose_name = "lien de coopération"
        verbose_name_plural = "liens de coopération"
        ordering = ["source__name_key", "kind", "target__name_key", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "source", "target", "since", "until"],
                name="cooperation_unique",
                violation_error_message="Ce lien est déjà enregistré.",
            ),
            models.UniqueConstraint(
                "kind",
                Least("source", "target"),
                Greatest("source", "target"),
                "since",
                "until",
                condition=Q(kind__in=SYMMETRIC_KINDS),
                name="cooperation_symmetric_once",
                violation_error_message="Ce lien réciproque est déjà enregistré dans l’autre sens.",
            ),
            models.CheckConstraint(
                name="cooperation_not_itself",
                condition=~Q(source=F("target")),
                violation_error_message="Un acteur ne coopère pas avec lui-même.",
            ),
            models.CheckConstraint(
                name="cooperation_kind_in_list",
                condition=Q(kind__in=CooperationKind.values, status__in=CooperationStatus.values),
                violation_error_message="Le type et l’état d’un lien sont dans les listes prévues.",
            ),
            models.CheckConstraint(
                name="cooperation_reason_iff_inferred",
                condition=Q(certainty=Certainty.STATED, reason="")
                | (Q(certainty=Certainty.INFERRED) & ~Q(reason="")),
                violation_error_message="Un lien déduit dit de quoi, un lien énoncé n’en a pas besoin.",
            ),
            models.CheckConstraint(
                name="cooperation_shared_leader_inferred",
                condition=~Q(kind=CooperationKind.SHARES_LEADER_WITH) | Q(certainty=Certainty.INFERRED),
                violation_error_message="Un responsable en commun est toujours déduit.",
            ),
        ]

    def __str__(self) -> str:
        return self.sentence

    @property
    def phrase(self) -> Phrase:
        return PHRASES[CooperationKind(self.kind)]

    @property
    def parts(self) -> list:
        """The sentence as actors and words, to be joined by spaces."""
        first, second, third = self.phrase.parts(self.source, self.target)
        return [first, "et", second, third] if self.phrase.symmetric else [first, second, third]

    @property
    def sentence(self) -> str:
        """« DIE gère la ressourcerie », « S et T sont partenaires », as plain text."""
        return " ".join(str(part) for part in self.parts)

    @property
    def status_text(self) -> str:
        """« envisagé en 2022 », « en cours en 2020 et 2022 »; the state alone where no source has a year."""
        state = label_of(self, "status")
        state = state[0].lower() + state[1:]
        *earlier, last = self.attested_years or [None]
        if last is None:
            return state
        years = f"{', '.join(map(str, earlier))} et {last}" if earlier else str(last)
        return f"{state} en {years}"

    @property
    def unheard_of(self) -> bool:
        """Whether it was only planned, so long ago that what followed is not known; needs its citations."""
        only_told = self.status in {CooperationStatus.ENVISAGED, CooperationStatus.PLANNED}
        return only_told and is_silent(max(self.attested_years, default=None))

    @property
    def sources(self) -> list[Source]:
        """Where it is told, the latest first; needs its citations as ``for_list()`` loads them."""
        sources = [citation.source for citation in loaded(self, "citations")]
        return sorted(sources, key=lambda source: (-(source.year or 0), source.key))

    @property
    def attested_years(self) -> list[int]:
        """Years of its sources, ascending; needs its citations prefetched."""
        years = {citation.source.year for citation in loaded(self, "citations")}
        return sorted(year for year in years if year)


class CooperationWish(models.Model):
    """What an actor looks for, as it said in a year."""

    actor = models.ForeignKey("actors.Actor", models.CASCADE, related_name="wishes", verbose_name="acteur")
    text = models.CharField("envie de coopération", max_length=400)
    year = models.PositiveSmallIntegerField("année")
    status = models.CharField("état", max_length=6, choices=WishStatus, default=WishStatus.OPEN)

    class Meta:
        verbose_name = "envie de coopération"
        verbose_name_plural = "envies de coopération"
        ordering = ["actor", "-year", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["actor", "text"],
                name="wish_unique",
                violation_error_message="Cette envie est déjà enregistrée.",
            ),
            models.CheckConstraint(
                name="wish_status_in_list",
                condition=Q(status__in=WishStatus.values),
                violation_error_message="L’état d’une envie est dans la liste prévue.",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def unheard_of(self) -> bool:
        """Whether it was told so long ago that what became of it is not known."""
        return self.status == WishStatus.OPEN and is_silent(self.year)
