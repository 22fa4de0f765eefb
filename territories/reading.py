"""Which database this thread reads: the primary, or one to which anonymous reading was sent.

It stands on the ground floor because memories ask (``territories/memory.py``); who decides is
``apes_directory/replicas``. Nothing here costs a query.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import DEFAULT_DB_ALIAS, connections, transaction

_alias: ContextVar[str] = ContextVar("reading", default=DEFAULT_DB_ALIAS)


def database() -> str:
    """Alias of the database that rows are read from here and now."""
    return _alias.get()


def is_elsewhere() -> bool:
    """Whether reading was sent away from where editors read and write."""
    return _alias.get() != DEFAULT_DB_ALIAS


def in_snapshot() -> bool:
    """Whether all that is read here is of one state of the directory, its version included."""
    return is_elsewhere() and connections[_alias.get()].in_atomic_block


@contextmanager
def reading(alias: str) -> Iterator[None]:
    """What is read in here is read from that database; writes go to the primary all the same."""
    token = _alias.set(alias)
    try:
        yield
    finally:
        _alias.reset(token)


@contextmanager
def snapshot(alias: str) -> Iterator[None]:
    """The same, of one state of it: the settings of these databases make their transactions REPEATABLE READ."""
    with reading(alias), transaction.atomic(using=alias):
        yield


def read_from(alias: str, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Pieces of a long answer, made one by one from that database after its view returned.

    Between two pieces the thread reads what it read before: whoever asks for them may leave in the middle, and
    what is left is then closed at any time.
    """
    try:
        while True:
            with reading(alias):
                piece = next(pieces, None)
            if piece is None:
                return
            yield piece
    finally:
        if hasattr(pieces, "close"):
            with reading(alias):
                pieces.close()
