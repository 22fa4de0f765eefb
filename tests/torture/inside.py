"""What only a process of the server can tell: how its own connections are set. No installation has this address."""

from collections.abc import Callable

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse

ADDRESS = "/torture/connexion"
# As SQLite numbers them.
FULL = 2


class Inside:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path != ADDRESS:
            return self._get_response(request)
        with connection.cursor() as cursor:
            return JsonResponse({name: _told(cursor, name) for name in _asked()})


def _asked() -> tuple[str, ...]:
    return (
        ("synchronous", "journal_mode") if connection.vendor == "sqlite" else ("synchronous_commit", "fsync")
    )


def _told(cursor, name: str):
    cursor.execute(f"PRAGMA {name}" if connection.vendor == "sqlite" else f"SHOW {name}")
    return cursor.fetchone()[0]
