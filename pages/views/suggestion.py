from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.views.generic import View

from actors.index.suggestions import Suggestion, suggest

# Longer beginnings are cut: no name is that long.
_LONGEST = 100
# Seconds a browser may keep an answer: somebody who types goes back and forth.
_KEPT = 60
_LABELS = {
    "actor": "Acteur",
    "ptce": "PTCE",
    "commune": "Territoire",
    "territory": "Territoire",
    "sector": "Domaine d’activité",
}


class SuggestionView(View):
    """``?q=<beginning of a name>``: what may be meant, as JSON (1 query, 2 for a code); nothing for what makes no sense.

    ``{"suggestions": [{"kind", "kind_label", "label", "detail", "slug", "href"}, ...]}``.
    """

    def get(self, request: HttpRequest) -> JsonResponse:
        text = request.GET.get("q", "")[:_LONGEST]
        plain = "".join(char if char.isprintable() else " " for char in text)
        response = JsonResponse({"suggestions": [_told(each) for each in suggest(plain)]})
        patch_cache_control(response, public=True, max_age=_KEPT)
        return response


def _told(suggestion: Suggestion) -> dict[str, str]:
    return {
        "kind": suggestion.kind,
        "kind_label": _LABELS[suggestion.kind],
        "label": suggestion.label,
        "detail": suggestion.detail,
        "slug": suggestion.slug,
        "href": _address(suggestion),
    }


def _address(suggestion: Suggestion) -> str:
    """The page of an actor; the list of actors of a territory or a sector."""
    if suggestion.kind in {"actor", "ptce"}:
        return reverse("actor", args=[suggestion.slug])
    parameter = "secteur" if suggestion.kind == "sector" else "territoire"
    return f"{reverse('actor-list')}?{parameter}={suggestion.slug}"
