"""Territories for tests, made by plain functions."""

import itertools
from functools import cache

from django.utils.text import slugify

from territories.enums import NameKind, SuccessionKind, TerritoryKind
from territories.importers.dataset import Dataset, read_dataset
from territories.importers.load import load_dataset
from territories.models import (
    Adjacency,
    Boundary,
    Containment,
    PostalCode,
    Succession,
    Territory,
    TerritoryName,
)
from territories.text import fold
from tests.factories import building

_numbers = itertools.count(1)


@building()
def make_territory(
    kind: str = TerritoryKind.COMMUNE,
    code: str | None = None,
    name: str | None = None,
    slug: str | None = None,
    postal_codes: tuple[str, ...] = (),
    **overrides,
) -> Territory:
    """A territory with its official name (3 queries, one more per postal code).

    Code, name and slug are made up where not given: code ``99001`` upwards, which no commune bears.
    """
    number = next(_numbers)
    name = name or f"Territoire {number}"
    code = code or f"99{number:03d}"
    values = {
        "slug": slug or slugify(fold(name)),
        "of_phrase": f"de {name}",
        "at_phrase": f"à {name}",
        **overrides,
    }
    territory = Territory.objects.create(kind=kind, code=code, name=name, **values)
    make_name(territory, name, kind=NameKind.OFFICIAL)
    for postal_code in postal_codes:
        PostalCode.objects.create(territory=territory, code=postal_code)
    return territory


@building()
def make_name(territory: Territory, name: str, kind: str = NameKind.FORMER, **overrides) -> TerritoryName:
    return TerritoryName.objects.create(territory=territory, name=name, kind=kind, **overrides)


@building()
def make_containment(container: Territory, member: Territory, whole: bool = True) -> Containment:
    return Containment.objects.create(container=container, member=member, whole=whole)


@building()
def make_succession(
    predecessor: Territory, successor: Territory, kind: str = SuccessionKind.MERGER, **overrides
) -> Succession:
    return Succession.objects.create(predecessor=predecessor, successor=successor, kind=kind, **overrides)


@building()
def make_adjacency(one: Territory, other: Territory) -> Adjacency:
    first, second = sorted([one, other], key=lambda territory: territory.pk)
    return Adjacency.objects.create(first=first, second=second)


@building()
def make_boundary(territory: Territory, geometry: dict | None = None) -> Boundary:
    """A boundary, a square kilometre or so near Lens unless given."""
    square = [[[2.83, 50.43], [2.84, 50.43], [2.84, 50.44], [2.83, 50.44], [2.83, 50.43]]]
    return Boundary.objects.create(
        territory=territory, geometry=geometry or {"type": "Polygon", "coordinates": square}
    )


@building()
def load_subset(*keys: str) -> dict[str, Territory]:
    """Real territories from the committed data, with all they lie in and all that lies wholly in them.

    ``load_subset("epci:246200299")`` loads the Hénin-Carvin agglomeration, its 14 communes, their
    department, region and former region, with names, postal codes, inclusions and boundaries; by
    ``kind:code``. About 0.1 s once the data set is read (1 s, once per process).
    """
    dataset = _committed_dataset()
    wanted = set(keys)
    for (container, member), whole in dataset.containment.items():
        if whole and container in keys:
            wanted.add(member)
    for container, member in dataset.containment:
        if member in wanted and (member in keys or container.split(":")[0] not in {"informal", "former"}):
            wanted.add(container)
    rows = {row.key: row for row in dataset.territories}
    for key in sorted(wanted):
        while parent := rows[key].parent:
            wanted.add(parent)
            key = parent
    subset = Dataset(
        territories=[row for row in dataset.territories if row.key in wanted],
        names=[row for row in dataset.names if row.territory in wanted],
        containment={pair: whole for pair, whole in dataset.containment.items() if wanted.issuperset(pair)},
        successions=[
            row for row in dataset.successions if wanted.issuperset((row.predecessor, row.successor))
        ],
        adjacency={pair for pair in dataset.adjacency if wanted.issuperset(pair)},
        boundaries={key: outline for key, outline in dataset.boundaries.items() if key in wanted},
    )
    load_dataset(subset, wet_run=True)
    return {
        territory.natural: territory for territory in Territory.objects.all() if territory.natural in wanted
    }


@cache
def _committed_dataset() -> Dataset:
    return read_dataset()
