from django.db import models
from django.db.models import Q

from actors.enums import PtceStatus
from sources.partial_date import PartialDateField


class PtceStatusEntry(models.Model):
    """One dated line of the status history of a PTCE."""

    actor = models.ForeignKey(
        "actors.Actor",
        models.CASCADE,
        related_name="statuses",
        verbose_name="PTCE",
        limit_choices_to={"nature": "ptce"},
    )
    status = models.CharField("statut", max_length=10, choices=PtceStatus)
    date = PartialDateField("depuis")
    call = models.CharField("appel à projets", max_length=200, blank=True)
    note = models.CharField("précision", max_length=300, blank=True)

    class Meta:
        verbose_name = "statut de PTCE"
        verbose_name_plural = "statuts de PTCE"
        ordering = ["actor", "date", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["actor", "status", "date"],
                name="ptcestatus_unique",
                violation_error_message="Ce statut est déjà enregistré à cette date.",
            ),
            models.CheckConstraint(
                name="ptcestatus_in_list",
                condition=Q(status__in=PtceStatus.values),
                violation_error_message="Le statut d’un PTCE est dans la liste prévue.",
            ),
        ]

    def __str__(self) -> str:
        return self.get_status_display()
