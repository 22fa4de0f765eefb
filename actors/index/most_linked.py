"""Who has most links with a large list: without counting the links of everybody in it."""

from heapq import heappush, heappushpop, nlargest
from typing import TYPE_CHECKING

from pyroaring import BitMap

if TYPE_CHECKING:
    from actors.index.columns import Columns

# Actors of most links that are looked at one by one.
_HUBS = 1000
# Of a list of fewer actors every link is counted.
_FEW = 400


class _Hubs:
    """The actors of most links, the most first: (how many, its rank, those it is linked with); and whether that is all."""

    def __init__(self, snapshot: "Columns") -> None:
        neighbours = snapshot.neighbours
        most = nlargest(_HUBS, ((len(others), rank) for rank, others in neighbours.items()))
        self.rows = [(number, rank, BitMap(neighbours[rank])) for number, rank in most]
        self.all = len(self.rows) == len(neighbours)


def most_linked(snapshot: "Columns", ranks: BitMap, most: int) -> dict[int, int]:
    """Id -> how many of ``ranks`` it is linked with: of the ``most`` that have most, the smaller id first of two alike."""
    counts = _of_hubs(snapshot, ranks, most) if len(ranks) > _FEW else None
    if counts is None:
        counts = snapshot.count_links(ranks)
    if len(counts) > most:
        least = nlargest(most, counts.values())[-1]
        counts = {pk: count for pk, count in counts.items() if count >= least}
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:most])


def _of_hubs(snapshot: "Columns", ranks: BitMap, most: int) -> dict[int, int] | None:
    """From the most linked on, until nobody who follows has enough links to be among them; None where that never came."""
    hubs, counts = snapshot.beside(_Hubs), {}
    best: list[int] = []
    for number, rank, others in hubs.rows:
        if len(best) == most and number < best[0]:
            return counts
        if count := others.intersection_cardinality(ranks):
            counts[snapshot.ids[rank]] = count
            (heappush if len(best) < most else heappushpop)(best, count)
    return counts if hubs.all else None
