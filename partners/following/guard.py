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
# Mails that ask one address to confirm, and all addresses together, in a day.
PER_EMAIL, PER_DAY = 3, 300

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
    today = Subscription.objects.filter(
        confirmed_at=None, created_at__gt=timezone.now() - datetime.timedelta(days=1)
    )
    return today.filter(email=email).count() < PER_EMAIL and today.count() < PER_DAY
