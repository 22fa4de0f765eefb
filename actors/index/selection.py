"""What a visitor asks of the directory, in one normal form."""

from dataclasses import dataclass, fields, replace
from typing import Self
from urllib.parse import urlencode

from actors.enums import InitiativeKind, Nature, OrganisationKind, Sector
from actors.models import Actor
from sources.models import Letter
from territories.models import Territory

# Fields of several values, with the list that gives their order.
_LISTS = {
    "natures": Nature,
    "organisation_kinds": OrganisationKind,
    "initiative_kinds": InitiativeKind,
    "sectors": Sector,
}


@dataclass(frozen=True)
class Selection:
    """Criteria that an actor meets all of; several values of one criterion are alternatives.

    Normalised when made, so that two ways of asking the same are equal and share a hash: values in
    the order of their list and once each, words separated by single spaces. The two lists of kinds
    are one criterion: an actor is of any of them.
    """

    text: str = ""
    natures: tuple[Nature, ...] = ()
    organisation_kinds: tuple[OrganisationKind, ...] = ()
    initiative_kinds: tuple[InitiativeKind, ...] = ()
    sectors: tuple[Sector, ...] = ()
    territory: Territory | None = None
    ptce: Actor | None = None
    letter: Letter | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", " ".join(self.text.split()))
        for name, choices in _LISTS.items():
            asked = set(getattr(self, name))
            object.__setattr__(self, name, tuple(member for member in choices if member in asked))

    def __bool__(self) -> bool:
        """Whether it asks anything at all."""
        return any(getattr(self, field.name) for field in fields(self))

    def without(self, *names: str) -> Self:
        """The same without those criteria (names of fields)."""
        empty = {field.name: field.default for field in fields(self) if field.name in names}
        return replace(self, **empty)

    @property
    def parameters(self) -> list[tuple[str, str]]:
        """Its canonical form in an address: French names and slugs, always in the same order."""
        pairs = [("q", self.text)] if self.text else []
        pairs += [("nature", nature.slug) for nature in self.natures]
        if self.territory:
            pairs.append(("territoire", self.territory.slug))
        pairs += [("secteur", sector.slug) for sector in self.sectors]
        pairs += [("type", kind.slug) for kind in (*self.organisation_kinds, *self.initiative_kinds)]
        pairs += [("ptce", self.ptce.slug)] if self.ptce else []
        return pairs + ([("lettre", self.letter.slug)] if self.letter else [])

    @property
    def query(self) -> str:
        """The same as the query part of an address, without its question mark."""
        return urlencode(self.parameters)
