"""Each criterion of a selection as a set of actors: the one place that says what it means."""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from pyroaring import BitMap

from actors.index.selection import Point, Selection
from actors.index.snapshot import Snapshot
from sources.partial_date import not_before
from territories.models import Territory

# Facet -> the fields of a selection it fills: those left out when its own values are counted.
FACETS: dict[str, tuple[str, ...]] = {
    "nature": ("natures",),
    "sector": ("sectors",),
    "activity": ("activities",),
    "organisation_kind": ("organisation_kinds", "initiative_kinds"),
    "initiative_kind": ("organisation_kinds", "initiative_kinds"),
    "label": ("labels",),
    "legal_form": ("legal_forms",),
    "sphere": ("spheres",),
    "ptce": ("ptce",),
    # With whom and how are one criterion: a value of one is counted with those of the other.
    "linked": ("linked", "link_kinds"),
    "link_kind": ("linked", "link_kinds"),
    "wish": ("wish",),
    "apes_member": ("apes_member",),
    "life_status": ("life_statuses",),
    "role": ("role",),
    "letter": ("letters",),
    "since": ("since",),
    "territory": ("territory",),
}
EARTH_RADIUS_KM = 6371.0


def criteria(selection: Selection) -> dict[tuple[str, ...], Callable[[Snapshot], BitMap]]:
    """What a selection asks, text and single actors aside: fields -> the actors that meet them."""
    asked: dict[tuple[str, ...], Callable[[Snapshot], BitMap]] = {}
    for criterion, field in (
        ("nature", "natures"),
        ("sector", "sectors"),
        ("label", "labels"),
        ("legal_form", "legal_forms"),
        ("sphere", "spheres"),
        ("life_status", "life_statuses"),
    ):
        if values := getattr(selection, field):
            asked[(field,)] = partial(_any_of, criterion, [value.value for value in values])
    if selection.activities:
        asked[("activities",)] = partial(_any_of, "activity", [row.slug for row in selection.activities])
    if selection.organisation_kinds or selection.initiative_kinds:
        asked[("organisation_kinds", "initiative_kinds")] = partial(_kinds, selection)
    if selection.territory:
        asked[("territory",)] = partial(_any_of, "territory", [selection.territory.pk])
    if selection.ptce:
        asked[("ptce",)] = partial(_any_of, "ptce", [selection.ptce.pk])
    if selection.linked:
        fields = ("linked", "link_kinds") if selection.link_kinds else ("linked",)
        asked[fields] = partial(_linked, selection)
    elif selection.link_kinds:
        asked[("link_kinds",)] = partial(_any_of, "link_kind", [kind.value for kind in selection.link_kinds])
    if selection.wish:
        asked[("wish",)] = partial(_any_of, "wish", [True])
    if selection.apes_member:
        asked[("apes_member",)] = partial(_any_of, "apes_member", [True])
    if selection.role:
        asked[("role",)] = partial(_any_of, "role", [selection.role.value])
    if selection.letters:
        asked[("letters",)] = partial(_any_of, "letter", [letter.pk for letter in selection.letters])
    if selection.since:
        asked[("since",)] = partial(_since, selection.since)
    return asked


def _any_of(criterion: str, values: list, snapshot: Snapshot) -> BitMap:
    return snapshot.any_of(criterion, values)


def _kinds(selection: Selection, snapshot: Snapshot) -> BitMap:
    return snapshot.any_of(
        "organisation_kind", [kind.value for kind in selection.organisation_kinds]
    ) | snapshot.any_of("initiative_kind", [kind.value for kind in selection.initiative_kinds])


def _since(since: str, snapshot: Snapshot) -> BitMap:
    """Those of whom a source tells then or later, or whom somebody confirmed."""
    dates = [date for date in snapshot.values["as_of"] if not_before(date, since)]
    return snapshot.any_of("as_of", dates)


def _linked(selection: Selection, snapshot: Snapshot) -> BitMap:
    return snapshot.linked_with(selection.linked.pk, [kind.value for kind in selection.link_kinds])


def acting_in(territory: Territory, containers: list[int], snapshot: Snapshot) -> BitMap:
    """Actors that act in a territory from elsewhere or for a wider area, those located in it left out.

    They serve it, something inside it, or one of ``containers``, the territories it lies in.
    """
    acting = snapshot.of("area_inside", territory.pk) | snapshot.any_of("area", containers)
    acting |= snapshot.any_of("stated_territory", containers)
    return acting - snapshot.of("territory", territory.pk)


def distances(origin: Point, radius: int, snapshot: Snapshot) -> dict[int, float]:
    """Kilometres as the crow flies to the nearest place of each actor within ``radius``."""
    found: dict[int, float] = {}
    for rank, far in within(origin, radius, snapshot):
        if far < found.get(rank, math.inf):
            found[rank] = far
    return found


def within(origin: Point, radius: int, snapshot: Snapshot) -> Iterator[tuple[int, float]]:
    """(rank, kilometres) of the places within ``radius``; a band of latitudes spares most of the sums."""
    span = math.degrees(radius / EARTH_RADIUS_KM)
    south, east, ranks = snapshot.by_latitude
    first, last = bisect_left(south, origin.latitude - span), bisect_right(south, origin.latitude + span)
    known: dict[tuple[float, float], float] = {}
    for latitude, longitude, rank in zip(south[first:last], east[first:last], ranks[first:last], strict=True):
        # Many stand in the middle of one commune.
        if (far := known.get((latitude, longitude))) is None:
            far = known[latitude, longitude] = kilometres(origin, latitude, longitude)
        if far <= radius:
            yield rank, far


def kilometres(origin: Point, latitude: float, longitude: float) -> float:
    """Great-circle distance (haversine)."""
    first, second = math.radians(origin.latitude), math.radians(latitude)
    half_height = (second - first) / 2
    half_width = math.radians(longitude - origin.longitude) / 2
    chord = math.sin(half_height) ** 2 + math.cos(first) * math.cos(second) * math.sin(half_width) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(min(1.0, chord)))


@dataclass(frozen=True)
class Near:
    """Actors within a radius, with their distance in kilometres."""

    distances: dict[int, float]

    @classmethod
    def around(cls, selection: Selection, snapshot: Snapshot) -> "Near":
        near = selection.near
        if isinstance(near, Territory):
            if near.latitude is None:
                return cls({})
            near = Point(near.latitude, near.longitude)
        return cls(distances(near, selection.radius, snapshot))
