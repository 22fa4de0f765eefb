"""Which actors stand at each point, and which points lie around another: communes hold hundreds of actors each."""

import math
from collections import OrderedDict, defaultdict
from collections.abc import Iterable
from copy import copy

from pyroaring import BitMap

from actors.index.columns import Snapshot
from actors.index.criteria import EARTH_RADIUS_KM, kilometres
from actors.index.selection import Point

# Squares to a degree: 11 km from south to north.
_SQUARES = 10
# What lies around so many places, or sets of them, is kept, up to so many kilometres: all actors of a commune ask for
# the same. Some 10 kB each, 70 where an actor has many places.
_KEPT, _KEPT_WITHIN = 300, 15

At = tuple[float, float]


class Around:
    """For one snapshot; the next one takes it over with what changed."""

    def __init__(self, at: dict[At, BitMap], squares: dict[tuple[int, int], frozenset[At]]) -> None:
        # (latitude, longitude) -> ranks; square -> points in it.
        self.at, self._squares = at, squares
        # (points, kilometres) -> what lies within, those measured last at the end.
        self._rings: OrderedDict[tuple[tuple[At, ...], float], list[tuple[float, At]]] = OrderedDict()

    @classmethod
    def read(cls, snapshot: Snapshot) -> "Around":
        ranks: dict[At, list[int]] = defaultdict(list)
        for rank, points in snapshot.points.items():
            for point in points:
                ranks[point].append(rank)
        squares: dict[tuple[int, int], set[At]] = defaultdict(set)
        for point in ranks:
            squares[_square(point)].add(point)
        return cls(
            {point: BitMap(those) for point, those in ranks.items()},
            {square: frozenset(points) for square, points in squares.items()},
        )

    def carried(self, before: Snapshot, after: Snapshot, gone: BitMap, came: BitMap) -> "Around":
        made = Around(copy(self.at), copy(self._squares))
        for rank in gone:
            for point in before.points.get(rank, ()):
                made._put(point, made.at.get(point, BitMap()) - BitMap([rank]))
        for rank in came:
            for point in after.points.get(rank, ()):
                made._put(point, made.at.get(point, BitMap()) | BitMap([rank]))
        return made

    def _put(self, point: At, ranks: BitMap) -> None:
        square = _square(point)
        points = self._squares.get(square, frozenset())
        if ranks:
            self.at[point], self._squares[square] = ranks, points | {point}
        else:
            self.at.pop(point, None)
            self._squares[square] = points - {point}

    def within(self, origins: tuple[At, ...], radius: float) -> list[tuple[float, At]]:
        """(kilometres to the nearest of ``origins``, point) of those within ``radius``, the nearest first: to the metre.

        Shared by all who ask: not to be changed.
        """
        if radius > _KEPT_WITHIN:
            return self._measured(origins, radius)
        if (ring := self._rings.get((origins, radius))) is None:
            ring = self._rings[origins, radius] = self._measured(origins, radius)
            while len(self._rings) > _KEPT:
                self._rings.popitem(last=False)
        return ring

    def _measured(self, origins: tuple[At, ...], radius: float) -> list[tuple[float, At]]:
        found: dict[At, float] = {}
        for origin in origins:
            centre = Point(*origin)
            for square in self._near(origin, radius):
                for point in self._squares[square]:
                    far = kilometres(centre, *point)
                    if far <= radius and far < found.get(point, math.inf):
                        found[point] = far
        return sorted((round(far, 3), point) for point, far in found.items())

    def _near(self, origin: At, radius: float) -> Iterable[tuple[int, int]]:
        """Squares that may hold a point within ``radius``."""
        high = math.degrees(radius / EARTH_RADIUS_KM)
        # Towards the poles a degree of longitude is nothing: all are looked at, as for great radii.
        narrow = math.cos(math.radians(min(abs(origin[0]) + high, 90)))
        if high > 2 or narrow < 0.1:
            return self._squares
        wide = high / narrow
        south, west = _square((origin[0] - high, origin[1] - wide))
        north, east = _square((origin[0] + high, origin[1] + wide))
        rows = range(south, north + 1)
        return [
            square
            for row in rows
            for column in range(west, east + 1)
            if (square := (row, column)) in self._squares
        ]


def _square(point: At) -> tuple[int, int]:
    return math.floor(point[0] * _SQUARES), math.floor(point[1] * _SQUARES)
