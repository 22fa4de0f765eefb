"""All that a snapshot tells, by ids and not by ranks: two that tell the same answer everything alike."""

from collections.abc import Callable, Iterable
from typing import Any

from actors.index.across import links_across
from actors.index.columns import Snapshot
from actors.index.criteria import FACETS
from actors.index.neighbours import neighbours
from actors.network.graph import Network

_NAMES = ("rÉcup", "asso", "10")


def told(snapshot: Snapshot) -> dict[str, Any]:
    """Chapter -> what it tells; the order of ranks is told by lists of ids in it."""
    ids = snapshot.ids

    def of(ranks: Iterable[int]) -> tuple[int, ...]:
        return tuple([ids[rank] for rank in ranks])

    def by_id(column: dict[int, Any], tell: Callable = lambda value: value) -> dict[int, Any]:
        return {ids[rank]: tell(value) for rank, value in column.items()}

    def link(each) -> tuple:
        return ids[each.source], ids[each.target], each.pk, each.kind, each.status, each.certainty

    network, words, everyone = Network(snapshot), snapshot.words, list(snapshot.everyone)
    south, east, ranks = snapshot.by_latitude
    return {
        "everyone": of(everyone),
        "free": [rank for rank, pk in enumerate(ids) if pk and rank not in snapshot.everyone],
        "names": [(snapshot.name_key(rank), snapshot.names[rank]) for rank in everyone],
        "ranks": {pk: ids[rank] for pk, rank in snapshot.ranks.items()},
        "public ids": [snapshot.public_ids[rank] for rank in everyone],
        "by public id": {key: ids[rank] for key, rank in snapshot.by_public_id.items()},
        "identifiers": list(snapshot.by_identifier),
        "sets": {key: of(having) for key, having in snapshot.sets.items()},
        "values": {criterion: values for criterion, values in snapshot.values.items() if values},
        "points": by_id(snapshot.points, sorted),
        "addresses": by_id(
            snapshot.addresses, lambda rows: sorted((*row[:2], *sorted(row[2])) for row in rows)
        ),
        "latitudes": sorted(zip(south, east, of(ranks), strict=True)),
        "sorted": list(south) == sorted(south),
        "located": of(snapshot.located),
        "listed": of(snapshot.listed),
        "on map": of(snapshot.on_map),
        "linked": of(snapshot.linked),
        "apes": snapshot.apes if snapshot.apes in snapshot.ranks else None,
        "links": by_id(snapshot.links, lambda links: [link(each) for each in links]),
        "link count": snapshot.link_count,
        "across": {
            territory: links_across(snapshot, territory, len(everyone))
            for territory in snapshot.values["territory"]
        },
        "neighbours": by_id(snapshot.neighbours, of),
        "totals": {facet: snapshot.totals(facet) for facet in FACETS},
        "all links": [link(each) for each in network.links],
        "hubs": sorted(of(network.hubs)),
        "allowed": {
            (inferred, persons, ids[rank]): of(network.allowed(inferred=inferred, persons=persons)[rank])
            for inferred in (True, False)
            for persons in (True, False)
            for rank in everyone
        },
        "aliases": {key: of(having) for key, having in words.alias_keys.items()},
        "parts": {
            part: {word: of(having) for word, having in found.items()} for part, found in words.parts.items()
        },
        "begun": [of(words.named_with_prefix(name[:2])) for name in _NAMES],
        "beginning": [of(words.beginning(key[:3])) for key in snapshot.name_keys[:20]],
        "places' words": words.of_places,
        "territories' words": words.of_territories,
        "whole words": words.whole,
        "territory names": snapshot.territory_names.keys,
    }


def differences(one: Snapshot, other: Snapshot) -> list[str]:
    """Chapters of which two snapshots tell otherwise, with what."""
    first, second = told(one), told(other)
    found = []
    for chapter in first:
        if first[chapter] != second[chapter]:
            found.append(f"{chapter}: {_between(first[chapter], second[chapter])}")
    return found


def _between(one: Any, other: Any) -> str:
    if isinstance(one, dict):
        keys = [key for key in {*one, *other} if one.get(key) != other.get(key)][:5]
        return ", ".join(f"{key!r}: {one.get(key)!r} / {other.get(key)!r}" for key in keys)
    return f"{str(one)[:300]} / {str(other)[:300]}"


def near(actor_ids: Iterable[int]) -> list:
    """Who is near these and who resembles them, of the present snapshot."""
    return [neighbours(pk) for pk in actor_ids]
