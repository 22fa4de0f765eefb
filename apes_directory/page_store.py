"""Where pages are kept: in the memory of each process, or in the Redis that CACHE_URL names."""

import logging
import time

from django.core.cache.backends.base import BaseCache

logger = logging.getLogger(__name__)

# Bytes of one packed page: nothing larger is kept, so that so many pages are so many megabytes at most.
LARGEST = 100_000
# Seconds a page is kept unasked; the version makes it useless long before.
_KEPT_FOR = 24 * 3600
# Seconds without asking a cache that failed: pages are made anew meanwhile, none waits for it.
_PAUSE = 10


class PlainBytes:
    """Bytes as they are: what another machine may write into Redis must not be unpickled."""

    def dumps(self, value: bytes) -> bytes:
        return value

    def loads(self, value: bytes) -> bytes:
        return value


class PageStore:
    """A cache that may fail: pages are then made anew."""

    def __init__(self, cache: BaseCache) -> None:
        self._cache = cache
        self._silent_until = 0.0
        self._errors = _errors_of(cache)

    def get(self, name: str) -> bytes | None:
        return self._try(lambda: self._cache.get(name))

    def set(self, name: str, page: bytes) -> None:
        if len(page) <= LARGEST:
            self._try(lambda: self._cache.set(name, page, _KEPT_FOR))

    def _try(self, ask):
        if time.monotonic() < self._silent_until:
            return None
        try:
            return ask()
        except self._errors as error:
            self._silent_until = time.monotonic() + _PAUSE
            # Its text may hold the address, and with it a password.
            logger.warning(
                "The shared cache fails (%s): pages are made anew for %s s.", type(error).__name__, _PAUSE
            )
            return None


def _errors_of(cache: BaseCache) -> tuple[type[Exception], ...]:
    """What a cache of this kind raises when its server can't be reached; nothing of a process's own memory."""
    if not type(cache).__module__.endswith(".redis"):
        return ()
    from redis.exceptions import RedisError

    return (RedisError, OSError)
