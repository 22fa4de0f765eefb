"""What is kept of requests, and the promise of one working day: jobs of ``settings.JOBS``."""

import datetime

from django.db import transaction
from django.utils import timezone

from actors.actions.hide_person import hide
from editing.request_models import PersonRequest, RequestKind, RequestState
from editing.requests.deciding import traces_of
from sources.erasure import Traces

KEPT_ANSWERED = datetime.timedelta(days=3 * 365)
KEPT_SPAM = datetime.timedelta(days=30)


def hide_overdue() -> bool:
    """Hide those whose working day ends today and whom nobody has hidden; whether there was any (1 query when none).

    Only known persons whose whole name was typed: anybody may send a form, and a moderator can show them again. Numbers and
    addresses might be a structure's own: they wait, and the back-office says that they are late.
    """
    overdue = list(PersonRequest.objects.overdue().filter(kind=RequestKind.REMOVE))
    for request in overdue:
        with transaction.atomic():
            row = PersonRequest.objects.select_for_update().get(pk=request.pk)
            if row.must_hide:
                hide(traces=Traces.of(traces_of(row).names), texts=False)
                row.hidden_at = timezone.now()
                row.save(update_fields=["hidden_at"])
    return bool(overdue)


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
