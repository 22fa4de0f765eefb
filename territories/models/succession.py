"""What became of territories that are no more, and what came before others."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from territories.enums import SuccessionKind

if TYPE_CHECKING:
    from territories.models.territory import Territory


class SuccessionQuerySet(models.QuerySet):
    def before(self, territory: "Territory") -> "SuccessionQuerySet":
        """What ``territory`` took over from, the latest first."""
        return (
            self.filter(successor=territory)
            .select_related("predecessor")
            .order_by(models.F("year").desc(nulls_last=True), "predecessor__name_key", "pk")
        )

    def after(self, territory: "Territory") -> "SuccessionQuerySet":
        """What took over from ``territory``, the latest first."""
        return (
            self.filter(predecessor=territory)
            .select_related("successor")
            .order_by(models.F("year").desc(nulls_last=True), "successor__name_key", "pk")
        )


class Succession(models.Model):
    """``successor`` took over from ``predecessor``, many to many: mergers, splits, regions of 2016."""

    predecessor = models.ForeignKey(
        "territories.Territory", models.CASCADE, related_name="successions", verbose_name="ancien territoire"
    )
    successor = models.ForeignKey(
        "territories.Territory",
        models.CASCADE,
        related_name="precessions",
        verbose_name="territoire qui lui succède",
    )
    # NULL when no source tells it.
    year = models.PositiveSmallIntegerField("année", null=True, blank=True)
    kind = models.CharField("sorte", max_length=12, choices=SuccessionKind)

    objects = SuccessionQuerySet.as_manager()

    class Meta:
        verbose_name = "succession"
        verbose_name_plural = "successions"
        ordering = ["predecessor", "successor", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["predecessor", "successor"],
                name="succession_unique",
                violation_error_message="Cette succession est déjà enregistrée.",
            ),
            models.CheckConstraint(
                name="succession_not_itself",
                condition=~Q(predecessor=models.F("successor")),
                violation_error_message="Un territoire ne succède pas à lui-même.",
            ),
            models.CheckConstraint(
                name="succession_kind_in_list",
                condition=Q(kind__in=SuccessionKind.values),
                violation_error_message="La sorte d’une succession est dans la liste prévue.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor}"
