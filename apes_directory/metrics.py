"""Figures of the running site in Prometheus' format, for whoever has the token: how much, how fast, how full.

Each process writes its counters into files of ``METRICS_DIR`` and any of them adds them up. They name views, never
addresses, so nothing of a visitor is in them.
"""

import hmac
import os
import shutil
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from post_office.models import STATUS, Email
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from actors.models import Actor
from apes_directory.backups.archive import copies_in
from apes_directory.upkeep import journal
from territories.models import Change

# A registry of their own: those of Python and of the process mean nothing added up.
_OWN = CollectorRegistry()
_REQUESTS = Counter(
    "annuaire_requests_total", "Answers, by view and status.", ["view", "method", "status"], registry=_OWN
)
_SECONDS = Histogram(
    "annuaire_request_seconds",
    "Seconds until an answer is ready, by view.",
    ["view"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=_OWN,
)
_METHODS = {"GET", "HEAD", "POST", "OPTIONS"}


class MetricsMiddleware:
    """Counts and times every answer; not used where nobody may ask for the figures."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not settings.METRICS_TOKEN:
            raise MiddlewareNotUsed
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        response = self._get_response(request)
        match = request.resolver_match
        # What leads nowhere, and what a page kept answered before its view was looked for.
        view = match.view_name or "other" if match else "none"
        method = request.method if request.method in _METHODS else "other"
        _REQUESTS.labels(view, method, str(response.status_code)).inc()
        _SECONDS.labels(view).observe(time.perf_counter() - started)
        return response


class _Directory(Collector):
    """What the database and the disk say at the moment of asking (4 queries)."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        for name, text, read in (
            ("version", "Number of the last published change.", Change.objects.version),
            ("actors_published", "Published entries.", Actor.objects.published().count),
            ("mail_waiting", "Mail not sent yet.", _mail(STATUS.queued, STATUS.requeued)),
            ("mail_failed", "Mail that could not be sent, of the last 30 days.", _mail(STATUS.failed)),
            ("backup_timestamp_seconds", "When the newest backup was made.", _last_backup),
            ("upkeep_timestamp_seconds", "When the oldest of the daily chores last succeeded.", _last_upkeep),
            (
                "disk_free_bytes",
                "Free bytes where the data stands.",
                lambda: shutil.disk_usage(settings.DATA_DIR).free,
            ),
        ):
            try:
                value = read()
            except (DatabaseError, OSError):
                # A figure that is missing is one an alert can be made of; the others must not go with it.
                continue
            if value is not None:
                yield GaugeMetricFamily(f"annuaire_{name}", text, value=value)


def _mail(*states: int) -> Callable[[], int]:
    return Email.objects.filter(status__in=states).count


def _last_backup() -> float | None:
    copies = copies_in(settings.BACKUP_DIR)
    return copies[-1].moment.timestamp() if copies else None


def _last_upkeep() -> float | None:
    known = journal().read()
    return min(known.values(), default=datetime.fromtimestamp(0, UTC)).timestamp() if known else None


@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """The figures, for ``Authorization: Bearer <METRICS_TOKEN>``; there is no such page for anybody else."""
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not settings.METRICS_TOKEN or not hmac.compare_digest(token.encode(), settings.METRICS_TOKEN.encode()):
        raise Http404
    registry = CollectorRegistry()
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        MultiProcessCollector(registry)
    else:
        registry.register(_Own())
    registry.register(_Directory())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class _Own(Collector):
    """The counters of this process alone: where it is the only one."""

    def collect(self):
        yield from _OWN.collect()
