"""Outlines of communes and of what they make up; needs shapely, which only the build has."""

from __future__ import annotations

from collections.abc import Iterable

from territories.importers.dataset import GRID, MultiPolygon
from territories.importers.packages import PackageError

try:
    import shapely
except ModuleNotFoundError as error:
    raise PackageError(
        "shapely is missing, which only this build needs: install the dependency group `territories` of pyproject.toml."
    ) from error

# Mergers of 2025: the contours are older, and leave a hole where each absorbed its neighbours.
MERGED_SINCE = frozenset({"02589", "59006", "62447", "80155"})
# Square degrees (about 8 hectares): rings below it come of rounding, holes above it are real.
_SLIVER = 1e-5
# Degrees (about ten metres): a common border, and not a common point.
_BORDER = 1e-4

KINDS = {"COM": "commune", "COMA": "associated_commune", "COMD": "delegated_commune"}


class Outlines:
    """Polygons and town halls by ``kind:code``, on the grid of the data set.

    Vertices are rounded one by one, so that a border two communes share stays shared.
    """

    def __init__(self, lines: Iterable[dict[str, str]], wanted: set[str]) -> None:
        self.polygons: dict[str, shapely.Geometry] = {}
        self._halls: dict[str, shapely.Point] = {}
        for line in lines:
            key = f"{KINDS.get(line['type'])}:{line['code']}"
            if key not in wanted:
                continue
            if line["geometry"] not in {"", "\\N"}:
                self.polygons[key] = _on_grid(shapely.from_wkb(line["geometry"]))
            if line["mairie_localisation"] not in {"", "\\N"}:
                self._halls[key] = shapely.from_wkb(line["mairie_localisation"])

    def fill_holes(self, communes: set[str]) -> list[str]:
        """Give each hole among ``communes`` to the merged commune beside it; the codes of those that grew.

        Raises PackageError where a hole has no such neighbour, or several.
        """
        keys = sorted(f"commune:{code}" for code in communes)
        whole = shapely.union_all([self.polygons[key] for key in keys])
        grown = []
        for part in shapely.get_parts(whole):
            for ring in shapely.get_rings(part)[1:]:
                # Less what stands in it: Hesdin is an island in the hole its neighbours left.
                hole = shapely.Polygon(ring).difference(whole)
                if hole.area < _SLIVER:
                    continue
                beside = [
                    code
                    for code in sorted(MERGED_SINCE & communes)
                    if self.polygons[f"commune:{code}"].intersection(hole).length > _BORDER
                ]
                if len(beside) != 1:
                    raise PackageError(f"A hole at {hole.representative_point()} belongs to one of {beside}.")
                key = f"commune:{beside[0]}"
                self.polygons[key] = _tidy(shapely.union_all([self.polygons[key], hole]))
                grown.append(beside[0])
        return sorted(grown)

    def dissolve(self, key: str, communes: Iterable[str]) -> None:
        """Make the outline of ``key`` out of its communes' outlines."""
        self.polygons[key] = _tidy(shapely.union_all([self.polygons[f"commune:{code}"] for code in communes]))

    def point(self, key: str) -> tuple[float, float] | None:
        """Latitude and longitude inside the territory: its town hall's, where that lies inside, else an inner point."""
        polygon = self.polygons.get(key)
        if polygon is None:
            return None
        hall = self._halls.get(key)
        point = hall if hall is not None and polygon.contains(hall) else polygon.representative_point()
        return round(point.y, 5), round(point.x, 5)

    def neighbours(self, keys: Iterable[str]) -> set[tuple[str, str]]:
        """Pairs of territories with a common border, not merely a common point."""
        keys = sorted(keys)
        polygons = [self.polygons[key] for key in keys]
        tree = shapely.STRtree(polygons)
        pairs = set()
        for first, second in zip(*tree.query(polygons, predicate="intersects"), strict=True):
            if first < second:
                common = polygons[first].intersection(polygons[second])
                # Where outlines overlap by a hair the common part is an area; its edge tells as much.
                if common.length > _BORDER:
                    pairs.add((keys[first], keys[second]))
        return pairs

    def coordinates(self, key: str) -> MultiPolygon:
        return [
            [[(float(x), float(y)) for x, y in ring.coords] for ring in (part.exterior, *part.interiors)]
            for part in shapely.get_parts(self.polygons[key])
        ]


def _on_grid(geometry: shapely.Geometry) -> shapely.Geometry:
    rounded = shapely.transform(geometry, lambda points: (points * GRID).round() / GRID)
    return _tidy(rounded)


def _tidy(geometry: shapely.Geometry) -> shapely.Geometry:
    """A valid multipolygon without the slivers that rounding and dissolving leave, in a settled order."""
    if not geometry.is_valid:
        geometry = shapely.make_valid(geometry, method="structure", keep_collapsed=False)
    parts = [part for part in shapely.get_parts(geometry) if part.geom_type == "Polygon" and part.area > 0]
    # A commune may be tiny islands only: its largest part stays whatever its size.
    largest = max(part.area for part in parts)
    kept = [
        shapely.Polygon(
            part.exterior, [ring for ring in part.interiors if shapely.Polygon(ring).area > _SLIVER]
        )
        for part in parts
        if part.area > _SLIVER / 100 or part.area == largest
    ]
    return shapely.normalize(shapely.MultiPolygon(kept))
