"""How two to five actors are linked: the shortest chains of links between them, as a small tree."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from actors.network.graph import Link, Network

FEWEST, MOST = 2, 5
# Chains of the same length that are told for two actors.
_EQUALS = 3


@dataclass(frozen=True)
class Through:
    """What chains may pass through: hubs, links deduced from others, links that rest on one person."""

    hubs: bool = False
    inferred: bool = False
    persons: bool = False


@dataclass
class Branch:
    """An actor of a tree, the links that lead to it from the one above, and what hangs below it."""

    rank: int
    links: list[Link] = field(default_factory=list)
    below: list["Branch"] = field(default_factory=list)


@dataclass(frozen=True)
class Answer:
    """``trees``: for two linked actors up to three chains of one length, else one tree per group of linked
    actors. ``groups``: the asked actors, those linked together in one group; one group means all are linked."""

    trees: list[Branch]
    groups: list[list[int]]

    @property
    def linked(self) -> bool:
        return len(self.groups) == 1


def connect(network: Network, asked: Sequence[int], through: Through) -> Answer:
    """Join each actor to those before it by a shortest chain (no query; a walk over the network for each actor).

    A known approximation of the smallest tree, and the shortest chain itself for two. Of chains
    of one length, those come first whose actors come first by name.
    """
    walk = _Walk(network, set(asked), through)
    waiting = list(asked)
    trees: list[Branch] = []
    groups: list[list[int]] = []
    while waiting:
        first = waiting.pop(0)
        root = Branch(first)
        inside, group = {first: root}, [first]
        while waiting and (chain := walk.shortest(inside, waiting)):
            _grow(inside, chain, walk)
            group += [rank for rank in chain if rank in waiting]
            waiting = [rank for rank in waiting if rank not in inside]
        groups.append(group)
        if len(group) > 1:
            trees.append(root)
    if len(asked) == 2 and trees:
        trees = [_line(chain, walk) for chain in walk.all_shortest(*asked)]
    return Answer(trees, groups)


class _Walk:
    """Walks over the network by the links that are allowed."""

    def __init__(self, network: Network, asked: set[int], through: Through) -> None:
        self._network, self._through = network, through
        self._neighbours = network.allowed(inferred=through.inferred, persons=through.persons)
        # A hub that was asked for is an end like any other.
        self._barred = frozenset() if through.hubs else network.hubs - asked

    def links(self, rank: int, other: int) -> list[Link]:
        """Allowed links between two actors."""
        asked = {"inferred": self._through.inferred, "persons": self._through.persons}
        return [
            link
            for link in self._network.of.get(rank, ())
            if link.other(rank) == other and link.allowed(**asked)
        ]

    def shortest(self, starts, goals) -> list[int]:
        """Ranks from one of ``starts`` to the nearest of ``goals``; empty where no chain leads there."""
        goals = set(goals)
        came: dict[int, int | None] = dict.fromkeys(sorted(starts))
        ring = list(came)
        while ring:
            further = []
            for rank in ring:
                for other in self._next(rank):
                    if other not in came:
                        came[other] = rank
                        further.append(other)
            if reached := [rank for rank in further if rank in goals]:
                return _back(came, min(reached))
            ring = further
        return []

    def all_shortest(self, start: int, goal: int) -> list[list[int]]:
        """Up to three chains of the smallest length, by name."""
        distance = {goal: 0}
        ring = [goal]
        while ring and start not in distance:
            further = []
            for rank in ring:
                for other in self._next(rank):
                    if other not in distance:
                        distance[other] = distance[rank] + 1
                        further.append(other)
            ring = further
        chains = [[start]]
        while chains and chains[0][-1] != goal:
            chains = [
                [*chain, other]
                for chain in chains
                for other in self._next(chain[-1])
                if distance.get(other, -1) == distance[chain[-1]] - 1
            ][:_EQUALS]
        return chains

    def _next(self, rank: int) -> list[int]:
        found = self._neighbours[rank]
        return [other for other in found if other not in self._barred] if self._barred else found


def _back(came: dict[int, int | None], end: int) -> list[int]:
    chain = [end]
    while (before := came[chain[-1]]) is not None:
        chain.append(before)
    return chain[::-1]


def _grow(inside: dict[int, Branch], chain: list[int], walk: _Walk) -> None:
    """Hang a chain onto the tree; its first actor is there already."""
    for above, rank in pairwise(chain):
        branch = Branch(rank, walk.links(above, rank))
        inside[above].below.append(branch)
        inside[rank] = branch


def _line(chain: list[int], walk: _Walk) -> Branch:
    root = Branch(chain[0])
    _grow({chain[0]: root}, chain, walk)
    return root
