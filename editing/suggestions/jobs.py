"""What is kept of senders, and for how long: a job of ``settings.JOBS``."""

import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from editing.suggestion_models import SendingTrace, Suggestion, SuggestionState

KEPT_EMAIL = datetime.timedelta(days=30)
KEPT_SPAM = datetime.timedelta(days=30)
KEPT_ANSWERED = datetime.timedelta(days=365)
KEPT_TRACE = datetime.timedelta(days=1)


def forget_senders() -> bool:
    """Erase addresses thirty days after the answer, spam after thirty days, what was answered after a year, and who
    sent how often after a day; whether there was any (3 queries when not)."""
    now = timezone.now()
    decided = Suggestion.objects.exclude(state=SuggestionState.WAITING)
    addresses = decided.filter(decided_at__lt=now - KEPT_EMAIL).exclude(email="")
    rows = decided.filter(
        Q(state=SuggestionState.SPAM, decided_at__lt=now - KEPT_SPAM) | Q(decided_at__lt=now - KEPT_ANSWERED)
    )
    traces = SendingTrace.objects.filter(sent_at__lt=now - KEPT_TRACE)
    if not (addresses.exists() or rows.exists() or traces.exists()):
        return False
    with transaction.atomic():
        addresses.update(email="")
        rows.delete()
        traces.delete()
    return True
