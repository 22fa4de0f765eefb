"""Memory that a process took and has no use for, given back to the system, which small machines have need of.

The C library keeps what each thread and each large block once took, for later; Python keeps what only leads back to itself
until a quarter of all it holds is new. Standard library only: gunicorn asks before anything else is loaded.
"""

import ctypes
import gc
from collections.abc import Iterator
from contextlib import contextmanager, suppress

# Of malloc.h, glibc's.
_ARENA_MAX, _MMAP_THRESHOLD = -8, -3


def keep_little() -> None:
    """Have this process and its children give large blocks back at once, and share two arenas among their threads."""
    with _glibc() as libc:
        libc.mallopt(_ARENA_MAX, 2)
        libc.mallopt(_MMAP_THRESHOLD, 256 * 1024)


def give_back() -> None:
    """Give back what is free in between (5 to 15 MB of a worker; some milliseconds)."""
    with _glibc() as libc:
        libc.malloc_trim(0)


def share_what_is_loaded() -> None:
    """What is loaded by now lives as long as the process: unless it is looked through again and again, children share it
    (20 to 30 MB less for two of them)."""
    gc.collect()
    gc.freeze()


@contextmanager
def _glibc() -> Iterator[ctypes.CDLL]:
    # Another C library has no such functions, nor the habit.
    with suppress(AttributeError, OSError):
        yield ctypes.CDLL(None)
