"""A selection of actors on the map: what is where, what has no place, and what the browser is sent.

The numbers are those of the list beside it. ``docs/maps.md`` tells what stands where.
"""

import json
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.formats import number_format

from actors.index import Answer, Loose, Named, Selection, named, spots
from pages.presenters import map_drawing
from pages.presenters.map import LinkedMap, counted, frame_of
from territories.addresses import page_address
from territories.memory import Memory
from territories.models import Change, Territory

# With more actors on the map than that, its points lead to lists instead of naming anybody.
MOST_NAMED = 500
# Beyond that many, real addresses are told by their communes' numbers alone.
MOST_PINS = 500
# Names at one point, and in one group without a place; the list has the others.
_NAMES = 20
# Groups without a place; the actors of the others are told together.
_GROUPS = 24


@dataclass(frozen=True)
class Group:
    """Actors without a place of their own, told together; ``others``: those not named here."""

    heading: str
    count: int
    names: list[Named]

    @property
    def others(self) -> int:
        return self.count - len(self.names)


# By region, and by frame, each with the version of the territories.
_communes: Memory[dict[int, Territory]] = Memory(of_territories=True)
_borders: Memory[str] = Memory(32, of_territories=True)


class SelectionMap:
    """One answer on the map (6 queries at most once the boundaries are in memory, whatever the rows)."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.selection = answer.selection

    @cached_property
    def frame(self) -> Territory | None:
        """The region, department or EPCI whose borders are drawn; None before territories are loaded."""
        asked = frame_of(self.selection.territory) if self.selection.territory else None
        if asked and map_drawing.sheet(asked) is not None:
            return asked
        return self.region

    @cached_property
    def region(self) -> Territory | None:
        return Territory.objects.home_region()

    @cached_property
    def linked(self) -> LinkedMap | None:
        """The map for those without JavaScript: each territory leads to the list in it, other filters kept."""
        sheet = map_drawing.sheet(self.frame) if self.frame else None
        if sheet is None or not sheet.shapes:
            return None
        counts = self.answer.facet("territory")
        return LinkedMap.of_list(sheet, counts, self._elsewhere, self.selection.territory)

    @property
    def _elsewhere(self) -> str:
        """Query of the same list in another territory, up to where its slug follows."""
        rest = self.selection.without("territory", "acting")
        return urlencode([*rest.parameters, ("territoire", "")])

    @cached_property
    def communes(self) -> dict[int, Territory]:
        """Every commune of the region by its key, read once for a version of the territories."""
        if self.region is None:
            return {}
        key = (self.region.pk, Change.objects.territories_version())
        return _communes.get(key, lambda: Territory.objects.communes_of(self.region.pk))

    @cached_property
    def spots(self):
        return spots(self.answer, self.communes.keys())

    # -- what is told ------------------------------------------------------------------------------

    @property
    def located(self) -> int:
        return len(self.spots.located)

    @property
    def unlocated(self) -> int:
        return self.answer.count - self.located

    @property
    def summary(self) -> str:
        """« 28 acteurs, dont 9 non localisés »."""
        count, unlocated = self.answer.count, self.unlocated
        told = counted(count) if count else "0 acteur"
        if not count:
            return told
        if not unlocated:
            return f"{told}, {'localisé' if count == 1 else 'tous localisés'}"
        if unlocated == count:
            return f"{told}, {'non localisé' if count == 1 else 'aucun n’est localisé'}"
        return f"{told}, dont {number_format(unlocated, force_grouping=True)} non localisé{'s' if unlocated > 1 else ''}"

    @cached_property
    def groups(self) -> list[Group]:
        """Actors without a place finer than an EPCI, each once, by what is told of them."""
        loose = self.spots.loose
        groups = [self._group(_heading(each), each) for each in loose[:_GROUPS]]
        if rest := sum(len(each.ranks) for each in loose[_GROUPS:]):
            groups.append(Group("Dans d’autres territoires, commune non précisée", rest, []))
        return groups

    def _group(self, heading: str, loose: Loose) -> Group:
        return Group(heading, len(loose.ranks), named(self.answer, loose.ranks, _NAMES))

    # -- what the browser is sent --------------------------------------------------------------------

    def points(self) -> dict:
        """Bounded: at most one point a commune and :data:`MOST_PINS` addresses; no person, no contact.

        ``communes``: name, slug, latitude and longitude, number of actors, names where there are few in all;
        ``list`` and the slug are the query of their list. ``pins``: the same of real addresses, which have neither.
        """
        names = self.located <= MOST_NAMED
        pins = self.spots.pins if len(self.spots.pins) <= MOST_PINS else []
        return {
            "version": self.answer.snapshot.version,
            "count": self.answer.count,
            "located": self.located,
            "summary": self.summary,
            "frame": reverse("map-contours", args=[self.frame.slug]) if self.frame else "",
            "fit": bool(self.selection.near),
            "list": self._elsewhere,
            "communes": sorted(
                (self._commune(pk, ranks, names) for pk, ranks in self._numbers.items()),
                key=lambda commune: commune["slug"],
            ),
            "pins": [
                {
                    "at": [pin.latitude, pin.longitude],
                    "count": len(pin.ranks),
                    "actors": self._named(pin.ranks) if names else [],
                }
                for pin in pins
            ],
        }

    @property
    def _numbers(self) -> dict:
        """Key of a commune -> its actors; with those of real addresses where there are too many of them."""
        if len(self.spots.pins) <= MOST_PINS:
            return self.spots.communes
        snapshot, communes = self.answer.snapshot, dict(self.spots.communes)
        for pin in self.spots.pins:
            for rank in pin.ranks:
                for _, _, around in snapshot.addresses[rank]:
                    for pk in around & self.communes.keys():
                        communes[pk] = communes.get(pk, type(pin.ranks)()) | pin.ranks
        return communes

    def _commune(self, pk: int, ranks, names: bool) -> dict:
        territory = self.communes.get(pk) or self.selection.territory
        return {
            "name": territory.name,
            "slug": territory.slug,
            "at": [territory.latitude, territory.longitude],
            "count": len(ranks),
            "actors": self._named(ranks) if names else [],
        }

    def _named(self, ranks) -> list[list[str]]:
        return [[each.name, reverse("actor", args=[each.slug])] for each in named(self.answer, ranks, _NAMES)]


def _heading(loose: Loose) -> str:
    territory = loose.territory
    if territory is None:
        return "Lieu non précisé par nos sources"
    if loose.acting:
        verb = "Interviennent" if len(loose.ranks) > 1 else "Intervient"
        return f"{verb} {territory.at_phrase}, lieu non précisé"
    if territory.is_commune_or_part:
        return f"{territory.name}, hors de la carte"
    return f"{territory.name}, commune non précisée"


@dataclass(frozen=True)
class MapPanel:
    """The map beside a list: opened on its own page, behind a button on the list."""

    selection: Selection
    drawn: SelectionMap | None = None

    @property
    def href(self) -> str:
        return page_address("map") + (f"?{self.selection.query}" if self.selection else "")

    @property
    def points_url(self) -> str:
        return page_address("map-points")

    @property
    def tiles(self) -> str:
        return settings.TILES_URL

    @property
    def attribution(self) -> str:
        return settings.TILES_ATTRIBUTION


def _read_borders(pk: int) -> str:
    drawn = map_drawing.contours(Territory.objects.get(pk=pk))
    if drawn is None:
        return ""
    told = {"grid": map_drawing.GRID, "bounds": drawn.bounds, "strong": drawn.strong, "thin": drawn.thin}
    return json.dumps(told, separators=(",", ":"))


def borders(territory: Territory) -> tuple[str, int]:
    """The borders of a frame as JSON, '' where none is known, and the version they are of (1 query)."""
    version = Change.objects.territories_version()
    return _borders.get((territory.pk, version), lambda: _read_borders(territory.pk)), version
