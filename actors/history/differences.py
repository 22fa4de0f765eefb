"""What changed from one state of an entry to another, told in French."""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db import models
from django.utils.formats import date_format

from actors.enums import CitationColumn, CitationRole, Label, Sector
from actors.history.document import (
    ACTOR_COLUMNS,
    ROW_KINDS,
    Document,
    Row,
    RowKind,
)
from actors.history.names import Names
from actors.models import Activity, Actor
from actors.phrases import PHRASES
from sources.models import Source
from sources.partial_date import PartialDate, PartialDateField

# Never a change of the entry's contents.
_UNTOLD = {"id", "public_id", "created_at", "created_by"}
# The column that says what a row is; a change of it needs no further name.
_MAIN = {
    "aliases": "name",
    "places": "territory",
    "areas": "territory",
    "contacts": "value",
    "spokespersons": "person",
    "figures": "low",
    "wishes": "text",
    "statuses": "status",
    "outside_ids": "value",
}


@dataclass(frozen=True)
class Difference:
    """One thing that changed: before is '' for what was added, after is '' for what was removed."""

    label: str
    before: str
    after: str

    def __str__(self) -> str:
        """« Téléphone : 03 21 00 00 00 → 03 22 00 00 00 »."""
        return f"{self.label} : {self.before or '(rien)'} → {self.after or '(rien)'}"


def differences(
    before: Document | None, after: Document | None, names: Names | None = None
) -> list[Difference]:
    """From ``before`` to ``after``, in the order of the entry's form; None stands for no entry at all.

    ``names``: of these documents and others, when many pairs are compared; else asked here (at most 6
    queries). Rows are the same row by their number, or else by what they say.
    """
    before, after = before or {}, after or {}
    names = names or Names([document for document in (before, after) if document])
    teller = Teller(names)
    return [
        *teller.columns(ACTOR_COLUMNS, before, after),
        *teller.lists(before, after),
        *(found for kind in ROW_KINDS for found in teller.rows(kind, before, after)),
        *teller.citations("", before, after),
    ]


