"""Who is near an actor, and who resembles it: two short lists for its page, alike for everybody.

Both are read from the snapshot: they cost no query beyond that for the version.
"""

import math
from collections import Counter
from dataclasses import dataclass

from pyroaring import BitMap

from actors.enums import LifeStatus
from actors.index import snapshot as snapshots
from actors.index.criteria import kilometres, within
from actors.index.selection import Point
from actors.index.snapshot import Snapshot

# Kilometres asked in turn, until enough are found: beyond the last, nobody is near.
_RADII = (5, 15, 40)
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
    over = snapshot.any_of("life_status", _OVER)
    left_out = {rank} | set(over)
    nearest = _nearest(rank, left_out, limit, snapshot)
    left_out |= {link.other(rank) for link in snapshot.links.get(rank, ())} | {other for other, _ in nearest}
    return Neighbours(
        [Near(snapshot.ids[other], far) for other, far in nearest],
        _alike(rank, left_out, limit, snapshot),
    )


def _nearest(rank: int, left_out: set[int], limit: int, snapshot: Snapshot) -> list[tuple[int, float]]:
    """(rank, kilometres) of those within the first radius that fills the list, the nearest first, then by name."""
    found: dict[int, float] = {}
    for radius in _RADII:
        for latitude, longitude in snapshot.points.get(rank, ()):
            for other, far in within(Point(latitude, longitude), radius, snapshot):
                if other not in left_out and far < found.get(other, math.inf):
                    found[other] = far
        if len(found) >= limit:
            break
    return sorted(found.items(), key=lambda pair: (round(pair[1], 3), pair[0]))[:limit]


def _alike(rank: int, left_out: set[int], limit: int, snapshot: Snapshot) -> list[Alike]:
    """Those with most activities and sectors in common, then the nearest, then by name."""
    activities = _values_of(rank, "activity", snapshot)
    sectors = _values_of(rank, "sector", snapshot)
    scores: Counter[int] = Counter()
    for having in activities.values():
        scores.update(dict.fromkeys(having, _ACTIVITY_WEIGHT))
    for having in sectors.values():
        scores.update(having)
    for other in left_out:
        scores.pop(other, None)
    # Distances are for the candidates alone: those whose score may fill the list.
    lowest = min((score for _, score in scores.most_common(limit)), default=0)
    candidates = [other for other, score in scores.items() if score >= lowest]
    chosen = sorted(
        candidates, key=lambda other: (-scores[other], round(_between(rank, other, snapshot), 3), other)
    )
    return [
        Alike(
            snapshot.ids[other],
            tuple(value for value, having in activities.items() if other in having),
            tuple(value for value, having in sectors.items() if other in having),
        )
        for other in chosen[:limit]
    ]


def _values_of(rank: int, criterion: str, snapshot: Snapshot) -> dict[object, BitMap]:
    """What an actor has of a criterion, with all who have it."""
    sets = {value: snapshot.of(criterion, value) for value in sorted(snapshot.values[criterion])}
    return {value: having for value, having in sets.items() if rank in having}


def _between(rank: int, other: int, snapshot: Snapshot) -> float:
    """Kilometres between the nearest places of two actors; infinity where one has none."""
    distances = (
        kilometres(Point(*one), *another)
        for one in snapshot.points.get(rank, ())
        for another in snapshot.points.get(other, ())
    )
    return min(distances, default=math.inf)
