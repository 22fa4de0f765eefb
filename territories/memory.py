"""What a process keeps in memory of one version of the directory, so that it is read once.

Every such memory is a :class:`Memory`: a page rendered from rows that are about to be rolled back (a preview)
must leave nothing behind for visitors, and one rule here holds for all of them.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Generic, TypeVar
from weakref import WeakSet

from django.db import connection

from territories.reading import in_snapshot, is_elsewhere

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
# Inside ``aside()``: what was read there, of every memory.
_aside: ContextVar[dict | None] = ContextVar("aside", default=None)
_every: WeakSet["Memory"] = WeakSet()


class Memory(Generic[V]):
    """The values last asked for, ``most`` of them, by a key that holds the version they are of.

    What is read in a transaction is not kept: it may show rows that nobody else sees yet, or ever. Inside
    :func:`aside` nothing kept is shown either: it is not what the transaction made, and what it reads later would
    be. ``of_territories``: no preview writes what these values are of, nor do they read anything later.

    What anonymous reading found elsewhere (``territories/reading.py``) is kept apart from what was read where editors
    write: the former is exactly of its version, whichever replica it came from, the latter may be newer. Versions go
    back there when a replica takes over from one that was ahead of it.
    """

    def __init__(self, most: int = 1, *, of_territories: bool = False) -> None:
        self._most, self._of_territories = most, of_territories
        self._here, self._elsewhere = _Kept(), _Kept()
        _every.add(self)

    @property
    def _side(self) -> "_Kept[V]":
        return self._elsewhere if is_elsewhere() else self._here

    @property
    def _kept(self) -> "OrderedDict[Hashable, V]":
        return self._side.values

    def get(self, key: Hashable, read: Callable[[], V]) -> V:
        """The value of ``key``, by ``read()`` where it is not kept; one thread reads, others wait for it.

        ``key``'s version is taken before: a value may be newer than its key says, and is then read again under the
        next one, never the other way round.
        """
        beside = _aside.get()
        if beside is not None and not (self._of_territories and key in self._kept):
            if (self, key) not in beside:
                beside[self, key] = read()
            return beside[self, key]
        try:
            return self._kept[key]
        except KeyError:
            pass
        if _may_not_be_kept():
            return read()
        with self._side.lock:
            if key not in self._kept:
                value = read()
                self._kept[key] = value
                while len(self._kept) > self._most:
                    self._kept.popitem(last=False)
                return value
            return self._kept[key]

    def get_many(self, keys: Iterable[K], read: Callable[[list[K]], dict[K, V]]) -> dict[K, V]:
        """The values of several keys, those that are not kept by one ``read()`` of all of them.

        Keys that ``read()`` has nothing for are left out. Two threads may read the same at once: these are small things.
        """
        keys = list(keys)
        beside = _aside.get()
        if beside is not None:
            if missing := [key for key in keys if (self, key) not in beside]:
                beside.update({(self, key): value for key, value in read(missing).items()})
            return {key: beside[self, key] for key in keys if (self, key) in beside}
        kept = {key: self._kept[key] for key in keys if key in self._kept}
        if missing := [key for key in keys if key not in kept]:
            found = read(missing)
            kept |= found
            if not _may_not_be_kept():
                with self._side.lock:
                    self._kept.update(found)
                    while len(self._kept) > self._most:
                        self._kept.popitem(last=False)
        return kept

    def last(self) -> V | None:
        """What was read last, which may be of an earlier version (no query); None before anything was."""
        kept = list(self._kept.values())
        return kept[-1] if kept else None

    def forget(self) -> None:
        """Drop what is kept of the database that is read here; what others read goes on."""
        self._kept.clear()

    def forget_everything(self) -> None:
        """Drop what is kept of any: for tests, whose rows change without a version."""
        self._here.values.clear()
        self._elsewhere.values.clear()


class _Kept(Generic[V]):
    """By key, the last asked for at the end."""

    def __init__(self) -> None:
        self.values: OrderedDict[Hashable, V] = OrderedDict()
        self.lock = threading.Lock()


@contextmanager
def aside() -> Iterator[None]:
    """What is read in here is read from the rows as they are in this transaction, once, and forgotten with the block."""
    token = _aside.set({})
    try:
        yield
    finally:
        _aside.reset(token)


def is_aside() -> bool:
    """Whether this is inside :func:`aside`: nothing kept tells what is in the rows."""
    return _aside.get() is not None


def forget_all() -> None:
    """Drop all that is in memory: for tests, each of which is rolled back with its versions."""
    for memory in _every:
        memory.forget_everything()


def _may_not_be_kept() -> bool:
    """A transaction where one writes may hold what nobody else sees; elsewhere it is what makes a version exact."""
    if is_elsewhere():
        return not in_snapshot()
    # The blocks a test case wraps around a whole test are nobody's transaction.
    return any(not block._from_testcase for block in connection.atomic_blocks)
