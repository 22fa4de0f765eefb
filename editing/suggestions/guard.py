"""What keeps machines from filling the queue, without a cookie, an account or anybody else's service.

A form carries one signed field: when it was opened and what it showed. Besides there are a field nobody sees, a
count per address of the network, and the browser's own word on which site a form was sent from.
"""

import datetime
import hashlib
import hmac
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

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


def from_elsewhere(request: HttpRequest) -> bool:
    """Whether the browser says that another site's page sent this form.

    Our forms give a visitor no right that another site could borrow, hence no cookie to compare with; this only
    keeps other sites from sending in a visitor's name.
    """
    origin = request.headers.get("Origin", "")
    if not origin:
        return request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}
    return urlsplit(origin).netloc != request.get_host() and origin not in settings.CSRF_TRUSTED_ORIGINS


def visitor_address(request: HttpRequest) -> str:
    """The visitor's address of the network, without its last half where it is of the new kind (IPv6).

    Behind the proxy that HTTPS stands for, the last one it names: those before it are the visitor's own claims.
    """
    named = request.headers.get("X-Forwarded-For", "") if settings.HTTPS else ""
    text = named.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", "")
    try:
        address: IPv4Address | IPv6Address = ip_address(text)
    except ValueError:
        return "unknown"
    if isinstance(address, IPv6Address):
        # Everybody there has 2**64 of them.
        return address.ipv4_mapped.compressed if address.ipv4_mapped else address.exploded[:19]
    return address.compressed


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
