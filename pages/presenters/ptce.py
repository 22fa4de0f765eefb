"""The list of PTCE: by status, then by territory, and who accompanies them."""

from dataclasses import dataclass
from functools import cached_property

from actors import index
from actors.enums import Label, Nature, PtceStatus
from actors.index import Selection
from actors.models import Actor, Cooperation
from pages.presenters.actor import ActorPage
from pages.presenters.links import backing_of
from territories.models import Territory

# Structures whose entry speaks of PTCE, besides those that the list already names.
_AROUND = 12
_WORD = "PTCE"

# Headings by last known status, in the order of the page.
_HEADINGS = {
    PtceStatus.LABELLED: ("labellises", "PTCE labellisés"),
    PtceStatus.ACTIVE: ("en-fonctionnement", "PTCE en fonctionnement"),
    PtceStatus.EMERGING: ("en-emergence", "PTCE en émergence"),
    None: ("statut-non-precise", "PTCE dont le statut n’est pas précisé"),
    PtceStatus.ENDED: ("termines", "PTCE terminés"),
}


@dataclass(frozen=True)
class StatusGroup:
    """PTCE of one status."""

    anchor: str
    heading: str
    pages: list[ActorPage]


@dataclass(frozen=True)
class TerritoryRow:
    """The PTCE, possible ones included, of one territory as the sources state it."""

    territory: Territory
    pages: list[ActorPage]


@dataclass(frozen=True)
class BackerRow:
    """Who accompanies or supports PTCE, and its links to them."""

    actor: Actor
    links: list[Cooperation]


class PtceList:
    """What the template of the list asks (22 queries, whatever the rows)."""

    def __init__(self) -> None:
        self.ptces = [ActorPage(ptce) for ptce in Actor.objects.ptces().with_status()]
        self.possible = [ActorPage(initiative) for initiative in Actor.objects.possible_ptces().with_status()]

    @property
    def groups(self) -> list[StatusGroup]:
        """PTCE by their last known status; statuses that none has are left out."""
        by_status: dict[str | None, list[ActorPage]] = {}
        for page in self.ptces:
            by_status.setdefault(page.last_status, []).append(page)
        return [
            StatusGroup(anchor, heading, by_status[status])
            for status, (anchor, heading) in _HEADINGS.items()
            if status in by_status
        ]

    @property
    def by_territory(self) -> list[TerritoryRow]:
        """By name of the territory; a PTCE of two stands in both."""
        rows: dict[Territory, list[ActorPage]] = {}
        for page in (*self.ptces, *self.possible):
            for territory in page.territories:
                rows.setdefault(territory, []).append(page)
        order = sorted(rows, key=lambda territory: (territory.name_key, territory.pk))
        return [TerritoryRow(territory, rows[territory]) for territory in order]

    @cached_property
    def backers(self) -> list[BackerRow]:
        """Those with a link of support to one of them, by name."""
        rows: dict[Actor, list[Cooperation]] = {}
        for page in (*self.ptces, *self.possible):
            for link in backing_of(page.actor):
                rows.setdefault(link.source, []).append(link)
        order = sorted(rows, key=lambda actor: (actor.name_key, actor.pk))
        return [BackerRow(actor, rows[actor]) for actor in order]

    @property
    def companions(self) -> list[ActorPage]:
        """PTCE that pass their experience on to others."""
        return [
            page
            for page in self.ptces
            if any(row.label == Label.PTCE_COMPAGNON for row in page.actor.labels.all())
        ]

    @cached_property
    def _speaking(self) -> index.Answer:
        return index.ask(Selection(text=_WORD, natures=(Nature.ORGANISATION,)))

    @cached_property
    def around(self) -> list[Actor]:
        """Other structures whose entry speaks of PTCE, the first ones of the list they lead to."""
        named = {row.actor.pk for row in self.backers}
        ids = [pk for pk in self._speaking.ids(limit=_AROUND + len(named)) if pk not in named]
        return Actor.objects.listed(ids[:_AROUND])

    @property
    def around_query(self) -> str:
        """Of the list of all of them."""
        return self._speaking.selection.query
