"""Who is what, for one version of the directory, in memory: a bitmap of actors for each value of each criterion.

A snapshot never changes: that of the next version is another one, which shares with it whatever stayed. Counting a
facet is an intersection of bitmaps, and a page of a list is a slice of one: bitmaps hold ranks, which go by
``name_key``, then id, with gaps between them for who comes later. What is kept by rank stands in lists and arrays,
0 or None in the gaps.
"""

import threading
from array import array
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable
from copy import copy
from dataclasses import dataclass, field, fields
from functools import cached_property
from itertools import chain, repeat
from typing import Any, TypeVar

from pyroaring import BitMap

from actors.enums import CitationRole, CooperationKind, LifeStatus
from actors.index.links import Link
from actors.index.territory_names import TerritoryNames
from actors.index.words import Words

T = TypeVar("T")
_NOBODY = BitMap()


@dataclass(eq=False)
class Snapshot:
    """Published actors of one version. Not to be changed by who asks, nor any bitmap of it."""

    version: int
    # Rank -> id of the actor and its permanent id, and back; permanent ids, sorted: programs walk everything so.
    ids: array = field(default_factory=lambda: array("q"))
    ranks: dict[int, int] = field(default_factory=dict)
    public_ids: list[str | None] = field(default_factory=list)
    by_public_id: dict[str, int] = field(default_factory=dict)
    by_identifier: list[str] = field(default_factory=list)
    everyone: BitMap = field(default_factory=BitMap)
    # Names folded, of everyone, in the order of ranks.
    name_keys: list[str] = field(default_factory=list)
    # Rank -> name, precision, slug and nature.
    names: list[tuple[str, str, str, str] | None] = field(default_factory=list)
    # (criterion, value) -> ranks; criterion -> values that occur, sorted.
    sets: dict[tuple[str, Any], BitMap] = field(default_factory=dict)
    values: dict[str, list] = field(default_factory=lambda: defaultdict(list))
    # Rank -> points (latitude, longitude) of its places, those of one commune shared.
    points: dict[int, tuple[tuple[float, float], ...]] = field(default_factory=dict)
    # Rank -> (latitude, longitude, territories around) of its real addresses.
    addresses: dict[int, tuple[tuple[float, float, frozenset[int]], ...]] = field(default_factory=dict)
    # Rank -> its links, in the order of (source, kind, target, id).
    links: dict[int, tuple[Link, ...]] = field(default_factory=dict)
    # Actors with a place, at whatever level.
    located: BitMap = field(default_factory=BitMap)
    # Id of the network whose membership is a criterion of its own.
    apes: int | None = None

    def __post_init__(self) -> None:
        self._lock = threading.RLock()
        self._totals: dict[str, dict[object, int]] = {}
        self._by_facet: dict[str, list[tuple[object, BitMap]]] = {}
        self._beside: dict[Callable, Any] = {}

    def of(self, criterion: str, value: object) -> BitMap:
        return self.sets.get((criterion, value), _NOBODY)

    def facet(self, criterion: str) -> list[tuple[object, BitMap]]:
        """Each value of a criterion with its ranks, put together once: every list goes through all of them."""
        if criterion not in self._by_facet:
            self._by_facet[criterion] = [
                (value, self.of(criterion, value)) for value in self.values[criterion]
            ]
        return self._by_facet[criterion]

    def any_of(self, criterion: str, values: Iterable[object]) -> BitMap:
        return BitMap.union(*(self.of(criterion, value) for value in values), _NOBODY)

    @cached_property
    def listed(self) -> BitMap:
        """Whom lists and counts hold unless asked otherwise: those not known to have ceased."""
        return self.everyone - self.of("life_status", LifeStatus.CLOSED.value)

    def name_key(self, rank: int) -> str:
        """A name folded."""
        return self.name_keys[self.everyone.rank(rank) - 1]

    # -- links ---------------------------------------------------------------------------------------

    def linked_with(self, actor_id: int, kinds: Collection[str] = ()) -> BitMap:
        """Those linked with an actor, by one of ``kinds`` where any is given."""
        rank = self.ranks.get(actor_id)
        links = self.links.get(rank, ())
        return BitMap([link.other(rank) for link in links if not kinds or link.kind in kinds])

    def count_links(self, ranks: Iterable[int], kinds: Collection[str] = ()) -> dict[int, int]:
        """Id of an actor -> how many of ``ranks`` are linked with it, by one of ``kinds`` where any is given."""
        if kinds:
            others = (
                {link.other(rank) for link in self.links[rank] if link.kind in kinds}
                for rank in ranks
                if rank in self.links
            )
        else:
            others = map(self.neighbours.get, ranks, repeat(()))
        counts = Counter(chain.from_iterable(others))
        ids = self.ids
        return {ids[rank]: count for rank, count in counts.items()}

    @cached_property
    def neighbours(self) -> dict[int, tuple[int, ...]]:
        """Rank -> ranks of those it is linked with, each once, by name; only actors with a link."""
        return {rank: self._neighbours_of(rank) for rank in self.links}

    def _neighbours_of(self, rank: int) -> tuple[int, ...]:
        return tuple(sorted({link.other(rank) for link in self.links.get(rank, ())}))

    @cached_property
    def linked(self) -> BitMap:
        """Actors with a link."""
        return BitMap(array("I", self.links))

    @cached_property
    def on_map(self) -> BitMap:
        """Actors with a point of their own, or in a commune."""
        return BitMap(array("I", self.points))

    @cached_property
    def addressed(self) -> BitMap:
        """Actors with a real address."""
        return BitMap(array("I", self.addresses))

    @cached_property
    def link_count(self) -> int:
        return sum(map(len, self.links.values())) // 2

    # -- what is worked out when first asked --------------------------------------------------------

    def totals(self, facet: str) -> dict[object, int]:
        """Each value of a facet with how many of those listed have it, zeros left out; counted once."""
        if facet not in self._totals:
            if facet == "linked":
                counts = self.count_links(self.listed)
            else:
                counts = {
                    value: self.listed.intersection_cardinality(having) for value, having in self.facet(facet)
                }
            self._totals[facet] = {value: number for value, number in counts.items() if number}
        return self._totals[facet]

    @property
    def words(self) -> Words:
        """Read at the first search of a process (1 query)."""
        return self.beside(Words.read)

    @property
    def territory_names(self) -> TerritoryNames:
        """Read at the first suggestion of a version of the territories (3 queries)."""
        return self.beside(TerritoryNames.read)

    def beside(self, make: Callable[["Snapshot"], T]) -> T:
        """What ``make`` makes of this snapshot, once; one thread makes it, others wait for it.

        The next snapshot takes it over by its method ``carried``, where it has one, and else makes it anew. It must
        not lead back to the snapshot, whose memory would then wait for the collector.
        """
        if make not in self._beside:
            with self._lock:
                if make not in self._beside:
                    self._beside[make] = make(self)
        return self._beside[make]

    @cached_property
    def by_latitude(self) -> tuple[array, array, array]:
        """Latitude, longitude and rank of every place, from south to north."""
        rows = sorted((*point, rank) for rank, points in self.points.items() for point in points)
        return (
            array("d", [row[0] for row in rows]),
            array("d", [row[1] for row in rows]),
            array("I", [row[2] for row in rows]),
        )

    # -- the next one --------------------------------------------------------------------------------

    def succeeding(self, version: int) -> "Snapshot":
        """Another of the same contents, whose lists and dictionaries may be changed, and whose bitmaps replaced."""
        columns = {each.name: copy(getattr(self, each.name)) for each in fields(self)}
        return Snapshot(**columns | {"version": version})

    def take_over(self, before: "Snapshot", gone: BitMap, came: BitMap) -> None:
        """What was worked out for the snapshot ``before``, made right for this one: its ranks ``gone`` are no more,
        or somebody else's, and those that ``came`` are new.
        """
        if "neighbours" in before.__dict__:
            neighbours = self.neighbours = copy(before.neighbours)
            touched = set(gone) | set(came)
            reached = set(chain.from_iterable(before.neighbours.get(rank, ()) for rank in gone))
            reached |= {link.other(rank) for rank in came for link in self.links.get(rank, ())}
            for rank in touched | reached:
                neighbours.pop(rank, None)
                if rank in self.links:
                    neighbours[rank] = self._neighbours_of(rank)
            if "linked" in before._totals:
                self._take_over_linked(before, gone, reached | touched)
        if "by_latitude" in before.__dict__:
            self._take_over_latitudes(before, gone, came)
        for make, made in list(before._beside.items()):
            if hasattr(made, "carried"):
                self._beside[make] = made.carried(before, self, gone, came)

    def _take_over_linked(self, before: "Snapshot", gone: BitMap, reached: Iterable[int]) -> None:
        totals = self._totals["linked"] = copy(before._totals["linked"])
        for rank in gone:
            totals.pop(before.ids[rank], None)
        for rank in reached:
            if rank in self.everyone:
                totals.pop(self.ids[rank], None)
                others = self.neighbours.get(rank, ())
                if number := sum(other in self.listed for other in others):
                    totals[self.ids[rank]] = number

    def _take_over_latitudes(self, before: "Snapshot", gone: BitMap, came: BitMap) -> None:
        south, east, ranks = self.by_latitude = tuple(map(copy, before.by_latitude))
        for rank in gone:
            for latitude, _ in before.points.get(rank, ()):
                place = ranks.index(rank, bisect_left(south, latitude), bisect_right(south, latitude))
                for column in (south, east, ranks):
                    del column[place]
        for rank in came:
            for latitude, longitude in self.points.get(rank, ()):
                place = bisect_left(south, latitude)
                for column, value in ((south, latitude), (east, longitude), (ranks, rank)):
                    column.insert(place, value)

    # -- while it is made ----------------------------------------------------------------------------

    def hold(self, rank: int, actor_id: int, public_id: str | None = None, told: tuple | None = None) -> None:
        """An actor at a rank; ``told`` as in ``names``."""
        if (missing := rank + 1 - len(self.ids)) > 0:
            self.ids.extend([0] * missing)
            self.public_ids += [None] * missing
            self.names += [None] * missing
        self.ids[rank], self.public_ids[rank], self.names[rank] = actor_id, public_id, told
        self.ranks[actor_id] = rank
        if public_id:
            self.by_public_id[public_id] = rank

    def forget(self, gone: BitMap) -> None:
        """Take these ranks out of everything."""
        for key, having in list(self.sets.items()):
            if having.intersect(gone):
                self.sets[key] = having - gone
        self.located = self.located - gone
        for rank in gone:
            place = self.everyone.rank(rank) - 1
            self.everyone.discard(rank)
            del self.name_keys[place]
            # Whoever is linked with it is told with its links.
            self.sets.pop(("ptce", self.ids[rank]), None)
            del self.ranks[self.ids[rank]]
            if public_id := self.public_ids[rank]:
                del self.by_public_id[public_id]
                del self.by_identifier[bisect_left(self.by_identifier, public_id)]
            self.ids[rank], self.public_ids[rank], self.names[rank] = 0, None, None
            self.points.pop(rank, None)
            self.addresses.pop(rank, None)
        self._forget_links(gone)

    def _forget_links(self, gone: BitMap) -> None:
        lost = {link for rank in gone for link in self.links.pop(rank, ())}
        for rank in {rank for link in lost for rank in (link.source, link.target)} - set(gone):
            left = tuple(link for link in self.links[rank] if link not in lost)
            for kind in {link.kind for link in self.links[rank]} - {link.kind for link in left}:
                self.sets["link_kind", kind] = self.of("link_kind", kind) - BitMap([rank])
            if left:
                self.links[rank] = left
            else:
                del self.links[rank]

    def settle(self) -> None:
        """Bring into order what follows from the rest, when all is in."""
        # Presented in one letter and named in another is presented.
        named = "role", CitationRole.NAMED.value
        if named in self.sets:
            self.sets[named] = self.sets[named] - self.of("role", CitationRole.SUBJECT.value)
        apes = self.ranks.get(self.apes)
        self.sets["apes_member", True] = BitMap(
            [
                link.source
                for link in self.links.get(apes, ())
                if link.kind == CooperationKind.MEMBER_OF and link.target == apes
            ]
        )
        # « as_of »: of that very date; « since »: of that year or a later one.
        years: dict[int, list[BitMap]] = defaultdict(list)
        for criterion, value in list(self.sets):
            if criterion == "since":
                del self.sets[criterion, value]
            elif criterion == "as_of" and self.sets[criterion, value]:
                years[int(value[:4])].append(self.sets[criterion, value])
        later = _NOBODY
        for year in sorted(years, reverse=True):
            later = self.sets["since", year] = BitMap.union(later, *years[year])
        self.sets = {key: having for key, having in self.sets.items() if having}
        self.values = defaultdict(list)
        for criterion, value in self.sets:
            self.values[criterion].append(value)
        for values in self.values.values():
            values.sort()
