"""How many files may be on their way at once: each holds a thread of the server until its reader has all of it."""

import threading
import weakref

from django.conf import settings
from django.http import FileResponse, StreamingHttpResponse


class Full(Exception):
    """No place is free now."""


class Place:
    """One that was taken; it is free again once it is left, or once nobody holds it any more (a fault on the way)."""

    def __init__(self, free: threading.Semaphore) -> None:
        # Called once, however often it is asked.
        self.leave = weakref.finalize(self, free.release)


class Places:
    """Those of one process."""

    def __init__(self, most: int) -> None:
        self._free = threading.BoundedSemaphore(most)

    def take(self) -> Place:
        """Raises :class:`Full` rather than wait, which would hold a thread as well."""
        if not self._free.acquire(blocking=False):
            raise Full
        return Place(self._free)


class _Held:
    """A response that holds a place until it is closed: the server closes it sent, broken off or failed alike."""

    place: Place | None = None

    def close(self) -> None:
        try:
            super().close()
        finally:
            if self.place:
                self.place.leave()


class StreamedFile(_Held, StreamingHttpResponse):
    """A file that is made while it is sent."""


class StoredFile(_Held, FileResponse):
    """A file that stands on the disk."""


PLACES = Places(settings.DOWNLOADS_AT_ONCE)
