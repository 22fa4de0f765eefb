"""What monitors and the way of restarting ask: is the process alive, is the site ready."""

from functools import cache

from django.db import DatabaseError
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

_PLAIN = "text/plain; charset=utf-8"


@never_cache
def alive(request: HttpRequest) -> HttpResponse:
    """« ok » from any process that answers at all, whatever its database does: starting it anew would not help that."""
    return HttpResponse("ok", content_type=_PLAIN)


@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    """« ok » when the database answers and has every table this program needs, else 503 with the reason (1 query)."""
    applied = MigrationRecorder.Migration.objects.values_list("app", "name")
    try:
        missing = _needed() - set(applied)
    except DatabaseError:
        return HttpResponse("La base de données ne répond pas.", status=503, content_type=_PLAIN)
    if missing:
        text = f"Migrations qui manquent à la base de données : {len(missing)}."
        return HttpResponse(text, status=503, content_type=_PLAIN)
    return HttpResponse("ok", content_type=_PLAIN)


@cache
def _needed() -> frozenset[tuple[str, str]]:
    """The migrations of this program, which a process reads once."""
    return frozenset(MigrationLoader(None).disk_migrations)
