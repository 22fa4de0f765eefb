"""The page of a letter: its articles, with the actors and the territories each tells of."""

from dataclasses import dataclass, field

from actors.enums import CitationRole
from actors.models import Actor, Citation
from sources.enums import MentionRole
from sources.models import Article, Letter
from territories.models import Territory


@dataclass
class ArticleEntry:
    """One article; an actor or a territory stands in one list only."""

    article: Article
    presented: list[Actor] = field(default_factory=list)
    named: list[Actor] = field(default_factory=list)
    portrayed: list[Territory] = field(default_factory=list)
    mentioned: list[Territory] = field(default_factory=list)


@dataclass(frozen=True)
class LetterPage:
    letter: Letter
    entries: list[ArticleEntry]
    actor_count: int

    @classmethod
    def of(cls, letter: Letter) -> "LetterPage":
        """Read the articles and what they tell of (4 queries, whatever their number)."""
        entries = {article.pk: ArticleEntry(article) for article in letter.articles.for_page()}
        for entry in entries.values():
            for mention in entry.article.mentions.all():
                portrait = mention.role == MentionRole.PORTRAIT
                (entry.portrayed if portrait else entry.mentioned).append(mention.territory)
        everyone = set()
        for citation in Citation.objects.of_letter(letter):
            entry = entries[citation.source.article_id]
            everyone.add(citation.actor_id)
            if citation.actor not in (*entry.presented, *entry.named):
                presented = citation.role == CitationRole.SUBJECT
                (entry.presented if presented else entry.named).append(citation.actor)
        return cls(letter, list(entries.values()), len(everyone))
