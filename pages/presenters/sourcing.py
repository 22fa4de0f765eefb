"""What the facts of a page rest on: the sources of a block, and the notes that call them fact by fact."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from actors.models import Citation
from sources.models import Source
from territories.rows import loaded


def in_order(sources: Iterable[Source]) -> list[Source]:
    """Each source once: articles of the latest letter first, then what has no date."""
    by_id = {source.id: source for source in sources}
    if len(by_id) < 2:
        # As of most facts: what they rest on is asked a dozen times a page.
        return list(by_id.values())
    return sorted(by_id.values(), key=lambda source: (-(source.year or 0), source.key))


def distinct_sources(citations: Iterable[Citation]) -> list[Source]:
    return in_order(citation.source for citation in citations)


def years_of(row) -> list[int]:
    """Years in which the sources of a row told it, ascending; needs its citations prefetched."""
    return sorted({year for citation in loaded(row, "citations") if (year := citation.source.year)})


@dataclass(frozen=True)
class Block:
    """Rows told together, and the sources they rest on; false without a row."""

    rows: list
    sources: list[Source] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.rows)

    @classmethod
    def of(cls, rows: Iterable) -> "Block":
        """A block of rows that carry citations."""
        rows = list(rows)
        return cls(rows, distinct_sources(citation for row in rows for citation in loaded(row, "citations")))


@dataclass(frozen=True)
class Reference:
    """A source named in one line: a letter once, whatever number of its articles; '' without an address."""

    label: str
    href: str


def references(sources: Iterable[Source]) -> list[Reference]:
    """The sources of a block, those of one letter as one, leading to its article where there is one only."""
    letters: dict[object, list[Source]] = {}
    for source in sources:
        key = ("letter", source.article.letter_id) if source.article else ("source", source.pk)
        letters.setdefault(key, []).append(source)
    found = []
    for first, *others in letters.values():
        if not first.article:
            found.append(Reference(_small(first.label), first.url))
            continue
        letter = first.article.letter
        cited = letter if others else first.article
        found.append(Reference(_small(letter.label), cited.get_absolute_url()))
    return found


def _small(label: str) -> str:
    return label[:1].lower() + label[1:]


@dataclass(frozen=True)
class Part:
    """One part of a page under its heading, as a note leads back to it."""

    anchor: str
    heading: str
    sources: list[Source]


@dataclass(frozen=True)
class Entry:
    """One source in the list that ends a page, with the parts that rest on it."""

    number: int
    source: Source
    parts: list[Part]


class Notebook:
    """The sources of a page, numbered; its notes stay silent until a visitor asks for them."""

    def __init__(self, parts: Iterable[Part], others: Iterable[Source] = (), *, shown: bool = False) -> None:
        self.shown = shown
        parts = list(parts)
        self._numbers: dict[int, Entry] = {}
        for source in in_order([*(source for part in parts for source in part.sources), *others]):
            self._numbers[source.id] = Entry(len(self._numbers) + 1, source, [])
        for part in parts:
            for source in part.sources:
                self._numbers[source.id].parts.append(part)
        self.entries = list(self._numbers.values())

    def __bool__(self) -> bool:
        return bool(self.entries)

    def called_by(self, sources: Iterable[Source]) -> list[Entry]:
        """The notes a fact calls, in the order of their numbers; none while they are silent."""
        if not self.shown:
            return []
        return sorted(
            (self._numbers[source.id] for source in in_order(sources)), key=lambda entry: entry.number
        )
