"""The snapshot of the present version: the last one with what changed since, or all read anew."""

from actors.index import reading, updating
from actors.index.columns import Snapshot
from actors.index.reading import APES_SLUG
from territories.memory import Memory, is_aside
from territories.models import Change

__all__ = ["APES_SLUG", "Snapshot", "at_hand", "current", "forget"]

_memory: Memory[Snapshot] = Memory()


def current() -> Snapshot:
    """The snapshot of the present version (1 query; after a change about 20 more, and rows of those it touched)."""
    version = Change.objects.version()
    return _memory.get(version, lambda: _of(version))


def _of(version: int) -> Snapshot:
    # A preview shows rows of which no change tells.
    base = None if is_aside() else _memory.last()
    if base is not None and (snapshot := updating.updated(base, version)) is not None:
        return snapshot
    if not is_aside():
        # Two of them at once would take twice the memory; who is being served holds the old one until then.
        del base
        forget()
    return reading.read(version)


def at_hand() -> Snapshot | None:
    """The snapshot this process last read, which may be of an earlier version (no query); None before the first."""
    return _memory.last()


def forget() -> None:
    """Drop the snapshot in memory."""
    _memory.forget()
