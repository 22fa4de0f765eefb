from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.formats import number_format

from actors.enums import FigureQualifier, FigureUnit
from territories.models import Territory


class Figure(models.Model):
    """What a source counts of an actor or a territory, in a year. Years are never added up.

    An exact or rounded figure has ``low`` alone, a range both, « jusqu’à 380 » ``high`` alone.
    """

    actor = models.ForeignKey(
        "actors.Actor", models.CASCADE, null=True, blank=True, related_name="figures", verbose_name="acteur"
    )
    territory = models.ForeignKey(
        Territory, models.PROTECT, null=True, blank=True, related_name="figures", verbose_name="territoire"
    )
    what = models.CharField("ce qui est compté", max_length=150)
    low = models.DecimalField("valeur", max_digits=14, decimal_places=2, null=True, blank=True)
    high = models.DecimalField("jusqu’à", max_digits=14, decimal_places=2, null=True, blank=True)
    qualifier = models.CharField(
        "précision", max_length=8, choices=FigureQualifier, default=FigureQualifier.EXACT
    )
    unit = models.CharField("unité", max_length=14, choices=FigureUnit)
    year = models.PositiveSmallIntegerField("année")

    class Meta:
        verbose_name = "chiffre clé"
        verbose_name_plural = "chiffres clés"
        ordering = ["actor", "territory", "year", "pk"]
        constraints = [
            models.CheckConstraint(
                name="figure_of_actor_or_territory",
                condition=Q(actor__isnull=False, territory__isnull=True)
                | Q(actor__isnull=True, territory__isnull=False),
                violation_error_message="Un chiffre est celui d’un acteur ou d’un territoire.",
            ),
            models.CheckConstraint(
                name="figure_values_fit",
                condition=(
                    Q(qualifier=FigureQualifier.AT_MOST, low__isnull=True, high__isnull=False)
                    | (~Q(qualifier=FigureQualifier.AT_MOST) & Q(low__isnull=False))
                )
                & (Q(low__isnull=True) | Q(high__isnull=True) | Q(high__gt=models.F("low"))),
                violation_error_message="Donnez la valeur, et « jusqu’à » pour une fourchette ou un maximum.",
            ),
            models.CheckConstraint(
                name="figure_unit_in_list",
                condition=Q(unit__in=FigureUnit.values, qualifier__in=FigureQualifier.values),
                violation_error_message="L’unité et la précision sont dans les listes prévues.",
            ),
            # NULLs are distinct: each of the two counts its own rows only.
            models.UniqueConstraint(
                fields=["actor", "what", "year"],
                name="figure_unique_of_actor",
                violation_error_message="Ce chiffre est déjà enregistré pour cette année.",
            ),
            models.UniqueConstraint(
                fields=["territory", "what", "year"],
                name="figure_unique_of_territory",
                violation_error_message="Ce chiffre est déjà enregistré pour cette année.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.text} ({self.year})"

    @property
    def value_text(self) -> str:
        """« environ 30 », « 20 à 30 », « jusqu’à 380 », « plus de 30 », with French separators."""

        def show(value: Decimal) -> str:
            return number_format(value.normalize() if value % 1 else int(value), force_grouping=True)

        if self.qualifier == FigureQualifier.AT_MOST:
            return f"jusqu’à {show(self.high)}"
        text = show(self.low) if self.high is None else f"{show(self.low)} à {show(self.high)}"
        if self.qualifier == FigureQualifier.ABOUT:
            return f"environ {text}"
        return f"au moins {text}" if self.qualifier == FigureQualifier.AT_LEAST else text

    @property
    def text(self) -> str:
        """Value, sign where the unit is one, and what is counted."""
        sign = {FigureUnit.EUROS: " €", FigureUnit.PERCENT: " %", FigureUnit.HECTARES: " ha"}.get(
            self.unit, ""
        )
        return f"{self.value_text}{sign} {self.what}"
