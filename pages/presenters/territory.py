"""Territories as pages show them: the tree to browse, and the page of one."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from django.utils.safestring import SafeString

from actors import index
from actors.detail import administering, figures_of, named
from actors.enums import InitiativeKind, Nature, OrganisationKind, Sector
from actors.index import Selection
from actors.index.snapshot import Snapshot
from actors.models import Actor
from pages.presenters.card import kept_cards
from pages.presenters.map import LinkedMap, Locator, territory_map
from pages.presenters.sentences import kept_sentences
from pages.presenters.sourcing import Block
from pages.templatetags.compiled import part
from sources.enums import MentionRole
from sources.known import articles_about, letters
from sources.models import Article, Letter
from territories.enums import NameKind, TerritoryKind
from territories.known import Page, home_region, territories_version
from territories.memory import Memory
from territories.models import Containment, PostalCode, Territory

# Actors shown on the page of a territory; the list holds the others.
SHOWN = 20
# Lists of territories longer than this fold what comes after.
_FOLD = 40
# Articles of one letter that the page names; the letter holds the others.
_ARTICLES = 8


class Branch(NamedTuple):
    """One territory in a list: how many actors are in it, whether it lies there in part only."""

    territory: Territory
    actors: int
    in_part: bool = False


@dataclass(frozen=True)
class Department:
    """A department of the tree to browse; ``epcis``: those that overlap it, as HTML."""

    territory: Territory
    actors: int
    epcis: list[SafeString] = field(default_factory=list)


# By version, territory and whether in part: half a kB each.
_items: Memory[SafeString] = Memory(6000)


def kept_items(rows: Iterable[Containment], snapshot: Snapshot) -> list[SafeString]:
    """The members of these rows as items of a list, each with its number of actors (no query)."""
    version = snapshot.version
    by_key = {(version, row.member_id, row.whole): row for row in rows}

    def read(keys: list[tuple[int, int, bool]]) -> dict[tuple[int, int, bool], SafeString]:
        counts = index.counts_by_territory((pk for _, pk, _ in keys), snapshot)
        branches = {key: Branch(by_key[key].member, counts[key[1]], not key[2]) for key in keys}
        return {key: part("territories/lists.branch", branch) for key, branch in branches.items()}

    found = _items.get_many(by_key, read)
    return [found[key] for key in by_key]


# Of the present version of the territories.
_overlaps: Memory[dict[Territory, list[Containment]]] = Memory(of_territories=True)


def tree(snapshot: Snapshot) -> list[Department]:
    """Departments of the region, each with the EPCI that overlap it (no query once they are read, else 4); empty
    without a region."""
    version = territories_version(snapshot.version)

    def read() -> dict[Territory, list[Containment]]:
        region = home_region(version)
        found: dict[Territory, list[Containment]] = {}
        for row in Containment.objects.epcis_by_department(region) if region else ():
            found.setdefault(row.container, []).append(row)
        return found

    departments = _overlaps.get(version, read)
    counts = index.counts_by_territory((department.pk for department in departments), snapshot)
    return [
        Department(department, counts[department.pk], kept_items(rows, snapshot))
        for department, rows in departments.items()
    ]


def counted(territories: Iterable[Territory], snapshot: Snapshot) -> list[Branch]:
    """Territories in their order, each with its number of actors (no query besides theirs)."""
    territories = list(territories)
    counts = index.counts_by_territory((territory.pk for territory in territories), snapshot)
    return [Branch(territory, counts[territory.pk]) for territory in territories]


def elsewhere(snapshot: Snapshot) -> list[Branch]:
    """Departments of other regions that have an actor (1 query)."""
    found = counted(Territory.objects.departments_elsewhere(), snapshot)
    return [branch for branch in found if branch.actors]


@dataclass(frozen=True)
class Level:
    """Territories of one kind inside another, each as HTML."""

    heading: str
    items: list[SafeString]

    @property
    def shown(self) -> list[SafeString]:
        return self.items[:_FOLD]

    @property
    def folded(self) -> list[SafeString]:
        return self.items[_FOLD:]


class LetterStory(NamedTuple):
    """What one letter tells of a territory: its portrait, articles that name it, actors who are there.

    ``link``: to the letter, as HTML; ``query``: of the list of those actors.
    """

    letter: Letter
    link: SafeString
    portraits: list[Article]
    naming: list[Article]
    actor_count: int
    query: str

    @property
    def named_first(self) -> list[Article]:
        return self.naming[:_ARTICLES]

    @property
    def left_out(self) -> int:
        """Articles that name it besides those shown."""
        return max(0, len(self.naming) - _ARTICLES)


# Of the present version: as many as there are letters.
_letters: Memory[list[tuple[Letter, str, SafeString]]] = Memory()


def _dated_letters(version: int) -> list[tuple[Letter, str, SafeString]]:
    """The published letters, the oldest first: each with its year or years, and the link to it."""
    return _letters.get(
        version,
        lambda: [
            (letter, letter.date_text, part("territories/story.letter", letter))
            for letter in letters(version).values()
        ],
    )


@dataclass(frozen=True)
class StoryYear:
    """Letters of one year, or of two that one letter spans."""

    year: str
    letters: list[LetterStory]


class Share(NamedTuple):
    """Actors of one value of a criterion, and the query of the list that shows them."""

    label: str
    count: int
    query: str


@dataclass(frozen=True)
class Breakdown:
    heading: str
    shares: list[Share]


# Facet -> its parameter in an address; value -> label and slug: told once, for enums take their time.
_PARAMETERS = {"sector": "secteur", "organisation_kind": "type", "initiative_kind": "type"}
_VALUES = {
    facet: {member.value: (member.label, member.slug) for member in choices}
    for facet, choices in (
        ("sector", Sector),
        ("organisation_kind", OrganisationKind),
        ("initiative_kind", InitiativeKind),
    )
}


def _shares(answer: index.Answer, query: str, *facets: str) -> list[Share]:
    """The values of these facets, the most numerous first.

    ``query``: of the answer's selection, whose canonical form names the territory before what is added here.
    """
    shares = []
    for facet in facets:
        parameter, values = _PARAMETERS[facet], _VALUES[facet]
        for value, count in answer.facet(facet).items():
            label, slug = values[value]
            shares.append(Share(label, count, f"{query}&{parameter}={slug}"))
    return sorted(shares, key=lambda share: (-share.count, share.label))


@dataclass(frozen=True)
class _Said:
    """What else a version says of a territory: figures, who administers it, articles by ``MentionRole``."""

    figures: Block
    body: Actor | None
    articles: list[tuple[str, Article]]

    @classmethod
    def read(cls, territory: int, version: int) -> "_Said":
        """3 queries, 4 more where there are figures."""
        return cls(
            Block.of(figures_of(territory, version)),
            administering(territory),
            articles_about(territory, version),
        )


# By version and territory: few have anything, a kB or two each.
_said: Memory[_Said] = Memory(1000)
# By version and actor, as little; the directory has some dozens.
_ptces: Memory[Actor] = Memory(500)


_HEADINGS = {
    TerritoryKind.REGION: "Régions",
    TerritoryKind.DEPARTMENT: "Départements",
    TerritoryKind.EPCI: "Intercommunalités",
    TerritoryKind.COMMUNE: "Communes",
    TerritoryKind.ASSOCIATED_COMMUNE: "Communes associées",
    TerritoryKind.DELEGATED_COMMUNE: "Communes déléguées",
    TerritoryKind.NEIGHBOURHOOD: "Quartiers",
    TerritoryKind.INFORMAL: "Territoires vécus",
    TerritoryKind.FORMER: "Anciens territoires",
}


class TerritoryPage:
    """What the template of one territory asks.

    Reading it costs a number of queries that depends on no number of rows: 1, once the process knows what it tells.
    """

    def __init__(self, told: Page, snapshot: Snapshot) -> None:
        """``told``: no older than the version of ``snapshot``."""
        self._told, self._snapshot = told, snapshot
        self.territory = territory = told.territory
        version = snapshot.version
        selection = Selection(territory=territory)
        self.query = selection.query
        self.containers = self._containers()
        self.levels = self._levels()
        self.predecessors, self.successors = told.predecessors, told.successors
        self.neighbours = told.neighbours
        said = _said.get((version, territory.pk), lambda: _Said.read(territory.pk, version))
        self.figures, self.body = said.figures, said.body
        answer = index.Answer(selection, snapshot)
        self.actor_count = answer.count
        self.years = self._years(answer, said.articles)
        self.cards = kept_cards(answer.ids(limit=SHOWN), version, "h3")
        self.ptces = self._ptces(answer) if self.actor_count else []
        self.wider = [] if self.actor_count else self._wider()
        self.breakdowns = self._breakdowns(answer)
        self.across_count, across = index.links_across(snapshot, territory.pk, SHOWN)
        self.across = kept_sentences(across, version)

    def _ptces(self, answer: index.Answer) -> list[Actor]:
        asked = answer.another(replace(answer.selection, natures=(Nature.PTCE,)))
        version = self._snapshot.version

        def read(keys: list[tuple[int, int]]) -> dict[tuple[int, int], Actor]:
            return {(version, pk): actor for pk, actor in named([pk for _, pk in keys]).items()}

        keys = [(version, pk) for pk in asked.ids(limit=SHOWN)]
        found = _ptces.get_many(keys, read)
        return [found[key] for key in keys if key in found]

    def _years(self, answer: index.Answer, articles: list[tuple[str, Article]]) -> list[StoryYear]:
        """What the letters tell, the oldest first: articles that speak of it, actors they cite (no query)."""
        cited = answer.facet("letter")
        portraits: dict[int, list[Article]] = {}
        naming: dict[int, list[Article]] = {}
        for role, article in articles:
            told = portraits if role == MentionRole.PORTRAIT else naming
            told.setdefault(article.letter_id, []).append(article)
        years: dict[str, list[LetterStory]] = {}
        for letter, when, link in _dated_letters(self._snapshot.version):
            pk = letter.pk
            if pk in cited or pk in portraits or pk in naming:
                story = LetterStory(
                    letter,
                    link,
                    portraits.get(pk, []),
                    naming.get(pk, []),
                    cited.get(pk, 0),
                    f"{self.query}&lettre={letter.slug}",
                )
                years.setdefault(when, []).append(story)
        return [StoryYear(year, stories) for year, stories in years.items()]

    @property
    def portraits(self) -> list[Article]:
        """Articles that portray it, the latest letter first."""
        letters = [story for year in reversed(self.years) for story in reversed(year.letters)]
        return [article for story in letters for article in story.portraits]

    def _breakdowns(self, answer: index.Answer) -> list[Breakdown]:
        """Its actors by sector and by type (no query)."""
        breakdowns = [
            Breakdown("Par domaine d’activité", _shares(answer, self.query, "sector")),
            Breakdown("Par type", _shares(answer, self.query, "organisation_kind", "initiative_kind")),
        ]
        return [each for each in breakdowns if each.shares]

    def _containers(self) -> list[tuple[str, list[Containment]]]:
        """What contains it today, then what did, each under its heading."""
        rows = self._told.containers
        past = [row for row in rows if row.container.kind == TerritoryKind.FORMER]
        present = [row for row in rows if row not in past]
        groups = [("Fait partie de", present), ("A fait partie de", past)]
        return [(heading, group) for heading, group in groups if group]

    def _levels(self) -> list[Level]:
        levels: dict[str, list[Containment]] = {}
        for row in self._told.inside:
            levels.setdefault(row.member.kind, []).append(row)
        return [Level(_HEADINGS[kind], kept_items(rows, self._snapshot)) for kind, rows in levels.items()]

    def _wider(self) -> list[Branch]:
        """The territories above an empty one, the nearest first, with their actors."""
        above = [
            parent
            for parent in reversed(self.territory.lineage)
            if parent.kind in {TerritoryKind.EPCI, TerritoryKind.DEPARTMENT, TerritoryKind.REGION}
        ]
        counts = index.counts_by_territory((parent.pk for parent in above), self._snapshot)
        return [Branch(parent, counts[parent.pk]) for parent in above if counts[parent.pk]]

    @property
    def map(self) -> LinkedMap | Locator | None:
        """What lies in it, or where it lies."""
        return territory_map(self.territory, self._snapshot)

    @property
    def postal_codes(self) -> list[PostalCode]:
        return list(self.territory.postal_codes.all())

    @property
    def is_informal(self) -> bool:
        return self.territory.kind == TerritoryKind.INFORMAL

    @property
    def has_facts(self) -> bool:
        """Whether there is anything to tell of the territory itself."""
        told = (self.containers, self.predecessors, self.other_names, self.code_label)
        return self.territory.population is not None or any(told)

    @property
    def code_label(self) -> str:
        """Whose code it bears; nothing for a territory named by the directory alone."""
        if self.territory.kind == TerritoryKind.EPCI:
            return "SIREN"
        official = self.territory.code[:1].isdigit() and self.territory.kind != TerritoryKind.FORMER
        return "Code Insee" if official else ""

    @property
    def other_names(self) -> list[tuple[str, list]]:
        """Names besides the one it is shown under, by sort: official, former, short; not misprints."""
        groups: dict[str, list] = {}
        for name in self.territory.names.all():
            if name.name != self.territory.name and name.kind != NameKind.PRINTED:
                groups.setdefault(name.get_kind_display(), []).append(name)
        return list(groups.items())
