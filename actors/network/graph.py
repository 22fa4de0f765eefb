"""The network of one version in memory: actors by rank, links, who has very many."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from django.db.models import Q

from actors.enums import Certainty, CooperationKind, OrganisationKind
from actors.index import snapshot as snapshots
from actors.index.snapshot import APES_SLUG, Snapshot
from actors.models import Actor, Citation, Cooperation
from sources.models import Letter
from sources.partial_date import as_precise, not_before
from territories.memory import Memory
from territories.models import Territory

# An actor linked with more than so many others leads everywhere, and tells nothing: the Apes has 27 neighbours
# in the letters of 2015 to 2023, the next actor 11.
HUB_DEGREE = 25
# Bodies that fund or approve nearly everybody, however many links the letters tell.
HUB_KINDS = (OrganisationKind.STATE, OrganisationKind.DEPARTMENT_REGION)


class Link(NamedTuple):
    """One public cooperation; ``source`` and ``target`` are ranks of the snapshot."""

    pk: int
    kind: str
    status: str
    certainty: str
    source: int
    target: int

    def other(self, rank: int) -> int:
        return self.target if rank == self.source else self.source

    @property
    def inferred(self) -> bool:
        return self.certainty == Certainty.INFERRED

    @property
    def of_person(self) -> bool:
        """Whether it rests on one person who answers for both."""
        return self.kind == CooperationKind.SHARES_LEADER_WITH

    def allowed(self, *, inferred: bool, persons: bool) -> bool:
        """Whether a chain may take it. A person in common is always deduced: asked for by its own name."""
        return persons if self.of_person else inferred or not self.inferred


@dataclass(frozen=True)
class LinkSelection:
    """Which links are asked for; an empty field asks nothing.

    ``territory``: one of both actors is there. ``ptce``: links of the PTCE and those among its partners.
    ``actor``: links among those within ``steps`` of it. ``letter``: told by it. ``since``: a source of that year,
    month or day, or of a later one, tells it.
    """

    kinds: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    certainties: tuple[str, ...] = ()
    territory: Territory | None = None
    ptce: Actor | None = None
    actor: Actor | None = None
    steps: int = 1
    letter: Letter | None = None
    since: str = ""


class Network:
    """Links between published actors, in the order of names; never changes (1 query to read)."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        rows = Cooperation.objects.public().order_by()
        found = []
        for pk, kind, status, certainty, source, target in rows.values_list(
            "pk", "kind", "status", "certainty", "source", "target"
        ):
            first, second = snapshot.ranks.get(source), snapshot.ranks.get(target)
            # Either may be published since the snapshot was read.
            if first is not None and second is not None:
                found.append(Link(pk, kind, status, certainty, first, second))
        self.links = sorted(found, key=lambda link: (link.source, link.kind, link.target, link.pk))
        self.of: dict[int, list[Link]] = defaultdict(list)
        for link in self.links:
            self.of[link.source].append(link)
            self.of[link.target].append(link)

    @cached_property
    def neighbours(self) -> dict[int, list[int]]:
        """Rank -> ranks of those it is linked with, each once, by name; only actors with a link."""
        return {rank: sorted({link.other(rank) for link in links}) for rank, links in self.of.items()}

    def allowed(self, *, inferred: bool, persons: bool) -> dict[int, list[int]]:
        """``neighbours`` by the links that a chain may take; made once for each way of asking."""
        if (inferred, persons) not in self._allowed:
            found: dict[int, set[int]] = defaultdict(set)
            for link in self.links:
                if link.allowed(inferred=inferred, persons=persons):
                    found[link.source].add(link.target)
                    found[link.target].add(link.source)
            self._allowed[inferred, persons] = {rank: sorted(others) for rank, others in found.items()}
        return self._allowed[inferred, persons]

    @cached_property
    def _allowed(self) -> dict[tuple[bool, bool], dict[int, list[int]]]:
        return {}

    @cached_property
    def hubs(self) -> frozenset[int]:
        """Those that chains don't pass through unless asked: the Apes, State and regions, whoever is linked with very many."""
        of_kind = self.snapshot.any_of("organisation_kind", (kind.value for kind in HUB_KINDS))
        return frozenset(
            rank
            for rank, others in self.neighbours.items()
            if len(others) > HUB_DEGREE or rank in of_kind or self.slug(rank) == APES_SLUG
        )

    def degree(self, rank: int) -> int:
        """How many actors it is linked with."""
        return len(self.neighbours.get(rank, ()))

    def name(self, rank: int) -> str:
        name, precision, *_ = self.snapshot.names[rank]
        return f"{name}, {precision}" if precision else name

    def slug(self, rank: int) -> str:
        return self.snapshot.names[rank][2]

    def nature(self, rank: int) -> str:
        return self.snapshot.names[rank][3]

    def around(self, rank: int, steps: int, most: int | None = None) -> list[int]:
        """Those within so many links, the nearest first, then by name; itself first. ``most`` of them, or all."""
        found = {rank: None}
        ring = [rank]
        for _ in range(steps):
            ring = sorted({other for each in ring for other in self.neighbours.get(each, ())} - found.keys())
            found.update(dict.fromkeys(ring))
            if most is not None and len(found) >= most:
                break
        return list(found)[:most]

    def among(self, ranks: Iterable[int]) -> list[Link]:
        """Links whose both actors are in ``ranks``, in order of names."""
        inside = set(ranks)
        return sorted(
            {link for rank in inside for link in self.of.get(rank, ()) if link.other(rank) in inside},
            key=lambda link: (link.source, link.kind, link.target, link.pk),
        )

    def find(self, asked: LinkSelection) -> list[Link]:
        """Links that meet a selection, in order of names (1 query with a letter, 1 with « since »)."""
        if asked.actor:
            rank = self.snapshot.ranks.get(asked.actor.pk)
            links = self.among(self.around(rank, asked.steps)) if rank is not None else []
        elif asked.ptce:
            rank = self.snapshot.ranks.get(asked.ptce.pk)
            links = self.among(self.around(rank, 1)) if rank is not None else []
        else:
            links = self.links
        if asked.actor and asked.ptce:
            partners = set(self.around(self.snapshot.ranks.get(asked.ptce.pk, -1), 1))
            links = [link for link in links if link.source in partners and link.target in partners]
        if asked.territory:
            there = self.snapshot.of("territory", asked.territory.pk)
            links = [link for link in links if link.source in there or link.target in there]
        if asked.letter:
            told = self.told_by(asked.letter)
            links = [link for link in links if link.pk in told]
        if asked.since:
            attested = self.attested_since(asked.since)
            links = [link for link in links if link.pk in attested]
        if not (asked.kinds or asked.statuses or asked.certainties):
            return links
        return [
            link
            for link in links
            if _meets(link.kind, asked.kinds)
            and _meets(link.status, asked.statuses)
            and _meets(link.certainty, asked.certainties)
        ]

    def told_by(self, letter: Letter) -> set[int]:
        """Ids of the links that an article of the letter tells (1 query)."""
        rows = Citation.objects.public().told_by(letter).filter(cooperation__isnull=False)
        return set(rows.values_list("cooperation", flat=True))

    def attested_since(self, since: str) -> set[int]:
        """Ids of the links whose latest source is not before a year, month or day (1 query)."""
        first = datetime.date(int(since[:4]), 1, 1)
        rows = Citation.objects.public().filter(
            Q(source__article__letter__latest__gte=first) | Q(source__consulted_on__gte=first),
            cooperation__isnull=False,
        )
        columns = (
            "source__article__letter__earliest",
            "source__article__letter__latest",
            "source__consulted_on",
        )
        latest: dict[int, str] = {}
        for pk, earliest, last, consulted_on in rows.order_by().values_list("cooperation", *columns):
            date = as_precise(earliest, last) if last else consulted_on.isoformat()
            latest[pk] = max(latest.get(pk, ""), date)
        return {pk for pk, date in latest.items() if not_before(date, since)}


def _meets(value: str, asked: Collection[str]) -> bool:
    return not asked or value in asked


_memory: Memory[Network] = Memory()


def current() -> Network:
    """The network of the present version (1 query; 1 more after a change, beside those of the snapshot)."""
    snapshot = snapshots.current()
    return _memory.get(snapshot, lambda: Network(snapshot))
