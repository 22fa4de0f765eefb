"""Where the words of a search stand in a text."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from actors.index.tokens import STOP_WORDS, Query, Term, forms
from territories.text import fold

_SINGLE = re.compile(r"[^\W_]+")
# Characters of an excerpt on each side of what was found.
_AROUND = 70
# A last word of so many letters may be the beginning of a name's word.
_SHORTEST_BEGINNING = 3


# The same words come back on every card.
_folded = lru_cache(maxsize=20_000)(fold)


@dataclass(frozen=True)
class _Span:
    """Where something that was looked for stands, and for which terms."""

    start: int
    end: int
    terms: frozenset[Term]


class Words:
    """The words a search found actors by; false where it looked for none.

    Compared as the index does: by every form of a word, and by what two neighbouring words make
    when written as one.
    """

    def __init__(self, query: Query) -> None:
        self.terms = query.wanted
        self._by_form: dict[str, set[Term]] = defaultdict(set)
        for term in query.wanted:
            for form in term.forms:
                self._by_form[form].add(term)
        # A word's forms all begin as the word does: most words are none of those looked for at a glance.
        self._initials = {form[0] for form in self._by_form}
        # The same words come back on every card.
        self._meanings: dict[str, frozenset[Term]] = {}
        self._known: dict[tuple[str, bool], list[_Span]] = {}
        self._quoted = [(term, term.phrase.split()) for term in query.wanted if term.phrase]
        # The last word, where it may be the beginning of a name's, and that beginning.
        last = self.terms[-1] if self.terms else None
        self._begun = fold(last.text) if last and last.forms else ""
        self._last = last if len(self._begun) >= _SHORTEST_BEGINNING else None

    def __bool__(self) -> bool:
        return bool(self.terms)

    def found_in(self, text: str, *, beginning: bool = False) -> set[Term]:
        """Terms that stand in ``text``; ``beginning``: or as the beginning of a word, for the last of them."""
        return {term for span in self._spans(text, beginning=beginning) for term in span.terms}

    def places(self, text: str, *, beginning: bool = False) -> list[tuple[int, int]]:
        """(start, end) of what was looked for in ``text``, in order and without overlap."""
        return _merged(self._spans(text, beginning=beginning))

    def excerpt(self, text: str, terms: set[Term]) -> str:
        """A short piece of ``text`` around the first of ``terms``; '' where none stands in it."""
        span = next((each for each in self._spans(text) if each.terms & terms), None)
        if span is None:
            return ""
        start, end = max(0, span.start - _AROUND), min(len(text), span.end + _AROUND)
        if start:
            start = text.find(" ", start, span.start) + 1 or span.start
        if end < len(text):
            end = max(text.rfind(" ", span.end, end), span.end)
        piece = " ".join(text[start:end].split())
        return f"{'… ' if start else ''}{piece}{' …' if end < len(text) else ''}"

    def _spans(self, text: str, *, beginning: bool = False) -> list[_Span]:
        """In order. Asked twice of a name, and of « Association » on every card."""
        if (spans := self._known.get((text, beginning))) is None:
            spans = self._known[text, beginning] = self._found(text, beginning)
        return spans

    def _found(self, text: str, beginning: bool) -> list[_Span]:
        words = [(found, _folded(found.group())) for found in _SINGLE.finditer(text)]
        # Where a word may begin that is looked for; before it may stand a sign that is folded away.
        initials = self._initials
        likely = [at for at, (_, folded) in enumerate(words) if not folded or folded[0] in initials]
        spans = [span for at in likely for span in self._beginning_at(words, at)]
        if self._quoted:
            spans += self._phrases(words)
        if beginning and (last := self._last):
            spans += [
                _Span(found.start(), found.end(), frozenset([last]))
                for found, folded in words
                if folded.startswith(self._begun)
            ]
        return sorted(spans, key=lambda span: (span.start, span.end)) if len(spans) > 1 else spans

    def _beginning_at(self, words: list[tuple[re.Match, str]], at: int) -> Iterator[_Span]:
        """The word there, and what it makes with the next one; « à » after « vélo » makes none with it."""
        first, one = words[at]
        if terms := self._meant(first.group()):
            yield _Span(first.start(), first.end(), terms)
        if at + 1 < len(words) and one not in STOP_WORDS:
            second, other = words[at + 1]
            if other not in STOP_WORDS and (terms := self._meant(one + other)):
                yield _Span(first.start(), second.end(), terms)

    def _meant(self, word: str) -> frozenset[Term]:
        if (meant := self._meanings.get(word)) is None:
            meant = frozenset(term for form in forms(word) for term in self._by_form.get(form, ()))
            self._meanings[word] = meant
        return meant

    def _phrases(self, words: list[tuple[re.Match, str]]) -> list[_Span]:
        folded = [word for _, word in words]
        return [
            _Span(words[at][0].start(), words[at + len(phrase) - 1][0].end(), frozenset([term]))
            for term, phrase in self._quoted
            for at in range(len(folded) - len(phrase) + 1)
            if folded[at : at + len(phrase)] == phrase
        ]


def _merged(spans: list[_Span]) -> list[tuple[int, int]]:
    """Spans without overlap, in order."""
    merged: list[tuple[int, int]] = []
    for span in spans:
        if merged and span.start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], span.end))
        else:
            merged.append((span.start, span.end))
    return merged
