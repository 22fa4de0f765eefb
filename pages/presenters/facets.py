"""The filters of the list of actors, each value with its number of actors under all other filters."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple
from urllib.parse import urlencode

from django.db import models

from actors.enums import (
    CooperationKind,
    InitiativeKind,
    Label,
    LegalForm,
    LifeStatus,
    OrganisationKind,
    Sector,
    Sphere,
)
from actors.filters import PLURALS, ROLES
from actors.index import Answer
from actors.index.selection import ROLE_SLUGS
from actors.models import Activity, Actor
from actors.wording import or_later
from sources.models import Letter
from territories.enums import TerritoryKind
from territories.memory import Memory
from territories.models import Containment, Territory

# Values of a facet that stand open; the others are folded away.
SHOWN = 8
# Actors proposed to be linked with: those with most links in the result.
_LINKED = 20
_WIDER = (TerritoryKind.REGION, TerritoryKind.DEPARTMENT, TerritoryKind.EPCI)


class Choice(NamedTuple):
    """One box to tick; ``count`` is None for the choice that asks nothing."""

    value: str
    label: str
    count: int | None
    checked: bool


class Group(NamedTuple):
    """Choices under a heading of their own, '' in most facets."""

    heading: str
    choices: Sequence[Choice]

    @property
    def parts(self) -> list[tuple[bool, list[Choice]]]:
        """(whether folded away, choices); two more than are shown are no reason to fold."""
        if len(self.choices) <= SHOWN + 2:
            return [(False, self.choices)]
        return [(False, self.choices[:SHOWN]), (True, self.choices[SHOWN:])]


class Facet(NamedTuple):
    """One filter: ``name`` in the address, its choices; of a ``single`` one, one is taken at a time."""

    name: str
    label: str
    groups: list[Group]
    single: bool = False
    # Whether it stands open before anything is chosen in it.
    opened: bool = False

    @property
    def chosen(self) -> int:
        return sum(
            [choice.checked and choice.count is not None for group in self.groups for choice in group.choices]
        )


class Nearby(NamedTuple):
    """A territory to go to from here, how many actors of the result it would show, and the query part of that list."""

    name: str
    count: int
    query: str


@dataclass(frozen=True)
class NearbyBlock:
    """Territories proposed together; folded away where they are many or of less use."""

    heading: str
    nearby: list[Nearby]
    folded: bool = False


@dataclass(frozen=True)
class Named:
    """What a filter says of a row: a letter, an activity or a territory; ``slug`` stands in the address."""

    pk: int
    slug: str
    name: str


# Of a closed list each member, its value, its word in an address, its label: told once, for enums take their time.
_Members = tuple[tuple[models.Choices, str, str, str], ...]


def _told(labels: dict | type[models.Choices]) -> _Members:
    labels = labels if isinstance(labels, dict) else {member: member.label for member in labels}
    return tuple((member, member.value, member.slug, label) for member, label in labels.items())


_NATURES, _SECTORS, _SPHERES, _LABELS = _told(PLURALS), _told(Sector), _told(Sphere), _told(Label)
_LEGAL_FORMS, _LIFE_STATUSES = _told(LegalForm), _told(LifeStatus)
_ORGANISATION_KINDS, _INITIATIVE_KINDS = _told(OrganisationKind), _told(InitiativeKind)
_LINK_KINDS = _told(CooperationKind)

# Read once for a version, by what they are of: rows that every list would read again.
_letters: Memory[list[Named]] = Memory()
_activities: Memory[list[Named]] = Memory()
_departments: Memory[list[Named]] = Memory()
# By territory, a thousand communes at most.
_inside: Memory[list[Named]] = Memory(200)


class Facets:
    """Every filter under an answer, in the order of the page.

    No query once their rows are read for the version (3), but 1 in a territory.
    """

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.selection = answer.selection

    # -- what is searched --------------------------------------------------------------------------

    @property
    def nature(self) -> Facet:
        """« Vous cherchez »."""
        return self._closed("nature", "Vous cherchez", "nature", "natures", _NATURES, opened=True)

    @property
    def presence(self) -> Facet | None:
        """In a territory: those located in it alone, or also those who act there."""
        if self.selection.territory is None:
            return None
        acting = self.selection.acting
        choices = [
            Choice("", "Implantés ici", None, not acting),
            Choice("tous", "Implantés ou intervenant ici", len(self.answer.acting_ids), acting),
        ]
        return Facet("presence", "Présence", [Group("", choices)], single=True, opened=True)

    @cached_property
    def others(self) -> list[Facet]:
        """The facets after the territory; those without a value are left out."""
        facets = [
            self._closed("secteur", "Domaine d’activité", "sector", "sectors", _SECTORS, opened=True),
            self._activities(),
            self._kinds(),
            self._closed("label", "Agrément, label ou dispositif", "label", "labels", _LABELS),
            self._closed("statut", "Statut juridique", "legal_form", "legal_forms", _LEGAL_FORMS),
            self._closed("famille", "Famille", "sphere", "spheres", _SPHERES),
            self._ptces(),
            self._linked(),
            self._closed("lien", "Type de lien", "link_kind", "link_kinds", _LINK_KINDS),
            self._flag("partenaires", "Cherche des partenaires", "wish"),
            self._flag("adherents", "Adhérents de l’Apes", "apes_member"),
            self._closed("situation", "Situation", "life_status", "life_statuses", _LIFE_STATUSES),
            self._role(),
            self._letters(),
            self._since(),
        ]
        return [facet for facet in facets if facet.groups and facet.groups[0].choices]

    # -- kinds of facets -----------------------------------------------------------------------------

    def _closed(
        self, name: str, label: str, facet: str, field: str, members: "_Members", *, opened: bool = False
    ) -> Facet:
        """Members of a closed list."""
        choices = self._members(facet, field, members)
        return Facet(name, label, [Group("", choices)], opened=opened)

    def _members(self, facet: str, field: str, members: "_Members") -> list[Choice]:
        counts, asked = self.answer.facet(facet), getattr(self.selection, field)
        return _ordered(
            [
                Choice(slug, label, counts.get(value, 0), bool(asked) and member in asked)
                for member, value, slug, label in members
                if value in counts or (asked and member in asked)
            ]
        )

    def _kinds(self) -> Facet:
        lists = (
            ("Structures", "organisation_kind", "organisation_kinds", _ORGANISATION_KINDS),
            ("Initiatives", "initiative_kind", "initiative_kinds", _INITIATIVE_KINDS),
        )
        groups = [
            Group(heading, choices)
            for heading, facet, field, members in lists
            if (choices := self._members(facet, field, members))
        ]
        return Facet("type", "Type", groups)

    def _flag(self, name: str, label: str, facet: str) -> Facet:
        """One box."""
        count, asked = self.answer.facet(facet).get(True, 0), getattr(self.selection, facet)
        return Facet(name, label, [Group("", _ordered([Choice("oui", "Oui", count, asked)]))])

    def _role(self) -> Facet:
        counts, asked = self.answer.facet("role"), self.selection.role
        choices = _ordered(
            Choice(ROLE_SLUGS[role], label, counts.get(role.value, 0), role == asked)
            for role, label in ROLES.items()
        )
        return self._one_of("dans", "Dans les lettres", choices)

    def _activities(self) -> Facet:
        counts, asked = self.answer.facet("activity"), {row.slug for row in self.selection.activities}
        rows = _activities.get(self._version, lambda: _named(Activity.objects.all()))
        choices = [
            Choice(row.slug, row.name, counts.get(row.slug, 0), row.slug in asked)
            for row in rows
            if row.slug in counts or row.slug in asked
        ]
        return Facet("activite", "Activité", [Group("", _ordered(choices))])

    def _letters(self) -> Facet:
        counts, asked = self.answer.facet("letter"), {letter.pk for letter in self.selection.letters}
        rows = _letters.get(
            self._version,
            lambda: [Named(row.pk, row.slug, row.label) for row in Letter.objects.published()],
        )
        choices = [
            Choice(row.slug, row.name, counts.get(row.pk, 0), row.pk in asked)
            for row in rows
            if row.pk in counts or row.pk in asked
        ]
        return Facet("lettre", "Lettre", [Group("", _ordered(choices, by_count=False))])

    def _since(self) -> Facet:
        """Years of the latest information, one at a time; a month or a day that the address asks stands with them."""
        counts, asked = self.answer.facet("since"), self.selection.since
        dates = sorted({*map(str, counts), *filter(None, [asked])}, reverse=True)
        choices = [
            Choice(
                date, or_later(date), self.answer.count if date == asked else counts[int(date)], date == asked
            )
            for date in dates
        ]
        return self._one_of("depuis", "Dernière information", choices)

    def _actors(self, counts: dict[int, int], asked: Actor | None) -> list[Choice]:
        """Actors by name, as the version names them; the one asked for even where nobody would be left."""
        snapshot = self.answer.snapshot
        found = []
        for rank in sorted(snapshot.ranks[pk] for pk in counts if pk in snapshot.ranks):
            name, precision, slug, _ = snapshot.names[rank]
            pk = snapshot.ids[rank]
            label = f"{name}, {precision}" if precision else name
            found.append(Choice(slug, label, counts[pk], asked is not None and pk == asked.pk))
        if asked is not None and asked.pk not in counts:
            found.append(Choice(asked.slug, asked.full_name, 0, True))
        return _ordered(found)

    def _ptces(self) -> Facet:
        asked = self.selection.ptce
        return self._one_of("ptce", "PTCE", self._actors(self.answer.facet("ptce"), asked))

    def _linked(self) -> Facet:
        counts, asked = self.answer.most_of("linked", _LINKED), self.selection.linked
        if asked is not None:
            counts |= self.answer.counts_of("linked", [asked.pk])
        return self._one_of("avec", "Lien avec…", self._actors(counts, asked))

    def _one_of(self, name: str, label: str, choices: list[Choice]) -> Facet:
        """One at a time, or any."""
        if choices:
            choices = [Choice("", "Tous", None, not any(choice.checked for choice in choices)), *choices]
        return Facet(name, label, [Group("", choices)], single=True)

    # -- territory -----------------------------------------------------------------------------------

    @property
    def _version(self) -> int:
        return self.answer.snapshot.version

    def _nearby(self, territories: Sequence[Named | Territory]) -> list[Nearby]:
        """Those with actors, in their order."""
        counts = self.answer.counts_of("territory", [row.pk for row in territories])
        if not counts:
            return []
        # The same address a thousand times, but for one word.
        before, after = self._address_around
        return [
            Nearby(row.name, counts[row.pk], f"{before}{row.slug}{after}")
            for row in territories
            if row.pk in counts
        ]

    @cached_property
    def _address_around(self) -> tuple[str, str]:
        """The query part of the list in a territory, before and after the territory's slug."""
        before, after = self.selection.around_territory
        return urlencode([*before, ("territoire", "")]), f"&{urlencode(after)}" if after else ""

    @cached_property
    def territories(self) -> list[NearbyBlock]:
        """Where none is chosen, departments; else what contains the chosen one and what it contains.

        Those with actors only; 1 query in a territory.
        """
        blocks = (
            self._departments()
            if self.selection.territory is None
            else [
                NearbyBlock("Plus large", self._nearby(self.wider)),
                NearbyBlock("Plus précis", self._inside(), folded=True),
            ]
        )
        return [block for block in blocks if block.nearby]

    def _departments(self) -> list[NearbyBlock]:
        rows = _departments.get(self._version, _read_departments)
        found = sorted(self._nearby(rows), key=lambda nearby: -nearby.count)
        if len(found) <= SHOWN + 2:
            return [NearbyBlock("Départements", found)]
        return [
            NearbyBlock("Départements", found[:SHOWN]),
            NearbyBlock("Autres départements", found[SHOWN:], folded=True),
        ]

    @cached_property
    def wider(self) -> list[Territory]:
        """What the chosen territory lies in and has actors, the nearest first (1 query)."""
        if self.selection.territory is None:
            return []
        above = [row for row in self.answer.containers if row.kind in _WIDER]
        counts = self.answer.counts_of("territory", [row.pk for row in above])
        return [row for row in reversed(above) if row.pk in counts]

    def _inside(self) -> list[Nearby]:
        """What lies in the chosen territory and has actors, most first."""
        territory = self.selection.territory
        rows = _inside.get(
            (self._version, territory.pk),
            lambda: _named(row.member for row in Containment.objects.inside(territory)),
        )
        return sorted(self._nearby(rows), key=lambda nearby: -nearby.count)


def _read_departments() -> list[Named]:
    return _named(Territory.objects.filter(kind=TerritoryKind.DEPARTMENT).order_by("name_key", "pk"))


def _named(rows: Iterable[Activity | Territory]) -> list[Named]:
    return [Named(row.pk, row.slug, row.name) for row in rows]


def _ordered(choices: Iterable[Choice], *, by_count: bool = True) -> Sequence[Choice]:
    """Choices that lead somewhere or are ticked; a list long enough to be folded, most actors first."""
    kept = [choice for choice in choices if choice.count or choice.checked]
    if by_count and len(kept) > SHOWN:
        kept.sort(key=lambda choice: (not choice.checked, -(choice.count or 0)))
    return kept
