"""What visitors and editors are told while the database does not answer: 503, in French, instead of an error of ours.

``server_error`` is where every exception that nobody caught ends (``handler500``). An answer made here says so
(``is_outage()``), so that whoever reads another database as well may try there.
"""

import logging
import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.cache import add_never_cache_headers

from partners.problems import problem_response
from partners.views import failure

logger = logging.getLogger(__name__)
# Seconds after which programs and search engines ask again.
RETRY_AFTER = 30
_TITLE = "Base de données indisponible"
_DETAIL = "La base de données de l’annuaire ne répond pas : la panne est de notre côté. Réessayez dans quelques minutes."
# Classes of PostgreSQL's SQLSTATE that say the server is gone, going, coming or full, or that a replica drops
# an old reading; no state at all: the connection itself failed.
_GONE = ("08", "57P", "53300", "58", "40001", "57014", "25006")


def is_gone(error: BaseException | None) -> bool:
    """Whether this says that the database can't be asked, rather than that it was asked something wrong."""
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    cause = error.__cause__
    if not type(cause).__module__.startswith("psycopg"):
        return False
    state = getattr(cause, "sqlstate", None)
    return state is None or state.startswith(_GONE)


def server_error(request: HttpRequest) -> HttpResponse:
    """The page of an error that nobody caught: 503 where the database is gone, otherwise 500."""
    error = sys.exc_info()[1]
    if not is_gone(error):
        return failure.server_error(request)
    # One line without a traceback: nothing is wrong with the program.
    logger.warning("The database does not answer (%s).", type(error.__cause__ or error).__name__)
    return unavailable(request)


def unavailable(request: HttpRequest, *, readable: bool = False) -> HttpResponse:
    """503 (no query). ``readable``: public pages go on meanwhile."""
    if request.path.startswith("/api/"):
        response = problem_response(503, _DETAIL, title=_TITLE)
    else:
        writing = request.method not in {"GET", "HEAD"} or request.path.startswith("/admin/")
        page = render_to_string("503.html", {"writing": writing, "readable": readable})
        response = HttpResponse(page, status=503)
    response["Retry-After"] = str(RETRY_AFTER)
    add_never_cache_headers(response)
    response.is_outage = True
    # It is told above, or by who watches the databases: Django would log it as an error of ours.
    response._has_been_logged = True
    return response


def is_outage(response: HttpResponse) -> bool:
    return getattr(response, "is_outage", False)
