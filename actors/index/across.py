"""Links that cross the border of a territory: counted for all of them at once, and never again for the next version.

Of a large territory every link would have to be looked at to tell the few that lead out of it, or how many do.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator
from copy import copy
from itertools import islice

from pyroaring import BitMap

from actors.index.columns import Snapshot
from actors.index.links import Link

Home = frozenset[int]
_NOWHERE: Home = frozenset()
# Of fewer actors each bitmap of a territory is asked, which costs less than walking through all of them.
_FEW = 50


def links_across(snapshot: Snapshot, territory: int, most: int) -> tuple[int, tuple[int, ...]]:
    """How many cooperations lead out of a territory, and the ids of the first ``most``, by name (no query)."""
    across = snapshot.beside(Across.read)
    return across.count(territory), across.first(snapshot, territory, most)


class Across:
    """For one snapshot; the next one takes it over with what changed. Some 13 MB with 200,000 actors and as many links.

    A link crosses where one of its ends is listed in the territory, and the other is located outside it, or is in no
    list.
    """

    def __init__(self, homes: dict[int, Home], counts: dict[int, int], sources: dict[int, BitMap]) -> None:
        # Rank of a linked actor -> territories that list it, alike for those of one commune.
        self._homes = homes
        # Territory -> how many links cross, and the ranks they lead from.
        self._counts, self._sources = counts, sources

    @classmethod
    def read(cls, snapshot: Snapshot) -> "Across":
        made = cls(_homes(snapshot, snapshot.linked), defaultdict(int), {})
        sources: dict[int, array] = defaultdict(lambda: array("I"))
        for rank in snapshot.linked:
            for territory in made._crossed(snapshot, rank):
                made._counts[territory] += 1
                sources[territory].append(rank)
        made._sources = {territory: BitMap(ranks) for territory, ranks in sources.items()}
        return made

    def carried(self, before: Snapshot, after: Snapshot, gone: BitMap, came: BitMap) -> "Across":
        made = Across(copy(self._homes), copy(self._counts), copy(self._sources))
        lost = {link.source for rank in gone for link in before.links.get(rank, ())}
        new = {link.source for rank in came for link in after.links.get(rank, ())}
        ends = {link.other(rank) for rank in came for link in after.links.get(rank, ())}
        reached = BitMap(lost | new)
        for rank in reached:
            for territory in self._crossed(before, rank):
                made._counts[territory] -= 1
        for territory in {each for rank in reached for each in self._crossed(before, rank)}:
            made._sources[territory] = made._sources[territory] - reached
        for rank in gone:
            made._homes.pop(rank, None)
        made._homes |= _homes(after, (BitMap(ends - made._homes.keys()) | came) & after.linked)
        found: dict[int, list[int]] = defaultdict(list)
        for rank in reached & after.linked:
            for territory in made._crossed(after, rank):
                made._counts[territory] += 1
                found[territory].append(rank)
        for territory, ranks in found.items():
            made._sources[territory] = made._sources.get(territory, BitMap()) | BitMap(ranks)
        return made

    def count(self, territory: int) -> int:
        """How many links cross the border of a territory."""
        return self._counts.get(territory, 0)

    def first(self, snapshot: Snapshot, territory: int, most: int) -> tuple[int, ...]:
        """Ids of the first ``most`` of them, in the order of (source, kind, target, id)."""
        inside = snapshot.listed & snapshot.of("territory", territory)
        outside = snapshot.located - inside
        crossing = (
            link.pk
            for rank in self._sources.get(territory, ())
            for link in snapshot.links[rank]
            if link.source == rank and _crosses(link, inside, outside)
        )
        return tuple(islice(crossing, most))

    def _crossed(self, snapshot: Snapshot, rank: int) -> Iterator[int]:
        """Territories whose border the links cross that lead from a rank, once for each link."""
        homes, located, home = self._homes, snapshot.located, self._homes.get(rank, _NOWHERE)
        for link in snapshot.links.get(rank, ()):
            if link.source != rank:
                continue
            there = homes.get(link.target, _NOWHERE)
            if link.target in located:
                yield from home - there
            if rank in located:
                yield from there - home


def _crosses(link: Link, inside: BitMap, outside: BitMap) -> bool:
    return (link.source in inside and link.target in outside) or (
        link.target in inside and link.source in outside
    )


def _homes(snapshot: Snapshot, ranks: Iterable[int]) -> dict[int, Home]:
    """Rank -> territories that list it."""
    ranks = BitMap(ranks) & snapshot.listed
    territories = snapshot.values["territory"]
    found: dict[int, tuple[int, ...]] = {}
    if len(ranks) < _FEW:
        found = {
            rank: tuple(each for each in territories if rank in snapshot.of("territory", each))
            for rank in ranks
        }
    else:
        for territory in territories:
            alone = (territory,)
            for rank in snapshot.of("territory", territory) & ranks:
                found[rank] = found.get(rank, ()) + alone
    same: dict[tuple[int, ...], Home] = {}
    return {
        rank: same.get(those) or same.setdefault(those, frozenset(those)) for rank, those in found.items()
    }
