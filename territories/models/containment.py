"""Which territory lies in which."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from territories.enums import TerritoryKind
from territories.models.level import level_rank

if TYPE_CHECKING:
    from territories.models.territory import Territory


class ContainmentQuerySet(models.QuerySet):
    def around(self, territory: "Territory") -> "ContainmentQuerySet":
        """What contains ``territory``, the widest first."""
        return (
            self.filter(member=territory)
            .select_related("container")
            .order_by(level_rank("container__kind"), "container__name_key", "pk")
        )

    def epcis_by_department(self, region: "Territory") -> "ContainmentQuerySet":
        """EPCI in each department of ``region``, wholly or in part, by both names."""
        return (
            self.filter(
                container__kind=TerritoryKind.DEPARTMENT,
                container__parent=region,
                member__kind=TerritoryKind.EPCI,
            )
            .select_related("container", "member")
            .order_by("container__name_key", "member__name_key", "pk")
        )

    def of_frames(self) -> "ContainmentQuerySet":
        """What lies in EPCI and departments, wholly or in part, by their names."""
        frames = [TerritoryKind.EPCI, TerritoryKind.DEPARTMENT]
        return self.filter(container__kind__in=frames).order_by("container__name_key", "pk")

    def placed_in(self, territories: Iterable["Territory"]) -> "ContainmentQuerySet":
        """What makes up territories without limits or of the past: the widest that is told, in part or wholly.

        Not the communes of an EPCI that is there itself, nor the EPCI of a department.
        """
        beside = Containment.objects.filter(
            container=models.OuterRef("container"), member=models.OuterRef("member__parent"), whole=True
        )
        return (
            self.filter(
                ~models.Exists(beside),
                container__in=[territory.pk for territory in territories],
                member__kind__in=[TerritoryKind.DEPARTMENT, TerritoryKind.EPCI, TerritoryKind.COMMUNE],
            )
            .select_related("member")
            .order_by(level_rank("member__kind"), "member__name_key", "pk")
        )

    def inside(self, territory: "Territory") -> "ContainmentQuerySet":
        """What its page lists inside ``territory``, by level and name.

        The next level of the tree; for a department also the communes that no EPCI leads to, for a
        former territory its departments, else its communes.
        """
        listed = Q(member__kind__in=territory.inner_kinds)
        if territory.kind == TerritoryKind.DEPARTMENT:
            listed |= Q(member__kind=TerritoryKind.COMMUNE, member__parent=territory)
        elif territory.kind == TerritoryKind.FORMER:
            departments = Containment.objects.filter(
                container=territory, member__kind=TerritoryKind.DEPARTMENT
            )
            listed |= Q(member__kind=TerritoryKind.COMMUNE) & ~models.Exists(departments)
        return (
            self.filter(listed, container=territory)
            .select_related("member")
            .order_by(level_rank("member__kind"), "member__name_key", "pk")
        )


class Containment(models.Model):
    """``member`` lies in ``container``: wholly, or only in part (an EPCI across a department's border).

    Computed from sets of communes when the data is built. An informal territory contains only what a
    source places in it.
    """

    container = models.ForeignKey(
        "territories.Territory",
        models.CASCADE,
        related_name="contained",
        verbose_name="territoire qui contient",
    )
    member = models.ForeignKey(
        "territories.Territory", models.CASCADE, related_name="containers", verbose_name="territoire contenu"
    )
    whole = models.BooleanField("en entier", default=True)

    objects = ContainmentQuerySet.as_manager()

    class Meta:
        verbose_name = "inclusion"
        verbose_name_plural = "inclusions"
        ordering = ["container", "member", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["container", "member"],
                name="containment_unique",
                violation_error_message="Cette inclusion est déjà enregistrée.",
            ),
            models.CheckConstraint(
                name="containment_not_itself",
                condition=~Q(container=models.F("member")),
                violation_error_message="Un territoire ne se contient pas lui-même.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.container} contient {self.member}"
