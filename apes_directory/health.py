"""What monitors and the way of restarting ask: is the process alive, is the site ready."""

from functools import cache

from django.db import DatabaseError
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

from apes_directory.backups.present import is_returning
from apes_directory.replicas.watch import watching

_PLAIN = "text/plain; charset=utf-8"
_ONLY_READING = "lecture seule : la base principale ne répond pas, rien ne peut être enregistré"


@never_cache
def alive(request: HttpRequest) -> HttpResponse:
    """« ok » from any process that answers at all, whatever its database does: starting it anew would not help that."""
    return HttpResponse("ok", content_type=_PLAIN)


@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    """« ok » when the database answers and has every table this program needs, else 503 with the reason (1 query).

    200 and « lecture seule » where the primary is gone and replicas are read meanwhile.
    """
    if is_returning():
        return HttpResponse("Retour à une sauvegarde en cours.", status=503, content_type=_PLAIN)
    if (watch := watching()) is not None and not watch.primary.answers():
        return _without_primary()
    applied = MigrationRecorder.Migration.objects.values_list("app", "name")
    try:
        missing = needed_migrations() - set(applied)
    except DatabaseError:
        return _without_primary()
    if missing:
        text = f"Migrations qui manquent à la base de données : {len(missing)}."
        return HttpResponse(text, status=503, content_type=_PLAIN)
    return HttpResponse("ok", content_type=_PLAIN)


def _without_primary() -> HttpResponse:
    if (watch := watching()) is not None and watch.usable():
        # A balancer that took this machine away would take away what still works.
        return HttpResponse(_ONLY_READING, content_type=_PLAIN)
    return HttpResponse("La base de données ne répond pas.", status=503, content_type=_PLAIN)


@cache
def needed_migrations() -> frozenset[tuple[str, str]]:
    """The migrations of this program, which a process reads once."""
    return frozenset(MigrationLoader(None).disk_migrations)
