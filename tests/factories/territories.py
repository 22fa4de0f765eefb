"""Territories for tests, made by plain functions."""

import itertools

from django.utils.text import slugify

from territories.enums import NameKind, SuccessionKind, TerritoryKind
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

_numbers = itertools.count(1)


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


def make_name(territory: Territory, name: str, kind: str = NameKind.FORMER, **overrides) -> TerritoryName:
    return TerritoryName.objects.create(territory=territory, name=name, kind=kind, **overrides)


def make_containment(container: Territory, member: Territory, whole: bool = True) -> Containment:
    return Containment.objects.create(container=container, member=member, whole=whole)


def make_succession(
    predecessor: Territory, successor: Territory, kind: str = SuccessionKind.MERGER, **overrides
) -> Succession:
    return Succession.objects.create(predecessor=predecessor, successor=successor, kind=kind, **overrides)


def make_adjacency(one: Territory, other: Territory) -> Adjacency:
    first, second = sorted([one, other], key=lambda territory: territory.pk)
    return Adjacency.objects.create(first=first, second=second)


def make_boundary(territory: Territory, geometry: dict | None = None) -> Boundary:
    """A boundary, a square kilometre or so near Lens unless given."""
    square = [[[2.83, 50.43], [2.84, 50.43], [2.84, 50.44], [2.83, 50.44], [2.83, 50.43]]]
    return Boundary.objects.create(
        territory=territory, geometry=geometry or {"type": "Polygon", "coordinates": square}
    )
