"""Facts carry over from the letters, sentences do not: runs of words in common."""

import re
from collections.abc import Iterator

from actors.importers.fixture_files import FixtureSet
from territories.text import fold

# Runs this long are somebody's sentence; titles and names are shorter or left out.
RUN = 12
# Texts of ours; names, titles and printed forms are the letters' own by nature.
_OWN_TEXTS = {
    "summary",
    "description",
    "text",
    "reason",
    "name_reason",
    "note",
    "date_reason",
    "what",
    "role",
}


def words(text: str) -> list[str]:
    """Folded words, those cut at a line end made whole."""
    return fold(re.sub(r"-\s*\n\s*", "", text)).split()


def runs(text: str, length: int = RUN) -> set[tuple[str, ...]]:
    found = words(text)
    return {tuple(found[at : at + length]) for at in range(len(found) - length + 1)}


def borrowed(fixtures: FixtureSet, letters: list[str]) -> list[str]:
    """Own texts of the fixtures that share ``RUN`` consecutive words with a letter, the run first."""
    printed = set().union(*(runs(letter) for letter in letters))
    records = [*fixtures.letters, *fixtures.actors, *fixtures.territory_figures]
    return [
        f"{' '.join(run)}: {text}"
        for record in records
        for text in own_texts(record)
        for run in sorted(runs(text) & printed)[:1]
    ]


def own_texts(value: object, key: str = "") -> Iterator[str]:
    """Every text of ours in a record, those of its rows included."""
    if isinstance(value, str):
        if key in _OWN_TEXTS:
            yield value
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from own_texts(item, name)
    elif isinstance(value, list):
        for item in value:
            yield from own_texts(item, key)
