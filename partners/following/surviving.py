"""What a stored selection names today: entries are merged and territories replaced while somebody follows them."""

from django.http import QueryDict

from actors.filters import ActorFilterSet
from actors.index import Selection
from territories.models import Succession


def surviving(query: str) -> Selection | None:
    """The selection of stored parameters, led to what took over from whatever they name; None where something is gone.

    The filters know who an actor's old words mean; 1 query more for a territory.
    """
    parameters = QueryDict(query, mutable=True)
    if slug := parameters.get("territoire"):
        parameters["territoire"] = _territory(slug)
    return ActorFilterSet(parameters).selection


def _territory(slug: str) -> str:
    """The slug of its only successor, else its own: of two that share it, neither is what was followed."""
    successors = Succession.objects.filter(predecessor__slug=slug).values_list("successor__slug", flat=True)
    return successors[0] if len(successors) == 1 else slug
