"""Identifiers that last: of what is in the directory, by official codes and permanent ids, never by numbers of rows.

An identifier is a word; its address is ``/id/<word>``. Of an actor the word is its permanent id, of anything else
it begins with what it is: ``territoire/62427``, ``lettre/71``, ``cooperation/<id>-<kind>-<id>``.
"""

import re
from dataclasses import dataclass

from actors.enums import CooperationKind
from territories.enums import TerritoryKind
from territories.models import Territory

TERRITORY, LETTER, COOPERATION = "territoire", "lettre", "cooperation"

# A bare code is a commune, an EPCI or a department, as ``TerritoryQuerySet.from_parameter`` reads it; the codes of
# the other kinds are also somebody else's, so that their kind goes before them.
_BARE = {TerritoryKind.COMMUNE, TerritoryKind.EPCI, TerritoryKind.DEPARTMENT}
_PREFIXES = {
    TerritoryKind.COUNTRY: "pays",
    TerritoryKind.REGION: "region",
    TerritoryKind.ASSOCIATED_COMMUNE: "commune-associee",
    TerritoryKind.DELEGATED_COMMUNE: "commune-deleguee",
    TerritoryKind.NEIGHBOURHOOD: "quartier",
    TerritoryKind.INFORMAL: "territoire-vecu",
    TerritoryKind.FORMER: "ancien",
}
_KINDS = "|".join(re.escape(kind) for kind in CooperationKind.values)
_COOPERATION = re.compile(rf"([a-z0-9]{{8}})-({_KINDS})-([a-z0-9]{{8}})(?:-([2-9]|[1-9][0-9]))?")


def territory_id(kind: str, code: str) -> str:
    """« 62427 », « 246200299 », « 62 », « region-32 », « commune-associee-59298 »: one per territory, for good."""
    return code if kind in _BARE else f"{_PREFIXES[kind]}-{code}"


def find_territory(word: str) -> Territory | None:
    """The territory of an identifier, of any of its codes or of its slug (1 query, 2 for what is no identifier)."""
    for kind, prefix in _PREFIXES.items():
        if word.startswith(f"{prefix}-"):
            found = Territory.objects.filter(kind=kind, code__iexact=word.removeprefix(f"{prefix}-")).first()
            if found:
                return found
    return Territory.objects.from_parameter(word).first()


@dataclass(frozen=True)
class CooperationId:
    """What the identifier of a cooperation says.

    A cooperation has no number of its own: it is told by its two actors and its kind. The same two may be linked
    twice in one way, at two times: the second is ``-2``, in the order in which they were entered, so that an editor
    who finds out a date changes no identifier.
    """

    source: str
    kind: str
    target: str
    rank: int = 1

    def __str__(self) -> str:
        return f"{self.source}-{self.kind}-{self.target}" + (f"-{self.rank}" if self.rank > 1 else "")

    @classmethod
    def parse(cls, word: str) -> "CooperationId | None":
        match = _COOPERATION.fullmatch(word)
        return cls(match[1], match[2], match[3], int(match[4] or 1)) if match else None
