"""Letters as pages show them: the list, and one with the actors and the territories each article tells of."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from actors import index
from actors.enums import CitationRole
from actors.models import Actor, Citation
from sources.enums import MentionRole, Rubric
from sources.models import Article, Letter, Mention
from territories.enums import TerritoryKind
from territories.models import Territory

_UNTITLED = "Autres pages"


@dataclass
class ArticleEntry:
    """One article; an actor or a territory stands in one list only."""

    article: Article
    presented: list[Actor] = field(default_factory=list)
    named: list[Actor] = field(default_factory=list)
    portrayed: list[Territory] = field(default_factory=list)
    mentioned: list[Territory] = field(default_factory=list)


@dataclass(frozen=True)
class RubricGroup:
    """Articles under one heading of the letter, in its order."""

    heading: str
    entries: list[ArticleEntry]


@dataclass(frozen=True)
class Cited:
    """An actor or a territory of a letter; ``presented``: an article is about it, rather than only naming it."""

    subject: Actor | Territory
    presented: bool


class LetterPage:
    """What the template of one letter asks (5 queries, whatever its articles)."""

    def __init__(self, letter: Letter) -> None:
        self.letter = letter
        self.later, self.earlier = _around(letter)
        entries = {article.pk: ArticleEntry(article) for article in letter.articles.for_page()}
        for entry in entries.values():
            for mention in entry.article.mentions.all():
                portrait = mention.role == MentionRole.PORTRAIT
                (entry.portrayed if portrait else entry.mentioned).append(mention.territory)
        for citation in Citation.objects.of_letter(letter):
            entry = entries[citation.source.article_id]
            if citation.actor not in (*entry.presented, *entry.named):
                presented = citation.role == CitationRole.SUBJECT
                (entry.presented if presented else entry.named).append(citation.actor)
        self.entries = list(entries.values())

    @property
    def rubrics(self) -> list[RubricGroup]:
        """Its articles by rubric, in the order of the letter; those without one come last."""
        groups: dict[str, list[ArticleEntry]] = {}
        for entry in self.entries:
            groups.setdefault(entry.article.rubric, []).append(entry)
        unnamed = groups.pop(Rubric.NONE.value, [])
        told = [RubricGroup(Rubric(rubric).label, entries) for rubric, entries in groups.items()]
        return [*told, RubricGroup(_UNTITLED if told else "Articles", unnamed)] if unnamed else told

    @property
    def actors(self) -> list[Cited]:
        """Every actor it cites, by name."""
        found = _cited((entry.presented, entry.named) for entry in self.entries)
        return sorted(found, key=lambda cited: (cited.subject.name_key, cited.subject.pk))

    @property
    def territories(self) -> list[Cited]:
        """Every territory it cites, those it portrays first, then the widest."""
        order = list(TerritoryKind.values)
        found = _cited((entry.portrayed, entry.mentioned) for entry in self.entries)
        return sorted(
            found,
            key=lambda cited: (
                not cited.presented,
                order.index(cited.subject.kind),
                cited.subject.name_key,
                cited.subject.pk,
            ),
        )


def _cited(entries: Iterable[tuple[list, list]]) -> list[Cited]:
    """Each subject once, as presented where any article is about it."""
    told: dict[object, bool] = {}
    for presented, named in entries:
        told |= dict.fromkeys(presented, True)
        for subject in named:
            told.setdefault(subject, False)
    return [Cited(subject, presented) for subject, presented in told.items()]


def _around(letter: Letter) -> tuple[Letter | None, Letter | None]:
    """The letters that came out after and before it (1 query: there are some dozens)."""
    letters = list(Letter.objects.published())
    rank = letters.index(letter)
    return (letters[rank - 1] if rank else None, letters[rank + 1] if rank + 1 < len(letters) else None)


@dataclass(frozen=True)
class LetterRow:
    """One letter in the list: how many actors it cites, which territories it portrays."""

    letter: Letter
    actor_count: int
    portrayed: list[Territory]


@dataclass(frozen=True)
class LetterYear:
    year: str
    rows: list[LetterRow]


def letters_by_year() -> list[LetterYear]:
    """Every letter, the latest first, by the years it bears (3 queries)."""
    cited = index.ask(index.Selection()).facet("letter")
    portrayed: dict[int, list[Territory]] = {}
    for mention in Mention.objects.portraits():
        territories = portrayed.setdefault(mention.article.letter_id, [])
        if mention.territory not in territories:
            territories.append(mention.territory)
    years: dict[str, list[LetterRow]] = {}
    for letter in Letter.objects.published().for_list():
        row = LetterRow(letter, cited.get(letter.pk, 0), portrayed.get(letter.pk, []))
        years.setdefault(letter.date_text, []).append(row)
    return [LetterYear(year, rows) for year, rows in years.items()]
