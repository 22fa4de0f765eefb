"""The page of an actor: its facts in blocks, each with the sources it rests on."""

from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote, urlencode

from django.utils import timezone

from actors.detail import briefly
from actors.enums import (
    AliasKind,
    CitationColumn,
    CitationRole,
    ContactKind,
    CooperationKind,
    LegalForm,
    LifeStatus,
    Nature,
    PtceStatus,
    Sector,
    Sphere,
)
from actors.index.neighbours import neighbours
from actors.models import Actor, Citation, Place, PtceStatusEntry
from actors.models.freshness import is_silent
from actors.network import graph
from pages.presenters.card import distance_text
from pages.presenters.correction import correction_address
from pages.presenters.links import Chapter, backing_of, chapters_of, chapters_of_ptce
from pages.presenters.map import Locator, actor_map, perimeter_map
from pages.presenters.network_drawing import SmallDrawing, draw_around
from pages.presenters.sourcing import Block, Notebook, Part, distinct_sources, in_order, years_of
from sources.models import Source
from sources.partial_date import PartialDate
from territories.models import Territory
from territories.rows import label_of, loaded

_PROJECTS = {LifeStatus.IDEA, LifeStatus.PLANNED}
# Neighbours of each sort a page proposes.
_NEIGHBOURS = 3


@dataclass(frozen=True)
class Neighbour:
    """An actor that another one's page proposes, and why: « à 12 km (à vol d’oiseau) », « Maraîchage »."""

    actor: Actor
    reason: str


@dataclass(frozen=True)
class Located:
    """A place, with the address of a plan that leads there; '' where no street is known."""

    place: Place
    directions: str


