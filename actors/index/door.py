from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from actors.enums import PublicationStatus
from actors.index.selection import Selection
from actors.models import Actor, AreaServed, Place
from actors.models.actor import ActorQuerySet


@dataclass(frozen=True)
class Page:
    """One page of a selection: ids in the order to show them, and how many actors there are in all."""

    ids: tuple[int, ...]
    count: int


def find(selection: Selection, *, offset: int = 0, limit: int = 20) -> Page:
    """Published actors that meet ``selection``, by name (2 queries; 1 past the last one)."""
    matching = select(selection)
    total = matching.count()
    if offset >= total:
        return Page((), total)
    ids = matching.in_order().values_list("pk", flat=True)[offset : offset + limit]
    return Page(tuple(ids), total)


def count(selection: Selection) -> int:
    """How many published actors meet ``selection`` (1 query)."""
    return select(selection).count()


def counts_by_territory(territory_ids: Iterable[int]) -> dict[int, int]:
    """Number of published actors in each of these territories, 0 included (4 queries).

    An actor is in a territory as :meth:`ActorQuerySet.in_territory` says.
    """
    ids = set(territory_ids)
    actors: dict[int, set[int]] = defaultdict(set)
    placed = Place.objects.filter(actor__publication=PublicationStatus.PUBLISHED)
    served = AreaServed.objects.filter(
        actor__publication=PublicationStatus.PUBLISHED, actor__places__isnull=True
    )
    for rows in (placed.order_by(), served.order_by()):
        there = rows.filter(territory__in=ids).values_list("territory", "actor")
        inside = rows.filter(territory__containers__container__in=ids, territory__containers__whole=True)
        for territory_id, actor_id in (
            *there,
            *inside.values_list("territory__containers__container", "actor"),
        ):
            actors[territory_id].add(actor_id)
    return {territory_id: len(actors[territory_id]) for territory_id in ids}


def select(selection: Selection, actors: ActorQuerySet | None = None) -> ActorQuerySet:
    """Those of ``actors`` that meet ``selection``, published ones only (adds conditions, no query).

    For this package and the FilterSet beside it; all other code asks :func:`find`.
    """
    actors = (Actor.objects.all() if actors is None else actors).published()
    if selection.text:
        actors = actors.search(selection.text)
    if selection.natures:
        actors = actors.filter(nature__in=selection.natures)
    if selection.organisation_kinds or selection.initiative_kinds:
        actors = actors.filter(
            Q(organisation_kind__in=selection.organisation_kinds)
            | Q(initiative_kind__in=selection.initiative_kinds)
        )
    if selection.sectors:
        actors = actors.in_sectors(selection.sectors)
    if selection.territory:
        actors = actors.in_territory(selection.territory)
    if selection.ptce:
        actors = actors.in_ptce(selection.ptce)
    if selection.letter:
        actors = actors.cited_in(selection.letter)
    return actors
