"""Letters that are out, with their articles; never who wrote them."""

from collections import defaultdict
from collections.abc import Sequence

from actors.models import Citation
from partners.records.dictionary import LETTER_PARTS
from partners.records.links import Links
from partners.records.persons import Discretion
from sources.models import Article, Letter, Mention
from sources.partial_date import as_precise


class LetterReader:
    """Reads records of letters: 2 queries, 3 more with their articles."""

    def __init__(self, links: Links, include: Sequence[str] = ()) -> None:
        self._links = links
        self._include = [part for part in LETTER_PARTS if part in include]
        self._discretion = Discretion.current()

    def read(self, ids: Sequence[int]) -> list[dict]:
        """The published ones of these ids, in that order."""
        if not ids:
            return []
        letters = Letter.objects.published().for_list().in_bulk(ids)
        records = {pk: self._made(letter) for pk, letter in letters.items()}
        if "articles" in self._include:
            self._add_articles(letters, records)
        return [records[pk] for pk in ids if pk in records]

    def _made(self, letter: Letter) -> dict:
        record = letter_record(letter, self._links, self._discretion, letter.article_count)
        return record | ({"articles": []} if "articles" in self._include else {})

    def _add_articles(self, letters: dict[int, Letter], records: dict[int, dict]) -> None:
        articles = list(Article.objects.filter(letter__in=letters).order_by("letter", "position", "pk"))
        territories: dict[int, list[dict]] = defaultdict(list)
        mentions = Mention.objects.filter(article__in=articles).order_by("territory__name_key", "pk")
        for article, role, kind, code, name in mentions.values_list(
            "article", "role", "territory__kind", "territory__code", "territory__name"
        ):
            territories[article].append(self._links.named_territory(kind, code, name) | {"role": role})
        actors: dict[int, dict[str, dict]] = defaultdict(dict)
        for article, public_id, name, precision, role in Citation.objects.told_in(articles):
            named = {
                "id": public_id,
                "name": f"{name}, {precision}" if precision else name,
                "uri": self._links.identifier(public_id),
                "role": role,
            }
            actors[article].setdefault(public_id, named)
        for article in articles:
            letter, slug = letters[article.letter_id], self._discretion.applied_to_word(article.slug)
            anchor = slug if slug == article.slug else ""
            records[letter.pk]["articles"].append(
                {
                    "id": f"{letter.slug}/{slug}",
                    "slug": slug,
                    "title": self._discretion.applied(article.title),
                    "title_is_ours": article.title_is_ours,
                    "kind": article.kind,
                    "rubric": article.rubric or None,
                    "page": article.page,
                    "url": self._links.letter(letter.slug, anchor),
                    "web_address": article.web_address or None,
                    "territories": territories[article.pk],
                    "actors": list(actors[article.pk].values()),
                }
            )


def letter_record(
    letter: Letter, links: Links, discretion: Discretion, article_count: int | None = None
) -> dict:
    """A letter that is read already, as a record without its articles (no query); whoever counted them says so."""
    return {
        "id": letter.slug,
        "uri": links.letter_identifier(letter.slug),
        "url": links.letter(letter.slug),
        "kind": letter.kind,
        "number": letter.number or None,
        "title": discretion.applied(letter.title),
        "label": discretion.applied(letter.label),
        "date": as_precise(letter.earliest, letter.latest),
        "earliest": letter.earliest.isoformat(),
        "latest": letter.latest.isoformat(),
        "date_reason": discretion.applied(letter.date_reason) or None,
        "publisher": discretion.applied(letter.publisher) or None,
        "web_address": letter.web_address or None,
        "article_count": article_count,
        "french": {"kind": letter.get_kind_display()},
    }
