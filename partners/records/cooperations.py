"""Cooperations between published actors, as records."""

from array import array
from collections.abc import Iterable, Iterator, Sequence

from django.db.models import Q

from actors.enums import CooperationKind, CooperationStatus, PublicationStatus
from actors.models import Cooperation
from actors.phrases import PHRASES, SYMMETRIC_KINDS
from partners.identifiers import CooperationId
from partners.records.links import Links
from partners.records.persons import Discretion
from partners.records.sources import SourceBook, years
from sources.partial_date import latest_date

CHUNK = 500
_END = ("public_id", "name", "precision", "nature", "slug", "number")
_COLUMNS = (
    "pk",
    "kind",
    "status",
    "certainty",
    "reason",
    "since",
    "until",
    "rank",
    *(f"{end}__{column}" for end in ("source", "target") for column in _END),
)
_ROWS = (
    Cooperation.objects.with_rank()
    .order_by("source__name_key", "kind", "target__name_key", "pk")
    .values_list("source__publication", "target__publication", *_COLUMNS)
)
KIND_LABELS, _STATUSES = dict(CooperationKind.choices), dict(CooperationStatus.choices)


class _Named:
    """What a sentence asks of an actor."""

    def __init__(self, name: str, number: str) -> None:
        self.name, self.number = name, number


class CooperationReader:
    """Reads records of cooperations: 3 queries a batch, whatever its size."""

    def __init__(
        self, links: Links, discretion: Discretion | None = None, book: SourceBook | None = None
    ) -> None:
        self._links = links
        self._discretion = discretion or Discretion.current()
        self._book = book or SourceBook(links, self._discretion)

    def read(self, ids: Sequence[int]) -> list[dict]:
        """The public ones of these ids, in that order."""
        if not ids:
            return []
        by_id = dict(self._records(Q(pk__in=ids)))
        return [by_id[pk] for pk in ids if pk in by_id]

    def matching(self, condition: Q) -> list[dict]:
        """The public ones that meet a condition, by name."""
        return [record for _, record in self._records(condition)]

    def walk(self, ids: Iterable[int] | None = None) -> Iterator[dict]:
        """The same as :meth:`read` for as many as there are, in flat memory; all in the order of entry unless told."""
        if ids is None:
            public = Cooperation.objects.public().order_by("pk").values_list("pk", flat=True)
            ids = array("q", public.iterator())
        chunk: list[int] = []
        for pk in ids:
            chunk.append(pk)
            if len(chunk) == CHUNK:
                yield from self.read(chunk)
                chunk = []
        yield from self.read(chunk)

    def _records(self, condition: Q) -> list[tuple[int, dict]]:
        rows = _ROWS.filter(condition)
        # Sorted out here: asked of the database, SQLite reads every published actor to find twenty links.
        rows = [row[2:] for row in rows if row[0] == row[1] == PublicationStatus.PUBLISHED]
        sources = self._book.of_rows("cooperation", [row[0] for row in rows])
        return [(row[0], self._made(sources.get(row[0], []), *row)) for row in rows]

    def _made(
        self, sources: list[dict], pk, kind, status, certainty, reason, since, until, rank, *ends
    ) -> dict:
        source, target = ends[: len(_END)], ends[len(_END) :]
        word = str(CooperationId(source[0], kind, target[0], rank))
        return {
            "id": word,
            "uri": self._links.cooperation_identifier(word),
            "source": named_end(self._links, *source[:5]),
            "target": named_end(self._links, *target[:5]),
            "kind": kind,
            "symmetric": kind in SYMMETRIC_KINDS,
            "sentence": _sentence(kind, source, target),
            "status": status,
            "certainty": certainty,
            "reason": self._discretion.applied(reason) or None,
            "since": since or None,
            "until": until or None,
            "attested_years": years(sources),
            "as_of": latest_date(source["date"] for source in sources),
            "french": {"kind": KIND_LABELS[kind], "status": _STATUSES[status]},
            "sources": sources,
        }


def named_end(links: Links, public_id: str, name: str, precision: str, nature: str, slug: str) -> dict:
    """An actor as a link names it."""
    return {
        "id": public_id,
        "name": f"{name}, {precision}" if precision else name,
        "nature": nature,
        "uri": links.identifier(public_id),
        "url": links.actor(slug),
    }


def _sentence(kind: str, source: tuple, target: tuple) -> str:
    """« DIE gère la ressourcerie », as ``Cooperation.sentence`` says it."""
    phrase = PHRASES[CooperationKind(kind)]
    first, second = (_Named(f"{end[1]}, {end[2]}" if end[2] else end[1], end[5]) for end in (source, target))
    words = [part.name if isinstance(part, _Named) else part for part in phrase.parts(first, second)]
    return " ".join([words[0], "et", *words[1:]] if phrase.symmetric else words)
