"""Maps drawn on the server: territories to click on, and where something is. They work without JavaScript."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.safestring import SafeString

from actors import index
from actors.index.snapshot import Snapshot
from actors.models import Actor
from pages.presenters import map_drawing
from pages.presenters.map_drawing import LARGE, SMALL, Shape, Sheet
from pages.templatetags.compiled import part
from pages.templatetags.french import grouped
from territories.enums import TerritoryKind
from territories.known import frames_of, home_region, territories_version
from territories.memory import Memory
from territories.models import Containment, Territory
from territories.rows import loaded

# Shades for few to many actors; none has a shade of its own.
_SHADES = 4
_FRAMES = {TerritoryKind.REGION, TerritoryKind.DEPARTMENT, TerritoryKind.EPCI}
# Without limits of their own: what makes them up is drawn.
_LOOSE = {TerritoryKind.INFORMAL, TerritoryKind.FORMER}
# Too wide to be marked on any map.
_WIDE = {TerritoryKind.COUNTRY, TerritoryKind.REGION}
_INNER = {
    TerritoryKind.REGION: "intercommunalités",
    TerritoryKind.DEPARTMENT: "intercommunalités",
    TerritoryKind.EPCI: "communes",
}
# Territories that the words for a map name before they only count them.
_NAMED = 3


def counted(number: int) -> str:
    """« aucun acteur », « 1 acteur », « 1 204 acteurs »."""
    if not number:
        return "aucun acteur"
    return f"{grouped(number)} acteur{'s' if number > 1 else ''}"


def frame_of(territory: Territory) -> Territory | None:
    """The region, department or EPCI whose map shows ``territory``; its own where it is one (2 queries at most)."""
    frame = territory
    while frame and frame.kind not in _FRAMES:
        frame = frame.parent
    return frame


class Area(NamedTuple):
    """One territory to click on: ``shade`` 0 (none) to 4 (most); ``label``: « Lens, 5 acteurs »."""

    shape: Shape
    count: int
    shade: int
    label: str
    href: str
    current: bool = False

    def is_of(self, territory: Territory) -> bool:
        return self.shape.territory.pk == territory.pk


class _Drawn(NamedTuple):
    """One area as HTML: its link, and its number, '' where it has no actor."""

    area: Area
    link: SafeString
    number: SafeString | str

    @classmethod
    def of(cls, area: Area) -> "_Drawn":
        return cls(area, part("maps/panel.link", area), part("maps/panel.number", area) if area.count else "")


# By version and frame: 30 kB each, and a region has some hundred.
_kept: Memory[list[_Drawn]] = Memory(128)


class LinkedMap:
    """What lies in a region, a department or an EPCI, each a link with its number of actors."""

    def __init__(self, sheet: Sheet, drawn: Iterable[_Drawn], current: Territory | None = None) -> None:
        """``drawn``: by name, without a link or a number that is another for ``current``."""
        self.sheet = sheet
        self.current = current
        drawn = list(drawn)
        if current:
            # Its border lies over the others.
            last = [_Drawn.of(each.area._replace(current=True)) for each in drawn if each.area.is_of(current)]
            drawn = [each for each in drawn if not each.area.is_of(current)] + last
        # As rows for a page that leads elsewhere, and as links of this site and numbers, written once.
        self.areas = [each.area for each in drawn]
        self.links = [each.link for each in drawn]
        self.numbers = [each.number for each in drawn if each.number]

    @classmethod
    def of(cls, frame: Territory, snapshot: Snapshot, current: Territory | None = None) -> "LinkedMap | None":
        """The map of ``frame`` with all its actors; None where no boundary is known (3 queries at most)."""
        sheet = map_drawing.sheet(frame, LARGE, territories_version(snapshot.version))
        if sheet is None or not sheet.shapes:
            return None

        def draw() -> list[_Drawn]:
            counts = index.counts_by_territory((shape.territory.pk for shape in sheet.shapes), snapshot)
            return [_Drawn.of(area) for area in _areas(sheet, counts)]

        return cls(sheet, _kept.get((snapshot.version, frame.pk), draw), current)

    @classmethod
    def of_list(
        cls, sheet: Sheet, counts: Mapping[int, int], query: str, current: Territory | None
    ) -> "LinkedMap":
        """The same of the list that ``counts`` are of; links ask ``query``, which ends with ``territoire=``."""
        return cls(sheet, map(_Drawn.of, _areas(sheet, counts, query)), current)

    @property
    def label(self) -> str:
        """« Carte de l’Aisne : 20 intercommunalités »."""
        number, noun = len(self.sheet.shapes), _INNER[self.sheet.territory.kind]
        noun = noun if number > 1 else noun.removesuffix("s")
        return f"Carte {self.sheet.territory.of_phrase} : {number} {noun}"

    @property
    def inner_noun(self) -> str:
        return _INNER[self.sheet.territory.kind]


def _areas(sheet: Sheet, counts: Mapping[int, int], query: str | None = None) -> Iterator[Area]:
    """Each shape with its number, by name."""
    most = max((counts.get(shape.territory.pk, 0) for shape in sheet.shapes), default=0)
    for shape in sheet.shapes:
        territory, count = shape.territory, counts.get(shape.territory.pk, 0)
        shade = min(_SHADES, 1 + int(_SHADES * math.log(count) / math.log(most + 1))) if count else 0
        href = territory.get_absolute_url() if query is None else f"?{query}{territory.slug}"
        yield Area(shape, count, shade, f"{territory.name}, {counted(count)}", href)


@dataclass(frozen=True)
class Mark:
    """A territory shown on a locator; ``whole`` unless a source places only part of it there."""

    shape: Shape
    whole: bool


@dataclass(frozen=True)
class Locator:
    """Where some territories lie: in an EPCI, a department or the region. Not to click on."""

    sheet: Sheet
    marks: list[Mark]
    # Places finer than any shape of the sheet.
    dots: list[tuple[int, int]]
    names: list[str]

    @property
    def label(self) -> str:
        """« Carvin et Lens, dans le Pas-de-Calais »."""
        told = self.names[:_NAMED]
        if others := len(self.names) - len(told):
            told = [*told, f"{others} autres lieux" if others > 1 else "un autre lieu"]
        *first, last = told
        places = f"{', '.join(first)} et {last}" if first else last
        return f"{places}, {self.sheet.territory.at_phrase}"

    @classmethod
    def of(
        cls,
        territories: Iterable[Territory],
        points: Iterable[tuple[float, float]] = (),
        *,
        wider: bool = False,
        width: int = SMALL,
        version: int | None = None,
    ) -> "Locator | None":
        """The smallest map that holds them all; ``wider``: a department at least.

        None where there is nothing to show: no place, only too wide ones, none in the region, or one
        without limits in which no source places anything. ``points``: latitude and longitude of real
        addresses. ``version``: that of the territories, for who has asked it already. 3 queries, none where it is
        told; 1 more for territories without limits.
        """
        told = list(dict.fromkeys(each for each in territories if each.kind not in _WIDE))
        marked = _resolved(told)
        if not marked:
            return None
        frames = frames_of((each.pk for each in marked), version)
        frame = _frame(list(marked), frames, wider=wider, version=version)
        sheet = map_drawing.sheet(frame, width, version) if frame else None
        if sheet is None:
            return None
        marks, dots, parts = [], [sheet.at(*point) for point in points], {}
        for territory, whole in marked.items():
            if not _is_on(territory, sheet, frames):
                continue
            shape = sheet.by_pk.get(territory.pk) or sheet.by_pk.get(territory.parent_id)
            if shape and shape.territory.pk != sheet.territory.pk and not _only_a_point(territory, frame):
                marks.append(Mark(shape, whole))
                parts[territory.pk] = shape.territory.name
            if territory.pk not in sheet.by_pk and territory.latitude is not None:
                dots.append(sheet.at(territory.latitude, territory.longitude))
        # « Quartier Sabatier (Raismes) »
        names = [
            each.name if parts.get(each.pk, each.name) == each.name else f"{each.name} ({parts[each.pk]})"
            for each in told
        ]
        return cls(sheet, marks, dots, names) if marks or dots else None


# Of territories, by version and key: a kB or two, for outlines are those of the sheets.
_locators: Memory[Locator | None] = Memory(300, of_territories=True)
_FINE = {
    TerritoryKind.COMMUNE,
    TerritoryKind.ASSOCIATED_COMMUNE,
    TerritoryKind.DELEGATED_COMMUNE,
    TerritoryKind.NEIGHBOURHOOD,
}


def _only_a_point(territory: Territory, frame: Territory) -> bool:
    """On the map of a department a commune is a point: the shape of its EPCI would say too much."""
    return territory.kind in _FINE and frame.kind != TerritoryKind.EPCI


def _resolved(territories: list[Territory]) -> dict[Territory, bool]:
    """Territories with limits, and whether wholly meant: those without are replaced by what makes them up."""
    marked = {each: True for each in territories if each.kind not in _LOOSE}
    loose = [each for each in territories if each.kind in _LOOSE]
    if loose:
        rows = list(Containment.objects.placed_in(loose))
        # An old region is its departments: what straddles its border is none of it.
        regions = {row.container_id for row in rows if row.member.kind == TerritoryKind.DEPARTMENT}
        for row in rows:
            if row.container_id not in regions or row.member.kind == TerritoryKind.DEPARTMENT:
                marked[row.member] = marked.get(row.member, False) or row.whole
    return marked


def _frame(
    marked: list[Territory], frames: dict[int, list[Territory]], *, wider: bool, version: int | None
) -> Territory | None:
    """The narrowest that all of them lie in."""

    def common(kind: str) -> list[Territory]:
        held = [[each for each in frames.get(one.pk, []) if each.kind == kind] for one in marked]
        return [each for each in held[0] if all(each in others for others in held)]

    if not wider and all(each.kind in _FINE for each in marked) and (epcis := common(TerritoryKind.EPCI)):
        return epcis[0]
    region = home_region(version)
    if region is None:
        return None
    departments = [each for each in common(TerritoryKind.DEPARTMENT) if each.parent_id == region.pk]
    return departments[0] if departments else region


def _is_on(territory: Territory, sheet: Sheet, frames: dict[int, list[Territory]]) -> bool:
    around = [each.pk for each in frames.get(territory.pk, [])]
    return territory.pk in sheet.by_pk or any(pk in sheet.by_pk for pk in around)


def region_map(snapshot: Snapshot) -> LinkedMap | None:
    """The intercommunalities of the region; None before territories are loaded."""
    region = home_region(territories_version(snapshot.version))
    return LinkedMap.of(region, snapshot) if region else None


def territory_map(territory: Territory, snapshot: Snapshot) -> LinkedMap | Locator | None:
    """What its page shows: what lies inside it, or where it lies (no query once it is known)."""
    if territory.kind in _FRAMES:
        return LinkedMap.of(territory, snapshot)
    frame = frame_of(territory) if territory.kind == TerritoryKind.COMMUNE else None
    if frame and frame.kind == TerritoryKind.EPCI:
        return LinkedMap.of(frame, snapshot, territory)
    version = territories_version(snapshot.version)
    return _locators.get((version, territory.pk), lambda: Locator.of([territory], version=version))


def actor_map(actor: Actor) -> Locator | None:
    """Its places, or where it acts when no place is known; the actor comes from ``with_detail()``."""
    places = loaded(actor, "places")
    points = [(place.latitude, place.longitude) for place in places if place.latitude is not None]
    told = [place.territory for place in places] or [area.territory for area in loaded(actor, "areas")]
    return Locator.of(told, points)


def perimeter_map(actor: Actor) -> Locator | None:
    """Where a PTCE acts as its sources say, else where it is; the actor comes from ``with_detail()`` or ``with_status()``."""
    areas, places = loaded(actor, "areas"), loaded(actor, "places")
    told = [area.territory for area in areas] or [place.territory for place in places]
    return Locator.of(told, wider=True)
