"""One request at a time for each site, a moment apart."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

# Seconds between the end of a request and the next one to the same site.
PAUSE = 1.0


class Turns:
    """Shared by the threads that ask: whoever wants a site waits for its turn."""

    def __init__(self, pause: float = PAUSE) -> None:
        self._pause = pause
        self._guard = threading.Lock()
        self._locks: dict[str, threading.Lock] = {}
        self._ended: dict[str, float] = {}

    @contextmanager
    def of(self, host: str) -> Iterator[None]:
        with self._guard:
            lock = self._locks.setdefault(host, threading.Lock())
        with lock:
            since = time.monotonic() - self._ended.get(host, float("-inf"))
            if since < self._pause:
                time.sleep(self._pause - since)
            try:
                yield
            finally:
                self._ended[host] = time.monotonic()
