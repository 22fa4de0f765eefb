"""The one background runner of the site: what must not happen in a visitor's request happens here.

A job is a callable ``() -> bool`` named in ``settings.JOBS``: it does one piece of what is due and
returns whether it did something. It asks the database what is due, so that nothing is lost when the
runner stops, and doing it twice does no harm. One runner works at a time per database; others wait.

Jobs that take much memory are named in ``settings.HEAVY_JOBS`` too: the process that did a piece of one ends, and takes
along what it held. ``keep_running()`` then has another one go on, from the little that it holds itself.
"""

import fcntl
import logging
import os
import select
import signal
import time
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
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
# Seconds between two looks at the process that runs the jobs, and at least between two that fail.
_LOOK, _AGAIN = 1, 5
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
        # A connection of its own: the lock lasts as long as it does.
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
            with suppress(psycopg.Error):
                # Of a connection that closes, the server lets go an instant later.
                self._connection.execute("SELECT pg_advisory_unlock(%s)", [self._number])
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
    return [import_string(name) for name in settings.JOBS]


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
    """Runs the jobs in rounds. ``heavy``: those after which ``run()`` ends, for another process to go on."""

    def __init__(
        self,
        jobs: Sequence[Job],
        lock: FileLock | AdvisoryLock,
        stop: Stop,
        heavy: Collection[Job] = (),
    ) -> None:
        self._jobs, self._lock, self._stop, self._heavy = jobs, lock, stop, heavy
        self._is_swollen = False

    def run_once(self) -> bool:
        """Do everything due, then stop; False when another runner is at work, and nothing was done."""
        if not self._lock.take():
            return False
        try:
            failed: set[Job] = set()
            # One that fails would fail again: it waits for the next call.
            while not self._stop.asked and self._round(failed, without=failed):
                pass
        finally:
            self._lock.release()
        return True

    def run(self) -> None:
        """Run until asked to stop, or until a heavy job did something; wait while another runner is at work."""
        try:
            while not self._stop.asked and not self._is_swollen:
                if not self._turn() and not self._is_swollen:
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
            if job in without or self._stop.asked:
                continue
            close_old_connections()
            give_up_if_left()
            did = True
            try:
                did = job()
                did_something |= did
            except Exception:
                failed.add(job)
                logger.exception("The job %s failed.", f"{job.__module__}.{job.__qualname__}")
                _close_broken_connection()
            self._is_swollen |= did and job in self._heavy
        close_old_connections()
        return did_something


def keep_running(parent: int | None = None) -> None:
    """Have a process run the jobs until asked to stop, or until ``parent`` is gone: another one whenever one ends.

    Asks no database itself, so that it stays small and each of them begins small.
    """
    with Stop() as stop:

        def is_over() -> bool:
            return stop.asked or (parent is not None and os.getppid() != parent)

        while not is_over():
            started = time.monotonic()
            runner = Forked(_run, name="annuaire-job", bound=True)
            while runner.poll() is None and not is_over():
                stop.sleep(_LOOK)
            if is_over():
                # It finishes what it is at.
                runner.terminate()
                runner.wait()
            elif runner.returncode:
                logger.error("The process of jobs ended with %s: another one is started.", runner.returncode)
                stop.sleep(max(0, started + _AGAIN - time.monotonic()))


def _run() -> int:
    with Stop() as stop:
        heavy = {import_string(name) for name in settings.HEAVY_JOBS}
        Runner(jobs_of_settings(), lock_of_database(), stop, heavy).run()
    return 0


def _close_broken_connection() -> None:
    """A connection that a failed job left unusable must not fail the next one."""
    try:
        usable = connection.connection is None or connection.is_usable()
    except DatabaseError:
        usable = False
    if not usable:
        connection.close()
