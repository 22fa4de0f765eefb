"""What an installation needs once a day, done by one command that says nothing when all went well.

A chore is due when its last success is older than its rhythm; when each succeeded stands in ``DATA_DIR/upkeep.json``. One
that fails stops no other, and is due again the next day.
"""

import io
import json
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import close_old_connections, connection

from apes_directory.backups.making import make_and_forget
from apes_directory.error_digest import send_digest
from apes_directory.jobs import AdvisoryLock, FileLock, connection_parameters
from apes_directory.remains import forget_old_files

logger = logging.getLogger(__name__)
# Any number will do, as long as nothing else in this database takes it.
_ADVISORY_LOCK = 7_225_303
# A run that starts a little earlier than yesterday's must not find everything done.
_SLACK = timedelta(hours=6)
_NEVER = datetime(2000, 1, 1, tzinfo=UTC)


class Busy(Exception):
    """Another run is at work."""


@dataclass(frozen=True)
class Chore:
    """``name`` in French, for people; ``due`` tells whether this installation wants it at all."""

    key: str
    name: str
    every: timedelta
    do: Callable[[], object]
    wanted: Callable[[], bool] = lambda: True


def _command(name: str, **options) -> Callable[[], object]:
    """What commands say when they succeed is nobody's concern at night; what goes wrong they raise."""
    return lambda: call_command(name, verbosity=0, stdout=io.StringIO(), **options)


def _mail_is_on() -> bool:
    return settings.MAIL_IS_ON


def _back_up() -> None:
    make_and_forget(settings.BACKUP_DIR, public_key=settings.BACKUP_KEY)


def _tidy_database() -> None:
    """Statistics for the planner; on SQLite also the log of writes brought back into the file, which else only grows."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Also gives back the space of rows that are gone, erased persons' among them.
            cursor.execute("ANALYZE" if connection.in_atomic_block else "VACUUM (ANALYZE)")
            return
        # Also takes words of entries that are gone out of it.
        cursor.execute("INSERT INTO actors_search(actors_search) VALUES ('optimize')")
        cursor.execute("PRAGMA analysis_limit = 1000")
        cursor.execute("PRAGMA optimize")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


DAY, WEEK, MONTH = timedelta(days=1), timedelta(days=7), timedelta(days=30)
CHORES = (
    # First: whatever goes wrong later, there is a copy of before.
    Chore("backup", "sauvegarde", DAY, _back_up),
    Chore("jobs", "tâches de fond", DAY, _command("run_jobs", once=True), lambda: not settings.RUN_JOBS),
    Chore(
        "errors",
        "relevé des erreurs",
        DAY,
        send_digest,
        lambda: settings.MAIL_IS_ON and bool(settings.ADMIN_EMAIL),
    ),
    Chore("digests", "nouveautés par courriel", DAY, _command("send_digests", wet_run=True), _mail_is_on),
    Chore(
        "links",
        "vérification des liens",
        DAY,
        _command("check_links", limit=2_000),
        lambda: settings.CHECK_LINKS,
    ),
    Chore("retention", "données trop anciennes", DAY, _command("forget_old_data", wet_run=True)),
    Chore("files", "fichiers trop anciens", DAY, forget_old_files),
    Chore("database", "rangement de la base", WEEK, _tidy_database),
)


@dataclass(frozen=True)
class Done:
    """One chore of a run: ``error`` is '' when it succeeded."""

    chore: Chore
    seconds: float
    error: str = ""


class Journal:
    """When each chore last succeeded, in a file beside the data: what a person may read and delete."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> dict[str, datetime]:
        """Key -> moment; empty where nothing is known, an unreadable file included."""
        try:
            told = json.loads(self._path.read_text(encoding="utf-8"))
            return {key: datetime.fromisoformat(value) for key, value in told.items()}
        except (OSError, ValueError, AttributeError, TypeError):
            return {}

    def note(self, key: str, moment: datetime) -> None:
        known = self.read() | {key: moment}
        part = self._path.with_suffix(".part")
        part.write_text(
            json.dumps({name: at.isoformat() for name, at in known.items()}, indent=1), encoding="utf-8"
        )
        part.replace(self._path)


def journal() -> Journal:
    return Journal(Path(settings.DATA_DIR) / "upkeep.json")


def due(chores: tuple[Chore, ...], known: dict[str, datetime], now: datetime) -> list[Chore]:
    """Those wanted here whose last success is long enough ago, or in a future that a wrong clock told."""
    return [
        chore
        for chore in chores
        if chore.wanted()
        and not (
            chore.key in known
            and timedelta() <= now - known[chore.key] < chore.every - min(_SLACK, chore.every / 4)
        )
    ]


def late(chores: tuple[Chore, ...], known: dict[str, datetime], now: datetime) -> list[Chore]:
    """Those that should have been done two runs ago."""
    longest = timedelta(days=2)
    return [
        each for each in chores if each.wanted() and now - known.get(each.key, _NEVER) > each.every + longest
    ]


def run(chores: tuple[Chore, ...] = CHORES, *, every_one: bool = False) -> Iterator[Done]:
    """Do what is due, one after the other; raises Busy when another run is at work."""
    with _alone():
        notes = journal()
        now = datetime.now(UTC)
        todo = [chore for chore in chores if chore.wanted()] if every_one else due(chores, notes.read(), now)
        for chore in todo:
            close_old_connections()
            started = time.monotonic()
            try:
                chore.do()
                # On a full disk this fails as well, and stops no other.
                notes.note(chore.key, datetime.now(UTC))
            except Exception as error:
                # Told by the log as well: whoever reads only one of both must find it.
                logger.exception("The chore %s failed.", chore.key)
                yield Done(chore, time.monotonic() - started, f"{error}" or type(error).__name__)
            else:
                yield Done(chore, time.monotonic() - started)


@contextmanager
def _alone() -> Iterator[None]:
    lock = (
        FileLock(Path(settings.DATA_DIR) / "upkeep.lock")
        if connection.vendor == "sqlite"
        else AdvisoryLock(connection_parameters(), _ADVISORY_LOCK)
    )
    if not lock.take():
        raise Busy
    try:
        yield
    finally:
        lock.release()
