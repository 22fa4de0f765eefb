"""What facts rest on, as records; sources that visitors don't see are left out."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from actors.models import Citation
from actors.models.citation import ROW_TARGETS
from partners.records.links import Links
from partners.records.persons import Discretion
from sources.enums import LetterState
from sources.models import Source
from sources.partial_date import as_precise
from territories.statement import Statement

_COLUMNS = (
    "pk",
    "key",
    "kind",
    "title",
    "url",
    "consulted_on",
    "article__slug",
    "article__title",
    "article__page",
    "article__letter__slug",
    "article__letter__earliest",
    "article__letter__latest",
    "article__letter__state",
)
_SOURCES = Statement(Source.objects.order_by().values_list(*_COLUMNS), "pk")
# What supports a row, by the column of citations that names it.
_CITED = {
    target: Statement(Citation.objects.order_by().values_list(target, "source"), target)
    for target in ROW_TARGETS
}


class SourceBook:
    """Records of sources, each read once; what it keeps grows with the articles, not with the actors."""

    def __init__(self, links: Links, discretion: Discretion) -> None:
        self._links = links
        self._discretion = discretion
        # Source -> its record, None when it is not to be told, with what puts it in order.
        self._known: dict[int, tuple[tuple, dict | None]] = {}

    def learn(self, source_ids: Iterable[int]) -> None:
        """Read those not known yet (1 query, none when all are)."""
        missing = set(source_ids) - self._known.keys()
        if not missing:
            return
        for row in _SOURCES.rows(missing):
            self._known[row[0]] = self._made(row)

    def learn_loaded(self, sources: Iterable[Source]) -> None:
        """Take those that were read elsewhere, each with its article and letter (no query)."""
        for source in sources:
            if source.pk not in self._known:
                article = source.article
                letter = article and article.letter
                told = (article.slug, article.title, article.page) if article else (None, None, None)
                dated = (letter.slug, letter.earliest, letter.latest, letter.state) if letter else (None,) * 4
                own = (source.pk, source.key, source.kind, source.title, source.url, source.consulted_on)
                self._known[source.pk] = self._made((*own, *told, *dated))

    def _made(self, row: tuple) -> tuple[tuple, dict | None]:
        _, key, kind, title, url, consulted_on, article, heading, page, letter, earliest, latest, state = row
        if letter is not None:
            if state != LetterState.PUBLISHED:
                return (0, key), None
            word = self._discretion.applied_to_word(article)
            record = {
                "kind": kind,
                "letter": letter,
                "article": word,
                "title": self._discretion.applied(heading),
                "page": page,
                "date": as_precise(earliest, latest),
                # An anchor that says a name is left out: the letter itself is found.
                "url": self._links.letter(letter, article if article == word else ""),
            }
            return (-latest.toordinal(), key), record
        record = {
            "kind": kind,
            "letter": None,
            "article": None,
            "title": self._discretion.applied(title),
            "page": None,
            "date": consulted_on.isoformat() if consulted_on else None,
            "url": url or None,
        }
        return (-consulted_on.toordinal() if consulted_on else 0, key), record

    def records(self, source_ids: Iterable[int]) -> list[dict]:
        """Each source once, the latest first; needs :meth:`learn`."""
        entries = sorted(
            (entry for pk in set(source_ids) if (entry := self._known.get(pk)) and entry[1]),
            key=lambda entry: entry[0],
        )
        return [record for _, record in entries]

    def of_rows(self, target: str, row_ids: Sequence[int]) -> dict[int, list[dict]]:
        """Id of a row -> the sources that support it (2 queries at most); ``target`` names the column of citations.

        Rows without a source are left out.
        """
        cited: dict[int, set[int]] = defaultdict(set)
        for row_id, source_id in _CITED[target].rows(row_ids):
            cited[row_id].add(source_id)
        self.learn(pk for ids in cited.values() for pk in ids)
        return {row_id: self.records(ids) for row_id, ids in cited.items()}


def years(sources: Iterable[dict]) -> list[int]:
    """Years of these sources, ascending."""
    return sorted({int(source["date"][:4]) for source in sources if source["date"]})
