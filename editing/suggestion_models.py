"""What the public proposes: it waits for a moderator, and the entry stays as it is meanwhile."""

import datetime
import secrets

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from reversion.models import Revision

from actors.models import Actor, Citation
from sources.models import Letter
from territories.models import Containment, Territory

# Without those that look alike when read over the telephone.
_SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_REFERENCE = 8


def new_reference() -> str:
    return "".join(secrets.choice(_SIGNS) for _ in range(_REFERENCE))


class SuggestionKind(models.TextChoices):
    CORRECTION = "correction", "Correction"
    CLOSURE = "closure", "Fermeture signalée"
    NEW = "new", "Nouvel acteur"
    GENERAL = "general", "Message"


class SuggestionState(models.TextChoices):
    WAITING = "waiting", "À traiter"
    ACCEPTED = "accepted", "Acceptée"
    PARTLY = "partly", "Acceptée en partie"
    REFUSED = "refused", "Refusée"
    SPAM = "spam", "Indésirable"


class SuggestionSender(models.TextChoices):
    """Who says so, in their own words; only the link of a mail to the structure proves it."""

    UNSAID = "", "Non précisé"
    STRUCTURE = "structure", "De la structure"
    OTHER = "other", "Quelqu’un d’autre"


class RefusalReason(models.TextChoices):
    """Usual reasons, as the mail to the sender says them."""

    NONE = "", "–"
    ALREADY = "already", "C’est déjà dans l’annuaire"
    UNVERIFIED = "unverified", "Nous n’avons pas pu le vérifier"
    SCOPE = "scope", "Cela sort du champ de l’annuaire"
    LETTERS = "letters", "L’annuaire suit ses sources, qui disent autre chose"
    UNCLEAR = "unclear", "Nous n’avons pas compris ce qu’il faut changer"
    OTHER = "other", "Autre raison, dite ci-dessous"


class SuggestionQuerySet(models.QuerySet):
    def waiting(self) -> "SuggestionQuerySet":
        """Those a moderator has to answer now, the oldest first; one put off is not there until its day."""
        due = Q(postponed_until=None) | Q(postponed_until__lte=timezone.localdate())
        return self.filter(due, state=SuggestionState.WAITING).order_by("received_at", "pk")

    def postponed(self) -> "SuggestionQuerySet":
        return self.filter(state=SuggestionState.WAITING, postponed_until__gt=timezone.localdate()).order_by(
            "postponed_until", "pk"
        )

    def answered(self) -> "SuggestionQuerySet":
        """The latest first."""
        return self.exclude(state=SuggestionState.WAITING).order_by(F("decided_at").desc(), "-pk")

    def in_territory(self, territory: Territory) -> "SuggestionQuerySet":
        """About what lies in ``territory``: the entry's places, or the place a new one was proposed for."""
        inside = Containment.objects.filter(container=territory, whole=True).values("member")
        actors = Actor.objects.in_territory(territory).order_by().values("pk")
        return self.filter(Q(actor__in=actors) | Q(territory=territory) | Q(territory__in=inside))

    def of_letter(self, letter: Letter) -> "SuggestionQuerySet":
        """About entries that an article of ``letter`` presents or names."""
        told = Citation.objects.told_by(letter).filter(actor__isnull=False)
        return self.filter(actor__in=told.values("actor"))

    def for_list(self) -> "SuggestionQuerySet":
        return self.select_related("actor", "territory", "decided_by")


