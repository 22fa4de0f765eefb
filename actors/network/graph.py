"""The network of one version in memory: actors by rank, links, who has very many."""

import datetime
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q
from pyroaring import BitMap

from actors.enums import OrganisationKind
from actors.index import snapshot as snapshots
from actors.index.links import Link
from actors.index.snapshot import Snapshot
from actors.models import Actor, Citation
from sources.models import Letter
from sources.partial_date import as_precise, not_before
from territories.models import Territory

# An actor linked with more than so many others leads everywhere, and tells nothing: the Apes has 27 neighbours
# in the letters of 2015 to 2023, the next actor 11.
HUB_DEGREE = 25
# Bodies that fund or approve nearly everybody, however many links the letters tell.
HUB_KINDS = (OrganisationKind.STATE, OrganisationKind.DEPARTMENT_REGION)


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
    """Links between published actors, in the order of names; never changes. No query: all is in the snapshot."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        # Rank -> its links; rank -> ranks of those it is linked with, each once, by name. Only actors with a link.
        self.of, self.neighbours = snapshot.links, snapshot.neighbours

    @property
    def links(self) -> list[Link]:
        """Every link, by name; ordered once for each version."""
        return self.snapshot.beside(_in_order)

    def allowed(self, *, inferred: bool, persons: bool) -> "Allowed":
        """``neighbours`` by the links that a chain may take."""
        return self.snapshot.beside(_ALLOWED[inferred, persons])

    @property
    def hubs(self) -> frozenset[int]:
        """Those that chains don't pass through unless asked: the Apes, State and regions, whoever is linked with very many."""
        return self.snapshot.beside(_hubs)

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


def _in_order(snapshot: Snapshot) -> list[Link]:
    # Those of an actor are in this order already.
    return [link for rank in sorted(snapshot.links) for link in snapshot.links[rank] if link.source == rank]


def _hubs(snapshot: Snapshot) -> frozenset[int]:
    of_kind = snapshot.any_of("organisation_kind", (kind.value for kind in HUB_KINDS)) & snapshot.linked
    hubs = {rank for rank, others in snapshot.neighbours.items() if len(others) > HUB_DEGREE}
    if snapshot.ranks.get(snapshot.apes) in snapshot.links:
        hubs.add(snapshot.ranks[snapshot.apes])
    return frozenset(hubs.union(of_kind))


class Allowed(dict[int, list[int]]):
    """Rank -> ranks of those it is linked with by links that a chain may take, by name; found when asked for."""

    def __init__(self, links: Mapping[int, tuple[Link, ...]], inferred: bool, persons: bool) -> None:
        self._links, self._asked = links, {"inferred": inferred, "persons": persons}

    def __missing__(self, rank: int) -> list[int]:
        links = self._links.get(rank, ())
        found = self[rank] = sorted({link.other(rank) for link in links if link.allowed(**self._asked)})
        return found

    def carried(self, before: Snapshot, after: Snapshot, gone: BitMap, came: BitMap) -> "Allowed":
        """For the next snapshot, without what is not so any more."""
        allowed = Allowed(after.links, **self._asked)
        # Another thread may find more meanwhile.
        allowed.update(self.copy())
        for rank in {*gone, *came}:
            for other in (rank, *before.neighbours.get(rank, ()), *after.neighbours.get(rank, ())):
                allowed.pop(other, None)
        return allowed


def _allowed(inferred: bool, persons: bool) -> Callable[[Snapshot], Allowed]:
    return lambda snapshot: Allowed(snapshot.links, inferred, persons)


_ALLOWED = {
    (inferred, persons): _allowed(inferred, persons)
    for inferred in (True, False)
    for persons in (True, False)
}


def current() -> Network:
    """The network of the present version (1 query, beside those of the snapshot after a change)."""
    return Network(snapshots.current())
