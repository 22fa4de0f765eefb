"""What visitors and editors are told while the database does not answer, or can't write: 503, in French, instead of an
error of ours.

``server_error`` is where every exception that nobody caught ends (``handler500``). An answer made here says so
(``is_outage()``), so that whoever reads another database as well may try there.
"""

import enum
import errno
import logging
import sys

from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.cache import add_never_cache_headers

from partners.problems import problem_response
from partners.views import failure

logger = logging.getLogger(__name__)
# Seconds after which programs and search engines ask again.
RETRY_AFTER = 30
_TITLE = "Base de données indisponible"


class Reason(enum.Enum):
    """Why nothing can be read or written now; the value is what a visitor, or a program, is told of it."""

    GONE = "La base de données de l’annuaire ne répond pas."
    FULL = "Le disque de l’annuaire est plein."
    SPOILT = "La base de données de l’annuaire est abîmée."
    BUSY = "D’autres enregistrements sont en cours dans l’annuaire, et celui-ci a attendu trop longtemps."


# Classes of PostgreSQL's SQLSTATE that say the server is gone, going, coming or full, or that a replica drops
# an old reading; no state at all: the connection itself failed.
_GONE = ("08", "57P", "53300", "58", "40001", "57014", "25006")
# What SQLite names its errors, and states of PostgreSQL's, by their beginnings.
_TOLD: dict[tuple[str, ...], Reason] = {
    ("SQLITE_FULL", "SQLITE_IOERR_WRITE", "53100"): Reason.FULL,
    ("SQLITE_CORRUPT", "SQLITE_NOTADB", "XX001", "XX002"): Reason.SPOILT,
    ("SQLITE_BUSY", "SQLITE_LOCKED"): Reason.BUSY,
    ("SQLITE_CANTOPEN", "SQLITE_IOERR", "SQLITE_READONLY", "SQLITE_PERM"): Reason.GONE,
}
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_LOGGED = {
    Reason.GONE: "The database does not answer.",
    Reason.FULL: "The disk is full: nothing can be written.",
    Reason.SPOILT: "The database is spoilt: see manage.py diagnostic, then manage.py restore.",
    Reason.BUSY: "The database is locked by another writer for too long.",
}


def is_gone(error: BaseException | None) -> bool:
    """Whether this says that the database can't be asked, rather than that it was asked something wrong."""
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    cause = error.__cause__
    if not type(cause).__module__.startswith("psycopg"):
        return False
    state = getattr(cause, "sqlstate", None)
    return state is None or state.startswith(_GONE)


def reason_of(error: BaseException | None) -> Reason | None:
    """Which of them an exception tells; None for any other, a mistake of ours for instance."""
    if isinstance(error, OSError):
        # Neither can an upload be kept aside, nor a file of ours written.
        return Reason.FULL if error.errno in _NO_ROOM else None
    if is_gone(error):
        return Reason.GONE
    if not isinstance(error, DatabaseError):
        return None
    cause = error.__cause__
    told = getattr(cause, "sqlite_errorname", None) or getattr(cause, "sqlstate", None) or ""
    return next((reason for beginnings, reason in _TOLD.items() if told.startswith(beginnings)), None)


def server_error(request: HttpRequest) -> HttpResponse:
    """The page of an error that nobody caught: 503 where it is the database's or the disk's, otherwise 500."""
    error = sys.exc_info()[1]
    reason = reason_of(error)
    if reason is None:
        return failure.server_error(request)
    # One line without a traceback: nothing is wrong with the program. What only a person mends is an error.
    level = logging.ERROR if reason in {Reason.FULL, Reason.SPOILT} else logging.WARNING
    logger.log(level, "%s (%s)", _LOGGED[reason], type(error.__cause__ or error).__name__)
    return unavailable(request, reason=reason)


def unavailable(
    request: HttpRequest, *, readable: bool = False, reason: Reason = Reason.GONE
) -> HttpResponse:
    """503 (no query). ``readable``: public pages go on meanwhile."""
    if request.path.startswith("/api/"):
        detail = f"{reason.value} La panne est de notre côté. Réessayez dans quelques minutes."
        response = problem_response(503, detail, title=_TITLE)
    else:
        writing = request.method not in {"GET", "HEAD"} or request.path.startswith("/admin/")
        told = {"writing": writing, "readable": readable, "why": reason.value, "reason": reason.name.lower()}
        page = render_to_string("503.html", told)
        response = HttpResponse(page, status=503)
    response["Retry-After"] = str(RETRY_AFTER)
    add_never_cache_headers(response)
    # Another database may answer where this one is gone; none has more room.
    response.is_outage = reason is Reason.GONE
    # It is told above, or by who watches the databases: Django would log it as an error of ours.
    response._has_been_logged = True
    return response


def is_outage(response: HttpResponse) -> bool:
    return getattr(response, "is_outage", False)
