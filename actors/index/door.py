"""The door of the index: from a selection to ordered ids and counts."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from actors.index import snapshot as snapshots
from actors.index.answer import Answer, Order
from actors.index.selection import Selection
from territories.models import Territory

# Kilometres to anywhere.
_ROUND_THE_WORLD = 20_100


@dataclass(frozen=True)
class Page:
    """One page of a selection: ids in the order to show them, and how many actors there are in all."""

    ids: tuple[int, ...]
    count: int


def ask(selection: Selection) -> Answer:
    """The present answer to a selection (1 query; 1 or 2 more with words, 1 with a territory's second group)."""
    return Answer(selection, snapshots.current())


def find(selection: Selection, *, offset: int = 0, limit: int = 20, order: Order | None = None) -> Page:
    """One page of published actors that meet ``selection``."""
    answer = ask(selection)
    return Page(answer.ids(order, offset=offset, limit=limit), answer.count)


def count(selection: Selection) -> int:
    """How many published actors meet ``selection``."""
    return ask(selection).count


def nearest_territories(text: str, most: int = 3) -> list[Territory]:
    """Territories whose name ``text`` may misspell, the nearest first (2 queries at most)."""
    slugs = [each.slug for each in snapshots.current().territory_names.nearest(text, most)]
    rows = {row.slug: row for row in Territory.objects.filter(slug__in=slugs)} if slugs else {}
    return [rows[slug] for slug in slugs if slug in rows]


def counts_by_territory(
    territory_ids: Iterable[int], snapshot: snapshots.Snapshot | None = None
) -> dict[int, int]:
    """Number of actors listed in each of these territories, 0 included (1 query, none of a snapshot already at hand)."""
    snapshot = snapshot or snapshots.current()
    return {
        pk: snapshot.listed.intersection_cardinality(snapshot.of("territory", pk))
        for pk in set(territory_ids)
    }


def nearest_outside(selection: Selection) -> tuple[int, float] | None:
    """(id, kilometres) of the nearest actor that meets the rest of a selection around a place, however far."""
    wider = ask(replace(selection, radius=_ROUND_THE_WORLD))
    first = wider.ids(Order.DISTANCE, limit=1)
    return (first[0], wider.distance(first[0])) if first else None
