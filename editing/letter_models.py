"""What waits for a letter to be out."""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from actors.enums import PublicationStatus
from actors.models import Actor
from sources.models import Article, Letter
from territories.models import Territory


class LetterReleaseQuerySet(models.QuerySet):
    def due(self, now) -> "LetterReleaseQuerySet":
        """Planned for ``now`` or earlier and not put off since, the earliest first."""
        ready = Q(next_try=None) | Q(next_try__lte=now)
        return self.filter(ready, planned_for__lte=now).order_by("planned_for", "pk")


class LetterRelease(models.Model):
    """What waits for a letter to be out, and when that shall be; the letter itself says whether it is.

    Entries made for the letter wait as :class:`PreparedEntry`, facts about what visitors see already as
    :class:`PendingFact`. ``editing/letters/release.py`` publishes and withdraws all of it in one act.
    """

    letter = models.OneToOneField(Letter, models.CASCADE, related_name="release", verbose_name="lettre")
    entries = models.ManyToManyField(
        Actor, through="PreparedEntry", related_name="releases", verbose_name="fiches"
    )
    planned_for = models.DateTimeField("paraît le", null=True, blank=True)
    # Who planned it, and in whose name it then happens.
    planned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="par"
    )
    released_at = models.DateTimeField("parue le", null=True, blank=True)
    # Why a planned publication did not happen, in French; '' when nothing went wrong.
    failure = models.CharField("empêchement", max_length=400, blank=True)
    # Digests of what whoever planned it had read (``editing/letters/reviewing.py``).
    shown = models.JSONField("relu", default=list, blank=True)
    # How often the plan failed by an error nobody foresaw, and when it is tried again.
    tries = models.PositiveSmallIntegerField("essais", default=0)
    next_try = models.DateTimeField("prochain essai", null=True, blank=True)

    objects = LetterReleaseQuerySet.as_manager()

    class Meta:
        verbose_name = "parution d’une lettre"
        verbose_name_plural = "parutions de lettres"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return str(self.letter)


class PreparedEntryQuerySet(models.QuerySet):
    def binned(self) -> "PreparedEntryQuerySet":
        """Those whose entry is in the bin."""
        return self.exclude(actor__in=Actor.objects.order_by().values("pk"))


class PreparedEntry(models.Model):
    """An entry that waits for a letter, and comes out with it."""

    release = models.ForeignKey(
        LetterRelease, models.CASCADE, related_name="prepared", verbose_name="parution"
    )
    # Without a constraint: the row waits while its entry is in the bin, and is there when that comes back.
    actor = models.ForeignKey(
        Actor, models.DO_NOTHING, db_constraint=False, related_name="prepared_for", verbose_name="fiche"
    )
    # The state it was in before the letter brought it out, and goes back to when that is withdrawn; '' while it waits.
    state_before = models.CharField("état d’avant", max_length=10, choices=PublicationStatus, blank=True)
    # What mergers brought along, the last one last (``editing/letters/merging.py``).
    carried = models.JSONField("repris de fiches réunies", default=list, blank=True)

    objects = PreparedEntryQuerySet.as_manager()

    class Meta:
        verbose_name = "fiche en attente"
        verbose_name_plural = "fiches en attente"
        ordering = ["actor__name_key", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["release", "actor"],
                name="preparedentry_unique",
                violation_error_message="Cette fiche attend déjà cette lettre.",
            ),
            models.CheckConstraint(
                name="preparedentry_state_in_list",
                condition=Q(state_before__in=["", *PublicationStatus.values]),
                violation_error_message="L’état d’avant est dans la liste prévue.",
            ),
        ]

    def __str__(self) -> str:
        return f"fiche {self.actor_id} de la {self.release}"

    @property
    def brought(self) -> list[str]:
        """Names of the entries the letter brought out that have joined this one since."""

        def names(carried: list[dict]) -> list[str]:
            return [
                name
                for each in carried
                for name in (
                    *names(each.get("carried", [])),
                    *([each["name"]] if each["state_before"] else []),
                )
            ]

        return names(self.carried)


# A column of the entry itself: its number stays while the entry is in the bin.
_THERE = Q(actor__isnull=True) | Q(actor__name_key__isnull=False)


class PendingFactQuerySet(models.QuerySet):
    def waiting(self) -> "PendingFactQuerySet":
        """Those not written yet, but for entries in the bin."""
        return self.filter(_THERE, applied_at__isnull=True)

    def binned(self) -> "PendingFactQuerySet":
        """Facts of entries in the bin, written or not."""
        return self.filter(actor__isnull=False).exclude(actor__in=Actor.objects.order_by().values("pk"))

    def of_letter(self, letter: Letter) -> "PendingFactQuerySet":
        """In the order they were entered."""
        return self.filter(article__letter=letter).order_by("pk")


class PendingFact(models.Model):
    """One fact of a letter about something visitors see already: it waits for the letter's publication.

    ``kind`` and ``values`` are those of ``actors/actions/facts.py``. Once applied, ``made`` says what
    that wrote, so that it can be taken back.
    """

    article = models.ForeignKey(Article, models.CASCADE, related_name="pending_facts", verbose_name="article")
    # Of an actor, or of a territory (a figure); an actor in the bin keeps what waits for it.
    actor = models.ForeignKey(
        Actor,
        models.DO_NOTHING,
        db_constraint=False,
        null=True,
        blank=True,
        related_name="pending_facts",
        verbose_name="acteur",
    )
    territory = models.ForeignKey(
        Territory,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="pending_facts",
        verbose_name="territoire",
    )
    kind = models.CharField("sorte", max_length=16)
    values = models.JSONField("valeurs", default=dict, encoder=DjangoJSONEncoder)
    printed = models.CharField("forme imprimée", max_length=300, blank=True)
    # What the columns it sets said when it was entered.
    before = models.JSONField("ce que disait la fiche", default=dict, blank=True, encoder=DjangoJSONEncoder)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="par"
    )
    entered_at = models.DateTimeField("saisi le", auto_now_add=True)
    applied_at = models.DateTimeField("ajouté le", null=True, blank=True)
    made = models.JSONField("ce qui a été écrit", default=dict, blank=True, encoder=DjangoJSONEncoder)
    # What it was before each merger of entries it is about, the last one last.
    carried = models.JSONField("repris de fiches réunies", default=list, blank=True)

    objects = PendingFactQuerySet.as_manager()

    class Meta:
        verbose_name = "fait en attente"
        verbose_name_plural = "faits en attente"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="pendingfact_of_actor_or_territory",
                condition=Q(actor__isnull=False, territory__isnull=True)
                | Q(actor__isnull=True, territory__isnull=False),
                violation_error_message="Un fait est celui d’un acteur ou d’un territoire.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} de la {self.article.letter.label}"
