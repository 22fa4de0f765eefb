"""What the home says of the request that is due first."""

from django.utils import timezone
from django.utils.formats import date_format

from editing.request_models import PersonRequest


def first_due() -> str | None:
    """« À masquer au plus tard le 23 novembre » (1 query); None where nothing waits."""
    waiting = [(asked.due, asked.must_hide) for asked in PersonRequest.objects.waiting()]
    if not waiting:
        return None
    due, must_hide = min(waiting, key=lambda each: each[0])
    what, today = "masquer" if must_hide else "répondre", timezone.localdate()
    if due < today:
        return f"En retard : à {what} depuis le {date_format(due, 'j F')}."
    if due == today:
        return f"À {what} aujourd’hui."
    return f"À {what} au plus tard le {date_format(due, 'j F')}."
