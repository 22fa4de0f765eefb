"""How many requests one address may make in a minute, counted by all processes of this machine together."""

import hashlib
import hmac
import math
import mmap
import os
import struct
import time

from django.conf import settings
from django.http import HttpRequest
from rest_framework.throttling import BaseThrottle

from actors.visitors import visitor_address

WINDOW = 60
_CELL = struct.Struct("=II")
_CELLS = 1 << 16


class SharedCounts:
    """Requests of each address in the present minute: a table in memory that processes share.

    gunicorn loads the application before it splits into processes, so that an anonymous map is common to all; no
    cache server, no file, no query. Addresses are hashed to one of 65,536 cells by a key of this start: none is kept,
    and two that meet in one cell share its limit, which is generous. Two processes that count in the same instant may
    lose one count; nobody is harmed.
    """

    def __init__(self) -> None:
        self._table = mmap.mmap(-1, _CELL.size * _CELLS)
        self._key = os.urandom(16)

    def add(self, client: str, now: float) -> int:
        """Count one request; returns how many there are in this minute, itself included."""
        digest = hmac.digest(self._key, client.encode(), hashlib.sha256)
        offset = int.from_bytes(digest[:4], "big") % _CELLS * _CELL.size
        minute, count = _CELL.unpack_from(self._table, offset)
        present = int(now // WINDOW) & 0xFFFFFFFF
        count = count + 1 if minute == present else 1
        _CELL.pack_into(self._table, offset, present, min(count, 0xFFFFFFFF))
        return count

    def forget(self) -> None:
        """Begin anew: for tests."""
        self._table[:] = bytes(len(self._table))


counts = SharedCounts()


def allowed(request: HttpRequest) -> bool:
    """Count one request: ``settings.API_RATE`` a minute for each address, 0 for as many as they like."""
    return not settings.API_RATE or counts.add(visitor_address(request), time.time()) <= settings.API_RATE


def seconds_left() -> int:
    """Until the next minute."""
    return math.ceil(WINDOW - time.time() % WINDOW)


class AddressThrottle(BaseThrottle):
    """The same for REST framework."""

    def allow_request(self, request, view) -> bool:
        return allowed(request)

    def wait(self) -> float:
        return seconds_left()
