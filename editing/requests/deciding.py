"""What moderators do about a request. Each is decided once; who asked is written to once, and forgotten."""

import re

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from actors.actions.erase_person import erase
from actors.actions.hide_person import hide
from actors.mail import mail_is_on
from editing.request_models import PersonRequest, RequestKind, RequestState
from editing.requests.receiving import tell
from editing.rights import require
from editing.roles import Right
from sources.erasure import Traces
from sources.models import Person

_CIVILITY = re.compile(r"^\s*(?:m\.|mr|mme|mlle|monsieur|madame|mademoiselle|dr|docteur)\s+", re.IGNORECASE)


class AlreadyAnswered(Exception):
    """Somebody else answered it meanwhile."""


def traces_of(request: PersonRequest) -> Traces:
    """What the request itself says of the person, as far as it can be told apart (1 query).

    Known persons whose whole name was typed, « Mme LÉCUYER Hélène, présidente », under all their spellings; else what
    was typed.
    """
    emails, phones = _contacts(request)
    return Traces.of(_known(request) or [_CIVILITY.sub("", request.name)], emails, phones)


def surely_meant(request: PersonRequest) -> Traces:
    """What may be hidden before anybody has read the request (1 query): persons the directory knows whose whole name was
    typed, by all their spellings; numbers and addresses as typed. A name that only texts say may be a street's."""
    emails, phones = _contacts(request)
    return Traces.of(_known(request) if request.kind == RequestKind.REMOVE else (), emails, phones)


def _contacts(request: PersonRequest) -> tuple[list[str], list[str]]:
    """E-mail addresses and telephone numbers, told apart."""
    parts = [part.strip() for part in re.split(r"[,;\n]", request.contacts)]
    emails = [word for part in parts for word in part.split() if "@" in word]
    phones = [part for part in parts if "@" not in part and sum(char.isdigit() for char in part) > 5]
    return emails, phones


def _known(request: PersonRequest) -> list[str]:
    """Every spelling of the persons whose whole name stands in what was typed."""
    return [
        spelling
        for person in Person.objects.order_by("pk")
        if Traces.of(person.spellings).knows(request.name)
        or Traces.of([request.name]).is_called(*person.spellings)
        for spelling in person.spellings
    ]


def hide_now(*, request: PersonRequest, traces: Traces, user: AbstractBaseUser) -> tuple[int, int]:
    """Off every page at once; the request goes on waiting for its answer. Returns persons and entries concerned."""
    require(user, Right.MODERATE)
    with transaction.atomic():
        row = _waiting(request)
        done = hide(traces=traces, user=user)
        if row.hidden_at is None:
            row.hidden_at, row.hidden_by = timezone.now(), user
            row.save(update_fields=["hidden_at", "hidden_by"])
    return done


def erase_everywhere(
    *, request: PersonRequest, traces: Traces, user: AbstractBaseUser, answer: str = ""
) -> None:
    """Erase the person for good, answer, and forget who asked."""
    require(user, Right.MODERATE)
    with transaction.atomic():
        row = _waiting(request)
        email = row.email
        erase(traces=traces, user=user)
        row.refresh_from_db()
        row.email = email
        row.hidden_at = row.hidden_at or timezone.now()
        _end(row, RequestState.DONE, user, answer)


def answer_it(
    *, request: PersonRequest, state: RequestState, user: AbstractBaseUser, answer: str = ""
) -> None:
    """Done in another way, refused, or spam, which nobody hears of."""
    require(user, Right.MODERATE)
    with transaction.atomic():
        _end(_waiting(request), state, user, answer)


def _end(row: PersonRequest, state: RequestState, user: AbstractBaseUser, answer: str) -> None:
    row.state, row.answer = state, answer.strip()
    row.decided_at, row.decided_by = timezone.now(), user
    if row.email and state != RequestState.SPAM and mail_is_on():
        tell(row, "requests/answer.txt", "réponse à votre demande")
    row.forget_who_asked()
    row.save()


def _waiting(request: PersonRequest) -> PersonRequest:
    row = PersonRequest.objects.select_for_update().get(pk=request.pk)
    if not row.is_waiting:
        raise AlreadyAnswered
    return row