class Suggestion(models.Model):
    """What one visitor sent at once, about one entry, about a new one, or about none.

    ``proposed`` holds only what differs from what the visitor was shown (``seen``), both as text by key of
    ``editing/suggestions/keys.py``. ``decided`` says of each key whether it was taken, and as what.
    """

    reference = models.CharField(
        "référence", max_length=8, unique=True, default=new_reference, editable=False
    )
    kind = models.CharField("sorte", max_length=10, choices=SuggestionKind)
    state = models.CharField(
        "état", max_length=8, choices=SuggestionState, default=SuggestionState.WAITING, db_index=True
    )
    actor = models.ForeignKey(
        Actor, models.SET_NULL, null=True, blank=True, related_name="suggestions", verbose_name="fiche"
    )
    # Of the entry it was made about, also once that was merged or deleted; '' of a new one.
    public_id = models.CharField("identifiant permanent", max_length=8, blank=True)
    # What the entry was called then, or is to be called.
    name = models.CharField("nom", max_length=200, blank=True)
    territory = models.ForeignKey(
        Territory, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="territoire"
    )
    seen = models.JSONField("valeurs montrées", default=dict, blank=True, encoder=DjangoJSONEncoder)
    proposed = models.JSONField("valeurs proposées", default=dict, blank=True, encoder=DjangoJSONEncoder)
    decided = models.JSONField("valeurs retenues", default=dict, blank=True, encoder=DjangoJSONEncoder)
    message = models.TextField("message", max_length=4000, blank=True)
    how_known = models.CharField("comment on le sait", max_length=400, blank=True)
    sender = models.CharField("qui le dit", max_length=9, choices=SuggestionSender, blank=True)
    # Came by the link of a mail to the structure's own address.
    proven = models.BooleanField("par le lien envoyé à la structure", default=False)
    # Erased some days after the answer; '' where none was given.
    email = models.EmailField("courriel de l’expéditeur", blank=True)
    received_at = models.DateTimeField("reçue le", default=timezone.now, db_index=True)
    postponed_until = models.DateField("reportée au", null=True, blank=True)
    decided_at = models.DateTimeField("traitée le", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="par"
    )
    reason = models.CharField("raison du refus", max_length=10, choices=RefusalReason, blank=True)
    # The moderator's own words, sent with the answer.
    answer = models.TextField("réponse", max_length=2000, blank=True)
    answered_at = models.DateTimeField("réponse envoyée le", null=True, blank=True)
    # The act that took it over: a line of the entry's history, from where it is undone.
    revision = models.ForeignKey(
        Revision, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="modification"
    )

    objects = SuggestionQuerySet.as_manager()

    class Meta:
        verbose_name = "proposition reçue"
        verbose_name_plural = "propositions reçues"
        ordering = ["received_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="suggestion_lists",
                condition=Q(
                    kind__in=SuggestionKind.values,
                    state__in=SuggestionState.values,
                    sender__in=SuggestionSender.values,
                    reason__in=RefusalReason.values,
                ),
                violation_error_message="Sorte, état, expéditeur et raison sont dans les listes prévues.",
            ),
            models.CheckConstraint(
                name="suggestion_decided_iff_not_waiting",
                condition=Q(state=SuggestionState.WAITING, decided_at__isnull=True)
                | (~Q(state=SuggestionState.WAITING) & Q(decided_at__isnull=False)),
                violation_error_message="Une proposition traitée dit quand elle l’a été.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} : {self.name}" if self.name else f"Message {self.reference}"

    @property
    def is_waiting(self) -> bool:
        return self.state == SuggestionState.WAITING

    @property
    def is_postponed(self) -> bool:
        return self.is_waiting and (self.postponed_until or datetime.date.min) > timezone.localdate()


class SendingTrace(models.Model):
    """One sending by one address of the network, as a keyed fingerprint, kept for a day: enough to count them."""

    fingerprint = models.CharField("empreinte", max_length=64)
    sent_at = models.DateTimeField("le", default=timezone.now)

    class Meta:
        verbose_name = "envoi récent"
        verbose_name_plural = "envois récents"
        ordering = ["-sent_at", "-pk"]
        indexes = [models.Index(fields=["fingerprint", "sent_at"], name="sendingtrace_recent")]

    def __str__(self) -> str:
        return self.fingerprint[:8]
