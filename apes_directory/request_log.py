import logging
import time
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse

logger = logging.getLogger("annuaire.requests")


class RequestLogMiddleware:
    """A line for each answer: which view, how it went, how long it took; never who asked, nor for what exactly.

    Off unless LOG_REQUESTS is on: the metrics tell the same in figures.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not settings.LOG_REQUESTS:
            raise MiddlewareNotUsed
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        response = self._get_response(request)
        match = request.resolver_match
        view = match.view_name if match else None
        milliseconds = round(1000 * (time.perf_counter() - started), 1)
        logger.info(
            "%s %s %s in %s ms",
            request.method,
            view,
            response.status_code,
            milliseconds,
            extra={
                "method": request.method,
                "view": view,
                "status": response.status_code,
                "ms": milliseconds,
            },
        )
        return response
