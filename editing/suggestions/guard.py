"""What keeps machines from filling the queue, without a cookie, an account or anybody else's service.

A form carries one signed field: when it was opened and what it showed. Besides there are a field nobody sees, a
count per address of the network, and the browser's own word on which site a form was sent from.
"""

import datetime
import hashlib
import hmac
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from actors.visitors import visitor_address
from editing.suggestion_models import SendingTrace

_SALT = "editing.suggestions.opened"
# Nobody reads and fills in a form faster; a machine does.
SHORTEST = datetime.timedelta(seconds=3)
# What was shown longer ago may have changed since: the form asks to be looked at again.
LONGEST = datetime.timedelta(hours=24)
PER_HOUR, PER_DAY = 6, 20
# Of everybody together: beyond that nobody could read it all.
PER_DAY_IN_ALL = 400
# Bytes of one posted form; the longest honest one has some 15 kB.
MOST_POSTED = 60_000


@dataclass(frozen=True)
class Opened:
    """A form as it was opened: when, about what, and what it showed."""

    at: datetime.datetime
    subject: str
    seen: dict[str, str]

    @property
    def too_fast(self) -> bool:
        return timezone.now() - self.at < SHORTEST


def token(subject: str, seen: dict[str, str]) -> str:
    """The signed field of a form about ``subject`` (a permanent id, « new »…) that shows ``seen``."""
    opened_at = int(timezone.now().timestamp() * 1000)
    return signing.dumps({"at": opened_at, "subject": subject, "seen": seen}, salt=_SALT, compress=True)


def read_token(value: str, subject: str) -> Opened | None:
    """The form as it was opened; None where the field is not ours, about something else, or older than a day."""
    try:
        content = signing.loads(value, salt=_SALT, max_age=LONGEST)
    except signing.BadSignature:
        return None
    if content["subject"] != subject:
        return None
    at = datetime.datetime.fromtimestamp(content["at"] / 1000, tz=datetime.UTC)
    return Opened(at, subject, content["seen"])


def fingerprint(request: HttpRequest) -> str:
    """Keyed fingerprint of the visitor's address, another one every day: it tells nobody who it was."""
    text = f"{timezone.localdate()} {visitor_address(request)}"
    return hmac.new(settings.SECRET_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()


@transaction.atomic
def may_send(request: HttpRequest) -> bool:
    """Count this sending; False, and not counted, where there were too many from there (3 queries at most)."""
    mark, now = fingerprint(request), timezone.now()
    today = SendingTrace.objects.filter(sent_at__gt=now - datetime.timedelta(days=1))
    mine = today.filter(fingerprint=mark)
    recent = mine.filter(sent_at__gt=now - datetime.timedelta(hours=1))
    if recent.count() >= PER_HOUR or mine.count() >= PER_DAY or today.count() >= PER_DAY_IN_ALL:
        return False
    SendingTrace.objects.create(fingerprint=mark)
    return True
