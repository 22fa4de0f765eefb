"""A file that cannot be had now: people get a page that says when, programs a problem document."""

import logging

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers, patch_vary_headers

from partners.problems import MEDIA_TYPE, problem_response

logger = logging.getLogger(__name__)

# Seconds.
_RETRY_AFTER = 30
_WHY = "L’annuaire envoie déjà autant de fichiers qu’il peut à la fois : réessayez dans une demi-minute."


def busy_response(request: HttpRequest) -> HttpResponse:
    """503 with ``Retry-After``, which curl and others obey by themselves."""
    if request.get_preferred_type([MEDIA_TYPE, "application/json", "text/html"]) == "text/html":
        response = render(request, "partners/busy.html", status=503)
    else:
        response = problem_response(503, _WHY)
    response["Retry-After"] = str(_RETRY_AFTER)
    patch_vary_headers(response, ["Accept"])
    add_never_cache_headers(response)
    response["X-Robots-Tag"] = "noindex"
    # Full for half a minute is no error of ours, which Django would call it, and no mail to whoever keeps the site.
    response._has_been_logged = True
    logger.warning("As many files as may be are on their way: %s is told to come back.", request.path)
    return response
