"""What persons ask who are named in the directory: to be named no more, to be told what is kept, to be corrected."""

import datetime
from enum import StrEnum

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from editing.suggestion_models import new_reference

_SATURDAY = 5
# The hour until which moderators decide what is due that day; then the program does.
OFFICES_CLOSE = 17
# Days for the answer, as the law has it; a month of February is enough.
DAYS_TO_ANSWER = 28


class RequestKind(models.TextChoices):
    REMOVE = "remove", "Ne plus figurer dans l’annuaire"
    CONTACT = "contact", "Retirer un numéro ou un courriel personnel"
    CORRECT = "correct", "Corriger mon nom ou ma fonction"
    ACCESS = "access", "Savoir ce que l’annuaire dit de moi"
    STRUCTURE = "structure", "Retirer une structure pour laquelle je peux parler"


# What those who ask don't want to be seen meanwhile.
HIDING = {RequestKind.REMOVE, RequestKind.CONTACT}


class RequestState(models.TextChoices):
    WAITING = "waiting", "À traiter"
    DONE = "done", "Traitée"
    REFUSED = "refused", "Refusée"
    SPAM = "spam", "Indésirable"


class Urgency(StrEnum):
    LATE = "late"
    TODAY = "today"
    SOON = "soon"


def next_working_day(day: datetime.date) -> datetime.date:
    """The next day from Monday to Friday.

    Public holidays count as working days: what is promised is then kept a day early.
    """
    day += datetime.timedelta(days=1)
    while day.weekday() >= _SATURDAY:
        day += datetime.timedelta(days=1)
    return day


class PersonRequestQuerySet(models.QuerySet):
    def waiting(self) -> "PersonRequestQuerySet":
        """Those to be answered, by the day they came."""
        return self.filter(state=RequestState.WAITING).order_by("received_at", "pk")

    def to_hide(self) -> "PersonRequestQuerySet":
        """Those that are visible still and must not be."""
        return self.filter(state=RequestState.WAITING, kind__in=HIDING, hidden_at=None).order_by(
            "hide_by", "pk"
        )

    def overdue(self) -> "PersonRequestQuerySet":
        """Those whose working day ends, or did before."""
        now = timezone.localtime()
        last = now.date() if now.hour >= OFFICES_CLOSE else now.date() - datetime.timedelta(days=1)
        return self.to_hide().filter(hide_by__lte=last)

    def answered(self) -> "PersonRequestQuerySet":
        return self.exclude(state=RequestState.WAITING).order_by("-decided_at", "-pk")


class PersonRequest(models.Model):
    """One request; who asked is forgotten with the answer, that it was kept in time stays for three years."""

    reference = models.CharField(
        "référence", max_length=8, unique=True, default=new_reference, editable=False
    )
    kind = models.CharField("demande", max_length=9, choices=RequestKind)
    state = models.CharField("état", max_length=7, choices=RequestState, default=RequestState.WAITING)
    # As printed; '' once answered.
    name = models.CharField("nom", max_length=200, blank=True)
    contacts = models.CharField("numéros et courriels concernés", max_length=400, blank=True)
    where = models.CharField("pages", max_length=400, blank=True)
    message = models.TextField("message", max_length=4000, blank=True)
    email = models.EmailField("courriel", blank=True)
    received_at = models.DateTimeField("reçue le", default=timezone.now)
    hide_by = models.DateField("à masquer au plus tard le")
    answer_by = models.DateField("réponse au plus tard le")
    hidden_at = models.DateTimeField("masquée le", null=True, blank=True)
    # NULL with a date above: the job did it, when nobody else had.
    hidden_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="par"
    )
    decided_at = models.DateTimeField("traitée le", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="par"
    )
    answer = models.TextField("réponse", max_length=2000, blank=True)

    objects = PersonRequestQuerySet.as_manager()

    class Meta:
        verbose_name = "demande d’une personne"
        verbose_name_plural = "demandes de personnes"
        ordering = ["-received_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="personrequest_lists",
                condition=Q(kind__in=RequestKind.values, state__in=RequestState.values),
                violation_error_message="La demande et l’état sont dans les listes prévues.",
            ),
            models.CheckConstraint(
                name="personrequest_decided_iff_not_waiting",
                condition=Q(state=RequestState.WAITING, decided_at__isnull=True)
                | (~Q(state=RequestState.WAITING) & Q(decided_at__isnull=False)),
                violation_error_message="Une demande traitée dit quand elle l’a été.",
            ),
        ]

    def __str__(self) -> str:
        return f"Demande {self.reference}"

    def save(self, *args, **kwargs) -> None:
        """The deadlines follow from the day it came, and never move."""
        day = timezone.localdate(self.received_at)
        self.hide_by = self.hide_by or next_working_day(day)
        self.answer_by = self.answer_by or day + datetime.timedelta(days=DAYS_TO_ANSWER)
        super().save(*args, **kwargs)

    @property
    def is_waiting(self) -> bool:
        return self.state == RequestState.WAITING

    @property
    def must_hide(self) -> bool:
        return self.is_waiting and self.kind in HIDING and self.hidden_at is None

    @property
    def due(self) -> datetime.date | None:
        """The day by which the next thing has to be done; None once it is answered."""
        if not self.is_waiting:
            return None
        return self.hide_by if self.must_hide else self.answer_by

    @property
    def urgency(self) -> Urgency | None:
        today = timezone.localdate()
        if self.due is None:
            return None
        if self.due < today:
            return Urgency.LATE
        return Urgency.TODAY if self.due == today else Urgency.SOON

    def forget_who_asked(self) -> None:
        """Not saved: what is left tells that somebody asked, and when it was done."""
        self.name = self.contacts = self.where = self.message = self.email = self.answer = ""
