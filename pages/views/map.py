import hashlib
import json
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response, patch_cache_control
from django.views.generic import View

from actors import index
from pages.forms import ActorQuery
from pages.presenters.map_page import MapPanel, SelectionMap, borders
from pages.templatetags.compiled import part
from pages.views.actor import ActorListView
from territories.models import Territory

# Seconds; after them a browser asks again and is told in a few bytes that nothing changed.
_BORDERS_KEPT = 24 * 3600


class MapView(ActorListView):
    """The list of actors with the map of the same selection above it."""

    template_name = "maps/map.jinja"
    route = "map"

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        if context["results"] is None:
            return context
        answer = context["results"].answer
        return context | {"panel": MapPanel(answer.selection, SelectionMap(answer))}


class MapPointsView(View):
    """The points of a selection as JSON: same parameters as the list, same messages for a mistake, code 400, or
    410 for what was deleted.

    ``aside`` is HTML: those without a place. Its tag changes with what is told; bytes are bounded by
    the number of communes.
    """

    def get(self, request: HttpRequest) -> HttpResponse:
        asked = ActorQuery(request.GET, "map")
        if asked.selection is None:
            forms = (asked.form, asked.listing)
            errors = [error for form in forms for errors in form.errors.values() for error in errors]
            status = 410 if asked.form.is_gone else 400
            return JsonResponse(
                {"errors": errors},
                status=status,
                json_dumps_params={"ensure_ascii": False},
                headers={"Cache-Control": "no-cache"},
            )
        drawn = SelectionMap(index.ask(asked.selection))
        aside = part("maps/panel.aside", drawn)
        content = json.dumps(drawn.points() | {"aside": aside}, ensure_ascii=False, separators=(",", ":"))
        return _conditional(request, content, drawn.answer.snapshot.version, kept=0)


class MapContoursView(View):
    """Borders of a region, a department or an EPCI, for the interactive map."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        territory = get_object_or_404(Territory, slug=slug)
        content, version = borders(territory)
        if not content:
            raise Http404
        return _conditional(request, content, version, kept=_BORDERS_KEPT)


def _conditional(request: HttpRequest, content: str, version: int, *, kept: int) -> HttpResponse:
    """JSON, or 304 for who has it: its tag is the version and what was made of it."""
    digest = hashlib.sha256(content.encode()).hexdigest()[:16]
    etag = f'"{version}-{digest}"'
    response = get_conditional_response(request, etag=etag) or HttpResponse(
        content, content_type="application/json; charset=utf-8"
    )
    response.headers["ETag"] = etag
    patch_cache_control(response, public=True, max_age=kept)
    return response
