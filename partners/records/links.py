"""Absolute addresses of what a record names."""

from dataclasses import dataclass
from urllib.parse import quote

from django.urls import reverse

from partners.identifiers import COOPERATION, LETTER, TERRITORY, territory_id


@dataclass(frozen=True)
class Links:
    """``base``: scheme and name of the site, « https://annuaire.example.org », without a final stroke.

    Patterns of addresses are read once: ``reverse()`` for every actor of a large file costs as much as its rows.
    """

    base: str

    @classmethod
    def of(cls, request) -> "Links":
        return cls(f"{request.scheme}://{request.get_host()}")

    def actor(self, slug: str) -> str:
        """Page of an actor."""
        return f"{self.base}{_pattern('actor')}{slug}/"

    def territory(self, slug: str) -> str:
        return f"{self.base}{_pattern('territory')}{slug}/"

    def letter(self, slug: str, article: str = "") -> str:
        """Page of a letter, at one of its articles."""
        return f"{self.base}{_pattern('letter')}{slug}/" + (f"#{article}" if article else "")

    def identifier(self, word: str) -> str:
        """The address that lasts of what bears an identifier: an actor's permanent id, « lettre/71 »."""
        return f"{self.base}/id/{quote(word)}"

    def territory_identifier(self, word: str) -> str:
        return self.identifier(f"{TERRITORY}/{word}")

    def named_territory(self, kind: str, code: str, name: str) -> dict:
        """A territory as other records name it."""
        word = territory_id(kind, code)
        return {"code": code, "name": name, "kind": kind, "id": word, "uri": self.territory_identifier(word)}

    def letter_identifier(self, slug: str) -> str:
        return self.identifier(f"{LETTER}/{slug}")

    def cooperation_identifier(self, word: str) -> str:
        return self.identifier(f"{COOPERATION}/{word}")


_patterns: dict[str, str] = {}


def _pattern(name: str) -> str:
    """« /acteurs/ » of a page named by its slug."""
    if name not in _patterns:
        _patterns[name] = reverse(name, args=["x"]).removesuffix("x/")
    return _patterns[name]
