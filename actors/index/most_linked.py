"""Who has most links with a list: exactly, without counting the links of everybody in it."""

from collections import Counter
from copy import copy
from heapq import heappush, heappushpop
from itertools import chain
from typing import TYPE_CHECKING

from pyroaring import BitMap

if TYPE_CHECKING:
    from actors.index.columns import Snapshot

# Whoever has more links is a hub: some hundreds, even in a large directory.
_BUSY = 16
# Of a list of fewer actors every link is counted.
_FEW = 200
# Links of somebody who may be among the most linked: as many, or the next lower of these.
_LEVELS = (8, 4, 2, 1)


class Linked:
    """Links by how many the other end has: some hubs and a crowd of actors with few links each.

    Hubs stand with a bitmap each. Of the crowd, whoever has fewer links than the twentieth of the hubs has with the list
    is out of it from the start: those left are counted from the members of the list. About 100 bytes a link and level.
    """

    def __init__(self, neighbours: dict[int, tuple[int, ...]]) -> None:
        self._neighbours = neighbours
        busy = [(len(others), rank) for rank, others in neighbours.items() if len(others) > _BUSY]
        # The most linked first.
        self.hubs = [(number, rank, BitMap(neighbours[rank])) for number, rank in sorted(busy, reverse=True)]
        # Level -> rank -> those it is linked with who are no hub and have that many links.
        self._crowds: dict[int, tuple[BitMap, dict[int, tuple[int, ...]]]] = {}

    @classmethod
    def of(cls, snapshot: "Snapshot") -> "Linked":
        return cls(snapshot.neighbours)

    def crowd(self, least: int) -> tuple[BitMap, dict[int, tuple[int, ...]]]:
        """Rank -> those it is linked with who are no hub, all who have ``least`` links or more, others maybe; and its keys.

        Made when first asked for.
        """
        level = next((each for each in _LEVELS if each <= least), 1)
        if level not in self._crowds:
            # In the order in which they are asked for, hence beside each other in memory.
            crowd = {rank: kept for rank in sorted(self._neighbours) if (kept := self._kept(rank, level))}
            self._crowds[level] = BitMap(crowd.keys()), crowd
        return self._crowds[level]

    def _kept(self, rank: int, level: int) -> tuple[int, ...]:
        known = self._neighbours
        return tuple([other for other in known.get(rank, ()) if level <= len(known[other]) <= _BUSY])

    def carried(self, before: "Snapshot", after: "Snapshot", gone: BitMap, came: BitMap) -> "Linked":
        linked, old, new = Linked.of(after), self._neighbours, after.neighbours
        changed = {rank for rank in old.keys() | new.keys() if old.get(rank) is not new.get(rank)}
        # With somebody's links changes who they are in the crowds of all at the other end.
        concerned = changed.union(*(each.get(rank, ()) for rank in changed for each in (old, new)))
        for level, (_, known) in self._crowds.items():
            crowd = copy(known)
            for rank in concerned:
                crowd.pop(rank, None)
                if kept := linked._kept(rank, level):
                    crowd[rank] = kept
            linked._crowds[level] = BitMap(crowd.keys()), crowd
        return linked


def most_linked(snapshot: "Snapshot", ranks: BitMap, most: int) -> dict[int, int]:
    """Id -> how many of ``ranks`` it is linked with: of the ``most`` that have most, the smaller id first of two alike."""
    if len(ranks) < _FEW:
        neighbours = snapshot.neighbours
        counts = Counter(chain.from_iterable([neighbours[rank] for rank in ranks & snapshot.linked]))
    else:
        counts = _of_many(snapshot.beside(Linked.of), ranks, most)
    return _first(counts, snapshot, most)


def _of_many(linked: Linked, ranks: BitMap, most: int) -> dict[int, int]:
    """Rank -> how many of ``ranks`` it is linked with; those left out have fewer than ``most`` others have."""
    counts: dict[int, int] = {}
    best: list[int] = []
    for number, rank, others in linked.hubs:
        if len(best) == most and number < best[0]:
            return counts
        if count := others.intersection_cardinality(ranks):
            counts[rank] = count
            (heappush if len(best) < most else heappushpop)(best, count)
    least = best[0] if len(best) == most else 1
    if least <= _BUSY:
        having, crowd = linked.crowd(least)
        counts |= Counter(chain.from_iterable([crowd[rank] for rank in ranks & having]))
    return counts


def _first(counts: dict[int, int], snapshot: "Snapshot", most: int) -> dict[int, int]:
    """By id, the ``most`` of the highest counts, in the order of :func:`most_linked`."""
    ids = snapshot.ids
    least = sorted(counts.values())[-most] if len(counts) > most else 0
    above = sorted([(-count, ids[rank]) for rank, count in counts.items() if count > least])
    # Thousands may have the same number.
    alike = sorted([ids[rank] for rank, count in counts.items() if count == least])
    return {pk: -count for count, pk in above} | dict.fromkeys(alike[: most - len(above)], least)
