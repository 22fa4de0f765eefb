"""Where the actors of a selection stand on a map: at real addresses, in communes, or nowhere more precise.

Numbers are those of the lists: the number of a commune is that of the list which also asks for that
commune, real addresses counted apart.
"""

from collections.abc import Collection, Set
from dataclasses import dataclass

from pyroaring import BitMap

from actors.index.answer import Answer
from territories.enums import TerritoryKind
from territories.models import Containment, Territory

_FINE = {
    TerritoryKind.COMMUNE,
    TerritoryKind.ASSOCIATED_COMMUNE,
    TerritoryKind.DELEGATED_COMMUNE,
    TerritoryKind.NEIGHBOURHOOD,
}
_LEVELS = {kind: rank for rank, kind in enumerate(TerritoryKind.values)}
# Territories without a level of their own come between an EPCI and a department.
_LEVELS[TerritoryKind.INFORMAL] = _LEVELS[TerritoryKind.FORMER] = _LEVELS[TerritoryKind.EPCI] - 0.5


@dataclass(frozen=True)
class Named:
    """An actor as a map names it."""

    name: str
    slug: str


@dataclass(frozen=True)
class Pin:
    """Actors at one real address."""

    latitude: float
    longitude: float
    ranks: BitMap


@dataclass(frozen=True)
class Loose:
    """Actors known to be in ``territory`` or (``acting``) to act there, no commune told; None: nothing is told."""

    territory: Territory | None
    acting: bool
    ranks: BitMap


@dataclass(frozen=True)
class Spots:
    """``communes``: key of the territory -> those in it without a real address; ``loose``: each actor once, the finest first."""

    communes: dict[int, BitMap]
    pins: list[Pin]
    located: BitMap
    loose: list[Loose]


def spots(answer: Answer, communes: Set[int]) -> Spots:
    """``communes``: keys of every commune. At most 2 queries, whatever the number of actors.

    In a selection of one territory only what lies inside it is shown, single actors added aside: an
    actor may have another place elsewhere.
    """
    snapshot, territory, drawn = answer.snapshot, answer.selection.territory, communes
    if territory is not None and territory.kind in _FINE:
        communes = {*communes, territory.pk}
    found = {
        pk: ranks
        for pk in communes
        if (having := snapshot.of("territory", pk)) and (ranks := having & answer.ranks)
    }
    if territory is not None:
        for pk in _outside(territory, found):
            found[pk] &= answer.added
    pins = _pins(answer)
    pinned: dict[int, BitMap] = {}
    for pin in pins.values():
        for rank in pin.ranks:
            for _, _, around in snapshot.addresses[rank]:
                for pk in around & found.keys():
                    pinned.setdefault(pk, BitMap()).add(rank)
    located = BitMap.union(BitMap(), *found.values(), *(pin.ranks for pin in pins.values()))
    return Spots(
        communes={pk: left for pk, ranks in found.items() if (left := ranks - pinned.get(pk, BitMap()))},
        pins=list(pins.values()),
        located=located,
        loose=_loose(answer, answer.ranks - located, drawn),
    )


def named(answer: Answer, ranks: BitMap, most: int) -> list[Named]:
    """The first ``most`` of them, by name (no query)."""
    names = []
    for rank in ranks[:most]:
        name, precision, slug, _ = answer.snapshot.names[rank]
        names.append(Named(f"{name}, {precision}" if precision else name, slug))
    return names


def _outside(territory: Territory, communes: Collection[int]) -> set[int]:
    """Those that don't lie wholly in ``territory`` (1 query)."""
    inside = Containment.objects.filter(container=territory, member__in=communes, whole=True)
    return set(communes) - {territory.pk} - set(inside.values_list("member", flat=True))


def _pins(answer: Answer) -> dict[tuple[float, float], Pin]:
    territory, pins, addresses = answer.selection.territory, {}, answer.snapshot.addresses
    for rank in answer.ranks & answer.snapshot.addressed:
        for latitude, longitude, around in addresses[rank]:
            if territory is not None and territory.pk not in around and rank not in answer.added:
                continue
            pin = pins.setdefault((latitude, longitude), Pin(latitude, longitude, BitMap()))
            pin.ranks.add(rank)
    return pins


def _loose(answer: Answer, ranks: BitMap, drawn: Set[int]) -> list[Loose]:
    """Those without a spot, by what is told of them (1 query, none when there are none)."""
    if not ranks:
        return []
    snapshot, groups = answer.snapshot, []
    told = [
        (acting, pk, having)
        for acting, criterion in ((False, "stated_territory"), (True, "area"))
        for pk in snapshot.values[criterion]
        if (having := snapshot.of(criterion, pk) & ranks)
    ]
    rows = Territory.objects.in_bulk({pk for _, pk, _ in told})
    told = [(acting, rows[pk], having) for acting, pk, having in told if pk in rows]
    # A commune on the map that tells nothing here is another place of theirs, outside what is asked.
    told = [each for each in told if not (each[1].kind in _FINE and {each[1].pk, each[1].parent_id} & drawn)]
    told.sort(key=lambda each: (each[0], -_LEVELS[each[1].kind], each[1].name_key))
    left = BitMap(ranks)
    for acting, territory, having in told:
        if mine := having & left:
            groups.append(Loose(territory, acting, mine))
            left -= mine
    return [*groups, Loose(None, False, left)] if left else groups
