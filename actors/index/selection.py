"""What a visitor asks of the directory, in one normal form."""

from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Self
from urllib.parse import urlencode

from actors.enums import (
    CitationRole,
    CooperationKind,
    InitiativeKind,
    Label,
    LegalForm,
    LifeStatus,
    Nature,
    OrganisationKind,
    Sector,
    Sphere,
)
from actors.models import Activity, Actor
from sources.models import Letter
from territories.models import Territory

# Fields of several values, with the list that gives their order; None: the order of their slugs.
_LISTS = {
    "natures": Nature,
    "sectors": Sector,
    "activities": None,
    "organisation_kinds": OrganisationKind,
    "initiative_kinds": InitiativeKind,
    "labels": Label,
    "legal_forms": LegalForm,
    "spheres": Sphere,
    "link_kinds": CooperationKind,
    "life_statuses": LifeStatus,
    "letters": None,
}
# « Présenté » and « Seulement cité » in an address.
ROLE_SLUGS = {CitationRole.SUBJECT: "presente", CitationRole.NAMED: "cite"}


@dataclass(frozen=True)
class Point:
    """A place on Earth, WGS 84 degrees, rounded to about a hundred metres."""

    latitude: float
    longitude: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "latitude", round(self.latitude, 3))
        object.__setattr__(self, "longitude", round(self.longitude, 3))

    def __str__(self) -> str:
        return f"{self.latitude:.3f},{self.longitude:.3f}"


@dataclass(frozen=True)
class Selection:
    """Criteria that an actor meets all of; several values of one criterion are alternatives.

    Normalised when made, so that two ways of asking the same are equal and share a hash: values in
    the order of their list and once each, words separated by single spaces. The two lists of kinds
    are one criterion: an actor is of any of them. ``plus`` and ``minus`` (permanent ids) add single
    actors to whatever meets the criteria, and take some away.
    """

    text: str = ""
    natures: tuple[Nature, ...] = ()
    territory: Territory | None = None
    # Also those of elsewhere or of a wider area that act in the territory, as a second group.
    acting: bool = False
    # A commune or a point, and how far around it, in kilometres.
    near: Territory | Point | None = None
    radius: int = 0
    sectors: tuple[Sector, ...] = ()
    activities: tuple[Activity, ...] = ()
    organisation_kinds: tuple[OrganisationKind, ...] = ()
    initiative_kinds: tuple[InitiativeKind, ...] = ()
    labels: tuple[Label, ...] = ()
    legal_forms: tuple[LegalForm, ...] = ()
    spheres: tuple[Sphere, ...] = ()
    ptce: Actor | None = None
    linked: Actor | None = None
    link_kinds: tuple[CooperationKind, ...] = ()
    wish: bool = False
    apes_member: bool = False
    life_statuses: tuple[LifeStatus, ...] = ()
    role: CitationRole | None = None
    letters: tuple[Letter, ...] = ()
    # Year, month or day of the latest source, or later: « 2020 », « 2020-06 », « 2020-06-30 ».
    since: str = ""
    plus: tuple[str, ...] = ()
    minus: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", " ".join(self.text.split()))
        for name, choices in _LISTS.items():
            given = getattr(self, name)
            # Nearly all of them are empty, or of one member.
            if len(given) > 1 or (given and choices is not None and not isinstance(given[0], choices)):
                asked = set(given)
                ordered = (
                    sorted(asked, key=lambda row: row.slug)
                    if choices is None
                    else filter(asked.__contains__, choices)
                )
                object.__setattr__(self, name, tuple(ordered))
        if self.plus or self.minus:
            object.__setattr__(self, "plus", tuple(sorted(set(self.plus) - set(self.minus))))
            object.__setattr__(self, "minus", tuple(sorted(set(self.minus))))
        # These mean nothing alone.
        if self.territory is None:
            object.__setattr__(self, "acting", False)
        if self.near is None:
            object.__setattr__(self, "radius", 0)

    def __bool__(self) -> bool:
        """Whether it asks anything at all."""
        return any(map(self.__dict__.get, _FIELDS))

    @property
    def has_criteria(self) -> bool:
        """Whether it asks more than single actors."""
        return bool(self.without("plus", "minus"))

    def without(self, *names: str) -> Self:
        """The same without those criteria (names of fields)."""
        empty = {name: _FIELDS[name] for name in names if self.__dict__[name] != _FIELDS[name]}
        return replace(self, **empty) if empty else self

    @cached_property
    def parameters(self) -> list[tuple[str, str]]:
        """Its canonical form in an address: French names and slugs, always in the same order."""
        before, after = self.around_territory
        territory = [("territoire", self.territory.slug)] if self.territory else []
        return [*before, *territory, *after]

    @cached_property
    def around_territory(self) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
        """The same but for the territory: what stands before it, and what after."""
        before = [("q", self.text)] if self.text else []
        before += [("nature", nature.slug) for nature in self.natures]
        pairs: list[tuple[str, str]] = []
        if self.acting:
            pairs.append(("presence", "tous"))
        if self.near:
            near = self.near.slug if isinstance(self.near, Territory) else str(self.near)
            pairs += [("autour", near), ("rayon", str(self.radius))]
        for name, rows in (
            ("secteur", self.sectors),
            ("activite", self.activities),
            ("type", (*self.organisation_kinds, *self.initiative_kinds)),
            ("label", self.labels),
            ("statut", self.legal_forms),
            ("famille", self.spheres),
        ):
            pairs += [(name, row.slug) for row in rows]
        pairs += [("ptce", self.ptce.slug)] if self.ptce else []
        pairs += [("avec", self.linked.slug)] if self.linked else []
        pairs += [("lien", kind.slug) for kind in self.link_kinds]
        pairs += [("partenaires", "oui")] if self.wish else []
        pairs += [("adherents", "oui")] if self.apes_member else []
        pairs += [("situation", status.slug) for status in self.life_statuses]
        pairs += [("dans", ROLE_SLUGS[self.role])] if self.role else []
        pairs += [("lettre", letter.slug) for letter in self.letters]
        pairs += [("depuis", self.since)] if self.since else []
        pairs += [("plus", public_id) for public_id in self.plus]
        pairs += [("sans", public_id) for public_id in self.minus]
        return before, pairs

    @cached_property
    def query(self) -> str:
        """The same as the query part of an address, without its question mark."""
        return urlencode(self.parameters)


# Name of each field -> what it is where nothing is asked of it.
_FIELDS = {field.name: field.default for field in fields(Selection)}