class ActorPage:
    """What the template of one actor asks; the actor comes from ``with_detail()``.

    Its neighbours cost 1 query, 2 more to show them; the rest costs none.
    """

    def __init__(self, actor: Actor, *, notes: bool = False, version: int | None = None) -> None:
        """``version``: as of ``with_detail()``."""
        self.actor = actor
        self._notes, self._version = notes, version

    # -- sources -----------------------------------------------------------------------------------

    @cached_property
    def _citations(self) -> list[Citation]:
        return list(loaded(self.actor, "citations"))

    def sources_of(self, *columns: CitationColumn) -> list[Source]:
        """Sources of these columns; those that present the actor where no source is told for them."""
        told = [citation for citation in self._citations if citation.column in columns]
        return distinct_sources(told or [citation for citation in self._citations if citation.role])

    @cached_property
    def in_letters(self) -> list[tuple[str, list[Source]]]:
        """Articles that present the actor, then those that name it, each list under its heading."""
        groups = []
        presented: set[int] = set()
        for role, heading in (
            (CitationRole.SUBJECT, "Présenté dans"),
            (CitationRole.NAMED, "Cité dans"),
        ):
            sources = [
                source
                for source in distinct_sources(each for each in self._citations if each.role == role)
                if source.article and source.pk not in presented
            ]
            presented.update(source.pk for source in sources)
            if sources:
                groups.append((heading, sources))
        return groups

    @property
    def parts(self) -> list[Part]:
        """The parts of the page that rest on sources, in its order."""
        verb = "font" if self.actor.number == "plural" else "fait"
        told = Part("ce-que-fait", f"Ce que {verb} {self.actor.name}", self.description_sources)
        return [
            Part("en-bref", "En bref", self.brief_sources),
            *([told] if self.actor.description else []),
            *(Part(f"chiffres-{year}", f"Chiffres ({year})", block.sources) for year, block in self.figures),
            Part("porte-parole", "Porte-parole", self.spokespersons.sources),
            Part("statut", "Statut du PTCE", self.statuses.sources),
            Part("ou", "Où", self.where_sources),
            Part("contact", "Contact", self.contacts.sources),
            *(Part(chapter.anchor, chapter.heading, chapter.sources) for chapter in self.chapters),
            Part("envies", "Envies de coopération", self.wishes.sources),
        ]

    @cached_property
    def notebook(self) -> Notebook:
        """Everything the page rests on."""
        others = [citation.source for citation in self._citations]
        return Notebook(self.parts, others, shown=self._notes)

    @cached_property
    def latest(self) -> Source | None:
        """The latest source with a year."""
        return next((entry.source for entry in self.notebook.entries if entry.source.year), None)

    # -- in brief ----------------------------------------------------------------------------------

    @cached_property
    def brief_sources(self) -> list[Source]:
        columns = set(CitationColumn) - {CitationColumn.DESCRIPTION}
        names = (each for alias in loaded(self.actor, "aliases") for each in loaded(alias, "citations"))
        return in_order([*self.sources_of(*columns), *distinct_sources(names)])

    @cached_property
    def description_sources(self) -> list[Source]:
        return self.sources_of(CitationColumn.DESCRIPTION)

    @property
    def aliases(self) -> dict[str, list]:
        """Other names by sort, as the page shows them; misprints are for the search alone."""
        named: dict[str, list] = {}
        for alias in loaded(self.actor, "aliases"):
            if alias.kind != AliasKind.MISPRINT:
                named.setdefault(label_of(alias, "kind"), []).append(alias)
        return named

    @property
    def kind_name(self) -> str:
        """Heading of its kind: « Type de structure »."""
        return "Type d’initiative" if self.actor.nature == Nature.INITIATIVE else "Type de structure"

    @property
    def kind(self) -> str:
        """« Non précisé » where no source says."""
        return "Non précisé" if self.actor.kind_unspecified else self.actor.kind_label

    @property
    def sphere(self) -> str:
        """« Non précisée » where no source says."""
        return "Non précisée" if self.actor.sphere == Sphere.UNKNOWN else label_of(self.actor, "sphere")

    @property
    def legal_form(self) -> str:
        """« Non précisé » of an organisation where no source says; nothing for what has no legal form."""
        if self.actor.nature == Nature.ORGANISATION and not self.actor.legal_form:
            return LegalForm.UNSPECIFIED.label
        return label_of(self.actor, "legal_form")

    @property
    def is_ptce(self) -> bool:
        return self.actor.nature == Nature.PTCE

    @property
    def is_over(self) -> bool:
        return self.actor.life_status in {LifeStatus.CLOSED, LifeStatus.ENDED}

    @property
    def ceased(self) -> str:
        """When it ceased: « en 2019 », « le 3 mai 2019 », « vers 2018 »; '' where no source says."""
        if not self.actor.closed:
            return ""
        date = PartialDate.parse(self.actor.closed)
        if date.about:
            return str(date)
        return f"le {date}" if date.day else f"en {date}"

    @property
    def successors(self) -> list[Actor]:
        """Who took over what it did."""
        return self._sources_of_links(CooperationKind.TAKES_OVER)

    @property
    def unheard_of(self) -> bool:
        """Whether it was a project so long ago that what followed is not known to us."""
        return self.actor.life_status in _PROJECTS and is_silent(self.actor.life_status_year)

    # -- blocks ------------------------------------------------------------------------------------

    @cached_property
    def statuses(self) -> Block:
        """Status history of a PTCE, oldest first."""
        return Block.of(
            sorted(loaded(self.actor, "statuses"), key=lambda row: (row.date.lstrip("./"), row.pk))
        )

    @property
    def last_statuses(self) -> list[PtceStatusEntry]:
        """The last line of its dated history, alone; empty where no source tells one."""
        return self.statuses.rows[-1:]

    @property
    def last_status(self) -> str | None:
        return next((row.status for row in self.last_statuses), None)

    @property
    def status_unheard_of(self) -> bool:
        """Whether its last known status is that of a PTCE in the making, of years ago."""
        last = next(iter(self.last_statuses), None)
        if last is None or last.status != PtceStatus.EMERGING:
            return False
        dated = [PartialDate.parse(last.date).year] if last.date else []
        return is_silent(max([*dated, *years_of(last)], default=None))

    @cached_property
    def status_sources(self) -> list[Source]:
        """What a line on a PTCE rests on: its statuses, else whatever tells of it."""
        return self.statuses.sources or self.sources_of()

    @property
    def territories(self) -> list[Territory]:
        """Where it is, else where it acts; each once."""
        rows = loaded(self.actor, "places") or loaded(self.actor, "areas")
        return list(dict.fromkeys(row.territory for row in rows))

    @cached_property
    def places(self) -> Block:
        return Block.of(loaded(self.actor, "places"))

    @property
    def located(self) -> list[Located]:
        return [Located(place, _directions(place)) for place in self.places.rows]

    @cached_property
    def areas(self) -> Block:
        return Block.of(loaded(self.actor, "areas"))

    @cached_property
    def where_sources(self) -> list[Source]:
        return in_order([*self.places.sources, *self.areas.sources])

    @cached_property
    def figures(self) -> list[tuple[int, Block]]:
        """One block per year, the latest first: figures of different years are never put together."""
        by_year: dict[int, list] = {}
        for figure in loaded(self.actor, "figures"):
            by_year.setdefault(figure.year, []).append(figure)
        return [(year, Block.of(by_year[year])) for year in sorted(by_year, reverse=True)]

    @cached_property
    def spokespersons(self) -> Block:
        return Block.of(loaded(self.actor, "spokespersons"))

    @cached_property
    def contacts(self) -> Block:
        """Contacts of the actor itself; those of a person stay with the Apes."""
        order = list(ContactKind.values)
        rows = [contact for contact in loaded(self.actor, "contacts") if not contact.personal]
        return Block.of(sorted(rows, key=lambda contact: (order.index(contact.kind), contact.pk)))

    @property
    def has_personal_contact(self) -> bool:
        return any(contact.personal for contact in loaded(self.actor, "contacts"))

    @cached_property
    def wishes(self) -> Block:
        return Block.of(loaded(self.actor, "wishes"))

    # -- cooperations ------------------------------------------------------------------------------

    @cached_property
    def chapters(self) -> list[Chapter]:
        """Its cooperations: of a PTCE by what they are to it, of all others in one chapter."""
        arrange = chapters_of_ptce if self.is_ptce else chapters_of
        return arrange(self.actor, self.actor.links)

    @property
    def leaders(self) -> list[Actor]:
        """Who carries it."""
        return self._sources_of_links(CooperationKind.CARRIES)

    @property
    def members(self) -> list[Actor]:
        return self._sources_of_links(CooperationKind.MEMBER_OF)

    @property
    def backers(self) -> list[Actor]:
        """Who accompanies, supports, funds or labels it, each once."""
        return list(dict.fromkeys(link.source for link in backing_of(self.actor)))

    def _sources_of_links(self, kind: CooperationKind) -> list[Actor]:
        return [link.source for link in loaded(self.actor, "links_in") if link.kind == kind]

    # -- drawings ----------------------------------------------------------------------------------

    @property
    def map(self) -> Locator | None:
        """Where it is; of a PTCE, where it acts."""
        return perimeter_map(self.actor) if self.is_ptce else actor_map(self.actor)

    @property
    def network(self) -> SmallDrawing | None:
        """It among its partners; None for one without links."""
        network = graph.current()
        rank = network.snapshot.ranks.get(self.actor.pk)
        return None if rank is None else draw_around(network, rank)

    # -- neighbours --------------------------------------------------------------------------------

    @cached_property
    def _neighbours(self) -> tuple[list[Neighbour], list[Neighbour]]:
        found = neighbours(self.actor.pk, limit=_NEIGHBOURS)
        ids = [each.actor_id for each in (*found.nearest, *found.alike)]
        actors = briefly(ids, self._version)
        names = {activity.slug: activity.name for activity in loaded(self.actor, "activities")}
        near = [
            Neighbour(actors[each.actor_id], _distance(each.kilometres))
            for each in found.nearest
            if each.actor_id in actors
        ]
        alike = [
            Neighbour(
                actors[each.actor_id],
                ", ".join(
                    [names[slug] for slug in each.activities if slug in names]
                    or [Sector(sector).label for sector in each.sectors]
                ),
            )
            for each in found.alike
            if each.actor_id in actors
        ]
        return near, alike

    @property
    def near(self) -> list[Neighbour]:
        return self._neighbours[0]

    @property
    def alike(self) -> list[Neighbour]:
        return self._neighbours[1]


