"""What a visitor may mean while typing: actors, PTCE, territories and sectors, in one short list."""

from dataclasses import dataclass

from actors.enums import Nature, Sector
from actors.index import snapshot as snapshots
from actors.index.snapshot import Snapshot
from territories.models import Territory
from territories.text import fold

# Shorter beginnings would name everything.
MINIMUM = 2
_PER_KIND = {"actor": 5, "ptce": 2, "territory": 4, "sector": 2}


@dataclass(frozen=True)
class Suggestion:
    """``kind``: actor, ptce, territory or sector; ``slug`` leads to its page or filter."""

    kind: str
    slug: str
    label: str
    # What tells homonyms apart: a commune's department, an actor's precision.
    detail: str = ""


def suggest(text: str) -> list[Suggestion]:
    """Suggestions for the beginning of a name (1 query for the version, 1 for the territories).

    Every word must begin a word of the name; names that begin so come first.
    """
    key = fold(text)
    if len(key) < MINIMUM:
        return []
    words = key.split()
    return [*_actors(words, key, snapshots.current()), *_territories(text), *_sectors(words)]


def _actors(words: list[str], key: str, snapshot: Snapshot) -> list[Suggestion]:
    ranks = set.intersection(*(snapshot.named_with_prefix(word) for word in words))
    ordered = sorted(ranks, key=lambda rank: (not fold(snapshot.names[rank][0]).startswith(key), rank))
    found = {"actor": [], "ptce": []}
    for rank in ordered:
        name, precision, slug, nature = snapshot.names[rank]
        kind = "ptce" if nature == Nature.PTCE else "actor"
        if len(found[kind]) < _PER_KIND[kind]:
            found[kind].append(Suggestion(kind, slug, name, precision))
    return found["actor"] + found["ptce"]


def _territories(text: str) -> list[Suggestion]:
    rows = Territory.objects.search(text).with_department()[: _PER_KIND["territory"]]
    return [
        Suggestion(
            "territory",
            row.slug,
            row.name,
            " – ".join(filter(None, [row.get_kind_display(), row.department_name])),
        )
        for row in rows
    ]


def _sectors(words: list[str]) -> list[Suggestion]:
    found = [
        sector
        for sector in Sector
        if all(any(part.startswith(word) for part in fold(sector.label).split()) for word in words)
    ]
    return [Suggestion("sector", sector.slug, sector.label) for sector in found[: _PER_KIND["sector"]]]
