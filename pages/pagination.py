"""One page of a list, asked by number in the address."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.formats import number_format

SIZE = 20
# What a visitor may ask for instead.
SIZES = (20, 50, 100)
# Larger numbers are refused unread: no list is that long, and no database counts that far.
_MOST_DIGITS = 6


@dataclass(frozen=True)
class Pager:
    """Which page of a list is asked, of how many; ``error`` says in French why it can't be shown."""

    number: int
    count: int
    size: int = SIZE
    error: str = ""

    @property
    def pages(self) -> int:
        """Number of pages, 1 for an empty list."""
        return max(1, -(-self.count // self.size))

    @property
    def previous(self) -> int | None:
        return self.number - 1 if self.number > 1 else None

    @property
    def next(self) -> int | None:
        return self.number + 1 if self.number < self.pages else None

    @property
    def first_rank(self) -> int:
        """Rank of its first row in the whole list."""
        return (self.number - 1) * self.size + 1


@dataclass(frozen=True)
class PageRequest:
    """The number asked, before the length of the list is known."""

    text: str
    size: int = SIZE

    @classmethod
    def of(cls, parameters: Mapping[str, str], size: int = SIZE) -> "PageRequest":
        return cls(parameters.get("page") or "1", size)

    @property
    def number(self) -> int | None:
        """None for what is no number of a page."""
        plain = self.text.strip()
        if not (plain.isascii() and plain.isdigit() and len(plain) <= _MOST_DIGITS):
            return None
        return int(plain) or None

    @property
    def offset(self) -> int:
        return ((self.number or 1) - 1) * self.size

    def over(self, count: int) -> Pager:
        """The page of a list of ``count`` rows; its error says when there is no such page."""
        pager = Pager(self.number or 1, count, self.size)
        if self.number and self.number <= pager.pages:
            return pager
        shown = self.text.replace("\0", "")[:20]
        length = f"{number_format(pager.pages)} page{'s' if pager.pages > 1 else ''}"
        return Pager(1, count, self.size, f"Il n’y a pas de page « {shown} » : cette liste a {length}.")
