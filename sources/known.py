"""Letters in memory, and the articles of them that speak of a territory."""

from sources.enums import LetterState
from sources.models import Article, Letter, Mention
from territories.memory import Memory
from territories.statement import Statement

_MENTIONS = Statement(
    Mention.objects.filter(article__letter__state=LetterState.PUBLISHED)
    .order_by("-article__letter__latest", "article__position", "pk")
    .values_list("role", "article", "article__letter", "article__slug", "article__title"),
    "territory",
)
# Of the present version: as many as there are letters, about 2 kB each.
_letters: Memory[dict[int, Letter]] = Memory()


def letters(version: int) -> dict[int, Letter]:
    """The published letters of a version of the directory by id, the oldest first; shared, hence never to be changed."""
    return _letters.get(
        version, lambda: {letter.pk: letter for letter in reversed(Letter.objects.published())}
    )


def articles_about(territory: int, version: int) -> list[tuple[str, Article]]:
    """(``MentionRole``, article) where letters speak of a territory: by letter, the latest first, then by place in it
    (1 query). Of an article what names it is read, and its letter.
    """
    known = letters(version)
    return [
        (role, Article(pk=pk, letter=known[letter], slug=slug, title=title))
        for role, pk, letter, slug, title in _MENTIONS.rows([territory])
        if letter in known
    ]
