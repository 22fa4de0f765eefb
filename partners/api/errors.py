"""Every error of the API as a problem document of RFC 9457, in French."""

from django.core.exceptions import SuspiciousOperation
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response

from partners.api.asking import Refused
from partners.lasting import Gone, Moved
from partners.problems import MEDIA_TYPE, MOVED, NOT_FOUND, RENAMED, gone_text, problem, too_many_text


class Elsewhere(Exception):
    """What is asked for has another address by now, or none. ``location``: that address."""

    def __init__(self, fate: Moved | Gone, location: str = "") -> None:
        super().__init__(fate)
        self.fate, self.location = fate, location


def handle(error: Exception, context: dict) -> Response | None:
    """The problem document of an error; None for what is a fault of ours, which Django then reports."""
    told = _told(error)
    if told is None:
        return None
    status, detail, more, headers = told
    if location := headers.get("Location"):
        # What was asked of the old address is asked of the new one.
        query = context["request"].META.get("QUERY_STRING", "")
        headers = {**headers, "Location": f"{location}?{query}" if query else location}
    # Nothing of this lasts: a merger can be undone, a deleted entry brought back, for thirty days.
    headers = {"Cache-Control": "no-cache", **headers}
    return Response(problem(status, detail, **more), status=status, headers=headers, content_type=MEDIA_TYPE)


def _told(error: Exception) -> tuple[int, str, dict, dict] | None:
    if isinstance(error, Refused):
        errors = [{"parameter": name, "detail": detail} for name, detail in error.errors]
        first = error.errors[0]
        detail = f"Paramètre « {first[0]} » : {first[1]}" if first[0] != "__all__" else first[1]
        return error.status, detail, {"errors": errors}, {}
    if isinstance(error, Elsewhere):
        return _elsewhere(error)
    if isinstance(error, Http404 | exceptions.NotFound):
        return 404, str(error.args[0]) if error.args else NOT_FOUND, {}, {}
    if isinstance(error, exceptions.MethodNotAllowed):
        return 405, "Cette adresse se lit seulement : GET, HEAD ou OPTIONS.", {}, {}
    if isinstance(error, exceptions.Throttled):
        wait = int(error.wait or 1)
        return 429, too_many_text(wait), {}, {"Retry-After": str(wait)}
    if isinstance(error, SuspiciousOperation | exceptions.APIException):
        return 400, "Cette adresse n’est pas lisible.", {}, {}
    return None


def _elsewhere(error: Elsewhere) -> tuple[int, str, dict, dict]:
    fate = error.fate
    if isinstance(fate, Gone):
        return 410, gone_text(fate.on), {"ended_on": fate.on.isoformat() if fate.on else None}, {}
    detail = (MOVED if fate.merged else RENAMED).format(word=fate.word)
    return 301, detail, {"location": error.location, "id": fate.word}, {"Location": error.location}