class Teller:
    """Says columns and rows of documents in French; ``names`` must know what they point to."""

    def __init__(self, names: Names) -> None:
        self.names = names

    # -- columns and lists ---------------------------------------------------------------------------

    def columns(
        self, columns: Iterable[models.Field], before: Row, after: Row, head: str = "", main: str = ""
    ) -> Iterator[Difference]:
        for column in columns:
            old, new = before.get(column.attname), after.get(column.attname)
            if old == new or column.name in _UNTOLD:
                continue
            name = capital(column.verbose_name)
            label = name if not head else head if column.name == main else f"{head}, {column.verbose_name}"
            yield Difference(label, self.value(column, old), self.value(column, new))

    def value(self, column: models.Field, value) -> str:
        """A column's value as a reader says it; '' for an empty one."""
        if isinstance(column, models.BooleanField):
            return "oui" if value else "non"
        if value is None or value == "":
            return ""
        if column.is_relation:
            return self.names.of(column.remote_field.model, value)
        if column.choices:
            return str(dict(column.flatchoices).get(value, value))
        if isinstance(column, PartialDateField):
            return str(PartialDate.parse(value))
        if isinstance(column, models.DateField):
            day = datetime.date.fromisoformat(value[:10])
            return date_format(day, "1\\e\\r F Y" if day.day == 1 else "j F Y")
        if isinstance(column, models.DecimalField):
            return value.rstrip("0").rstrip(".").replace(".", ",") if "." in value else value
        return str(value)

    def lists(self, before: Document, after: Document) -> Iterator[Difference]:
        told = (
            ("sectors", "Domaines d’activité", lambda value: Sector(value).label),
            ("labels", "Agréments, labels ou dispositifs", lambda value: Label(value).label),
            ("activities", "Activités", lambda value: self.names.of(Activity, value)),
        )
        for name, label, text in told:
            old, new = before.get(name, []), after.get(name, [])
            if old != new:
                yield Difference(label, ", ".join(map(text, old)), ", ".join(map(text, new)))

    # -- rows ----------------------------------------------------------------------------------------

    def rows(self, kind: RowKind, before: Document, after: Document) -> Iterator[Difference]:
        for old, new in _pairs(before.get(kind.name, []), after.get(kind.name, [])):
            head = self.head(kind, old or new)
            if old and new:
                yield from self.columns(kind.columns, old, new, head, _MAIN.get(kind.name, ""))
            elif new:
                yield Difference(head, "", self.summary(kind, new))
            else:
                yield Difference(head, self.summary(kind, old), "")
            if new:
                yield from self.citations(head, old or {}, new)

    def head(self, kind: RowKind, row: Row) -> str:
        """What sort of row it is: « Téléphone », « Siège », « Lien « A porte B » »."""
        if kind.name == "links":
            return f"Lien « {self.sentence(row)} »"
        sort = {"aliases": "kind", "places": "role", "contacts": "kind"}.get(kind.name)
        column = kind.model._meta.get_field(sort) if sort else None
        return self.value(column, row[sort]) if column else capital(kind.model._meta.verbose_name)

    def summary(self, kind: RowKind, row: Row) -> str:
        """All a row says, its sort apart."""
        if kind.name == "figures":
            figure = kind.model(
                **{column.attname: column.to_python(row.get(column.attname)) for column in kind.columns}
            )
            return str(figure)
        said = {"aliases": "kind", "places": "role", "contacts": "kind", "links": "kind"}.get(kind.name)
        columns = [
            column for column in kind.columns if column.attname in row and column.name not in {"id", said}
        ]
        if kind.name == "links":
            columns = [column for column in columns if not column.is_relation]
        parts = []
        for column in columns:
            value = self.value(column, row[column.attname])
            parts.append(column.verbose_name if value == "oui" else value)
        return ", ".join(parts)

    def sentence(self, row: Row) -> str:
        source, target = (self.names.get(Actor, row[name]) for name in ("source_id", "target_id"))
        if source is None or target is None:
            names = [self.names.of(Actor, row[name]) for name in ("source_id", "target_id")]
            return f"{names[0]} – {names[1]}"
        phrase = PHRASES[row["kind"]]
        first, second, third = phrase.parts(source, target)
        return f"{first} et {second} {third}" if phrase.symmetric else f"{first} {second} {third}"

    # -- sources -------------------------------------------------------------------------------------

    def citations(self, head: str, before: Row, after: Row) -> Iterator[Difference]:
        """Sources gained and lost; of a row under its head, of the entry by what they support."""
        for old, new in _pairs(before.get("citations", []), after.get("citations", [])):
            if _same(old, new):
                continue
            label = f"{head}, source" if head else self._supported(old or new)
            yield Difference(label, self._source(old), self._source(new))

    def _supported(self, citation: Row) -> str:
        if column := citation.get("column"):
            return f"Source de « {CitationColumn(column).label} »"
        return f"Source ({CitationRole(citation['role']).label.lower()})"

    def _source(self, citation: Row | None) -> str:
        if not citation:
            return ""
        name = self.names.of(Source, citation["source_id"])
        return f"{name} (« {citation['printed']} »)" if citation.get("printed") else name


def _pairs(before: list[Row], after: list[Row]) -> Iterator[tuple[Row | None, Row | None]]:
    """Rows of the same number, then those that say the same under another number, then the rest alone."""
    old = {row["id"]: row for row in before}
    rest = []
    for row in after:
        if row["id"] in old:
            yield old.pop(row["id"]), row
        else:
            rest.append(row)
    for row in rest:
        twin = next((pk for pk, other in old.items() if _same(other, row)), None)
        yield (old.pop(twin) if twin else None), row
    for row in old.values():
        yield row, None


def _same(old: Row | None, new: Row | None) -> bool:
    def said(row: Row | None) -> Row:
        return {name: value for name, value in (row or {}).items() if name not in {"id", "citations"}}

    return said(old) == said(new)


def capital(text: str) -> str:
    """With its first letter in capital, the rest as it is."""
    return text[0].upper() + text[1:]
