"""What keeps entries fresh: what became of the addresses they give, and whom we asked whether they are right."""

import datetime

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from actors.enums import ContactKind, PublicationStatus
from actors.models import ContactPoint, PublicId
from sources.models import Source

# Checks in a row that failed before an address counts as dead: a site may be down for a night.
FAILURES_TO_BE_DEAD = 3
LONGEST_ADDRESS = 300
# How long a link that was sent can be used.
LINK_LASTS = datetime.timedelta(days=31)


class LinkState(models.TextChoices):
    GOOD = "good", "Répond"
    MOVED = "moved", "A changé d’adresse"
    FAILING = "failing", "Ne répond pas"
    # The site turns programs away: only a person can tell.
    UNSURE = "unsure", "À vérifier soi-même"


class LinkFault(models.TextChoices):
    """Why an address does not answer as it should."""

    NOT_FOUND = "not_found", "Page introuvable"
    SERVER = "server", "Erreur du site"
    NAME = "name", "Nom de domaine inconnu"
    CONNECTION = "connection", "Connexion impossible"
    TIMEOUT = "timeout", "Pas de réponse à temps"
    TLS = "tls", "Certificat de sécurité incorrect"
    LOOP = "loop", "Renvois sans fin"
    PRIVATE = "private", "Adresse d’un réseau privé"
    WRONG = "wrong", "Adresse mal formée"
    REFUSED = "refused", "Le site refuse la vérification"


class LinkCheckQuerySet(models.QuerySet):
    def in_use(self) -> "LinkCheckQuerySet":
        """Those of addresses that something published still gives."""
        contacts = web_contacts().filter(value=OuterRef("address"))
        sources = Source.objects.filter(url=OuterRef("address"))
        return self.filter(Exists(contacts) | Exists(sources))

    def due(self) -> "LinkCheckQuerySet":
        """Those to check again now, the longest overdue first."""
        return self.filter(due_at__lte=timezone.now()).order_by("due_at", "pk")

    def dead(self) -> "LinkCheckQuerySet":
        """In use, and failed each of the last three times; those put off excepted."""
        return self._waiting().filter(state=LinkState.FAILING, failures__gte=FAILURES_TO_BE_DEAD)

    def moved(self) -> "LinkCheckQuerySet":
        """In use, and leading elsewhere; those put off excepted."""
        return self._waiting().filter(state=LinkState.MOVED)

    def to_settle(self) -> "LinkCheckQuerySet":
        """Dead or moved, the dead first, then the oldest failure."""
        dead = Q(state=LinkState.FAILING, failures__gte=FAILURES_TO_BE_DEAD)
        return (
            self._waiting()
            .filter(dead | Q(state=LinkState.MOVED))
            .order_by("state", "first_failed_at", "address", "pk")
        )

    def put_off(self) -> "LinkCheckQuerySet":
        return self.in_use().filter(postponed_until__gt=timezone.localdate())

    def _waiting(self) -> "LinkCheckQuerySet":
        return self.in_use().exclude(postponed_until__gt=timezone.localdate())


def web_contacts() -> models.QuerySet[ContactPoint]:
    """Web addresses and social accounts of published entries."""
    return ContactPoint.objects.filter(
        kind__in=(ContactKind.WEBSITE, ContactKind.SOCIAL), actor__publication=PublicationStatus.PUBLISHED
    )


class LinkCheck(models.Model):
    """One web address that entries or sources give, and how it answered last. No entry is changed by it."""

    address = models.CharField("adresse", max_length=LONGEST_ADDRESS, unique=True)
    state = models.CharField("état", max_length=8, choices=LinkState)
    fault = models.CharField("défaut", max_length=10, choices=LinkFault, blank=True)
    # Of the last answer; none where nothing answered.
    status = models.PositiveSmallIntegerField("code HTTP", null=True)
    final_address = models.CharField("adresse finale", max_length=2000, blank=True)
    failures = models.PositiveSmallIntegerField("échecs de suite", default=0)
    first_failed_at = models.DateTimeField("en échec depuis", null=True)
    checked_at = models.DateTimeField("vérifiée le")
    due_at = models.DateTimeField("à revérifier le", db_index=True)
    postponed_until = models.DateField("reportée jusqu’au", null=True)

    objects = LinkCheckQuerySet.as_manager()

    class Meta:
        verbose_name = "vérification d’adresse"
        verbose_name_plural = "vérifications d’adresses"
        ordering = ["address", "pk"]
        constraints = [
            models.CheckConstraint(
                name="linkcheck_lists",
                condition=Q(state__in=LinkState.values, fault__in=["", *LinkFault.values]),
                violation_error_message="État et défaut d’une adresse sont dans les listes prévues.",
            ),
            models.CheckConstraint(
                name="linkcheck_failing_counted",
                condition=(
                    Q(state=LinkState.FAILING, failures__gt=0, first_failed_at__isnull=False) & ~Q(fault="")
                )
                | (~Q(state=LinkState.FAILING) & Q(failures=0, first_failed_at=None)),
                violation_error_message="Une adresse qui ne répond pas a un défaut et un nombre d’échecs.",
            ),
        ]

    def __str__(self) -> str:
        return self.address

    @property
    def is_moved(self) -> bool:
        return self.state == LinkState.MOVED


class CorrespondentQuerySet(models.QuerySet):
    def refusing(self) -> "CorrespondentQuerySet":
        return self.filter(refused_on__isnull=False)


class Correspondent(models.Model):
    """An e-mail address we wrote to, or that wants no mail; as a fingerprint, so that the table names nobody."""

    fingerprint = models.CharField("empreinte", max_length=32, unique=True)
    written_on = models.DateField("dernier courriel le", null=True)
    refused_on = models.DateField("ne veut plus de courriel depuis le", null=True)

    objects = CorrespondentQuerySet.as_manager()

    class Meta:
        verbose_name = "correspondant"
        verbose_name_plural = "correspondants"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.fingerprint[:8]}…"


class Reminder(models.Model):
    """One entry about which one address was asked, by a link of its own, and what came back through it."""

    correspondent = models.ForeignKey(
        Correspondent, models.CASCADE, related_name="reminders", verbose_name="correspondant"
    )
    entry = models.ForeignKey(PublicId, models.CASCADE, related_name="+", verbose_name="fiche")
    sent_at = models.DateTimeField("envoyé le", default=timezone.now)
    confirmed_at = models.DateTimeField("confirmée le", null=True)
    closure_told_at = models.DateTimeField("fermeture signalée le", null=True)

    class Meta:
        verbose_name = "demande de confirmation"
        verbose_name_plural = "demandes de confirmation"
        ordering = ["-sent_at", "-pk"]
        indexes = [models.Index(fields=["sent_at"], name="reminder_sent_at")]

    def __str__(self) -> str:
        return f"{self.entry_id}, {timezone.localdate(self.sent_at):%d/%m/%Y}"

    @property
    def until(self) -> datetime.date:
        """The last day on which its link can be used."""
        return timezone.localdate(self.sent_at + LINK_LASTS)
