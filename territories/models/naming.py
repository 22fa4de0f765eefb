"""What territories are called, and the postal codes that serve them."""

from django.db import models
from django.db.models import Q

from territories.enums import NameKind
from territories.fields import ByteOrderedCharField
from territories.text import fold


class TerritoryName(models.Model):
    """One name under which a territory is searched; its official name is among them."""

    territory = models.ForeignKey(
        "territories.Territory", models.CASCADE, related_name="names", verbose_name="territoire"
    )
    name = models.CharField("nom", max_length=150)
    name_key = ByteOrderedCharField("nom pour la recherche", max_length=150, editable=False, db_index=True)
    kind = models.CharField("sorte de nom", max_length=10, choices=NameKind)
    # Last year the name was in use; NULL when unknown or still in use.
    until = models.PositiveSmallIntegerField("jusqu’en", null=True, blank=True)

    class Meta:
        verbose_name = "nom d’un territoire"
        verbose_name_plural = "noms de territoires"
        ordering = ["territory", "kind", "name_key", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["territory", "name"],
                name="territoryname_unique",
                violation_error_message="Ce territoire porte déjà ce nom.",
            ),
            models.CheckConstraint(
                name="territoryname_kind_in_list",
                condition=Q(kind__in=NameKind.values),
                violation_error_message="La sorte d’un nom est dans la liste prévue.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs) -> None:
        self.name_key = fold(self.name)
        super().save(*args, **kwargs)


class PostalCode(models.Model):
    """A postal code that serves a territory; one code often serves many communes."""

    territory = models.ForeignKey(
        "territories.Territory", models.CASCADE, related_name="postal_codes", verbose_name="territoire"
    )
    code = models.CharField("code postal", max_length=5, db_index=True)

    class Meta:
        verbose_name = "code postal"
        verbose_name_plural = "codes postaux"
        ordering = ["code", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["territory", "code"],
                name="postalcode_unique",
                violation_error_message="Ce territoire a déjà ce code postal.",
            ),
            models.CheckConstraint(
                name="postalcode_five_digits",
                condition=Q(code__regex=r"^[0-9]{5}$"),
                violation_error_message="Un code postal a cinq chiffres.",
            ),
        ]

    def __str__(self) -> str:
        return self.code
