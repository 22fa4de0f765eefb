"""Boundaries of one territory as lines on a sheet, computed once for a version of the territories.

Longitude and latitude (WGS 84) are projected in one place, :func:`plane`: equirectangular, true to scale at
50° north, the middle of the region; over its 300 km that is half a pixel from any finer projection at the
size of our maps. Units of a sheet are those of the ``viewBox``: about one to a pixel.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from territories.enums import TerritoryKind
from territories.memory import Memory
from territories.models import Boundary, Change, Territory
from territories.topology import Line, Topology

_STRETCH = math.cos(math.radians(50))
# Width of a sheet: of one to click on, of one that only shows where something is.
LARGE, SMALL = 720, 360
# Its margin (half of the thickest line), and what a simplified border may be off, in its units. A region has
# a hundred shapes, and its home page 15 kB for them all.
_MARGIN = 3
_TOLERANCE = {TerritoryKind.REGION: 2.2}
# For the interactive map: degrees times this, and what a border may be off there by the level of the frame.
GRID = 10_000
_FINE = {TerritoryKind.REGION: 16, TerritoryKind.DEPARTMENT: 6}
# A process holds the sheets of all departments and EPCI of the region: about 4 MB.
_SHEETS = 128


def plane(longitude: float, latitude: float) -> tuple[float, float]:
    """A point on the plane of every map, y upwards, in degrees of latitude."""
    return longitude * _STRETCH, latitude


@dataclass(frozen=True)
class Shape:
    """One territory on a sheet: the ``d`` of its path, and where its number stands."""

    territory: Territory
    path: str
    x: int
    y: int


@dataclass(frozen=True)
class Sheet:
    """The map of one territory: ``shapes`` are its inner level, by name, departments aside."""

    territory: Territory
    height: int
    shapes: list[Shape]
    # The territory's own border; borders of departments in a region; every inner border, each drawn once.
    outline: str
    departments: str
    mesh: str
    # (left, top, units a degree) on the plane.
    origin: tuple[float, float, float]
    width: int
    # Every shape, those of the departments and the frame itself included, by the territory's key.
    by_pk: dict[int, Shape] = field(default_factory=dict)

    def at(self, latitude: float, longitude: float) -> tuple[int, int]:
        left, top, scale = self.origin
        x, y = plane(longitude, latitude)
        return round((x - left) * scale), round((top - y) * scale)


@dataclass(frozen=True)
class Contours:
    """Borders for the interactive map: lines of whole numbers, each point after the first as a step from the one before.

    ``[longitude, latitude, step, step, ...]`` in degrees times :data:`GRID`. ``bounds``: south, west, north, east.
    """

    strong: list[list[int]]
    thin: list[list[int]]
    bounds: tuple[float, float, float, float]


# By frame (and width) with the version of the territories.
_sheets: Memory[Sheet | None] = Memory(_SHEETS, of_territories=True)
_every_contours: Memory[Contours | None] = Memory(_SHEETS, of_territories=True)


def sheet(territory: Territory, width: int = LARGE, version: int | None = None) -> Sheet | None:
    """The sheet of a region, a department or an EPCI; None where no boundary is known (1 query; 2 the first time).

    ``version``: that of the territories, for who has asked it already (1 query less).
    """
    key = (territory.pk, width, Change.objects.territories_version() if version is None else version)
    return _sheets.get(key, lambda: _sheet(territory.pk, width))


def contours(territory: Territory) -> Contours | None:
    """The same borders, finer (1 query; 2 the first time)."""
    key = (territory.pk, Change.objects.territories_version())
    return _every_contours.get(key, lambda: _contours(territory.pk))


def _sheet(pk: int, width: int) -> Sheet | None:
    frame, rows = _read(pk)
    if not rows:
        return None
    outlines = {row.territory_id: _rings(row.geometry) for row in rows}
    flat = {key: [[plane(*point) for point in ring] for ring in rings] for key, rings in outlines.items()}
    xs = [x for rings in flat.values() for ring in rings for x, _ in ring]
    ys = [y for rings in flat.values() for ring in rings for _, y in ring]
    scale = (width - 2 * _MARGIN) / (max(xs) - min(xs))
    left, top = min(xs) - _MARGIN / scale, max(ys) + _MARGIN / scale
    drawn = {
        key: [[((x - left) * scale, (top - y) * scale) for x, y in ring] for ring in rings]
        for key, rings in flat.items()
    }
    topology = Topology(drawn)
    lines = [_rounded(line) for line in topology.simplified(_TOLERANCE.get(frame.kind, 1.0))]
    kinds = {row.territory_id: row.territory.kind for row in rows}
    inner = _inner(frame, kinds)
    departments = [key for key, kind in kinds.items() if kind == TerritoryKind.DEPARTMENT and key != pk]

    def number_at(territory: Territory) -> tuple[int, int]:
        x, y = plane(territory.longitude, territory.latitude)
        return round((x - left) * scale), round((top - y) * scale)

    by_pk = {
        row.territory_id: Shape(
            row.territory,
            _path(topology.outline(row.territory_id, lines), closed=True),
            *number_at(row.territory),
        )
        for row in rows
        if row.territory.latitude is not None
    }
    return Sheet(
        territory=frame,
        height=round((max(ys) - min(ys)) * scale) + 2 * _MARGIN,
        shapes=[shape for key, shape in by_pk.items() if key in inner],
        outline=_path(lines[number] for number in topology.border([pk] if pk in kinds else [])),
        departments=_path(lines[number] for number in topology.border(departments)),
        mesh=_path(lines[number] for number in topology.border(inner)),
        origin=(left, top, scale),
        width=width,
        by_pk=by_pk,
    )


def _contours(pk: int) -> Contours | None:
    frame, rows = _read(pk)
    if not rows:
        return None
    outlines = {row.territory_id: _rings(row.geometry) for row in rows}
    gridded = {
        key: [[(round(x * GRID), round(y * GRID)) for x, y in ring] for ring in rings]
        for key, rings in outlines.items()
    }
    topology = Topology(gridded)
    lines = topology.simplified(_FINE.get(frame.kind, 0))
    kinds = {row.territory_id: row.territory.kind for row in rows}
    bold = [key for key, kind in kinds.items() if kind == TerritoryKind.DEPARTMENT or key == pk]
    strong = set(topology.border(bold))
    points = [point for rings in outlines.values() for ring in rings for point in ring]
    return Contours(
        strong=[_steps(lines[number]) for number in sorted(strong)],
        thin=[_steps(lines[number]) for number in topology.border(kinds) if number not in strong],
        bounds=(
            min(y for _, y in points),
            min(x for x, _ in points),
            max(y for _, y in points),
            max(x for x, _ in points),
        ),
    )


def _read(pk: int) -> tuple[Territory, list[Boundary]]:
    frame = Territory.objects.get(pk=pk)
    return frame, list(Boundary.objects.drawn_in(frame))


def _inner(frame: Territory, kinds: dict[int, str]) -> list[int]:
    """Those that are shapes of their own: in a region the EPCI, else all but the frame."""
    if frame.kind == TerritoryKind.REGION and TerritoryKind.EPCI in kinds.values():
        return [key for key, kind in kinds.items() if kind == TerritoryKind.EPCI]
    return [key for key in kinds if key != frame.pk]


def _rings(geometry: dict) -> list[list]:
    polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    return [ring for polygon in polygons for ring in polygon]


def _rounded(line: Line) -> Line:
    """Whole units, without the points that fall together."""
    points: list[tuple[int, int]] = []
    for x, y in line:
        point = (round(x), round(y))
        if not points or points[-1] != point:
            points.append(point)
    return tuple(points)


def _path(lines: Iterable[Line], *, closed: bool = False) -> str:
    """The ``d`` of a path, in steps: half the bytes of absolute numbers."""
    parts: list[str] = []
    for line in lines:
        points = line[:-1] if closed and line[0] == line[-1] else line
        (x, y), *rest = points
        steps = ""
        for next_x, next_y in rest:
            steps += f" {next_x - x} {next_y - y}"
            x, y = next_x, next_y
        if steps:
            parts.append(
                f"M{points[0][0]} {points[0][1]}l{steps[1:]}".replace(" -", "-") + ("z" if closed else "")
            )
    return "".join(parts)


def _steps(line: Line) -> list[int]:
    flat = list(line[0])
    for (x, y), (next_x, next_y) in pairwise(line):
        flat += (next_x - x, next_y - y)
    return flat
