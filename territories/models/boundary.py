"""The outlines of territories, and which of them touch."""

from itertools import chain, pairwise
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from territories.enums import TerritoryKind
from territories.models.containment import Containment

if TYPE_CHECKING:
    from territories.models.territory import Territory


class BoundaryQuerySet(models.QuerySet):
    def drawn_in(self, territory: "Territory") -> "BoundaryQuerySet":
        """What a map of ``territory`` shows, with their territories: itself and its inner level, in part or wholly inside.

        The map of a region also has the intercommunalities in its departments.
        """
        kinds = [*territory.inner_kinds]
        if territory.kind == TerritoryKind.REGION:
            kinds.append(TerritoryKind.EPCI)
        members = Containment.objects.filter(container=territory, member__kind__in=kinds).values("member")
        return (
            self.filter(Q(territory=territory) | Q(territory__in=members))
            .select_related("territory")
            .order_by("territory__name_key", "pk")
        )


class Boundary(models.Model):
    """The simplified outline of a territory: a GeoJSON geometry, WGS 84, longitude first.

    In a table of its own so that lists never load it.
    """

    territory = models.OneToOneField(
        "territories.Territory",
        models.CASCADE,
        related_name="boundary",
        primary_key=True,
        verbose_name="territoire",
    )
    geometry = models.JSONField("contour")

    objects = BoundaryQuerySet.as_manager()

    class Meta:
        verbose_name = "contour"
        verbose_name_plural = "contours"

    def __str__(self) -> str:
        return f"Contour {self.territory.of_phrase}"

    def holds(self, latitude: float, longitude: float) -> bool:
        """Whether a point lies inside: eastwards from it, the outline is crossed an odd number of times."""
        parts = self.geometry["coordinates"]
        rings = parts if self.geometry["type"] == "Polygon" else chain.from_iterable(parts)
        inside = False
        for ring in rings:
            for (x1, y1), (x2, y2) in pairwise(ring):
                if (y1 > latitude) != (y2 > latitude):
                    crossing = x1 + (latitude - y1) / (y2 - y1) * (x2 - x1)
                    inside ^= longitude < crossing
        return inside


class Adjacency(models.Model):
    """Two territories of one kind that share a border; stored once, smaller key first."""

    first = models.ForeignKey(
        "territories.Territory", models.CASCADE, related_name="+", verbose_name="premier territoire"
    )
    second = models.ForeignKey(
        "territories.Territory", models.CASCADE, related_name="+", verbose_name="second territoire"
    )

    class Meta:
        verbose_name = "voisinage"
        verbose_name_plural = "voisinages"
        ordering = ["first", "second", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["first", "second"],
                name="adjacency_unique",
                violation_error_message="Ce voisinage est déjà enregistré.",
            ),
            models.CheckConstraint(
                name="adjacency_ordered",
                condition=Q(first__lt=models.F("second")),
                violation_error_message="Un voisinage se range du plus petit identifiant au plus grand.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first} – {self.second}"
