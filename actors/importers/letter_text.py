"""The text of a letter as a reader sees it: hyphens at line ends, accents and quotes folded away.

Everything is looked for without spaces and punctuation, so that « Hénin-\\nBeaumont » and
« organi-\\nsations » are both found; a match begins and ends where a printed word does.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate

from territories.text import fold

# An address line is cut anywhere by the layout: it is looked for without its spaces.
_WEB = re.compile(
    r"(?:https?://)?(?:www\.)?[a-z0-9](?:[a-z0-9-]*\.)+(?:fr|org|com|net|eu|coop|info|app|hdf)\b(?:/[\w./-]*\w)?",
    re.IGNORECASE,
)
_LINE_END_HYPHEN = re.compile(r"-\s*\n\s*\Z")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"(?<!\d)0\d(?:[ .]?\d\d){4}(?!\d)")


@dataclass(frozen=True)
class Token:
    """A printed word, where its folded form begins and ends in the compact text, and where it stands in the raw one."""

    start: int
    end: int
    printed: str
    at: int


class LetterText:
    """One letter's text, read from one or several files."""

    def __init__(self, raw: str) -> None:
        self.raw = raw.replace("\u00ad", "").replace("\ufffe", "-")
        self.tokens: list[Token] = []
        parts: list[str] = []
        after_hyphen: set[int] = set()
        length = 0
        for match in re.finditer(r"[^\W_]+", self.raw):
            folded = fold(match.group()).replace(" ", "")
            if folded:
                if _LINE_END_HYPHEN.search(self.raw, max(0, match.start() - 40), match.start()):
                    after_hyphen.add(length)
                self.tokens.append(Token(length, length + len(folded), match.group(), match.start()))
                parts.append(folded)
                length += len(folded)
        self.compact = "".join(parts)
        self._starts = [token.start for token in self.tokens]
        self._ends = {token.end for token in self.tokens}
        self._after_hyphen = after_hyphen
        # Addresses are compared letter by letter, spaces and line ends dropped.
        self._unspaced = _unspaced(self.raw)
        self._digits = re.sub(r"(?<=\d)[\s.\u202f\u00a0]+(?=\d)", "", self.raw)

    def has_words(self, phrase: str) -> bool:
        """Whether the words of ``phrase`` stand in the text one after the other."""
        return bool(self.spans(phrase))

    def spans(self, phrase: str) -> list[tuple[int, int]]:
        """Where the words of ``phrase`` begin and end in the compact text.

        Its words end where printed ones do; a printed word that a hyphen cut at a line end is whole.
        """
        lengths = [len(word) for word in fold(phrase).split()]
        wanted = fold(phrase).replace(" ", "")
        inner = set(accumulate(lengths[:-1]))
        found = []
        at = self.compact.find(wanted) if wanted else -1
        while at >= 0:
            end = at + len(wanted)
            first, after = bisect_left(self._starts, at), bisect_left(self._starts, end)
            if first < after and self._starts[first] == at and end in self._ends:
                cuts = {start - at for start in self._starts[first + 1 : after]}
                hyphens = {cut for cut in cuts if at + cut in self._after_hyphen}
                if inner <= cuts and cuts - hyphens <= inner:
                    found.append((at, end))
            at = self.compact.find(wanted, at + 1)
        return found

    def has_capitalised(self, name: str) -> bool:
        """Whether ``name`` stands in the text with a capital letter wherever ``name`` has one."""
        return bool(self.capitalised_spans(name))

    def capitalised_spans(self, name: str) -> list[tuple[int, int]]:
        return [span for span in self.spans(name) if self._capitals_fit(name, span[0])]

    def _capitals_fit(self, name: str, at: int) -> bool:
        for word in re.findall(r"[^\W_]+", name):
            index = bisect_left(self._starts, at)
            begins = index < len(self._starts) and self._starts[index] == at
            if begins and word[0].isupper() and not self.tokens[index].printed[0].isupper():
                return False
            at += len(fold(word).replace(" ", ""))
        return True

    def has_address(self, address: str) -> bool:
        """Whether a web address, e-mail or handle stands in the text, spaces and line ends aside."""
        return _unspaced(address) in self._unspaced

    def has_number(self, number: str) -> bool:
        """Whether the digits stand in the text as one number, thousands separators aside."""
        digits = re.sub(r"\D", "", number)
        return bool(digits) and bool(re.search(rf"(?<!\d){digits}(?!\d)", self._digits))

    def has_phone(self, number: str) -> bool:
        return re.sub(r"\D", "", number) in {re.sub(r"\D", "", phone) for phone in self.phones()}

    def place_of(self, span: tuple[int, int]) -> int:
        """Where a span of the compact text begins in the raw one."""
        return self.tokens[bisect_left(self._starts, span[0])].at

    def line_at(self, place: int) -> str:
        """The printed line around a place of the raw text, at most 200 characters of it."""
        start = self.raw.rfind("\n", 0, place) + 1
        end = self.raw.find("\n", place)
        line = self.raw[start : end if end >= 0 else len(self.raw)]
        cut = max(0, place - start - 100)
        return " ".join(line[cut : cut + 200].split())

    # -- what the text holds -----------------------------------------------------------------------

    def emails(self) -> dict[str, int]:
        """Each with its first place in the raw text, as the two below."""
        return _first((match.group().lower(), match.start()) for match in _EMAIL.finditer(self.raw))

    def web_addresses(self) -> dict[str, int]:
        """Addresses as printed, without scheme, « www. » and final stroke; e-mails left out."""
        without_emails = _EMAIL.sub(lambda match: " " * len(match.group()), self.raw)
        return _first((bare_address(match.group()), match.start()) for match in _WEB.finditer(without_emails))

    def phones(self) -> dict[str, int]:
        return _first((match.group(), match.start()) for match in _PHONE.finditer(self.raw))


def _first(found: Iterable[tuple[str, int]]) -> dict[str, int]:
    places: dict[str, int] = {}
    for value, place in found:
        places.setdefault(value, place)
    return places


def _unspaced(text: str) -> str:
    return re.sub(r"\s+", "", text).lower().replace("’", "'")


def bare_address(address: str) -> str:
    """A web address for comparison: lower case, without scheme, « www. » and final stroke."""
    return re.sub(r"^(https?://)?(www\.)?", "", address.strip().lower()).rstrip("/")
