from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import View

from actors.models import Actor
from partners.api.stamp import Stamp
from partners.api.throttle import allowed, seconds_left
from partners.formats import FORMATS, Format, by_suffix, preferred
from partners.lasting import Found, Gone, Moved, resolve
from partners.problems import MOVED, NOT_FOUND, RENAMED, gone_text, problem_response, too_many_text
from partners.records import Links


# Nothing is written here: a program that posts is told that it can't, not that a form expired.
@method_decorator(csrf_exempt, name="dispatch")
class LastingAddressView(View):
    """``/id/<identifier>``: 303 to the page, or to the format that ``Accept`` asks for; with a suffix, that format.

    What was merged or is written otherwise answers 301, what was deleted 410, both saying why, in the form asked.
    A document counts as a request of the API does, since it tells as much.
    """

    http_method_names = ("get", "head", "options")

    def get(self, request: HttpRequest, word: str) -> HttpResponse:
        word, wanted = _split(word.rstrip("/"))
        chosen = wanted or preferred(request)
        fate = resolve(word)
        if isinstance(fate, Found) and wanted and not allowed(request):
            response = problem_response(429, too_many_text(wait := seconds_left()))
            response["Retry-After"] = str(wait)
        elif isinstance(fate, Found):
            response = _document(request, fate, wanted) if wanted else _see_other(request, fate, chosen)
        elif isinstance(fate, Moved):
            response = _moved(fate, chosen, suffix=f".{wanted.suffix}" if wanted else "")
        elif isinstance(fate, Gone):
            response = _gone(request, fate, chosen)
        elif chosen:
            response = problem_response(404, NOT_FOUND)
        else:
            raise Http404
        if not wanted:
            patch_vary_headers(response, ["Accept"])
        # A merger can be undone, a deleted entry brought back, for thirty days: no 301 and no 410 is to be kept.
        patch_cache_control(response, no_cache=True)
        return response


class HttpResponseSeeOther(HttpResponsePermanentRedirect):
    status_code = 303


def _split(word: str) -> tuple[str, Format | None]:
    """« abcdefgh.json » as « abcdefgh » and its format; a suffix nobody knows stays part of the word, which is unknown."""
    stem, dot, suffix = word.rpartition(".")
    known = by_suffix(suffix) if dot else None
    return (stem, known) if known else (word, None)


def _address(word: str, suffix: str = "") -> str:
    return reverse("lasting", args=[f"{word}{suffix}"])


def _document(request: HttpRequest, found: Found, wanted: Format) -> HttpResponse:
    links, stamp = Links.of(request), Stamp.read()
    address = request.build_absolute_uri(request.path)
    if unchanged := stamp.unchanged(request, address):
        return unchanged
    record = found.record(links)
    text = wanted.write(record, links) if record else None
    if text is None:
        return problem_response(404, NOT_FOUND)
    response = HttpResponse(text, content_type=f"{wanted.media_type}; charset=utf-8")
    response["Link"] = f'<{links.identifier(found.word)}>; rel="canonical"'
    stamp.mark(response, address)
    return response


def _see_other(request: HttpRequest, found: Found, chosen: Format | None) -> HttpResponse:
    target = _address(found.word, f".{chosen.suffix}") if chosen else found.page
    response = HttpResponseSeeOther(target)
    response["Link"] = ", ".join(
        f'<{request.build_absolute_uri(_address(found.word, f".{each.suffix}"))}>; rel="alternate"; type="{each.media_type}"'
        for each in FORMATS
        # A profile of Murmurations is one of an actor.
        if each.negotiated or isinstance(found.row, Actor)
    )
    return response


def _moved(moved: Moved, chosen: Format | None, suffix: str) -> HttpResponse:
    detail = (MOVED if moved.merged else RENAMED).format(word=moved.word)
    target = _address(moved.word, suffix)
    if chosen:
        response = problem_response(301, detail, location=target, id=moved.word)
    else:
        response = HttpResponse(detail, content_type="text/plain; charset=utf-8", status=301)
    response["Location"] = target
    return response


def _gone(request: HttpRequest, gone: Gone, chosen: Format | None) -> HttpResponse:
    if chosen:
        ended = gone.on.isoformat() if gone.on else None
        return problem_response(410, gone_text(gone.on), ended_on=ended)
    return render(request, "410.html", {"ended_on": gone.on}, status=410)
