"""Links with entries in preparation: they are those entries' matter, and no change of a published one."""

from collections.abc import Iterable, Sequence

from actors.enums import UNPUBLISHED, PublicationStatus
from actors.history.document import Document, Row
from actors.models import Actor


def without_prepared(documents: Iterable[Document]) -> list[Document]:
    """These states of entries, without links whose other end is in preparation today (1 query at most)."""
    documents = list(documents)
    prepared = _prepared(documents)
    return [
        {**document, "links": [row for row in _links(document) if not _others(document, row) & prepared]}
        if any(_others(document, row) & prepared for row in _links(document))
        else document
        for document in documents
    ]


def carrying_prepared(documents: Sequence[Document], present: dict[int, Document]) -> list[Document]:
    """``documents`` that entries go back to, with the links that entries in preparation have made to them since.

    ``present``: the published ones of these entries as they are now. Links that one of the documents tells are told
    by it. One query at most.
    """
    prepared = _prepared(present.values()) - {document["id"] for document in documents}
    told = {row["id"] for document in documents for row in _links(document)}
    found = []
    for document in documents:
        now = present.get(document["id"], {})
        added = []
        if now.get("publication") == PublicationStatus.PUBLISHED:
            rows = (row for row in _links(now) if row["id"] not in told)
            added = [row for row in rows if _others(now, row) & prepared]
        found.append({**document, "links": [*_links(document), *added]} if added else document)
    return found


def _links(document: Document) -> list[Row]:
    return document.get("links", [])


def _others(document: Document, row: Row) -> set[int]:
    return {row["source_id"], row["target_id"]} - {document["id"]}


def _prepared(documents: Iterable[Document]) -> set[int]:
    others = {pk for document in documents for row in _links(document) for pk in _others(document, row)}
    if not others:
        return set()
    rows = Actor.objects.filter(pk__in=others, publication__in=UNPUBLISHED).order_by()
    return set(rows.values_list("pk", flat=True))
