"""Drawings of the network: signs, lines and names with their places, ready to be written as SVG."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from actors.enums import CooperationStatus, Nature
from actors.network import labels
from actors.network.graph import Link, Network
from territories.addresses import address

# Neighbours that the small drawing of an actor's page shows at most: what a phone's height holds.
MOST_IN_SMALL = 14
_MARGIN = 24
_NOT_YET = {CooperationStatus.ENVISAGED, CooperationStatus.PLANNED}
# Small drawing: width, where signs stand on either side, height of a row; a name gets two lines of so many signs.
_WIDTH, _LEFT, _RIGHT, _ROW = 400, 150, 250, 46
_SMALL_LINE, _SMALL_LINES = 17, 2


@dataclass(frozen=True)
class Sign:
    """An actor in a drawing. ``number``: of the sign in this drawing, named by its lines."""

    number: int
    name: str
    slug: str
    nature: str
    x: float
    y: float
    radius: float
    lines: list[str]
    # Whether its name stands below it, or on which side.
    side: str = "below"

    @property
    def href(self) -> str:
        return address("actor", self.slug)

    @property
    def shape(self) -> str:
        return {Nature.ORGANISATION: "circle", Nature.INITIATIVE: "square"}.get(self.nature, "diamond")

    @property
    def half(self) -> float:
        """Half of a square's side, with the area of the circle."""
        return round(self.radius * 0.9, 1)

    @property
    def side_length(self) -> float:
        return round(2 * self.half, 1)

    @property
    def reach(self) -> float:
        """From the middle of a diamond to its points."""
        return round(self.radius * 1.35, 1)

    @property
    def cut(self) -> bool:
        """Whether its lines leave out an end of the name."""
        return self.lines[-1].endswith("…")

    @property
    def text_y(self) -> float:
        """Where the names' lines begin."""
        if self.side == "below":
            return round(self.radius + 2, 1)
        return -18.5 if len(self.lines) > 1 else -10.8

    @property
    def text_x(self) -> float:
        return {"below": 0, "left": -14, "right": 14}[self.side]

    @property
    def anchor(self) -> str:
        return {"below": "middle", "left": "end", "right": "start"}[self.side]


@dataclass(frozen=True)
class Line:
    """All links between two actors; ``look``: "", "inferred", "not-yet" or "ended", what the surest of them is."""

    first: Sign
    second: Sign
    look: str

    @property
    def bent(self) -> bool:
        """Between two signs of one side of a small drawing."""
        return self.first.side == self.second.side != "below"

    @property
    def path(self) -> str:
        start, end = f"M{self.first.x:g} {self.first.y:g}", f"{self.second.x:g} {self.second.y:g}"
        if not self.bent:
            return f"{start}L{end}"
        towards = self.first.x + (30 if self.first.side == "left" else -30)
        return f"{start}Q{towards:g} {(self.first.y + self.second.y) / 2:g} {end}"


def _look(links: Iterable[Link]) -> str:
    looks = {
        "inferred"
        if link.inferred
        else "not-yet"
        if link.status in _NOT_YET
        else "ended"
        if link.status == CooperationStatus.ENDED
        else ""
        for link in links
    }
    return min(looks, key=["", "ended", "not-yet", "inferred"].index)


@dataclass(frozen=True)
class Drawing:
    """``width`` and ``height`` are its natural size in CSS pixels, at which every name can be read."""

    signs: list[Sign]
    lines: list[Line]
    left: float
    top: float
    width: float
    height: float

    @cached_property
    def view_box(self) -> str:
        return f"{self.left:g} {self.top:g} {self.width:g} {self.height:g}"


def _lines(links: Iterable[Link], signs: Mapping[int, Sign]) -> list[Line]:
    between: dict[tuple[int, int], list[Link]] = defaultdict(list)
    for link in links:
        if link.source in signs and link.target in signs:
            between[min(link.source, link.target), max(link.source, link.target)].append(link)
    return [Line(signs[one], signs[other], _look(links)) for (one, other), links in sorted(between.items())]


def draw(network: Network, places: Mapping[int, tuple[float, float]], links: Sequence[Link]) -> Drawing:
    """The actors of ``links`` that have a place, and their links; as large as they need, no query."""
    ranks = sorted({rank for link in links for rank in (link.source, link.target) if rank in places})
    signs = {}
    for number, rank in enumerate(ranks):
        x, y = places[rank]
        name, degree = network.name(rank), network.degree(rank)
        signs[rank] = Sign(
            number,
            name,
            network.slug(rank),
            network.nature(rank),
            x,
            y,
            labels.radius(degree),
            labels.lines(name),
        )
    boxes = [(sign, *labels.box(sign.name, network.degree(rank))) for rank, sign in signs.items()]
    left = min((sign.x - wide / 2 for sign, wide, _ in boxes), default=0) - _MARGIN
    top = min((sign.y - 2 * sign.radius for sign, _, _ in boxes), default=0) - _MARGIN
    right = max((sign.x + wide / 2 for sign, wide, _ in boxes), default=0) + _MARGIN
    low = max((sign.y + high for sign, _, high in boxes), default=0) + _MARGIN
    return Drawing(
        list(signs.values()),
        _lines(links, signs),
        round(left),
        round(top),
        round(right - left),
        round(low - top),
    )


@dataclass(frozen=True)
class SmallDrawing:
    """An actor between its neighbours; ``more``: how many of them it leaves out."""

    drawing: Drawing
    centre: Sign
    slug: str
    neighbours: int
    more: int


def draw_around(network: Network, rank: int) -> SmallDrawing | None:
    """The small drawing of one actor; None for one without links (no query).

    Those linked with most others are shown, by name, on both sides of it; at most fourteen.
    """
    neighbours = network.neighbours.get(rank, [])
    if not neighbours:
        return None
    most = sorted(neighbours, key=lambda other: (-network.degree(other), other))[:MOST_IN_SMALL]
    shown = sorted(most)
    rows = (len(shown) + 1) // 2
    height = max(3, rows) * _ROW
    centre = _small_sign(network, rank, 0, _WIDTH / 2, height / 2, "below", 11)
    signs = {rank: centre}
    for side, x, part in (("left", _LEFT, shown[:rows]), ("right", _RIGHT, shown[rows:])):
        top = (height - len(part) * _ROW) / 2 + _ROW / 2
        for row, other in enumerate(part):
            # Those in the middle stand farther out: a curve rather than a wall.
            out = 14 * (1 - abs(2 * row - len(part) + 1) / max(len(part), 1))
            at = x - out if side == "left" else x + out
            signs[other] = _small_sign(
                network, other, len(signs), round(at), round(top + row * _ROW), side, 7
            )
    lines = _lines(network.among(signs), signs)
    drawing = Drawing([sign for other, sign in signs.items() if other != rank], lines, 0, 0, _WIDTH, height)
    return SmallDrawing(drawing, centre, network.slug(rank), len(neighbours), len(neighbours) - len(shown))


def _small_sign(
    network: Network, rank: int, number: int, x: float, y: float, side: str, radius: float
) -> Sign:
    name = network.name(rank)
    lines = labels.lines(name, 13 if side == "below" else _SMALL_LINE, 3 if side == "below" else _SMALL_LINES)
    return Sign(number, name, network.slug(rank), network.nature(rank), x, y, radius, lines, side)
