"""What is kept of requests, and the promise of one working day: jobs of ``settings.JOBS``."""

import datetime

from django.db import transaction
from django.utils import timezone

from actors.actions.hide_person import hide
from editing.request_models import PersonRequest, RequestState
from editing.requests.deciding import surely_meant
from territories.models import Change

KEPT_ANSWERED = datetime.timedelta(days=3 * 365)
KEPT_SPAM = datetime.timedelta(days=30)


# Requests that only a person can decide -> the version of the directory in which that was found out.
_left_to_people: dict[int, int] = {}


def hide_overdue() -> bool:
    """Hide whoever's working day ends today and whom nobody has hidden; whether there was any (1 query when none).

    Of what a request says, only what can be meant in one way (``deciding.surely_meant()``): anybody may send a form, and the
    history of each entry undoes it. What it can't find stays late in the back-office, and no page claims that it was hidden.
    """
    overdue = list(PersonRequest.objects.overdue())
    if not overdue:
        _left_to_people.clear()
        return False
    version, done = Change.objects.version(), False
    for request in overdue:
        if _left_to_people.get(request.pk) == version:
            continue
        if _hide(request.pk):
            done = True
        else:
            _left_to_people[request.pk] = version
    return done


@transaction.atomic
def _hide(pk: int) -> bool:
    row = PersonRequest.objects.select_for_update().get(pk=pk)
    if not row.must_hide:
        return False
    traces = surely_meant(row)
    # Persons known by such a name are nowhere to be seen by now, were it that they had been hidden before.
    if not traces or not (any(hide(traces=traces)) or traces.names):
        return False
    row.hidden_at = timezone.now()
    row.save(update_fields=["hidden_at"])
    return True


def forget_requests() -> bool:
    """Delete what was answered three years ago, spam after thirty days; whether there was any (1 query when none)."""
    now = timezone.now()
    rows = PersonRequest.objects.filter(state=RequestState.SPAM, decided_at__lt=now - KEPT_SPAM)
    rows |= PersonRequest.objects.filter(
        state__in=[RequestState.DONE, RequestState.REFUSED], decided_at__lt=now - KEPT_ANSWERED
    )
    if not rows.exists():
        return False
    rows.delete()
    return True
