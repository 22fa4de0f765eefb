"""One at a time: whoever migrates or fills a database has it for themselves, from whichever machine."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

from apes_directory.jobs import AdvisoryLock, FileLock, connection_parameters

# Any number will do, as long as nothing else in this database takes it.
_ADVISORY_LOCK = 7_225_304
_AGAIN = 0.3
WAITING = "une autre commande la prépare en ce moment : attente…"


@contextmanager
def alone(say: Callable[[str], object]) -> Iterator[None]:
    """Wait, without end, for others that prepare the default database; the lock goes with the process, however that ends."""
    lock = _lock()
    if lock is not None and not lock.take():
        say(WAITING)
        while not lock.take():
            time.sleep(_AGAIN)
    try:
        yield
    finally:
        if lock is not None:
            lock.release()


def _lock() -> FileLock | AdvisoryLock | None:
    if connection.vendor == "postgresql":
        return AdvisoryLock(connection_parameters(), _ADVISORY_LOCK)
    # One in memory is nobody else's.
    if connection.is_in_memory_db():
        return None
    return FileLock(Path(f"{connection.settings_dict['NAME']}.prepare-lock"))
