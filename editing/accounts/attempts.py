"""Wrong passwords: counted by django-axes, after a few of them the door stays shut for a while.

Counted by name and address of the network together, so that nobody shuts an editor out from elsewhere; and
by address alone, so that nobody tries one password on every name. docs/security.md tells what this leaves open.
"""

import datetime
import math

from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from axes.utils import reset
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Max, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from actors.mail import mail_is_on
from actors.visitors import visitor_address

# Attempts name people and addresses: kept as long as somebody may ask what happened last night.
KEPT = datetime.timedelta(days=1)
AHEAD = datetime.timedelta(minutes=5)
# For all names together as many times more than for one.
_NAMES_AN_ADDRESS = 10


class Handler(AxesDatabaseHandler):
    """``AXES_FAILURE_LIMIT`` wrong passwords for a name, ten times as many for all names, from one address."""

    def get_failures(self, request, credentials=None) -> int:
        since = request.axes_attempt_time - settings.AXES_COOLOFF_TIME
        of_address = AccessAttempt.objects.filter(
            ip_address=request.axes_ip_address, attempt_time__gt=since
        ).aggregate(total=Sum("failures_since_start"))["total"]
        return max(super().get_failures(request, credentials), (of_address or 0) // _NAMES_AN_ADDRESS)


def client_address(request: HttpRequest) -> str | None:
    """The visitor's address as the database takes one; of the new kind (IPv6) the network; None where unknown."""
    address = visitor_address(request)
    if address == "unknown":
        return None
    return f"{address}::" if ":" in address else address


def locked_out(request: HttpRequest, response: HttpResponse, credentials: dict | None) -> HttpResponse:
    """What somebody reads whose attempts were too many: until when, and who can help."""
    last = AccessAttempt.objects.filter(ip_address=request.axes_ip_address).aggregate(
        last=Max("attempt_time")
    )
    opens_at = (last["last"] or timezone.now()) + settings.AXES_COOLOFF_TIME
    context = {
        **admin.site.each_context(request),
        "title": "Entrée fermée pour le moment",
        "opens_at": opens_at,
        "mail_is_on": mail_is_on(),
    }
    shut = TemplateResponse(request, "admin/editing/accounts/locked_out.html", context, status=429)
    shut["Retry-After"] = max(1, math.ceil((opens_at - timezone.now()).total_seconds()))
    return shut.render()


def shut_out_until(user: AbstractBaseUser) -> datetime.datetime | None:
    """When the last of the doors shut to this name opens again; None where none is (1 query)."""
    since = timezone.now() - settings.AXES_COOLOFF_TIME
    doors = (
        AccessAttempt.objects.filter(username=user.get_username(), attempt_time__gt=since)
        .order_by()
        .values("ip_address")
        .annotate(failures=Sum("failures_since_start"), last=Max("attempt_time"))
        .filter(failures__gte=settings.AXES_FAILURE_LIMIT)
    )
    lasts = [door["last"] for door in doors]
    return max(lasts) + settings.AXES_COOLOFF_TIME if lasts else None


def open_again(user: AbstractBaseUser) -> int:
    """Forget the wrong passwords given for this name; how many lines there were."""
    return reset(username=user.get_username())


def forget_old() -> bool:
    """The job that deletes attempts older than a day; whether there were any (1 query when none).

    And those of a time that is not yet: made while the clock was ahead, they would keep the door shut for as long.
    """
    now = timezone.now()
    old = AccessAttempt.objects.filter(Q(attempt_time__lt=now - KEPT) | Q(attempt_time__gt=now + AHEAD))
    if not old.exists():
        return False
    old.delete()
    return True
