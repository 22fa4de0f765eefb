"""Polygons that share borders, cut into the lines they share, so that a border simplified once stays shared.

Points are pairs of numbers in any plane; a polygon is a list of rings, closed or not; no projection here.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from itertools import pairwise

Point = tuple[float, float]
Line = tuple[Point, ...]
# One side of a ring: the number of a line, and whether it is walked backwards.
Side = tuple[int, bool]


class Topology:
    """Rings of named shapes as sides, over lines that are each kept once."""

    def __init__(self, shapes: Mapping[Hashable, Iterable[Sequence[Point]]]) -> None:
        rings = {key: [_open(ring) for ring in outline] for key, outline in shapes.items()}
        rings = {key: [ring for ring in outline if len(ring) > 2] for key, outline in rings.items()}
        self.lines: list[Line] = []
        self._numbers: dict[Line, int] = {}
        junctions = _junctions(ring for outline in rings.values() for ring in outline)
        self.rings: dict[Hashable, list[list[Side]]] = {
            key: [[self._side(line) for line in _cut(ring, junctions)] for ring in outline]
            for key, outline in rings.items()
        }

    def simplified(self, tolerance: float) -> list[Line]:
        """Every line without the points that lie nearer than ``tolerance`` to what remains."""
        return [simplify(line, tolerance) for line in self.lines]

    def outline(self, key: Hashable, lines: Sequence[Line]) -> list[Line]:
        """The closed rings of a shape over ``lines``, those of :meth:`simplified`; rings that became nothing are left out."""
        found = []
        for sides in self.rings[key]:
            ring: list[Point] = []
            for number, backwards in sides:
                line = lines[number][::-1] if backwards else lines[number]
                ring += line[1:] if ring else line
            if len(set(ring)) > 2:
                found.append(tuple(ring))
        return found

    def border(self, keys: Iterable[Hashable]) -> list[int]:
        """Numbers of the lines that bound these shapes, each once."""
        return sorted({number for key in keys for sides in self.rings[key] for number, _ in sides})

    def _side(self, line: Line) -> Side:
        backwards = line[::-1] < line
        kept = line[::-1] if backwards else line
        if kept not in self._numbers:
            self._numbers[kept] = len(self.lines)
            self.lines.append(kept)
        return self._numbers[kept], backwards


def simplify(line: Line, tolerance: float) -> Line:
    """Douglas and Peucker's method, without recursion; both ends stay, and of a closed line its farthest point."""
    if len(line) < 3:
        return line
    kept = [False] * len(line)
    kept[0] = kept[-1] = True
    spans = [(0, len(line) - 1)]
    square = tolerance * tolerance
    if line[0] == line[-1]:
        x, y = line[0]
        farthest = max(
            range(len(line)), key=lambda index: (line[index][0] - x) ** 2 + (line[index][1] - y) ** 2
        )
        kept[farthest] = True
        spans = [(0, farthest), (farthest, len(line) - 1)]
    while spans:
        first, last = spans.pop()
        index, distance = _farthest(line, first, last)
        if distance > square:
            kept[index] = True
            spans += [(first, index), (index, last)]
    return tuple(point for point, stays in zip(line, kept, strict=True) if stays)


def _farthest(line: Line, first: int, last: int) -> tuple[int, float]:
    """Index of the point farthest from the chord, and the square of its distance; -1 without one between."""
    (x, y), (end_x, end_y) = line[first], line[last]
    along, up = end_x - x, end_y - y
    length = along * along + up * up
    worst, worst_index = 0.0, -1
    for index in range(first + 1, last):
        dx, dy = line[index][0] - x, line[index][1] - y
        if length:
            share = min(1.0, max(0.0, (dx * along + dy * up) / length))
            dx, dy = dx - share * along, dy - share * up
        distance = dx * dx + dy * dy
        if distance > worst:
            worst, worst_index = distance, index
    return worst_index, worst


def _open(ring: Sequence[Point]) -> list[Point]:
    """A ring without its last point, which is its first."""
    points = [tuple(point) for point in ring]
    return points[:-1] if len(points) > 1 and points[0] == points[-1] else points


def _junctions(rings: Iterable[Sequence[Point]]) -> set[Point]:
    """Points where borders part: those with more than two neighbours."""
    beside: dict[Point, set[Point]] = defaultdict(set)
    for ring in rings:
        for before, point in zip([ring[-1], *ring[:-1]], ring, strict=True):
            beside[point].add(before)
            beside[before].add(point)
    return {point for point, others in beside.items() if len(others) > 2}


def _cut(ring: list[Point], junctions: set[Point]) -> list[Line]:
    """A ring as lines from junction to junction; one closed line where it meets none, begun alike by all who share it."""
    cuts = [index for index, point in enumerate(ring) if point in junctions]
    if not cuts:
        start = ring.index(min(ring))
        return [(*ring[start:], *ring[:start], ring[start])]
    turned = [*ring[cuts[0] :], *ring[: cuts[0]], ring[cuts[0]]]
    stops = [index - cuts[0] for index in cuts] + [len(ring)]
    return [tuple(turned[first : last + 1]) for first, last in pairwise(stops)]
