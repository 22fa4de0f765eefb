"""Where actors stand in a drawing: at their stored places, beside a neighbour, or in rings around one of them."""

import datetime
import math
from collections.abc import Collection, Sequence

from actors.models import NetworkLayout
from actors.network.graph import Network
from actors.network.labels import box

Point = tuple[float, float]

# Actors with links that get places in a drawing of the whole: beyond, that is no help and takes minutes, and
# networkx also needs scipy from 500 on.
MOST_PLACED = 499
# A drawing of more actors helps nobody: what surrounds one of them is drawn instead.
MOST_DRAWN = 400
# How many actors such a surrounding shows at most, the nearest first.
MOST_AROUND = 100
# The angle of sunflowers: whatever their number, points never line up.
_GOLDEN = math.pi * (3 - math.sqrt(5))
_BESIDE = 70


def stored_places(network: Network) -> dict[int, Point]:
    """Rank -> place of each actor in the drawing of the whole network (1 query).

    The last drawing made serves until the next is ready. An actor that is newer than it stands near the
    neighbours it has there; one without such neighbours has no place yet. Empty for a network
    too large to be drawn, or before its first drawing.
    """
    layout = NetworkLayout.objects.first()
    if layout is None:
        return {}
    known = {int(pk): (float(x), float(y)) for pk, (x, y) in layout.positions.items()}
    ids = network.snapshot.ids
    places = {rank: known[ids[rank]] for rank in network.of if ids[rank] in known}
    if not places:
        return {}
    for rank in sorted(network.of.keys() - places.keys()):
        near = [known[ids[other]] for other in network.neighbours[rank] if ids[other] in known]
        if near:
            x, y = (sum(axis) / len(near) for axis in zip(*near, strict=True))
            turn = _GOLDEN * ids[rank]
            places[rank] = (round(x + _BESIDE * math.cos(turn)), round(y + _BESIDE * math.sin(turn)))
    return places


def drawn_version() -> datetime.datetime | None:
    """When the stored drawing was last made or confirmed, which moves without the directory's version (1 query)."""
    return NetworkLayout.objects.values_list("made_at", flat=True).first()


def rings(network: Network, centre: int, ranks: Collection[int]) -> dict[int, Point]:
    """``centre`` in the middle, the others on rings by the number of links that lead to them.

    Costs one walk over them and no iteration: fit for a visitor's request. Those of a ring stand
    beside the neighbour that leads to them.
    """
    places: dict[int, Point] = {centre: (0.0, 0.0)}
    angles = {centre: 0.0}
    left = set(ranks) - {centre}
    ring: Sequence[int] = [centre]
    radius = 0.0
    while ring:
        nearest: dict[int, int] = {}
        for rank in ring:
            for other in network.neighbours.get(rank, ()):
                if other in left:
                    nearest.setdefault(other, rank)
        ring = sorted(nearest, key=lambda rank: (angles[nearest[rank]], rank))
        left -= set(ring)
        if not ring:
            break
        # Room for each name along the ring, and between this ring and the one inside it.
        widths = [box(network.name(rank), network.degree(rank))[0] + 16 for rank in ring]
        radius = max(radius + 120, sum(widths) / (2 * math.pi) * 0.8)
        for number, rank in enumerate(ring):
            angle = 2 * math.pi * number / len(ring) - math.pi / 2
            angles[rank] = angle
            places[rank] = (round(radius * math.cos(angle)), round(radius * math.sin(angle) * 0.8))
    return places
