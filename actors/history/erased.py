"""Entries' documents without persons who asked to be erased: what every state that is kept or comes back passes through."""

from collections.abc import Collection, Container

from actors.history.document import ROW_KINDS, Document
from sources.erasure import Seeker

# What an entry is called is a fact about the entry, even where somebody gave it their name.
OWN_NAMES = frozenset({"name", "slug", "public_id"})


def cleaned(document: Document, seeker: Seeker, person_ids: Collection[int] = ()) -> Document:
    """``document`` without the persons' functions, without contacts that say a name or are theirs, and without either
    in its texts; the very same where it says nothing of them."""
    clean = _cleaned_texts(document, seeker, but=OWN_NAMES)
    for kind in ROW_KINDS:
        rows = [
            _cleaned_row(row, seeker, but=OWN_NAMES if kind.name == "aliases" else ())
            for row in document.get(kind.name, [])
            if row.get("person_id") not in person_ids
            and not (kind.name == "contacts" and seeker.knows(row["value"]))
        ]
        clean.pop(kind.name, None)
        if rows:
            clean[kind.name] = rows
    if "citations" in document:
        # Where it stood, at the end: the text of a document is compared as it is.
        clean["citations"] = [_cleaned_texts(row, seeker) for row in clean.pop("citations")]
    return document if clean == document else clean


def _cleaned_row(row: dict, seeker: Seeker, but: Container[str]) -> dict:
    row = _cleaned_texts(row, seeker, but)
    if "citations" in row:
        row["citations"] = [_cleaned_texts(citation, seeker) for citation in row["citations"]]
    return row


def _cleaned_texts(row: dict, seeker: Seeker, but: Container[str] = ()) -> dict:
    return {
        column: seeker.cleaned(value) if isinstance(value, str) and column not in but else value
        for column, value in row.items()
    }
