"""What a fact is: its kinds, the columns it may tell, and what adding one wrote. :mod:`actors.actions.add_fact` adds them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from actors.enums import CitationColumn
from actors.models import (
    Alias,
    AreaServed,
    ContactPoint,
    Cooperation,
    CooperationWish,
    Figure,
    Place,
    PtceStatusEntry,
    Spokesperson,
)

# Of the actor as a whole (« présenté », « cité »), and of its columns.
CITATION, COLUMN = "citation", "column"


@dataclass(frozen=True)
class RowKind:
    """Rows of one model; ``identity``: the columns that make two facts the same one."""

    model: type[models.Model]
    identity: tuple[str, ...]
    # Columns that a shorter telling of the same fact leaves empty (« siège à Raismes », without its street).
    details: tuple[str, ...] = ()
    # Columns that say something of their own: a source is not cited for another value than its own.
    claims: tuple[str, ...] = ()


# By the foreign key of Citation.
ROWS: dict[str, RowKind] = {
    "alias": RowKind(Alias, ("name",)),
    "place": RowKind(Place, ("role", "territory_id"), ("name", "address"), ("postal_code",)),
    "area": RowKind(AreaServed, ("territory_id",)),
    "contact": RowKind(ContactPoint, ("kind", "value"), (), ("network",)),
    "figure": RowKind(Figure, ("what", "year"), (), ("low", "high", "qualifier", "unit")),
    "spokesperson": RowKind(Spokesperson, ("person_id",), ("role",)),
    "cooperation": RowKind(
        Cooperation, ("kind", "source_id", "target_id"), ("since", "until"), ("status", "certainty")
    ),
    "wish": RowKind(CooperationWish, ("text",)),
    "status": RowKind(PtceStatusEntry, ("status",), ("date",), ("call", "note")),
}
# Column of a citation -> the columns and lists of an actor that it supports.
COLUMNS: dict[str, tuple[str, ...]] = {
    CitationColumn.NAME: ("name", "number", "name_reason"),
    CitationColumn.PRECISION: ("precision",),
    CitationColumn.KIND: ("organisation_kind", "initiative_kind"),
    CitationColumn.SPHERE: ("sphere",),
    CitationColumn.LEGAL_FORM: ("legal_form",),
    CitationColumn.SECTORS: ("sectors",),
    CitationColumn.ACTIVITIES: ("activities",),
    CitationColumn.LABELS: ("labels",),
    CitationColumn.LIFE_STATUS: ("life_status", "life_status_year"),
    CitationColumn.FOUNDED: ("founded",),
    CitationColumn.CLOSED: ("closed",),
    CitationColumn.POTENTIAL_PTCE: ("potential_ptce",),
    CitationColumn.ADMINISTERS: ("administers_id",),
    CitationColumn.REGISTRY: ("siren", "siret", "rna", "registry_state"),
    CitationColumn.DESCRIPTION: ("summary", "description"),
}
ACTIVITIES = "activities"
# Columns of an actor that only make sense together: they are set back together or not at all.
TOGETHER: tuple[frozenset[str], ...] = (
    frozenset({"life_status", "life_status_year"}),
    frozenset({"siren", "siret", "rna", "registry_state"}),
    frozenset({"name", "number", "name_reason"}),
)


@dataclass(frozen=True)
class Fact:
    """One fact as JSON can hold it.

    ``kind`` is a key of ROWS, ``values`` then columns of that model by their name in the database, without whose
    row it is (a link names both ends); CITATION with ``{"role": ...}``; or COLUMN with ``{"column": ..., "set":
    {name: value}}``, lists of sectors, labels and activities (their slugs) whole.
    """

    kind: str
    values: Mapping[str, Any]
    # The source's own form, where what is kept differs from it.
    printed: str = ""


@dataclass
class Made:
    """What adding a fact wrote, as JSON can hold it; empty where everything was there already."""

    # Numbers of the row and of the citation that are new.
    row: int | None = None
    citation: int | None = None
    # Number and role of a citation that had another one.
    role_before: list = field(default_factory=list)
    before: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if value}
