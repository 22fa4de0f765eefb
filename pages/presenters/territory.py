"""Territories as pages show them: the tree to browse, and the page of one."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from actors import index
from actors.detail import administering, cooperations, named
from actors.enums import InitiativeKind, Nature, OrganisationKind, Sector
from actors.index import Selection
from actors.models import Actor, Figure
from pages.presenters.card import kept_cards
from pages.presenters.map import LinkedMap, Locator, territory_map
from pages.presenters.sourcing import Block
from sources.enums import MentionRole
from sources.models import Article, Letter, Mention
from territories.enums import NameKind, TerritoryKind
from territories.known import Page
from territories.models import Containment, PostalCode, Territory

# Actors shown on the page of a territory; the list holds the others.
SHOWN = 20
# Lists of territories longer than this fold what comes after.
_FOLD = 40
# Articles of one letter that the page names; the letter holds the others.
_ARTICLES = 8


@dataclass(frozen=True)
class Branch:
    """One territory in a list: how many actors are in it, whether it lies there in part only."""

    territory: Territory
    actors: int
    in_part: bool = False
    branches: list["Branch"] = field(default_factory=list)


def tree(region: Territory | None) -> list[Branch]:
    """Departments of a region, each with the EPCI that overlap it (5 queries); empty without a region."""
    if region is None:
        return []
    rows = list(Containment.objects.epcis_by_department(region))
    territories = {row.container_id for row in rows} | {row.member_id for row in rows}
    counts = index.counts_by_territory(territories)
    branches: dict[int, Branch] = {}
    for row in rows:
        department = branches.setdefault(row.container_id, Branch(row.container, counts[row.container_id]))
        department.branches.append(Branch(row.member, counts[row.member_id], not row.whole))
    return list(branches.values())


def counted(territories: Iterable[Territory]) -> list[Branch]:
    """Territories in their order, each with its number of actors (1 query besides theirs)."""
    territories = list(territories)
    counts = index.counts_by_territory(territory.pk for territory in territories)
    return [Branch(territory, counts[territory.pk]) for territory in territories]


def elsewhere() -> list[Branch]:
    """Departments of other regions that have an actor (2 queries)."""
    return [branch for branch in counted(Territory.objects.departments_elsewhere()) if branch.actors]


@dataclass(frozen=True)
class Level:
    """Territories of one kind inside another."""

    heading: str
    branches: list[Branch]

    @property
    def shown(self) -> list[Branch]:
        return self.branches[:_FOLD]

    @property
    def folded(self) -> list[Branch]:
        return self.branches[_FOLD:]


@dataclass(frozen=True)
class LetterStory:
    """What one letter tells of a territory: its portrait, articles that name it, actors who are there."""

    letter: Letter
    portraits: list[Article]
    naming: list[Article]
    actor_count: int
    selection: Selection

    @property
    def named_first(self) -> list[Article]:
        return self.naming[:_ARTICLES]

    @property
    def left_out(self) -> int:
        """Articles that name it besides those shown."""
        return max(0, len(self.naming) - _ARTICLES)


@dataclass(frozen=True)
class StoryYear:
    """Letters of one year, or of two that one letter spans."""

    year: str
    letters: list[LetterStory]


@dataclass(frozen=True)
class Share:
    """Actors of one value of a criterion, and the list that shows them."""

    label: str
    count: int
    selection: Selection


@dataclass(frozen=True)
class Breakdown:
    heading: str
    shares: list[Share]


def _shares(answer: index.Answer, choices, facet: str, field_name: str) -> list[Share]:
    shares = [
        Share(choices(value).label, count, replace(answer.selection, **{field_name: (choices(value),)}))
        for value, count in answer.facet(facet).items()
    ]
    return sorted(shares, key=lambda share: (-share.count, share.label))


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

    Reading it costs a number of queries that depends on no number of rows.
    """

    def __init__(self, told: Page) -> None:
        self._told = told
        self.territory = territory = told.territory
        self.selection = Selection(territory=territory)
        self.containers = self._containers()
        self.levels = self._levels()
        self.predecessors, self.successors = told.predecessors, told.successors
        self.neighbours = told.neighbours
        self.figures = Block.of(Figure.objects.of_territory(territory))
        self.body = administering(territory.pk)
        answer = index.ask(self.selection)
        self.actor_count = answer.count
        self.years = self._years(answer)
        self.cards = kept_cards(answer.ids(limit=SHOWN), answer.snapshot.version, "h3")
        self.ptces = self._ptces() if self.actor_count else []
        self.wider = [] if self.actor_count else self._wider()
        self.breakdowns = self._breakdowns(answer)
        across = answer.links_across()
        self.across_count = len(across)
        self.across = cooperations(across[:SHOWN], answer.snapshot.version)

    def _ptces(self) -> list[Actor]:
        found = index.find(Selection(natures=(Nature.PTCE,), territory=self.territory), limit=SHOWN)
        actors = named(found.ids)
        return [actors[pk] for pk in found.ids if pk in actors]

    def _years(self, answer: index.Answer) -> list[StoryYear]:
        """What the letters tell, the oldest first: articles that speak of it, actors they cite (2 queries)."""
        cited = answer.facet("letter")
        portraits: dict[int, list[Article]] = {}
        naming: dict[int, list[Article]] = {}
        for mention in Mention.objects.of_territory(self.territory):
            told = portraits if mention.role == MentionRole.PORTRAIT else naming
            told.setdefault(mention.article.letter_id, []).append(mention.article)
        years: dict[str, list[LetterStory]] = {}
        for letter in reversed(Letter.objects.published()):
            if letter.pk in cited or letter.pk in portraits or letter.pk in naming:
                story = LetterStory(
                    letter,
                    portraits.get(letter.pk, []),
                    naming.get(letter.pk, []),
                    cited.get(letter.pk, 0),
                    replace(self.selection, letters=(letter,)),
                )
                years.setdefault(letter.date_text, []).append(story)
        return [StoryYear(year, letters) for year, letters in years.items()]

    @property
    def portraits(self) -> list[Article]:
        """Articles that portray it, the latest letter first."""
        letters = [story for year in reversed(self.years) for story in reversed(year.letters)]
        return [article for story in letters for article in story.portraits]

    def _breakdowns(self, answer: index.Answer) -> list[Breakdown]:
        """Its actors by sector and by type, the most numerous first (no query)."""
        by_kind = [
            *_shares(answer, OrganisationKind, "organisation_kind", "organisation_kinds"),
            *_shares(answer, InitiativeKind, "initiative_kind", "initiative_kinds"),
        ]
        breakdowns = [
            Breakdown("Par domaine d’activité", _shares(answer, Sector, "sector", "sectors")),
            Breakdown("Par type", sorted(by_kind, key=lambda share: (-share.count, share.label))),
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
        rows = self._told.inside
        counts = index.counts_by_territory(row.member_id for row in rows)
        levels: dict[str, list[Branch]] = {}
        for row in rows:
            branch = Branch(row.member, counts[row.member_id], not row.whole)
            levels.setdefault(row.member.kind, []).append(branch)
        return [Level(_HEADINGS[kind], branches) for kind, branches in levels.items()]

    def _wider(self) -> list[Branch]:
        """The territories above an empty one, the nearest first, with their actors."""
        above = [
            parent
            for parent in reversed(self.territory.lineage)
            if parent.kind in {TerritoryKind.EPCI, TerritoryKind.DEPARTMENT, TerritoryKind.REGION}
        ]
        counts = index.counts_by_territory(parent.pk for parent in above)
        return [Branch(parent, counts[parent.pk]) for parent in above if counts[parent.pk]]

    @property
    def map(self) -> LinkedMap | Locator | None:
        """What lies in it, or where it lies."""
        return territory_map(self.territory)

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
