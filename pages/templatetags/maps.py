"""Maps drawn on the server; a page that shows one links ``css/map.css``."""

from django import template

from actors.index import snapshot
from pages.presenters import map as maps
from pages.presenters.map import LinkedMap, Locator
from territories.models import Territory

register = template.Library()


@register.inclusion_tag("components/map.html")
def region_map() -> dict:
    """The intercommunalities of the region, each a link (1 query); nothing before territories are loaded."""
    return _shown(maps.region_map(snapshot.current()), "carte-region")


@register.inclusion_tag("components/map.html")
def territory_map(territory: Territory) -> dict:
    """What lies in a territory, or where it lies (1 query); nothing where no boundary is known."""
    return _shown(maps.territory_map(territory, snapshot.current()), "carte-territoire")


def _shown(drawn: LinkedMap | Locator | None, key: str) -> dict:
    return {"shown": drawn, "key": key}
