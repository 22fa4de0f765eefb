"""What the editors' home remembers: entries put off for some months, and the likely twins as last counted."""

import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone

from actors.models import Actor


class PostponementQuerySet(models.QuerySet):
    def current(self) -> "PostponementQuerySet":
        """Those whose day has not come yet."""
        return self.filter(until__gt=timezone.localdate())

    def of_list(self, slug: str) -> "PostponementQuerySet":
        return self.filter(worklist=slug)


class Postponement(models.Model):
    """One entry left out of one worklist until a day, for all editors: « me le rappeler dans trois mois »."""

    # Slug of a worklist of editing/home/worklists.py; one that is no more does no harm.
    worklist = models.SlugField("liste", max_length=40)
    actor = models.ForeignKey(Actor, models.CASCADE, related_name="postponements", verbose_name="fiche")
    until = models.DateField("revient le")
    postponed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name="reportée par",
    )
    postponed_at = models.DateTimeField("reportée le", default=timezone.now, editable=False)

    objects = PostponementQuerySet.as_manager()

    class Meta:
        verbose_name = "fiche reportée"
        verbose_name_plural = "fiches reportées"
        ordering = ["until", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["worklist", "actor"],
                name="postponement_unique",
                violation_error_message="Cette fiche est déjà reportée dans cette liste.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.actor}, {self.worklist}"


class TwinTally(models.Model):
    """The likely twins of the whole base as last worked out by a job, since that takes seconds for 20,000 entries.

    Nobody's decision: made anew at will; there is at most one row.
    """

    # Of all that decides who is like whom: with the same one there is nothing to count again.
    digest = models.CharField("empreinte", max_length=80)
    # [[id, id], …], the likeliest first.
    pairs = models.JSONField("paires", default=list)
    made_at = models.DateTimeField("compté le", default=timezone.now)

    class Meta:
        verbose_name = "compte des doublons probables"
        verbose_name_plural = "comptes des doublons probables"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{len(self.pairs)} paires le {timezone.localdate(self.made_at):%d/%m/%Y}"

    @property
    def age(self) -> datetime.timedelta:
        return timezone.now() - self.made_at
