"""What a stored selection names today: entries are merged and territories replaced while somebody follows them."""

from django.http import QueryDict

from actors.filters import ActorFilterSet
from actors.index import Selection
from actors.models import Actor
from partners.lasting import Found, Moved, actor_fate, address_fate
from territories.models import Succession


def surviving(query: str) -> Selection | None:
    """The selection of stored parameters, led to what took over from whatever they name; None where something is gone.

    1 query more for each actor and territory named, 4 for an actor that was merged.
    """
    parameters = QueryDict(query, mutable=True)
    for name in ("ptce", "avec"):
        if slug := parameters.get(name):
            actor = _actor(slug)
            if actor is None:
                return None
            parameters[name] = actor.slug
    if slug := parameters.get("territoire"):
        parameters["territoire"] = _territory(slug)
    filters = ActorFilterSet(parameters)
    return filters.selection if filters.form.is_valid() else None


def _actor(slug: str) -> Actor | None:
    """The published actor of an address, present or old; the one it was merged with."""
    if present := Actor.objects.published().filter(slug=slug).first():
        return present
    fate = address_fate(slug)
    found = actor_fate(fate.word) if isinstance(fate, Moved) else None
    return found.row if isinstance(found, Found) else None


def _territory(slug: str) -> str:
    """The slug of its only successor, else its own: of two that share it, neither is what was followed."""
    successors = Succession.objects.filter(predecessor__slug=slug).values_list("successor__slug", flat=True)
    return successors[0] if len(successors) == 1 else slug
