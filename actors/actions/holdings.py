"""Where the database says something of a person: every column of text of every table, the history and the bin included."""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast

from sources.erasure import Seeker, Traces

_TEXTS = (models.CharField, models.TextField, models.JSONField)
# Tables that no person can be in, whatever anybody types.
UNSEARCHED = {
    "contenttypes.ContentType": "names of models",
    "auth.Permission": "names of rights",
    "auth.Group": "names of roles",
    "sessions.Session": "signed and coded; who is logged in, and digests",
    "actors.SearchDocument": "made again of its entry whenever that is written",
    "sources.ErasedPerson": "fingerprints",
    "post_office.EmailTemplate": "not in use: templates are files",
    "post_office.Attachment": "not in use: mail is plain text",
}
# Of the country, from its files: a commune may be called as somebody is.
_OF_THE_LAND = {"territories.Territory", "territories.TerritoryName", "territories.PostalCode"}
# Names of columns that say which row it is and that no person is named in.
_CODES = {
    "public_id",
    "key_mark",
    "fingerprint",
    "version",
    "password",
    "codename",
    "state_before",
    "reference",
}
_AROUND = 40


@dataclass(frozen=True)
class Holding:
    """One place where a person is named: a table, a row, a column, and what stands there."""

    model: type[models.Model]
    pk: object
    column: str
    excerpt: str

    @property
    def table(self) -> str:
        return str(self.model._meta.verbose_name_plural)


def text_columns() -> Iterator[tuple[type[models.Model], list[models.Field]]]:
    """Every table with the columns in which people may have written something."""
    for model in apps.get_models():
        meta = model._meta
        if meta.proxy or not meta.managed or meta.label in UNSEARCHED or meta.label in _OF_THE_LAND:
            continue
        columns = [
            column
            for column in meta.concrete_fields
            if isinstance(column, _TEXTS)
            and not column.choices
            and not column.is_relation
            and column.name not in _CODES
        ]
        if columns:
            yield model, columns


def candidates(model: type[models.Model], columns: list[models.Field], traces: Traces) -> models.QuerySet:
    """Rows that may say something of a person: by parts that every way of writing it holds (no query yet).

    JSON is asked as text, which holds such parts as they are.
    """
    known = Q(pk=None)
    for fragment in traces.fragments:
        for column in columns:
            known |= Q(**{f"{column.name}_as_text__icontains": fragment})
    as_text = {f"{column.name}_as_text": Cast(column.name, models.TextField()) for column in columns}
    return model._base_manager.annotate(**as_text).filter(known).order_by("pk")


def holdings(traces: Traces) -> Iterator[Holding]:
    """All that the database holds on a person, table by table (1 query for each, some 60)."""
    for model, columns in text_columns():
        for row in candidates(model, columns, traces).iterator(chunk_size=500):
            yield from _of_row(row, columns, traces)


def everywhere(seeker: Seeker) -> Iterator[str]:
    """Every form in which the persons of a list are written, from every row there is: minutes where there are many."""
    for model, columns in text_columns():
        names = [column.name for column in columns]
        for values in model._base_manager.order_by("pk").values_list(*names).iterator(chunk_size=500):
            for value in values:
                for text in texts_in(value):
                    yield from seeker.found(text)


def texts_in(value) -> Iterator[str]:
    """The texts of a value, those inside a JSON value one by one."""
    if isinstance(value, str):
        if value.startswith('[{"'):
            # The back-office's journal: JSON in a column of text, with accents as numbers.
            with suppress(ValueError):
                yield from texts_in(json.loads(value))
                return
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from texts_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts_in(each)


def _of_row(row: models.Model, columns: list[models.Field], traces: Traces) -> Iterator[Holding]:
    for column in columns:
        for text in texts_in(getattr(row, column.attname)):
            spans = traces.spans(text)
            if spans:
                start, end = spans[0]
                excerpt = " ".join(text[max(0, start - _AROUND) : end + _AROUND].split())
                yield Holding(type(row), row.pk, column.name, excerpt)
                break
