import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone


class Period(models.TextChoices):
    WEEKLY = "weekly", "Une fois par semaine"
    MONTHLY = "monthly", "Une fois par mois"


DAYS = {Period.WEEKLY: 7, Period.MONTHLY: 30}


class SubscriptionQuerySet(models.QuerySet):
    def confirmed(self) -> "SubscriptionQuerySet":
        return self.filter(confirmed_at__isnull=False)

    def due(self, today: datetime.date) -> "SubscriptionQuerySet":
        """Confirmed ones whose last mail, else whose confirmation, is a whole period ago, the oldest first."""
        late = Q(pk=None)
        for period, days in DAYS.items():
            limit = today - datetime.timedelta(days=days)
            waited = Q(sent_on__lte=limit) | Q(sent_on=None, confirmed_at__date__lte=limit)
            late |= Q(period=period) & waited
        return self.confirmed().filter(late).order_by("pk")

    def mails_that_asked(self, since: datetime.datetime | None = None) -> int:
        """How many mails asked to confirm these, since that moment or at all (1 query)."""
        first, again = (
            Q(**{f"{name}__gt": since}) if since else Q(**{f"{name}__isnull": False})
            for name in ("created_at", "asked_again_at")
        )
        counts = self.aggregate(
            first=models.Count("pk", filter=first), again=models.Count("pk", filter=again)
        )
        return counts["first"] + counts["again"]


class Subscription(models.Model):
    """One address that follows one selection of actors; confirmed by whoever reads mail there.

    Nothing is kept of a person but the address, and only as long as they follow: ending deletes the row.
    """

    email = models.EmailField("courriel")
    # Canonical parameters of the selection, as ``Selection.query`` writes them; '' for everybody.
    query = models.CharField("sélection", max_length=2000, blank=True)
    title = models.CharField("titre", max_length=300)
    period = models.CharField("rythme", max_length=10, choices=Period, default=Period.WEEKLY)
    created_at = models.DateTimeField("demandé le", default=timezone.now)
    # The second mail that asked to confirm, the first one being lost perhaps; there is no third.
    asked_again_at = models.DateTimeField("redemandé le", null=True, blank=True)
    # NULL until the link of the first mail was used.
    confirmed_at = models.DateTimeField("confirmé le", null=True, blank=True)
    # Until when changes were told; NULL before the first mail, which tells those since the confirmation.
    told_until = models.DateTimeField("raconté jusqu’au", null=True, blank=True)
    sent_on = models.DateField("dernier envoi", null=True, blank=True)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = "suivi par courriel"
        verbose_name_plural = "suivis par courriel"
        ordering = ["-created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="subscription_once",
                fields=["email", "query"],
                violation_error_message="Cette adresse suit déjà cette sélection.",
            ),
            models.CheckConstraint(
                name="subscription_period_in_list",
                condition=Q(period__in=Period.values),
                violation_error_message="Le rythme d’un suivi est dans la liste prévue.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.get_period_display().lower()})"
