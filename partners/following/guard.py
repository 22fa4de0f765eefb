"""What keeps machines from sending mail to strangers through the form: no cookie, no account, nobody else's service."""

import datetime
import time

from django.core import signing
from django.http import HttpRequest
from django.utils import timezone

from actors.visitors import visitor_address
from partners.api.throttle import SharedCounts
from partners.models import Subscription

_SALT = "partners.following.opened"
# Nobody reads and fills in a form faster; a machine does.
_SHORTEST = 2
_LONGEST = datetime.timedelta(hours=24)
# Forms from one address of the network in a minute.
PER_MINUTE = 5
# Mails that ask an address to confirm as long as it does not, until what it was asked is forgotten, seven days later.
PER_EMAIL = 3
# Such mails to all addresses together, in a day.
PER_DAY = 300

_counts = SharedCounts()


def opened() -> str:
    """The signed field of a form: when it was opened."""
    return signing.dumps(int(time.time()), salt=_SALT)


def opened_well(value: str) -> bool:
    """Whether the form was ours, opened by somebody who had time to read it, today."""
    try:
        at = signing.loads(value, salt=_SALT, max_age=_LONGEST)
    except signing.BadSignature:
        return False
    return time.time() - at >= _SHORTEST


def too_many(request: HttpRequest) -> bool:
    """Count this form; whether there were too many in this minute from one address (no query)."""
    return _counts.add(visitor_address(request), time.time()) > PER_MINUTE


def may_mail(email: str) -> bool:
    """Whether one more mail may ask this address to confirm (2 queries)."""
    waiting = Subscription.objects.filter(confirmed_at=None)
    if waiting.filter(email=email).mails_that_asked() >= PER_EMAIL:
        return False
    return waiting.mails_that_asked(timezone.now() - datetime.timedelta(days=1)) < PER_DAY
