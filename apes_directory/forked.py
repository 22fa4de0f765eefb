"""A process that goes on from this one with some work, and shares with it what both have in memory.

A new Python would load the whole program again, 80 MB of it; a child made by fork holds only what it changes. The price
is care: what belongs to one process alone is put away on each side (threads, connections, handlers of signals).
"""

import ctypes
import logging
import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress

from django.db import connections

logger = logging.getLogger(__name__)

_PR_SET_PDEATHSIG, _PR_SET_NAME = 1, 15
# Seconds between two looks at a child that is waited for with a limit.
_LOOK = 0.05


class Forked:
    """A child that calls ``work()`` and ends with the exit code it returns, 1 where it raises.

    To be made by the main thread of a process without others. ``name`` (15 letters at most) is what `ps` calls it;
    ``bound``: it ends at once, whatever it is at, when this process ends. As ``subprocess.Popen``: ``pid``, ``returncode``.
    """

    def __init__(self, work: Callable[[], int], *, name: str, bound: bool = False) -> None:
        self.returncode: int | None = None
        # A connection that two processes write to is of use to neither.
        let_connections_go()
        # What waits here to be written would be written twice.
        sys.stdout.flush()
        sys.stderr.flush()
        parent = os.getpid()
        # A signal to the child waits until the child has handlers of its own.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
        self.pid = os.fork()
        if self.pid == 0:
            _be_child(work, name, parent if bound else None, before)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def poll(self) -> int | None:
        """The exit code, a signal's number below 0, None while it runs; 0 where somebody else has asked for it."""
        return self._asked(os.WNOHANG)

    def wait(self, timeout: float | None = None) -> int:
        """Raises TimeoutError when it still runs after so many seconds."""
        if timeout is None:
            return self._asked(0)
        deadline = time.monotonic() + timeout
        while self.poll() is None:
            if time.monotonic() > deadline:
                raise TimeoutError
            time.sleep(_LOOK)
        return self.returncode

    def terminate(self) -> None:
        self._send(signal.SIGTERM)

    def kill(self) -> None:
        self._send(signal.SIGKILL)

    def _send(self, number: int) -> None:
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def _asked(self, options: int) -> int | None:
        if self.returncode is None:
            try:
                pid, status = os.waitpid(self.pid, options)
            except ChildProcessError:
                # gunicorn's master asks for every child that ended.
                self.returncode = 0
            else:
                self.returncode = os.waitstatus_to_exitcode(status) if pid else None
        return self.returncode


def let_connections_go() -> None:
    """Close this thread's connections to databases, and their pools, whose threads no fork takes along."""
    for connection in connections.all(initialized_only=True):
        connection.close()
        if hasattr(connection, "close_pool"):
            connection.close_pool()


def _be_child(work: Callable[[], int], name: str, bound_to: int | None, mask: set) -> None:
    code = 1
    try:
        for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
            # Handlers of the parent speak of its own children; those below Python are left as they are.
            if callable(signal.getsignal(number)):
                signal.signal(number, signal.SIG_DFL)
        _tell_kernel(name, bound_to)
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        code = work()
        let_connections_go()
    except BaseException:
        logger.exception("The process %s failed.", name)
    finally:
        # Nothing that the parent meant for its own end is done here.
        with suppress(OSError, ValueError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _tell_kernel(name: str, bound_to: int | None) -> None:
    """prctl(2), of Linux alone: elsewhere a child has its parent's name, and outlives it by what it is at."""
    with suppress(AttributeError, OSError):
        prctl = ctypes.CDLL(None).prctl
        prctl(_PR_SET_NAME, name.encode())
        if bound_to is not None:
            prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if bound_to is not None and os.getppid() != bound_to:
        # It went before that was said.
        os._exit(1)