def _distance(kilometres: float) -> str:
    return distance_text(kilometres) if kilometres else "dans la même commune"


def _directions(place: Place) -> str:
    """A plain link to OpenStreetMap, asked only when somebody follows it."""
    if place.latitude is not None:
        return f"https://www.openstreetmap.org/directions?to={place.latitude:.5f}%2C{place.longitude:.5f}"
    if place.address:
        asked = " ".join(filter(None, [place.address, place.postal_code, place.territory.name]))
        return f"https://www.openstreetmap.org/search?{urlencode({'query': asked})}"
    return ""


@dataclass(frozen=True)
class Keeping:
    """How to keep, cite and share the page of an actor. ``permalink``: its permanent address, in full."""

    actor: Actor
    permalink: str

    @property
    def citation(self) -> str:
        """« Garage solidaire, Courrières », Annuaire…, https://…, consulté le 3 novembre 2026."""
        on = timezone.localdate()
        read = PartialDate(on.year, on.month, on.day)
        return (
            f"«\xa0{self.actor.full_name}\xa0», Annuaire de l’économie solidaire en Hauts-de-France, "
            f"d’après les lettres de l’Apes, {self.permalink}, consulté le {read}."
        )

    @property
    def correction(self) -> str:
        return correction_address(self.actor)

    @property
    def mail(self) -> str:
        """A message to whomever the visitor likes, with the address of the page."""
        subject = self.actor.full_name
        return f"mailto:?subject={quote(subject)}&body={quote(self.permalink)}"
