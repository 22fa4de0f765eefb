"""Maps drawn on the server; a page that shows one links ``css/map.css``."""

from django import template

from actors.models import Actor
from pages.presenters import map as maps
from pages.presenters.map import LinkedMap, Locator
from territories.models import Territory

register = template.Library()


@register.inclusion_tag("components/map.html")
def region_map() -> dict:
    """The intercommunalities of the region, each a link (3 queries); nothing before territories are loaded."""
    return _shown(maps.region_map(), "carte-region")


@register.inclusion_tag("components/map.html")
def territory_map(territory: Territory) -> dict:
    """What lies in a territory, or where it lies (3 to 5 queries); nothing where no boundary is known."""
    return _shown(maps.territory_map(territory), "carte-territoire")


@register.inclusion_tag("components/map.html")
def small_map(actor: Actor) -> dict:
    """Where an actor of ``with_detail()`` is (4 queries at most); nothing where nothing can be shown."""
    return _shown(maps.actor_map(actor), "carte-acteur")


@register.inclusion_tag("components/map.html")
def perimeter_map(actor: Actor) -> dict:
    """Where a PTCE acts (4 queries at most); nothing where nothing can be shown."""
    return _shown(maps.perimeter_map(actor), f"carte-{actor.public_id}")


def _shown(drawn: LinkedMap | Locator | None, key: str) -> dict:
    return {
        "key": key,
        "linked": drawn if isinstance(drawn, LinkedMap) else None,
        "locator": drawn if isinstance(drawn, Locator) else None,
    }
