"""What one version of the directory answers to one selection: ordered ids and counts."""

import math
from bisect import bisect_right
from collections.abc import Iterable
from enum import Enum
from functools import cached_property
from heapq import nlargest
from itertools import islice

from pyroaring import BitMap

from actors.enums import Sphere
from actors.index.criteria import FACETS, Near, acting_in, criteria
from actors.index.most_linked import most_linked
from actors.index.selection import Point, Selection
from actors.index.snapshot import Snapshot
from actors.index.text import Matches, match
from territories.known import containers_of
from territories.models import Territory

# Territories proposed to somebody who searched for the name of a place.
_MEANT = 4
# Those the bare list shows after the others.
_OUTSIDE = (Sphere.PUBLIC.value, Sphere.BUSINESS.value)


class Order(Enum):
    """How a list is sorted; every order ends with the name, then the id."""

    RELEVANCE = "pertinence"
    NAME = "nom"
    COMMUNE = "commune"
    DISTANCE = "distance"
    FRESHEST = "recent"


class Answer:
    """What one version of the directory answers to one selection; counts cost no query of their own."""

    def __init__(self, selection: Selection, snapshot: Snapshot) -> None:
        self.selection = selection
        self.snapshot = snapshot
        self._facets: dict[str, dict[object, int]] = {}
        # Criteria kept -> who meets them: most facets are counted under the same ones.
        self._met: dict[tuple, BitMap] = {}

    @cached_property
    def _criteria(self) -> dict[tuple[str, ...], BitMap]:
        """Fields of the selection -> ranks that meet what they ask."""
        selection, snapshot = self.selection, self.snapshot
        asked = {fields: meets(snapshot) for fields, meets in criteria(selection).items()}
        if selection.text:
            asked[("text",)] = self.matches.ranks
        if selection.near:
            asked[("near",)] = BitMap(self.near.distances)
        return asked

    # -- who ---------------------------------------------------------------------------------------

    def _meeting(self, *left_out: str) -> BitMap:
        """Ranks of the list without the criteria that fill one of the fields ``left_out``."""
        only_single = self.selection.plus and not self._criteria
        meeting = BitMap() if only_single else self._criteria_met(*left_out)
        return (meeting | self._single(self.selection.plus)) - self._single(self.selection.minus)

    def _criteria_met(self, *left_out: str) -> BitMap:
        """The same, single actors aside; not to be changed in place.

        Whoever is known to have ceased is found by words and by their situation, and in no other list.
        """
        kept = tuple([fields for fields in self._criteria if not set(fields).intersection(left_out)])
        asked_for = bool(self.selection.text or self.selection.life_statuses or "life_statuses" in left_out)
        if (kept, asked_for) not in self._met:
            among = self.snapshot.everyone if asked_for else self.snapshot.listed
            sets = [self._criteria[fields] for fields in kept]
            self._met[kept, asked_for] = BitMap.intersection(among, *sets)
        return self._met[kept, asked_for]

    def _left(self, *left_out: str) -> BitMap:
        """Who meets the criteria without those left out, single actors that were taken away aside."""
        met = self._criteria_met(*left_out)
        return met - self._single(self.selection.minus) if self.selection.minus else met

    def _single(self, public_ids: tuple[str, ...]) -> BitMap:
        return BitMap(
            self.snapshot.by_public_id[one] for one in public_ids if one in self.snapshot.by_public_id
        )

    @cached_property
    def ranks(self) -> BitMap:
        return self._meeting()

    @cached_property
    def added(self) -> BitMap:
        """Single actors added to whatever meets the criteria."""
        return self._single(self.selection.plus) & self.ranks

    @property
    def count(self) -> int:
        return len(self.ranks)

    def ids(
        self, order: Order | None = None, *, offset: int = 0, limit: int | None = None
    ) -> tuple[int, ...]:
        """Ids of the actors from ``offset`` on, in an order of :attr:`orders`; the first of them unless told."""
        order = order if order in self.orders else self.orders[0]
        end = self.count if limit is None else min(offset + limit, self.count)
        if offset >= end:
            return ()
        ids = self.snapshot.ids
        return tuple([ids[rank] for rank in self._ordered(order, offset, end)])

    def _ordered(self, order: Order, offset: int, end: int) -> Iterable[int]:
        """Ranks from ``offset`` to ``end``."""
        if order is Order.NAME:
            return self._outside_last(offset, end) if self.puts_outside_last else self.ranks[offset:end]
        if order is Order.COMMUNE:
            return self._one_after_another("commune", self.snapshot.values["commune"], offset, end)
        if order is Order.FRESHEST:
            years = reversed(self.snapshot.values["letter_year"])
            return self._one_after_another("letter_year", years, offset, end)
        if order is Order.RELEVANCE:
            # Single actors that were added, whatever the words, come last.
            return _slice((*self.matches.levels, self.ranks - self.matches.ranks), self.ranks, offset, end)
        # The sort is stable, and ranks come by name.
        far = self.near.distances
        return sorted(self.ranks, key=lambda rank: far.get(rank, math.inf))[offset:end]

    def _one_after_another(
        self, criterion: str, values: Iterable[object], offset: int, end: int
    ) -> list[int]:
        """Ranks from ``offset`` to ``end``, those of each value by name, whoever has none last."""
        of, known = self.snapshot.of, self.snapshot.values[criterion]
        found = _slice((of(criterion, value) for value in values), self.ranks, offset, end)
        if len(found) == end - offset:
            return found
        having = self.ranks & self.snapshot.any_of(criterion, known)
        without, before = self.ranks - having, len(having)
        return [*found, *without[max(0, offset - before) : max(0, end - before)]]

    def walk(self, after: str | None, limit: int) -> list[tuple[str, int]]:
        """(permanent id, id) of the actors after a permanent id, by permanent id; of the first ones without it.

        Whoever follows it to the end sees everybody once who was there all along, whatever came or went meanwhile.
        """
        rows, by_public_id = self.snapshot.by_identifier, self.snapshot.by_public_id
        start = bisect_right(rows, after) if after else 0
        ranks, ids = self.ranks, self.snapshot.ids
        following = (
            (public_id, ids[rank])
            for public_id in islice(rows, start, None)
            if (rank := by_public_id[public_id]) in ranks
        )
        return list(islice(following, limit))

    def narrowed(self, actor_ids: Iterable[int]) -> "Answer":
        """The same, held to some of its actors (no query)."""
        known = self.snapshot.ranks
        answer = self.another(self.selection)
        answer.ranks = self.ranks & BitMap([known[pk] for pk in actor_ids if pk in known])
        if self.selection.text:
            answer.matches = self.matches
        if self.selection.near:
            answer.near = self.near
        return answer

    @property
    def orders(self) -> list[Order]:
        """The orders that make sense here, the one taken by default first."""
        orders = [Order.NAME, Order.COMMUNE, Order.FRESHEST]
        if self.selection.near:
            orders.insert(0, Order.DISTANCE)
        if self.selection.text:
            orders.insert(0, Order.RELEVANCE)
        return orders

    # -- the bare list -------------------------------------------------------------------------------

    @property
    def puts_outside_last(self) -> bool:
        """Whether nothing is asked: the list then begins with the solidarity economy."""
        return not self.selection

    def _outside_last(self, offset: int, end: int) -> list[int]:
        """Ranks from ``offset`` to ``end``; slices of bitmaps, for the whole list is long."""
        outside = self.snapshot.any_of("sphere", _OUTSIDE)
        first, last = self.ranks - outside, self.ranks & outside
        size = len(first)
        return [*first[offset : min(end, size)], *last[max(0, offset - size) : max(0, end - size)]]

    # -- facets --------------------------------------------------------------------------------------

    def facet(self, facet: str) -> dict[object, int]:
        """Each value of a facet with the length of the list it leads to, all other criteria kept.

        Values that nobody has who meets the others are left out. Single actors added to the selection
        are in every list.
        """
        if facet not in self._facets:
            self._facets[facet] = self._counted(facet)
        return self._facets[facet]

    def most_of(self, facet: str, most: int) -> dict[object, int]:
        """The ``most`` values that lead to most actors, the smaller value first of two that lead to as many."""
        if facet == "linked" and not (self.selection.link_kinds or self.selection.plus):
            return most_linked(self.snapshot, self._left(*FACETS[facet]), most)
        counts = self.facet(facet)
        least = nlargest(most, counts.values())[-1:]
        kept = [(value, count) for value, count in counts.items() if count >= least[0]] if least else []
        return dict(sorted(kept, key=lambda pair: (-pair[1], pair[0]))[:most])

    def counts_of(self, facet: str, values: Iterable[object]) -> dict[object, int]:
        """The same of these values alone, zeros left out: for a facet of which a page shows few."""
        if facet in self._facets:
            return {value: count for value in values if (count := self._facets[facet].get(value))}
        return self._counted(facet, list(values))

    def _counted(self, facet: str, values: list | None = None) -> dict[object, int]:
        meeting = self._left(*FACETS[facet])
        counts = self._having(facet, meeting, values)
        if self.selection.plus and (
            added := self._single(self.selection.plus) - self._single(self.selection.minus)
        ):
            others = self._having(facet, meeting - added, values)
            counts = {value: others.get(value, 0) + len(added) for value in counts}
        return counts

    def _having(self, facet: str, ranks: BitMap, values: list | None) -> dict[object, int]:
        """Each value, of ``values`` where they are given, with how many of ``ranks`` have it, zeros left out."""
        snapshot, kinds, linked = self.snapshot, self.selection.link_kinds, self.selection.linked
        conditional = (facet == "linked" and kinds) or (facet == "link_kind" and linked)
        if not conditional and ranks == snapshot.listed:
            totals = snapshot.totals(facet)
            return totals if values is None else {each: totals[each] for each in values if each in totals}
        if facet == "linked":
            told = [kind.value for kind in kinds]
            if values is None:
                return snapshot.count_links(ranks, told)
            sets = [(pk, snapshot.linked_with(pk, told)) for pk in values]
        elif facet == "link_kind" and linked:
            asked = snapshot.values[facet] if values is None else values
            sets = [(kind, snapshot.linked_with(linked.pk, [kind])) for kind in asked]
        else:
            sets = (
                snapshot.facet(facet)
                if values is None
                else [(each, snapshot.of(facet, each)) for each in values]
            )
        meeting = ranks.intersection_cardinality
        return {value: number for value, having in sets if (number := meeting(having))}

    def another(self, selection: Selection) -> "Answer":
        """The answer of the same version to another selection (no query)."""
        return Answer(selection, self.snapshot)

    def count_without(self, *fields: str) -> int:
        """How many there would be without these criteria."""
        rest = self.another(self.selection.without(*fields))
        if rest.selection.text:
            rest.matches = self.matches
        if rest.selection.near:
            rest.near = self.near
        return rest.count

    # -- words ---------------------------------------------------------------------------------------

    @cached_property
    def matches(self) -> Matches:
        return match(self.selection.text, self.snapshot)

    # -- places --------------------------------------------------------------------------------------

    @cached_property
    def territories_meant(self) -> list[Territory]:
        """Territories whose name, postal code or code the words are, the most populous first (1 query at most)."""
        text = self.selection.text
        if text.replace(" ", "").isdigit():
            return list(Territory.objects.search(text).with_department()[:_MEANT])
        slugs = [each.slug for each in self.snapshot.territory_names.named(text, _MEANT)]
        if not slugs:
            return []
        rows = {row.slug: row for row in Territory.objects.with_department().filter(slug__in=slugs)}
        return [rows[slug] for slug in slugs if slug in rows]

    @cached_property
    def containers(self) -> list[Territory]:
        """What the territory asked for lies wholly in, the widest first (2 queries at most); nothing without one."""
        return containers_of(self.selection.territory) if self.selection.territory else []

    @cached_property
    def acting_ids(self) -> tuple[int, ...]:
        """Those who act in the territory from elsewhere and meet the rest, by name; never in the count."""
        territory = self.selection.territory
        if territory is None:
            return ()
        acting = acting_in(territory, [each.pk for each in self.containers], self.snapshot)
        ranks = (self._meeting("territory") & acting) - self.ranks
        return tuple(self.snapshot.ids[rank] for rank in ranks)

    @cached_property
    def near(self) -> Near:
        return Near.around(self.selection, self.snapshot)

    @cached_property
    def _here(self) -> Territory | None:
        """The commune a place to look around is, or is in (2 queries for a point)."""
        near = self.selection.near
        if isinstance(near, Point):
            return Territory.objects.commune_at(near.latitude, near.longitude)
        return near

    def near_acting_ids(self) -> tuple[int, ...]:
        """Those who are further off and act as far as the commune, or the one the point is in, by name."""
        if (territory := self._here) is None:
            return ()
        acting = acting_in(territory, [each.pk for each in containers_of(territory)], self.snapshot)
        ranks = (self._meeting("near") & acting) - self.ranks
        return tuple(self.snapshot.ids[rank] for rank in ranks)

    def near_linked_ids(self) -> tuple[int, ...]:
        """Those without a known place that are linked to an actor of the result, by name."""
        links = self.snapshot.links
        linked = BitMap([link.other(rank) for rank in self.ranks for link in links.get(rank, ())])
        without_place = linked - self.snapshot.on_map
        ranks = self._meeting("near") & without_place - self.ranks
        acting = set(self.near_acting_ids())
        return tuple(pk for rank in ranks if (pk := self.snapshot.ids[rank]) not in acting)

    def distance(self, actor_id: int) -> float | None:
        """Kilometres to an actor of a list around a place; None without a place or a centre."""
        if not self.selection.near:
            return None
        return self.near.distances.get(self.snapshot.ranks[actor_id])


def _slice(groups: Iterable[BitMap], ranks: BitMap, offset: int, end: int) -> list[int]:
    """Those of ``ranks`` from ``offset`` to ``end``, group after group; nobody is in two groups."""
    found: list[int] = []
    for group in groups:
        number = ranks.intersection_cardinality(group)
        if number > offset:
            found += (ranks & group)[offset:end]
        offset, end = max(0, offset - number), end - number
        if end <= 0:
            break
    return found
