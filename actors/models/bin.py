import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone

from actors.enums import Nature
from actors.models.address import PublicId

# How long a deleted entry can be brought back.
DAYS_IN_BIN = 30


class BinnedActorQuerySet(models.QuerySet):
    def overdue(self) -> "BinnedActorQuerySet":
        """Those whose last day in the bin is over."""
        first_kept = timezone.localdate() - datetime.timedelta(days=DAYS_IN_BIN)
        midnight = datetime.datetime.combine(first_kept, datetime.time(), timezone.get_current_timezone())
        return self.filter(deleted_at__lt=midnight)


class BinnedActor(models.Model):
    """A deleted entry that can still be brought back: its last version in the history holds all of it.

    No table of the directory knows a binned entry, so that no page, list, count or export can show one
    by mistake. Its permanent id is marked as deleted, and its addresses answer 410, from the first day.
    """

    # The row that is gone; its versions are kept under this number, and it comes back under it.
    actor_id = models.BigIntegerField("numéro de la fiche", unique=True, editable=False)
    public_id = models.OneToOneField(
        PublicId, models.PROTECT, related_name="+", editable=False, verbose_name="identifiant permanent"
    )
    name = models.CharField("nom", max_length=330, editable=False)
    nature = models.CharField("nature", max_length=12, choices=Nature, editable=False)
    deleted_at = models.DateTimeField("supprimée le", default=timezone.now, editable=False)
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name="supprimée par",
    )

    objects = BinnedActorQuerySet.as_manager()

    class Meta:
        verbose_name = "fiche supprimée"
        verbose_name_plural = "corbeille"
        ordering = ["-deleted_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="binnedactor_nature_in_list",
                condition=models.Q(nature__in=Nature.values),
                violation_error_message="La nature d’un acteur est dans la liste prévue.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def until(self) -> datetime.date:
        """The last day on which it can be brought back."""
        return timezone.localdate(self.deleted_at) + datetime.timedelta(days=DAYS_IN_BIN)
