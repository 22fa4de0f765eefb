"""An entry as one document: the actor's columns and all that belongs to it, down to each citation.

A document is a dict that JSON can hold. Columns stand under their name in the database; what is empty
is left out. ``sectors``, ``labels`` and ``activities`` are lists of values; every other list holds rows
with their ``id``, and their ``citations`` where sources can support them. ``links`` are the
cooperations on either side. What is worked out from the rest (folded names, search document) is not in
it, nor is ``updated_at``. Persons, territories, sources and other actors are numbers: their names are
looked up when somebody reads, so that no old state keeps the name of an erased person.
"""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.db import models
from django.db.models import Q

from actors.models import (
    Actor,
    ActorLabel,
    ActorSector,
    Alias,
    AreaServed,
    Citation,
    ContactPoint,
    Cooperation,
    CooperationWish,
    Figure,
    OutsideId,
    Place,
    PtceStatusEntry,
    Spokesperson,
)

# Actors read at once: enough to make queries few, few enough for any database's lists.
_BATCH = 1000
# Worked out from other columns.
_DERIVED = {"name_key", "updated_at", "reached_at"}

Document = dict
Row = dict


@dataclass(frozen=True)
class RowKind:
    """One list of rows in a document: its name, its model, whose rows they are, what cites them."""

    name: str
    model: type[models.Model]
    # Foreign keys to the actor: two for a link, which stands in both actors' documents.
    parents: tuple[str, ...] = ("actor",)
    # The foreign key of Citation; '' where no source is cited.
    cited_by: str = ""

    @cached_property
    def columns(self) -> list[models.Field]:
        """What a row holds, its own number first; without the one parent every row of the list shares."""
        shared = self.parents if len(self.parents) == 1 else ()
        return [
            field
            for field in self.model._meta.concrete_fields
            if field.name not in _DERIVED and field.name not in shared
        ]


ROW_KINDS: tuple[RowKind, ...] = (
    RowKind("aliases", Alias, cited_by="alias"),
    RowKind("places", Place, cited_by="place"),
    RowKind("areas", AreaServed, cited_by="area"),
    RowKind("contacts", ContactPoint, cited_by="contact"),
    RowKind("spokespersons", Spokesperson, cited_by="spokesperson"),
    RowKind("figures", Figure, cited_by="figure"),
    RowKind("links", Cooperation, ("source", "target"), cited_by="cooperation"),
    RowKind("wishes", CooperationWish, cited_by="wish"),
    RowKind("statuses", PtceStatusEntry, cited_by="status"),
    RowKind("outside_ids", OutsideId),
)
# Sources of the actor as a whole or of one of its columns.
CITATIONS = RowKind("citations", Citation)
ACTOR_COLUMNS = [field for field in Actor._meta.concrete_fields if field.name not in _DERIVED]
CITATION_COLUMNS = [Citation._meta.get_field(name) for name in ("id", "source", "role", "column", "printed")]


def to_json(value):
    """A column's value as JSON holds it."""
    if isinstance(value, datetime.datetime | datetime.date):
        return value.isoformat()
    return format(value, "f") if isinstance(value, Decimal) else value


def read_documents(actor_ids: Iterable[int]) -> dict[int, Document]:
    """Documents of the actors that exist, by id (15 queries for each thousand of them)."""
    wanted = sorted(set(actor_ids))
    found = {}
    for start in range(0, len(wanted), _BATCH):
        found |= _read(wanted[start : start + _BATCH])
    return found


def _read(ids: Collection[int]) -> dict[int, Document]:
    documents = {row["id"]: row for row in _rows(Actor.objects.filter(pk__in=ids), ACTOR_COLUMNS)}
    if not documents:
        return {}
    lists = (
        ("sectors", ActorSector.objects.order_by("position"), "sector"),
        ("labels", ActorLabel.objects.order_by("label"), "label"),
        ("activities", Actor.activities.through.objects.order_by("activity"), "activity"),
    )
    for name, queryset, column in lists:
        for actor_id, value in queryset.filter(actor__in=ids).values_list("actor", column):
            documents[actor_id].setdefault(name, []).append(value)
    # (foreign key of Citation, number of the row) -> where its citations are told.
    cited: dict[tuple[str, int], list[Document]] = defaultdict(list)
    for pk, document in documents.items():
        cited["actor", pk].append(document)
    for kind in ROW_KINDS:
        for parents, row in _rows_of(kind, ids):
            if kind.cited_by:
                cited[kind.cited_by, row["id"]].append(row)
            for parent in parents:
                if parent in documents:
                    documents[parent].setdefault(kind.name, []).append(row)
    for target, citation in _citations(cited):
        for holder in cited[target]:
            holder.setdefault("citations", []).append(citation)
    return documents


def _rows(queryset: models.QuerySet, columns: list[models.Field]) -> Iterable[Row]:
    names = [field.attname for field in columns]
    for values in queryset.values_list(*names):
        yield _without_empty(names, values)


def _without_empty(names: Iterable[str], values: Iterable) -> Row:
    # 0 is a value; False, an empty text and NULL are what a column is without one.
    return {
        name: to_json(value)
        for name, value in zip(names, values, strict=True)
        if value is not None and value is not False and value != ""
    }


def _rows_of(kind: RowKind, ids: Collection[int]) -> Iterable[tuple[tuple[int, ...], Row]]:
    """Each row of a kind with the actors whose it is (1 query)."""
    whose = Q()
    for parent in kind.parents:
        whose |= Q(**{f"{parent}__in": ids})
    names = [field.attname for field in kind.columns]
    parents = [f"{parent}_id" for parent in kind.parents]
    for values in kind.model._base_manager.filter(whose).order_by("pk").values_list(*parents, *names):
        yield values[: len(parents)], _without_empty(names, values[len(parents) :])


def _citations(cited: Collection[tuple[str, int]]) -> Iterable[tuple[tuple[str, int], Row]]:
    """Citations of these facts, each with its fact (1 query)."""
    by_target: dict[str, list[int]] = defaultdict(list)
    for target, pk in cited:
        by_target[target].append(pk)
    whose = Q()
    for target, pks in by_target.items():
        whose |= Q(**{f"{target}__in": pks})
    targets = sorted(by_target)
    names = [field.attname for field in CITATION_COLUMNS]
    rows = Citation.objects.filter(whose).order_by("pk")
    for values in rows.values_list(*(f"{target}_id" for target in targets), *names):
        told = zip(targets, values[: len(targets)], strict=True)
        target = next((name, pk) for name, pk in told if pk is not None)
        yield target, _without_empty(names, values[len(targets) :])
