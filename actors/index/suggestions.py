"""What a visitor may mean while typing: actors, PTCE, territories and sectors, in one short list."""

from dataclasses import dataclass
from itertools import chain

from pyroaring import BitMap

from actors.enums import Nature, Sector
from actors.index import snapshot as snapshots
from actors.index.snapshot import Snapshot
from territories.enums import COMMUNES_AND_PARTS, TerritoryKind
from territories.models import Territory
from territories.text import fold

# Shorter beginnings would name everything.
MINIMUM = 2
_PER_KIND = {"actor": 5, "ptce": 2, "territory": 4, "sector": 2}


@dataclass(frozen=True)
class Suggestion:
    """``kind``: actor, ptce, commune (or part of one), territory (wider) or sector; ``slug`` leads to its page or filter."""

    kind: str
    slug: str
    label: str
    # What tells homonyms apart: a commune's department, an actor's precision.
    detail: str = ""


def suggest(text: str) -> list[Suggestion]:
    """Suggestions for the beginning of a name (1 query for the version).

    Every word must begin a word of the name; names that begin so come first.
    """
    key = fold(text)
    if len(key) < MINIMUM:
        return []
    words, snapshot = key.split(), snapshots.current()
    return [*_actors(words, key, snapshot), *_territories(text, snapshot), *_sectors(words)]


def _actors(words: list[str], key: str, snapshot: Snapshot) -> list[Suggestion]:
    ranks = BitMap.intersection(*(snapshot.words.named_with_prefix(word) for word in words))
    begun = ranks & snapshot.words.beginning(key)
    found: dict[str, list[Suggestion]] = {"actor": [], "ptce": []}
    for rank in chain(begun, ranks - begun):
        name, precision, slug, nature = snapshot.names[rank]
        kind = "ptce" if nature == Nature.PTCE else "actor"
        if len(found[kind]) < _PER_KIND[kind]:
            found[kind].append(Suggestion(kind, slug, name, precision))
        elif all(len(found[kind]) == _PER_KIND[kind] for kind in found):
            break
    return found["actor"] + found["ptce"]


def _territories(text: str, snapshot: Snapshot) -> list[Suggestion]:
    """By the beginning of a name; by a whole code or postal code, asked of the database (1 query)."""
    if fold(text).replace(" ", "").isdigit():
        rows = Territory.objects.search(text).with_department()[: _PER_KIND["territory"]]
        found = [(row.slug, row.name, row.kind, row.department_name) for row in rows]
    else:
        named = snapshot.territory_names.beginning(text, _PER_KIND["territory"])
        found = [(row.slug, row.name, row.kind, row.department) for row in named]
    return [
        Suggestion(
            "commune" if kind in COMMUNES_AND_PARTS else "territory",
            slug,
            name,
            " – ".join(filter(None, [TerritoryKind(kind).label, department])),
        )
        for slug, name, kind, department in found
    ]


def _sectors(words: list[str]) -> list[Suggestion]:
    found = [
        sector
        for sector in Sector
        if all(any(part.startswith(word) for part in fold(sector.label).split()) for word in words)
    ]
    return [Suggestion("sector", sector.slug, sector.label) for sector in found[: _PER_KIND["sector"]]]
