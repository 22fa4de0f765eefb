"""The page of an actor: its facts in blocks, each with the sources it rests on."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from django.utils import timezone

from actors.enums import (
    AliasKind,
    CitationColumn,
    CitationRole,
    ContactKind,
    CooperationKind,
    LegalForm,
    LifeStatus,
    Nature,
)
from actors.models import Actor, Citation, Cooperation, Merger
from sources.models import Source
from sources.partial_date import PartialDate
from territories.models import Territory

# A project of which nothing was heard for so many years may be over.
_SILENT_YEARS = 3
_PROJECTS = {LifeStatus.IDEA, LifeStatus.PLANNED}


def distinct_sources(citations: Iterable[Citation]) -> list[Source]:
    """Each source once: articles of the latest letter first, then what has no date."""
    by_id = {citation.source_id: citation.source for citation in citations}
    return sorted(by_id.values(), key=lambda source: (-(source.year or 0), source.key))


@dataclass(frozen=True)
class Block:
    """Rows told together, and the sources they rest on; false without a row."""

    rows: list
    sources: list[Source] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.rows)

    @classmethod
    def of(cls, rows: Iterable) -> "Block":
        """A block of rows that carry citations."""
        rows = list(rows)
        return cls(rows, distinct_sources(citation for row in rows for citation in row.citations.all()))


@dataclass(frozen=True)
class LinkGroup:
    """Links of one kind, seen from one side."""

    heading: str
    links: list[Cooperation]


class ActorPage:
    """What the template of one actor asks; the actor comes from ``for_detail()`` (no query here but for mergers)."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor

    @cached_property
    def mergers(self) -> list[Merger]:
        """Published entries that were brought together with this one, the latest first (1 query)."""
        return list(Merger.objects.told_of(self.actor.public_id))

    # -- sources -----------------------------------------------------------------------------------

    @cached_property
    def _citations(self) -> list[Citation]:
        return list(self.actor.citations.all())

    def _sources_of(self, *columns: CitationColumn) -> list[Source]:
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

    @cached_property
    def sources(self) -> list[Source]:
        """Everything the page rests on."""
        blocks = [self.places, self.areas, self.spokespersons, self.contacts, self.wishes, self.statuses]
        found = {source.pk: source for block in (*blocks, *self.figures) for source in block.sources}
        rows = [*self._citations, *(each for link in self.links for each in link.citations.all())]
        rows += [each for alias in self.actor.aliases.all() for each in alias.citations.all()]
        found |= {citation.source_id: citation.source for citation in rows}
        return sorted(found.values(), key=lambda source: (-(source.year or 0), source.key))

    @cached_property
    def latest(self) -> Source | None:
        """The latest source with a year."""
        return next((source for source in self.sources if source.year), None)

    # -- in brief ----------------------------------------------------------------------------------

    @cached_property
    def brief_sources(self) -> list[Source]:
        columns = set(CitationColumn) - {CitationColumn.DESCRIPTION}
        return self._sources_of(*columns)

    @cached_property
    def description_sources(self) -> list[Source]:
        return self._sources_of(CitationColumn.DESCRIPTION)

    @property
    def aliases(self) -> dict[str, list[str]]:
        """Other names by sort, as the page shows them; misprints are for the search alone."""
        named: dict[str, list[str]] = {}
        for alias in self.actor.aliases.all():
            if alias.kind != AliasKind.MISPRINT:
                named.setdefault(alias.get_kind_display(), []).append(alias.name)
        return named

    @property
    def kind_name(self) -> str:
        """Heading of its kind: « Type de structure »."""
        return "Type d’initiative" if self.actor.nature == Nature.INITIATIVE else "Type de structure"

    @property
    def legal_form(self) -> str:
        """« Non précisé » of an organisation where no source says; nothing for what has no legal form."""
        if self.actor.nature == Nature.ORGANISATION and not self.actor.legal_form:
            return LegalForm.UNSPECIFIED.label
        return self.actor.get_legal_form_display()

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
        year = self.actor.life_status_year
        return (
            self.actor.life_status in _PROJECTS
            and year is not None
            and timezone.localdate().year - year >= _SILENT_YEARS
        )

    # -- blocks ------------------------------------------------------------------------------------

    @cached_property
    def statuses(self) -> Block:
        """Status history of a PTCE, oldest first."""
        return Block.of(sorted(self.actor.statuses.all(), key=lambda row: (row.date.lstrip("./"), row.pk)))

    @cached_property
    def status_sources(self) -> list[Source]:
        """What a line on a PTCE rests on: its statuses, else whatever tells of it."""
        return self.statuses.sources or self._sources_of()

    @property
    def territories(self) -> list[Territory]:
        """Where it is, else where it acts; each once."""
        rows = self.actor.places.all() or self.actor.areas.all()
        return list(dict.fromkeys(row.territory for row in rows))

    @cached_property
    def places(self) -> Block:
        return Block.of(self.actor.places.all())

    @cached_property
    def areas(self) -> Block:
        return Block.of(self.actor.areas.all())

    @cached_property
    def where_sources(self) -> list[Source]:
        rows = [*self.places.rows, *self.areas.rows]
        return distinct_sources(citation for row in rows for citation in row.citations.all())

    @cached_property
    def figures(self) -> list[Block]:
        """One block per year, the latest first: figures of different years are never put together."""
        by_year: dict[int, list] = {}
        for figure in self.actor.figures.all():
            by_year.setdefault(figure.year, []).append(figure)
        return [Block.of(by_year[year]) for year in sorted(by_year, reverse=True)]

    @cached_property
    def spokespersons(self) -> Block:
        return Block.of(self.actor.spokespersons.all())

    @cached_property
    def contacts(self) -> Block:
        """Contacts of the actor itself; those of a person stay with the Apes."""
        order = list(ContactKind.values)
        rows = [contact for contact in self.actor.contacts.all() if not contact.personal]
        return Block.of(sorted(rows, key=lambda contact: (order.index(contact.kind), contact.pk)))

    @property
    def has_personal_contact(self) -> bool:
        return any(contact.personal for contact in self.actor.contacts.all())

    @cached_property
    def wishes(self) -> Block:
        return Block.of(self.actor.wishes.all())

    # -- cooperations ------------------------------------------------------------------------------

    @cached_property
    def links(self) -> list[Cooperation]:
        return self.actor.links

    @cached_property
    def link_groups(self) -> list[LinkGroup]:
        """Its links under the heading of its side, in the order of the list of kinds."""
        groups: dict[tuple[int, str], list[Cooperation]] = {}
        kinds = list(CooperationKind.values)
        for link in self.links:
            side = "on_source" if link.source_id == self.actor.pk else "on_target"
            heading = getattr(link.phrase, side)
            groups.setdefault((kinds.index(link.kind), heading), []).append(link)
        return [LinkGroup(heading, groups[rank, heading]) for rank, heading in sorted(groups)]

    @property
    def leaders(self) -> list[Actor]:
        """Who carries it."""
        return self._sources_of_links(CooperationKind.CARRIES)

    @property
    def members(self) -> list[Actor]:
        return self._sources_of_links(CooperationKind.MEMBER_OF)

    def _sources_of_links(self, kind: CooperationKind) -> list[Actor]:
        return [link.source for link in self.actor.links_in.all() if link.kind == kind]
