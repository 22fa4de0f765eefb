"""Where the words of a search stand in a text."""

import re
from dataclasses import dataclass
from itertools import pairwise

from actors.index.tokens import STOP_WORDS, Query, Term, forms
from territories.text import fold

_SINGLE = re.compile(r"[^\W_]+")
# Characters of an excerpt on each side of what was found.
_AROUND = 70
# A last word of so many letters may be the beginning of a name's word.
_SHORTEST_BEGINNING = 3


@dataclass(frozen=True)
class _Span:
    start: int
    end: int
    term: Term


class Words:
    """The words a search found actors by; false where it looked for none.

    Compared as the index does: by every form of a word, and by what two neighbouring words make
    when written as one.
    """

    def __init__(self, query: Query) -> None:
        self.terms = query.wanted
        self._by_form: dict[str, Term] = {}
        for term in reversed(query.wanted):
            self._by_form.update(dict.fromkeys(term.forms, term))

    def __bool__(self) -> bool:
        return bool(self.terms)

    def found_in(self, text: str, *, beginning: bool = False) -> set[Term]:
        """Terms that stand in ``text``; ``beginning``: or as the beginning of a word, for the last of them."""
        found = {span.term for span in self._spans(text, beginning=beginning)}
        # One word may stand for several terms: « rail coop » is found as « railcoop ».
        own = [_forms_of(text, span) for span in self._spans(text, beginning=False)]
        return found | {term for term in self.terms if any(each.intersection(term.forms) for each in own)}

    def parts(self, text: str, *, beginning: bool = False) -> list[tuple[str, bool]]:
        """``text`` cut where a word that was looked for begins or ends: (piece, whether it was)."""
        parts, at = [], 0
        for start, end in _merged(self._spans(text, beginning=beginning)):
            if start > at:
                parts.append((text[at:start], False))
            parts.append((text[start:end], True))
            at = end
        return [*parts, (text[at:], False)] if at < len(text) else parts

    def excerpt(self, text: str, terms: set[Term]) -> str:
        """A short piece of ``text`` around the first of ``terms``; '' where none stands in it."""
        span = next((each for each in self._spans(text) if each.term in terms), None)
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
        words = list(_SINGLE.finditer(text))
        spans = [
            _Span(word.start(), word.end(), term)
            for word in words
            if (term := self._meant(forms(word.group())))
        ]
        spans += [
            _Span(first.start(), second.end(), term)
            for first, second in pairwise(words)
            # « à » after « vélo » makes no word with it.
            if not STOP_WORDS.intersection((fold(first.group()), fold(second.group())))
            and (term := self._meant(forms(fold(first.group()) + fold(second.group()))))
        ]
        spans += self._phrases(text, words)
        if beginning and (last := self._beginning()):
            begun = fold(last.text).replace(" ", "")
            spans += [
                _Span(word.start(), word.end(), last)
                for word in words
                if fold(word.group()).startswith(begun)
            ]
        return sorted(spans, key=lambda span: (span.start, span.end))

    def _meant(self, found: frozenset[str]) -> Term | None:
        return next((self._by_form[form] for form in sorted(found) if form in self._by_form), None)

    def _beginning(self) -> Term | None:
        last = self.terms[-1] if self.terms else None
        return last if last and last.forms and len(fold(last.text)) >= _SHORTEST_BEGINNING else None

    def _phrases(self, text: str, words: list[re.Match]) -> list[_Span]:
        folded = [fold(word.group()) for word in words]
        return [
            _Span(words[at].start(), words[at + len(phrase) - 1].end(), term)
            for term in self.terms
            if (phrase := term.phrase.split())
            for at in range(len(folded) - len(phrase) + 1)
            if folded[at : at + len(phrase)] == phrase
        ]


def _forms_of(text: str, span: _Span) -> frozenset[str]:
    return forms(fold(text[span.start : span.end]).replace(" ", ""))


def _merged(spans: list[_Span]) -> list[tuple[int, int]]:
    """Spans without overlap, in order."""
    merged: list[tuple[int, int]] = []
    for span in spans:
        if merged and span.start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], span.end))
        else:
            merged.append((span.start, span.end))
    return merged
