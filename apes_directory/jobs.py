"""The one background runner of the site: what must not happen in a visitor's request happens here.

A job is a callable ``() -> bool`` named in ``settings.JOBS``: it does one piece of what is due and
returns whether it did something. It asks the database what is due, so that nothing is lost when the
runner stops, and doing it twice does no harm. One runner works at a time per database; others wait.

Jobs that take much memory are named in ``settings.HEAVY_JOBS`` too, each with the question whether there is anything to
do: the runner asks it, and leaves the work to a process of its own, which takes its memory along when it ends.
"""

import fcntl
import logging
import os
import select
import signal
from collections.abc import Callable, Sequence
from functools import update_wrapper
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, close_old_connections, connection, connections
from django.utils.module_loading import import_string

from apes_directory.connections import give_up_if_left
from apes_directory.forked import Forked

Job = Callable[[], bool]

logger = logging.getLogger(__name__)

# Seconds between two rounds that found nothing to do: what an edit waits at most before its job starts.
IDLE_SECONDS = 2
# Any number will do, as long as nothing else in this database takes it.
_ADVISORY_LOCK = 7_225_302


class FileLock:
    """The lock beside an SQLite file: the kernel drops it with the process, however that ends.

    An SQLite database in WAL belongs to one machine, hence so does its lock.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def take(self) -> bool:
        """Whether it is ours now; does not wait, and costs nothing when it was ours before."""
        if self._descriptor is not None:
            return True
        self._path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        return True

    def release(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


class AdvisoryLock:
    """PostgreSQL's own lock of this database, held by a connection of its own, from whichever machine.

    The server drops it with the connection. Keep-alives let it notice in a minute a machine that
    went without a word. A proxy that shares connections between transactions (PgBouncer in
    transaction mode) would break it: such a site names the server itself in the runner's DATABASE_URL.
    """

    def __init__(self, parameters: dict, number: int = _ADVISORY_LOCK) -> None:
        self._parameters, self._number = parameters, number
        self._connection: psycopg.Connection | None = None

    def take(self) -> bool:
        """Whether it is ours now (1 query, which also finds out that the connection broke meanwhile)."""
        if self._connection is not None:
            try:
                self._connection.execute("SELECT 1")
            except psycopg.Error:
                self.release()
            else:
                return True
        # A plain connection: one of the pool would go back there with the lock.
        opened = psycopg.connect(**self._parameters, autocommit=True)
        try:
            opened.execute("SET tcp_keepalives_idle = 30")
            opened.execute("SET tcp_keepalives_interval = 10")
            opened.execute("SET tcp_keepalives_count = 3")
            taken = opened.execute("SELECT pg_try_advisory_lock(%s)", [self._number]).fetchone()[0]
        except psycopg.Error:
            opened.close()
            raise
        if not taken:
            opened.close()
            return False
        self._connection = opened
        return True

    def release(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def lock_of_database() -> FileLock | AdvisoryLock:
    """The lock that all runners of the default database share."""
    if connection.vendor == "sqlite":
        # A database in memory, as tests have, stands in no folder.
        place = (
            settings.DATA_DIR / "memory" if connection.is_in_memory_db() else connection.settings_dict["NAME"]
        )
        return FileLock(Path(f"{place}.jobs-lock"))
    return AdvisoryLock(connection_parameters())


def connection_parameters(alias: str = DEFAULT_DB_ALIAS) -> dict:
    """What psycopg needs to reach a database by a connection of its own."""
    parameters = connections[alias].get_connection_params()
    for of_django in ("cursor_factory", "context"):
        parameters.pop(of_django, None)
    return parameters


def jobs_of_settings() -> list[Job]:
    """The callables ``settings.JOBS`` names, in its order; raises ImportError on a name that is none."""
    return [
        Apart(import_string(name), import_string(settings.HEAVY_JOBS[name]))
        if name in settings.HEAVY_JOBS
        else import_string(name)
        for name in settings.JOBS
    ]


class Told(Exception):
    """A job failed, and whoever did it has logged why."""


class Apart:
    """A job whose pieces are done each by a process of its own, which takes the memory for it along when it ends."""

    # Exit codes: a piece was done, or none was left, which somebody else may have done meanwhile.
    _DONE, _NOTHING = 0, 3

    def __init__(self, job: Job, is_due: Callable[[], bool]) -> None:
        self._job, self._is_due = job, is_due
        update_wrapper(self, job)

    def __call__(self) -> bool:
        """Raises Told where the job failed, ChildProcessError where the system ended it: it wanted too much memory."""
        if not self._is_due():
            return False
        # Whoever ends the runner at once, ends this as well: the next runner begins it anew.
        code = Forked(self._work, name="annuaire-job", bound=True).wait()
        if code < 0:
            raise ChildProcessError(f"ended by {signal.Signals(-code).name}")
        if code not in (self._DONE, self._NOTHING):
            raise Told
        return code == self._DONE

    def _work(self) -> int:
        # Ctrl+C is told to all: the runner waits for what is begun, as with any other job.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        return self._DONE if self._job() else self._NOTHING


class Stop:
    """Whether SIGTERM or Ctrl+C was received; a pipe wakes the sleeper at once."""

    def __init__(self) -> None:
        self.asked = False
        self._reading, self._writing = os.pipe()
        self._before: dict[int, object] = {}

    def __enter__(self) -> "Stop":
        for number in (signal.SIGTERM, signal.SIGINT):
            self._before[number] = signal.signal(number, self.ask)
        return self

    def __exit__(self, *details) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        os.close(self._reading)
        os.close(self._writing)

    def ask(self, *_) -> None:
        if not self.asked:
            self.asked = True
            os.write(self._writing, b".")

    def sleep(self, seconds: float) -> None:
        select.select([self._reading], [], [], seconds)


class Runner:
    """Runs the jobs in rounds; ``parent`` is the process to end with, if any."""

    def __init__(
        self, jobs: Sequence[Job], lock: FileLock | AdvisoryLock, stop: Stop, parent: int | None = None
    ) -> None:
        self._jobs, self._lock, self._stop, self._parent = jobs, lock, stop, parent

    def run_once(self) -> bool:
        """Do everything due, then stop; False when another runner is at work, and nothing was done."""
        if not self._lock.take():
            return False
        try:
            failed: set[Job] = set()
            # One that fails would fail again: it waits for the next call.
            while not self._ended() and self._round(failed, without=failed):
                pass
        finally:
            self._lock.release()
        return True

    def run(self) -> None:
        """Run until asked to stop, or until the parent is gone; wait while another runner is at work."""
        try:
            while not self._ended():
                if not self._turn():
                    self._stop.sleep(IDLE_SECONDS)
        finally:
            self._lock.release()

    def _turn(self) -> bool:
        try:
            return self._lock.take() and self._round(set())
        except (OSError, psycopg.Error):
            # The database may be back in a moment, and nobody would start the runner again.
            logger.exception("The runner of jobs can't reach its lock.")
            return False

    def _round(self, failed: set[Job], without: frozenset[Job] | set[Job] = frozenset()) -> bool:
        """Call each job once; whether one of them did something. Those that raise go into ``failed``."""
        did_something = False
        for job in self._jobs:
            if job in without or self._ended():
                continue
            close_old_connections()
            give_up_if_left()
            try:
                did_something |= job()
            except Told:
                failed.add(job)
            except Exception:
                failed.add(job)
                logger.exception("The job %s failed.", f"{job.__module__}.{job.__qualname__}")
                _close_broken_connection()
        close_old_connections()
        return did_something

    def _ended(self) -> bool:
        return self._stop.asked or (self._parent is not None and os.getppid() != self._parent)


def _close_broken_connection() -> None:
    """A connection that a failed job left unusable must not fail the next one."""
    try:
        usable = connection.connection is None or connection.is_usable()
    except DatabaseError:
        usable = False
    if not usable:
        connection.close()
