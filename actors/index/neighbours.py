"""Who is near an actor, and who resembles it: two short lists for its page, alike for everybody.

Both are read from the snapshot: they cost no query beyond that for the version, and as much time in a directory of
any size.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from pyroaring import BitMap

from actors.enums import LifeStatus
from actors.index import snapshot as snapshots
from actors.index.around import Around, At
from actors.index.criteria import kilometres
from actors.index.selection import Point
from actors.index.snapshot import Snapshot

# Kilometres asked in turn, until enough are found: beyond the last, nobody is near.
_RADII = (5, 15, 40)
_FURTHER = (*_RADII, 100, math.inf)
# Of so many the distances are worked out one by one; more of them are looked for around.
_FEW = 100
# An activity in common tells more than a field of activity.
_ACTIVITY_WEIGHT = 3
_OVER = (LifeStatus.CLOSED.value, LifeStatus.ENDED.value)


@dataclass(frozen=True)
class Near:
    """An actor and its distance in kilometres as the crow flies; 0 in the same commune."""

    actor_id: int
    kilometres: float


@dataclass(frozen=True)
class Alike:
    """An actor and what it has in common with another: slugs of activities, values of sectors."""

    actor_id: int
    activities: tuple[str, ...]
    sectors: tuple[str, ...]


@dataclass(frozen=True)
class Neighbours:
    nearest: list[Near]
    alike: list[Alike]


def neighbours(actor_id: int, *, limit: int = 6) -> Neighbours:
    """The nearest actors, then others that do alike, neither linked nor near (1 query).

    Those whose activity is over are in neither. Nobody is near an actor of which no commune is known.
    """
    snapshot = snapshots.current()
    rank = snapshot.ranks.get(actor_id)
    if rank is None:  # published since the snapshot was read
        return Neighbours([], [])
    left_out = snapshot.any_of("life_status", _OVER) | BitMap([rank])
    around = _Surroundings(rank, snapshot)
    nearest = around.nearest(snapshot.everyone - left_out, limit, _RADII)
    left_out.update(link.other(rank) for link in snapshot.links.get(rank, ()))
    left_out.update(other for other, _ in nearest)
    return Neighbours(
        [Near(snapshot.ids[other], far) for other, far in nearest],
        _alike(rank, left_out, limit, around),
    )


class _Surroundings:
    """Who stands how far from one actor."""

    def __init__(self, rank: int, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._points = snapshot.points.get(rank, ())
        self._around = snapshot.beside(Around.read)
        # Radius -> (kilometres, point), the nearest first.
        self._rings: dict[float, list[tuple[float, At]]] = {}

    def nearest(self, among: BitMap, limit: int, radii: tuple[float, ...]) -> list[tuple[int, float]]:
        """(rank, kilometres) of the nearest within the last radius, then by name."""
        found: list[tuple[int, float]] = []
        for radius in radii:
            found, left = [], among
            for far, those in groupby(self._within(radius), key=itemgetter(0)):
                here = BitMap.union(BitMap(), *(self._around.at[point] for _, point in those)) & left
                found += ((other, far) for other in here[: limit - len(found)])
                if len(found) == limit:
                    return found
                left = left - here
        return found

    def _within(self, radius: float) -> list[tuple[float, At]]:
        if radius not in self._rings:
            self._rings[radius] = self._around.within(self._points, radius)
        return self._rings[radius]

    def far(self, other: int) -> float:
        """Kilometres between the nearest places of both; infinity where one has none."""
        distances = (
            kilometres(Point(*one), *another)
            for one in self._points
            for another in self.snapshot.points.get(other, ())
        )
        return round(min(distances, default=math.inf), 3)


def _alike(rank: int, left_out: BitMap, limit: int, around: _Surroundings) -> list[Alike]:
    """Those with most activities and sectors in common, then the nearest, then by name."""
    snapshot = around.snapshot
    activities = _values_of(rank, "activity", snapshot)
    sectors = _values_of(rank, "sector", snapshot)
    chosen: list[int] = []
    for having in _by_score(list(activities.values()), list(sectors.values())):
        if among := having - left_out:
            room = limit - len(chosen)
            if len(among) <= _FEW:
                chosen += sorted(among, key=lambda other: (around.far(other), other))[:room]
            else:
                near = [other for other, _ in around.nearest(among, room, _FURTHER)]
                chosen += [*near, *(among - BitMap(near))[: room - len(near)]]
            if len(chosen) == limit:
                break
    return [
        Alike(
            snapshot.ids[other],
            tuple(value for value, having in activities.items() if other in having),
            tuple(value for value, having in sectors.items() if other in having),
        )
        for other in chosen
    ]


def _by_score(activities: list[BitMap], sectors: list[BitMap]) -> Iterator[BitMap]:
    """Those of each score, the highest first; whoever has nothing in common is in none."""
    of_activities, of_sectors = _having(activities), _having(sectors)
    scores: dict[int, list[BitMap]] = {}
    for number, some in enumerate(of_activities):
        for other, more in enumerate(of_sectors):
            if number and other:
                having = some & more
            elif number:
                having = some - BitMap.union(BitMap(), *sectors)
            elif other:
                having = more - BitMap.union(BitMap(), *activities)
            else:
                continue
            scores.setdefault(_ACTIVITY_WEIGHT * number + other, []).append(having)
    for score in sorted(scores, reverse=True):
        yield BitMap.union(BitMap(), *scores[score])


def _having(sets: list[BitMap]) -> list[BitMap]:
    """Of each number from 0 on, those who are in exactly so many of these sets; none for 0."""
    least = [BitMap() for _ in range(len(sets) + 2)]
    for having in sets:
        for number in range(len(sets), 1, -1):
            least[number] |= least[number - 1] & having
        least[1] |= having
    return [BitMap(), *(least[number] - least[number + 1] for number in range(1, len(sets) + 1))]


def _values_of(rank: int, criterion: str, snapshot: Snapshot) -> dict[object, BitMap]:
    """What an actor has of a criterion, with all who have it."""
    return {value: having for value, having in snapshot.facet(criterion) if rank in having}
