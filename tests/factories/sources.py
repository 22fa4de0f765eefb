"""Letters, articles, persons and sources for tests, made by plain functions."""

import datetime
import itertools

from sources.enums import SourceKind
from sources.models import Article, Letter, Mention, Person, Source
from tests.factories import building

_numbers = itertools.count(1)


@building()
def make_letter(**overrides) -> Letter:
    number = next(_numbers)
    values = {
        "slug": f"lettre-{number}",
        "title": f"Titre {number}",
        "earliest": datetime.date(2022, 1, 1),
        "latest": datetime.date(2022, 12, 31),
        **overrides,
    }
    return Letter.objects.create(**values)


@building()
def make_article(letter: Letter | None = None, authors=(), **overrides) -> Article:
    """An article with the source that stands for it."""
    number = next(_numbers)
    values = {"slug": f"article-{number}", "title": f"Article {number}", "position": number, **overrides}
    article = Article.objects.create(letter=letter or make_letter(), **values)
    article.authors.set(authors)
    Source.objects.create(key=article.natural, kind=SourceKind.ARTICLE, article=article)
    return article


@building()
def make_source(**overrides) -> Source:
    """A source that is no article."""
    number = next(_numbers)
    values = {"key": f"source-{number}", "kind": SourceKind.EDITORS, "title": f"Source {number}", **overrides}
    return Source.objects.create(**values)


@building()
def make_person(name: str | None = None, **overrides) -> Person:
    number = next(_numbers)
    values = {"name": name or f"Camille Personne {number}", "slug": f"personne-{number}", **overrides}
    return Person.objects.create(**values)


@building()
def make_mention(article: Article, territory, **overrides) -> Mention:
    return Mention.objects.create(article=article, territory=territory, **overrides)
