from django.db import models
from django.db.models import Q

from actors.enums import PlaceRole
from territories.models import Territory


class PlaceQuerySet(models.QuerySet):
    def for_display(self) -> "PlaceQuerySet":
        """Seat first, each with its territory (no further query)."""
        rank = models.Case(
            *[models.When(role=role, then=rank) for rank, role in enumerate(PlaceRole.values)], default=9
        )
        return self.select_related("territory").annotate(role_rank=rank).order_by("role_rank", "pk")


class Place(models.Model):
    """Where an actor is, at the level its source gives: a commune, or an EPCI or a pays when no commune is told."""

    actor = models.ForeignKey("actors.Actor", models.CASCADE, related_name="places", verbose_name="acteur")
    role = models.CharField("rôle", max_length=8, choices=PlaceRole, default=PlaceRole.SEAT)
    territory = models.ForeignKey(Territory, models.PROTECT, related_name="places", verbose_name="territoire")
    name = models.CharField("nom du lieu", max_length=150, blank=True)
    address = models.CharField("adresse", max_length=250, blank=True)
    postal_code = models.CharField("code postal", max_length=5, blank=True)
    # A point stands for a real address only, WGS 84 degrees.
    latitude = models.FloatField("latitude", null=True, blank=True)
    longitude = models.FloatField("longitude", null=True, blank=True)

    objects = PlaceQuerySet.as_manager()

    class Meta:
        verbose_name = "lieu"
        verbose_name_plural = "lieux"
        ordering = ["actor", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["actor", "role", "territory", "name", "address"],
                name="place_unique",
                violation_error_message="Ce lieu est déjà dans la liste.",
            ),
            models.CheckConstraint(
                name="place_role_in_list",
                condition=Q(role__in=PlaceRole.values),
                violation_error_message="Le rôle d’un lieu est dans la liste prévue.",
            ),
            models.CheckConstraint(
                name="place_point_needs_address",
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | (
                    # A comparison with NULL is no refusal: both halves must be said to be there.
                    Q(latitude__isnull=False, latitude__range=(-90, 90))
                    & Q(longitude__isnull=False, longitude__range=(-180, 180))
                    & ~Q(address="")
                ),
                violation_error_message="Un point a une latitude, une longitude et une adresse.",
            ),
            models.CheckConstraint(
                name="place_postal_code_five_digits",
                condition=Q(postal_code="") | Q(postal_code__regex=r"^[0-9]{5}$"),
                violation_error_message="Un code postal a cinq chiffres.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} : {self.territory}"


class AreaServed(models.Model):
    """A territory where an actor says it acts, whether or not it has a place there."""

    actor = models.ForeignKey("actors.Actor", models.CASCADE, related_name="areas", verbose_name="acteur")
    territory = models.ForeignKey(Territory, models.PROTECT, related_name="areas", verbose_name="territoire")

    class Meta:
        verbose_name = "territoire d’intervention"
        verbose_name_plural = "territoires d’intervention"
        ordering = ["actor", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["actor", "territory"],
                name="areaserved_unique",
                violation_error_message="Ce territoire d’intervention est déjà dans la liste.",
            )
        ]

    def __str__(self) -> str:
        return str(self.territory)
