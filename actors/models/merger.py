"""Two entries for one thing: those that only look so, and those that were brought together."""

import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least
from django.utils import timezone

from actors.models.address import PublicId

# How long a merger can be undone.
DAYS_TO_UNDO = 30


class NotTwinsQuerySet(models.QuerySet):
    def pairs(self) -> set[frozenset[int]]:
        """Ids of entries, two and two; what was said of a merged entry holds for the one that is kept (1 query)."""
        ends = ("first__actor", "first__merged_into__actor", "second__actor", "second__merged_into__actor")
        rows = self.order_by().values_list(*ends)
        return {
            frozenset((one or one_kept, other or other_kept)) for one, one_kept, other, other_kept in rows
        }


class NotTwins(models.Model):
    """Two entries that look like one and are two: somebody looked, and said so.

    Of permanent ids, so that it holds for an entry that comes back from the bin or out of a merger.
    """

    first = models.ForeignKey(PublicId, models.CASCADE, related_name="+", verbose_name="fiche")
    second = models.ForeignKey(PublicId, models.CASCADE, related_name="+", verbose_name="autre fiche")
    said_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name="dit par",
    )
    said_at = models.DateTimeField("dit le", default=timezone.now, editable=False)

    objects = NotTwinsQuerySet.as_manager()

    class Meta:
        verbose_name = "paire distincte"
        verbose_name_plural = "paires distinctes"
        ordering = ["-said_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                Least("first", "second"),
                Greatest("first", "second"),
                name="nottwins_unique",
                violation_error_message="Ces deux fiches sont déjà connues pour distinctes.",
            ),
            models.CheckConstraint(
                name="nottwins_two",
                condition=~Q(first=F("second")),
                violation_error_message="Il faut deux fiches différentes.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first} – {self.second}"


class MergerQuerySet(models.QuerySet):
    def told(self) -> "MergerQuerySet":
        """Mergers that brought a published entry into another, the latest first."""
        return self.filter(was_public=True, undone_at=None).order_by("-merged_at", "-pk")


class Merger(models.Model):
    """Two entries for one thing, brought together into one of them.

    The entry that is gone leaves its permanent id, which says into which other it went, and its
    addresses, which lead there. The versions before and the revision of the merger itself are what
    ``undo_merger()`` goes back with.
    """

    kept = models.ForeignKey(PublicId, models.PROTECT, related_name="+", verbose_name="fiche gardée")
    merged = models.ForeignKey(PublicId, models.PROTECT, related_name="+", verbose_name="fiche réunie")
    kept_name = models.CharField("fiche gardée", max_length=330, editable=False)
    name = models.CharField("fiche réunie", max_length=330, editable=False)
    # Whether visitors saw the entry that is gone.
    was_public = models.BooleanField("était publiée", editable=False)
    kept_before = models.ForeignKey(
        "reversion.Version", models.SET_NULL, null=True, related_name="+", editable=False
    )
    merged_before = models.ForeignKey(
        "reversion.Version", models.SET_NULL, null=True, related_name="+", editable=False
    )
    kept_after = models.ForeignKey(
        "reversion.Version", models.SET_NULL, null=True, related_name="+", editable=False
    )
    merged_at = models.DateTimeField("réunies le", default=timezone.now, editable=False)
    merged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name="par",
    )
    undone_at = models.DateTimeField("annulée le", null=True, editable=False)

    objects = MergerQuerySet.as_manager()

    class Meta:
        verbose_name = "réunion"
        verbose_name_plural = "réunions"
        ordering = ["-merged_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="merger_of_two",
                condition=~Q(kept=F("merged")),
                violation_error_message="On réunit deux fiches différentes.",
            ),
            models.UniqueConstraint(
                fields=["merged"],
                condition=Q(undone_at=None),
                name="merger_once",
                violation_error_message="Cette fiche est déjà réunie avec une autre.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} → {self.kept_name}"

    @property
    def merged_on(self) -> datetime.date:
        return timezone.localdate(self.merged_at)

    @property
    def until(self) -> datetime.date:
        """The last day on which it can be undone."""
        return self.merged_on + datetime.timedelta(days=DAYS_TO_UNDO)

    @property
    def is_open(self) -> bool:
        """Whether it may still be undone, as far as time goes."""
        return self.undone_at is None and timezone.localdate() <= self.until
