"""How any of our feeds is answered: made when it changed, and not otherwise."""

from collections.abc import Callable

from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse

from partners.api.stamp import Stamp


def answered(request: HttpRequest, make: Callable[[Stamp], Feed]) -> HttpResponse:
    """The feed that ``make`` gives for the present version; 304 for whoever has it (1 query)."""
    stamp, address = Stamp.read(), request.build_absolute_uri()
    if unchanged := stamp.unchanged(request, address):
        response = unchanged
    else:
        response = make(stamp)(request)
        # Django's date is that of the latest entry; a deletion is no entry and changes the feed.
        del response["Last-Modified"]
    stamp.mark(response, address)
    return response
