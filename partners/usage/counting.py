"""Counts kept in memory and written once a minute: no request waits for them, and none costs a query.

A process that is killed loses a minute at most; one that ends writes first.
"""

import atexit
import datetime
import logging
import threading
from collections import Counter

from django.conf import settings
from django.db import Error, connection, transaction
from django.utils import timezone

from partners.models import UsageCount

# Of one day: a script that makes names up fills no disk.
MOST_HOSTS = 300
OTHER_HOSTS = "(autres)"
# Different things counted between two writes.
_MOST_KEPT = 5_000
_KEPT_MONTHS = 25

logger = logging.getLogger(__name__)
Key = tuple[datetime.date, str, str, str]


class Buffer:
    """The counts of this process that are not written yet."""

    def __init__(self) -> None:
        self._counts: Counter[Key] = Counter()
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None
        self._at_exit = False

    def add(self, kind: str, name: str, host: str = "") -> None:
        key = (timezone.localdate(), kind, name[:60], host)
        with self._lock:
            if key not in self._counts and len(self._counts) >= _MOST_KEPT:
                return
            self._counts[key] += 1
            if self._timer is None and settings.USAGE_WRITTEN_EVERY:
                self._timer = threading.Timer(settings.USAGE_WRITTEN_EVERY, self._due)
                self._timer.daemon = True
                self._timer.start()
                if not self._at_exit:
                    atexit.register(self._due)
                    self._at_exit = True

    def _due(self) -> None:
        try:
            self.write()
        except Error:
            logger.exception("Counts of use could not be written; they wait for the next time.")
        finally:
            # This thread's own connection: nobody else will use it.
            connection.close()

    def write(self) -> int:
        """Add all that waits to the rows of its day; returns how many rows (3 queries at most for each, 1 for each day)."""
        with self._lock:
            counts, self._counts = self._counts, Counter()
            self._timer = None
        if not counts:
            return 0
        try:
            return _written(counts)
        except BaseException:
            # Whatever stopped it took the transaction along: nothing of it is counted yet.
            with self._lock:
                self._counts.update(counts)
            raise


buffer = Buffer()


@transaction.atomic
def _written(counts: Counter[Key]) -> int:
    known = {day: UsageCount.objects.hosts_of(day) for day in {key[0] for key in counts}}
    bounded: Counter[Key] = Counter()
    for (day, kind, name, host), count in counts.items():
        if host and host not in known[day]:
            if len(known[day]) >= MOST_HOSTS:
                host = OTHER_HOSTS
            known[day].add(host)
        bounded[day, kind, name, host] += count
    # In one order for all processes: two that raise the same rows never wait for each other.
    for key in sorted(bounded):
        UsageCount.objects.add(*key, bounded[key])
    return len(bounded)


def forget_old() -> bool:
    """The job that deletes counts older than 25 months; whether there was any (1 query when none)."""
    today = timezone.localdate()
    months = today.year * 12 + today.month - 1 - _KEPT_MONTHS
    old = UsageCount.objects.filter(day__lt=datetime.date(months // 12, months % 12 + 1, 1))
    if not old.exists():
        return False
    old.delete()
    return True
