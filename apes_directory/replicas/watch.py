"""How the primary and its replicas are: asked once a second by a thread for each of them, in each process that serves.

A thread for each, since a server that is frozen answers nothing at all: it counts as gone once it was silent for
``PATIENCE`` seconds, whatever its connection says. How far a replica is behind is told by the directory's version,
which is all that visitors could notice: no right of PostgreSQL's is needed, and a replica that lost its primary, and so
has replayed all it received, is found out as well.
"""

import logging
import os
import socket
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache

import psycopg
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS
from django.db.backends.base.base import BaseDatabaseWrapper

from apes_directory.jobs import connection_parameters

logger = logging.getLogger(__name__)

# Seconds between two questions, and of silence after which a server is gone.
EVERY, PATIENCE = 1.0, 5.0
# Versions of the primary that are remembered with the moment they came.
_MOST_VERSIONS = 1000
_QUESTION = "SELECT pg_is_in_recovery(), (SELECT max(number) FROM territories_change)"


class Server:
    """One database as it was when it last answered."""

    def __init__(self, alias: str) -> None:
        self.alias = alias
        self.version: int | None = None
        self.in_recovery: bool | None = None
        # Monotonic seconds; None before anybody asked, when it is taken to be there.
        self._answered: float | None = None
        self._is_gone = False
        # Of each request that reads it now, its connection.
        self._read_by: set[BaseDatabaseWrapper] = set()

    @contextmanager
    def read_by(self, connection: BaseDatabaseWrapper) -> Iterator[None]:
        """A request reads it by this connection: it is not left waiting for a server that says nothing any more."""
        self._read_by.add(connection)
        try:
            yield
        finally:
            self._read_by.discard(connection)

    def free_readers(self) -> None:
        """End the connections of whoever still waits for it; theirs then fail, and they go elsewhere."""
        for connection in list(self._read_by):
            # A copy of the descriptor: closing it leaves theirs, which libpq closes. There may be none by now.
            with (
                suppress(psycopg.Error, OSError, AttributeError),
                socket.socket(fileno=os.dup(connection.connection.pgconn.socket)) as line,
            ):
                line.shutdown(socket.SHUT_RDWR)

    def is_silent(self) -> bool:
        """Whether it holds a question without answering it."""
        return self._answered is not None and time.monotonic() - self._answered > PATIENCE

    def answers(self) -> bool:
        """Whether it is worth asking."""
        return not self._is_gone and not self.is_silent()

    def heard(self, in_recovery: bool, version: int | None) -> None:
        if not self.answers():
            logger.warning("Database « %s » answers again.", self.alias)
        self.in_recovery, self.version = in_recovery, version or 0
        self._answered, self._is_gone = time.monotonic(), False

    def failed(self, error: BaseException | None = None) -> None:
        """It is left alone until it answers the watch again."""
        if not self._is_gone:
            told = type(error).__name__ if error else "no answer"
            logger.warning("Database « %s » is gone (%s): read elsewhere meanwhile.", self.alias, told)
        self._is_gone = True


class Watch:
    """All databases of one process. ``lag``: seconds that a replica may be behind."""

    def __init__(self, replicas: list[str], lag: float) -> None:
        self.primary = Server(DEFAULT_DB_ALIAS)
        self.replicas = [Server(alias) for alias in replicas]
        self._lag = lag
        # (monotonic seconds at which the primary was first seen with it, version), the newest last.
        self._versions: deque[tuple[float, int]] = deque(maxlen=_MOST_VERSIONS)
        self._started = False
        self._lock = threading.Lock()

    def start(self) -> None:
        """Have everyone asked from now on; called by the process that serves, after gunicorn split it off."""
        if self._started:
            return
        with self._lock:
            if self._started:
                return
            self._started = True
            for server in (self.primary, *self.replicas):
                name = f"watch-{server.alias}"
                threading.Thread(target=self._follow, args=(server,), name=name, daemon=True).start()

    def heard(self, server: Server, in_recovery: bool, version: int | None) -> None:
        """What a server answered."""
        if server is self.primary and (not self._versions or self._versions[-1][1] != version):
            self._versions.append((time.monotonic(), version or 0))
        server.heard(in_recovery, version)

    def seconds_behind(self, server: Server) -> float:
        """Seconds for which the primary has had a version that this replica does not have; 0 when it is not known."""
        if server.version is None:
            return 0.0
        for moment, version in self._versions:
            if version > server.version:
                return time.monotonic() - moment
        return 0.0

    def usable(self) -> list[Server]:
        """The replicas to read from, in the order they are named.

        Without a primary nothing newer is to be had: any that answers will do, the most advanced first.
        """
        # One that was made a primary goes its own way.
        present = [each for each in self.replicas if each.answers() and each.in_recovery is not False]
        if self.primary.answers():
            return [each for each in present if self.seconds_behind(each) <= self._lag]
        return sorted(present, key=lambda each: -(each.version or 0))

    def _free_from_silence(self) -> None:
        for server in (self.primary, *self.replicas):
            if server.is_silent():
                server.free_readers()

    def _follow(self, server: Server) -> None:
        ask = Asker(server.alias)
        while True:
            self._free_from_silence()
            try:
                self.heard(server, *ask())
            except psycopg.Error as error:
                server.failed(error)
            except Exception:
                logger.exception("The watch over « %s » failed.", server.alias)
                server.failed()
            time.sleep(EVERY)


class Asker:
    """Asks one server by a connection of its own, opened again when it broke."""

    def __init__(self, alias: str) -> None:
        self._parameters = connection_parameters(alias)
        self._connection: psycopg.Connection | None = None

    def __call__(self) -> tuple[bool, int | None]:
        """(whether it is a replica, its version); raises psycopg.Error."""
        try:
            if self._connection is None:
                self._connection = psycopg.connect(**self._parameters, autocommit=True)
            return self._connection.execute(_QUESTION).fetchone()
        except psycopg.Error:
            self.close()
            raise

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


@cache
def watching() -> Watch | None:
    """This process's watch over what DATABASE_REPLICA_URL names, None where it names nothing."""
    replicas = [alias for alias in settings.DATABASES if alias.startswith("replica_")]
    return Watch(replicas, settings.REPLICA_LAG_SECONDS) if replicas else None
