"""What an answer depends on besides its address: the version of the directory, and the program that made it."""

import datetime
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import http_date

from territories.models import Change

# Those whose text makes the answers: another release may tell the same rows otherwise.
_SOURCES = ("partners", "actors", "sources", "territories")


@dataclass(frozen=True)
class Stamp:
    """Version of the directory and when it was made; 0 and None before anything was published."""

    version: int
    at: datetime.datetime | None

    @classmethod
    def read(cls) -> "Stamp":
        """1 query."""
        newest = Change.objects.newest()
        return cls(newest.number, newest.at) if newest else cls(0, None)

    def etag(self, address: str) -> str:
        """Of the answer at an address, host and format included."""
        text = f"{self.version} {release()} {address}"
        return f'"{self.version}-{hashlib.sha256(text.encode()).hexdigest()[:16]}"'

    def unchanged(self, request: HttpRequest, address: str) -> HttpResponse | None:
        """304 for who has the answer at an address already, else None."""
        modified = self.last_modified
        seconds = int(modified.timestamp()) if modified else None
        response = get_conditional_response(request, etag=self.etag(address), last_modified=seconds)
        return response if response is not None and response.status_code == 304 else None

    def mark(self, response: HttpResponse, address: str) -> None:
        """To be kept by anybody, and asked about each time: the answer is then 304, in a few bytes."""
        response["ETag"] = self.etag(address)
        if modified := self.last_modified:
            response["Last-Modified"] = http_date(modified.timestamp())
        patch_cache_control(response, public=True, no_cache=True)

    @property
    def last_modified(self) -> datetime.datetime | None:
        """Of the directory, or of the program where that is newer: another release may tell the same rows otherwise.

        None within the second of the change: another one in it would go unnoticed, for HTTP dates have whole seconds.
        """
        if self.at is None or timezone.now() - self.at < datetime.timedelta(seconds=2):
            return None
        return max(self.at, installed())


@cache
def release() -> str:
    """Digest of the program's own text, read once for each process (some milliseconds)."""
    digest = hashlib.sha256()
    for path in _texts():
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


@cache
def installed() -> datetime.datetime:
    """When the newest of that text came to this machine, whatever date it says of itself."""
    return datetime.datetime.fromtimestamp(max(path.stat().st_ctime for path in _texts()), datetime.UTC)


def _texts() -> list[Path]:
    return [path for name in _SOURCES for path in sorted(Path(settings.BASE_DIR, name).rglob("*.py"))]
