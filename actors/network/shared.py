"""What actors have in common without a link between them: articles, territories, sectors, projects."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from actors.enums import CooperationKind, Nature, Sector
from actors.models import Citation
from actors.network.graph import Network
from sources.models import Source
from territories.enums import TerritoryKind
from territories.models import Territory

# Being in one region, or in one country, is nothing in common.
_NEAR = (
    TerritoryKind.NEIGHBOURHOOD,
    TerritoryKind.ASSOCIATED_COMMUNE,
    TerritoryKind.DELEGATED_COMMUNE,
    TerritoryKind.COMMUNE,
    TerritoryKind.EPCI,
    TerritoryKind.INFORMAL,
    TerritoryKind.DEPARTMENT,
)
_LEADING = {
    CooperationKind.CARRIES,
    CooperationKind.FACILITATES,
    CooperationKind.RUNS,
    CooperationKind.CREATED,
}


@dataclass(frozen=True)
class Held:
    """Something that two or more of the actors have: ``what``, and their ranks."""

    what: object
    ranks: tuple[int, ...]


@dataclass(frozen=True)
class Shared:
    """``articles``: sources that cite them; ``territories``: the nearest only; ``sectors``; ``ptce_projects``:
    those that lead a PTCE or what may become one, whichever it is."""

    articles: list[Held]
    territories: list[Held]
    sectors: list[Held]
    ptce_projects: list[int]

    def __bool__(self) -> bool:
        return bool(self.articles or self.territories or self.sectors or self.ptce_projects)


def shared(network: Network, asked: Sequence[int]) -> Shared:
    """What two or more of these actors have in common (3 queries)."""
    leading = [rank for rank in asked if _leads_ptce(network, rank)]
    return Shared(
        _articles(network, asked),
        _territories(network, asked),
        _sectors(network, asked),
        leading if len(leading) > 1 else [],
    )


def _held(pairs: Iterable[tuple[object, int]], asked: Sequence[int]) -> list[Held]:
    ranks: dict[object, set[int]] = defaultdict(set)
    for what, rank in pairs:
        ranks[what].add(rank)
    return [
        Held(what, tuple(rank for rank in asked if rank in having))
        for what, having in ranks.items()
        if len(having) > 1
    ]


def _articles(network: Network, asked: Sequence[int]) -> list[Held]:
    ids = {network.snapshot.ids[rank]: rank for rank in asked}
    rows = (
        Citation.objects.public().filter(actor__in=ids, source__article__isnull=False).order_by().distinct()
    )
    found = _held(((source, ids[actor]) for source, actor in rows.values_list("source", "actor")), asked)
    sources = Source.objects.select_related("article__letter").in_bulk([held.what for held in found])
    told = [Held(sources[held.what], held.ranks) for held in found]
    return sorted(told, key=lambda held: (-(held.what.year or 0), held.what.key))


def _territories(network: Network, asked: Sequence[int]) -> list[Held]:
    """The nearest territory that two or more are in; one that holds the same actors more widely is left out."""
    snapshot = network.snapshot
    common = []
    for pk in snapshot.values["territory"]:
        there = snapshot.of("territory", pk)
        if len(ranks := tuple(rank for rank in asked if rank in there)) > 1:
            common.append((pk, ranks))
    rows = Territory.objects.filter(kind__in=_NEAR).in_bulk([pk for pk, _ in common])
    kinds = list(_NEAR)
    found: dict[tuple[int, ...], Territory] = {}
    near = [(rows[pk], ranks) for pk, ranks in common if pk in rows]
    for territory, ranks in sorted(near, key=lambda each: (kinds.index(each[0].kind), each[0].slug)):
        found.setdefault(ranks, territory)
    return [Held(territory, ranks) for ranks, territory in found.items()]


def _sectors(network: Network, asked: Sequence[int]) -> list[Held]:
    pairs = (
        (sector, rank)
        for sector in Sector
        for rank in asked
        if rank in network.snapshot.of("sector", sector.value)
    )
    return _held(pairs, asked)


def _leads_ptce(network: Network, rank: int) -> bool:
    if network.nature(rank) == Nature.PTCE:
        return True
    possible = network.snapshot.of("potential_ptce", True)
    return rank in possible or any(
        link.kind in _LEADING
        and link.source == rank
        and (network.nature(link.target) == Nature.PTCE or link.target in possible)
        for link in network.of.get(rank, ())
    )
