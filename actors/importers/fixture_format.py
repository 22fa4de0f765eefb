"""The format of the fixtures, told once for the loader and the exporter (see docs/fixtures.md).

A record is one JSON object that stands for one row. Its fields are plain values, references to
other rows by natural key, or short lists; whatever equals its default may be left out.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import models

from actors.enums import (
    Certainty,
    CooperationStatus,
    FigureQualifier,
    GrammaticalNumber,
    LifeStatus,
    PlaceRole,
    PublicationStatus,
    RegistryState,
    Sphere,
    WishStatus,
)
from actors.models import (
    Activity,
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
from sources.enums import ArticleKind, LetterKind, LetterState, MentionRole
from sources.models import Article, Letter, Mention, Person, Source


class FixtureError(Exception):
    """A fixture that cannot be read, with the file and the row in its message."""


@dataclass(frozen=True)
class Column:
    """One plain or referring field of a record.

    ``refers_to`` names the kind of row a natural key points to: "territory", "person", "actor" or "source".
    """

    name: str
    default: Any = ""
    refers_to: str = ""
    from_json: Callable[[Any], Any] = lambda value: value
    to_json: Callable[[Any], Any] = lambda value: value


@dataclass(frozen=True)
class ListColumn:
    """A short list kept in other rows, read and written whole.

    ``read`` gives the list as in JSON from an instance (prefetch ``prefetch``), ``write`` replaces it.
    ``refers_to``: kind of row its natural keys point to, "activity" or "person"; '' for plain values.
    """

    name: str
    read: Callable[[models.Model], list]
    write: Callable[[models.Model, list], None]
    prefetch: str
    refers_to: str = ""
    # Without an order of its own the list is kept sorted.
    ordered: bool = False


@dataclass(frozen=True)
class RecordSpec:
    """How a record becomes a row of ``model``.

    ``identity``: the fields that name it, among all rows or, with ``parent`` (a foreign key), among
    its siblings; ``second_identity`` is tried where it names none. ``cited_by``: the foreign key of
    Citation that points to such rows.
    """

    name: str
    model: type[models.Model]
    columns: tuple[Column, ...]
    identity: tuple[str, ...]
    lists: tuple[ListColumn, ...] = ()
    parent: str = ""
    cited_by: str = ""
    # Nested records and other keys of the JSON object that are not fields of this row.
    nested: tuple[str, ...] = ()
    second_identity: tuple[str, ...] = ()

    @property
    def known_keys(self) -> set[str]:
        names = {column.name for column in (*self.columns, *self.lists)}
        return names | set(self.nested) | ({"citations"} if self.cited_by else set())

    def complete(self, record: dict, where: str) -> dict:
        """The record's own fields with the defaults filled in; raises FixtureError on an unknown key."""
        unknown = sorted(set(record) - self.known_keys)
        if unknown:
            raise FixtureError(f"{where}: unknown key {', '.join(map(repr, unknown))} in {self.name}")
        values = {column.name: record.get(column.name, column.default) for column in self.columns}
        for column in self.lists:
            items = record.get(column.name, [])
            values[column.name] = list(items) if column.ordered else sorted(items)
        return values


def _date(value: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(value) if value else None


def _iso(value: datetime.date | None) -> str | None:
    return value.isoformat() if value else None


def _decimal(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _number(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == int(value) else float(value)


def _date_column(name: str, default: Any = None) -> Column:
    return Column(name, default, from_json=_date, to_json=_iso)


def _lines_column(name: str) -> Column:
    """Text with one item a line, a list in JSON."""
    return Column(
        name,
        default=[],
        from_json="\n".join,
        to_json=lambda value: [line for line in value.splitlines() if line.strip()],
    )


def _write_sectors(actor: Actor, sectors: list) -> None:
    actor.sectors.all().delete()
    ActorSector.objects.bulk_create(
        ActorSector(actor_id=actor.pk, sector=sector, position=position)
        for position, sector in enumerate(sectors, start=1)
    )


def _write_labels(actor: Actor, labels: list) -> None:
    actor.labels.all().delete()
    ActorLabel.objects.bulk_create(ActorLabel(actor_id=actor.pk, label=label) for label in labels)


def _write_activities(actor: Actor, slugs: list) -> None:
    actor.activities.set(Activity.objects.filter(slug__in=slugs))


def _write_authors(article: Article, slugs: list) -> None:
    article.authors.set(Person.objects.filter(slug__in=slugs))


PERSON = RecordSpec(
    "person", Person, (Column("slug"), Column("name"), _lines_column("other_spellings")), identity=("slug",)
)
SOURCE = RecordSpec(
    "source",
    Source,
    (Column("key"), Column("kind"), Column("title"), Column("url"), _date_column("consulted_on")),
    identity=("key",),
)
ACTIVITY = RecordSpec(
    "activity", Activity, (Column("slug"), Column("name"), _lines_column("synonyms")), identity=("slug",)
)
LETTER = RecordSpec(
    "letter",
    Letter,
    (
        Column("slug"),
        Column("kind", LetterKind.LETTER.value),
        Column("number"),
        Column("title"),
        _date_column("earliest"),
        _date_column("latest"),
        Column("date_reason"),
        Column("publisher"),
        Column("web_address"),
        Column("state", LetterState.PUBLISHED.value),
    ),
    identity=("slug",),
    nested=("articles",),
)
ARTICLE = RecordSpec(
    "article",
    Article,
    (
        Column("slug"),
        Column("title"),
        Column("title_is_ours", False),
        Column("kind", ArticleKind.ARTICLE.value),
        Column("rubric"),
        Column("page", None),
        Column("web_address"),
        # The order within the letter's file.
        Column("position", 0),
    ),
    identity=("slug",),
    lists=(
        ListColumn(
            "authors",
            lambda article: sorted(person.slug for person in article.authors.all()),
            _write_authors,
            "authors",
            refers_to="person",
        ),
    ),
    parent="letter",
    nested=("mentions",),
)
MENTION = RecordSpec(
    "mention",
    Mention,
    (
        Column("territory", None, "territory"),
        Column("role", MentionRole.NAMED.value),
        Column("printed"),
    ),
    identity=("territory",),
    parent="article",
)

_FIGURE_COLUMNS = (
    Column("what"),
    Column("low", None, from_json=_decimal, to_json=_number),
    Column("high", None, from_json=_decimal, to_json=_number),
    Column("qualifier", FigureQualifier.EXACT.value),
    Column("unit"),
    Column("year", None),
)
TERRITORY_FIGURE = RecordSpec(
    "territory_figure",
    Figure,
    (Column("territory", None, "territory"), *_FIGURE_COLUMNS),
    identity=("territory", "what", "year"),
    cited_by="figure",
)

# The lists of an actor's file, in the order they are written.
ROWS: tuple[RecordSpec, ...] = (
    RecordSpec("aliases", Alias, (Column("name"), Column("kind")), ("name",), (), "actor", "alias"),
    RecordSpec(
        "places",
        Place,
        (
            Column("role", PlaceRole.SEAT.value),
            Column("territory", None, "territory"),
            Column("name"),
            Column("address"),
            Column("postal_code"),
            Column("latitude", None),
            Column("longitude", None),
        ),
        ("role", "territory", "name", "address"),
        (),
        "actor",
        "place",
    ),
    RecordSpec(
        "areas",
        AreaServed,
        (Column("territory", None, "territory"),),
        ("territory",),
        (),
        "actor",
        "area",
    ),
    RecordSpec(
        "contacts",
        ContactPoint,
        (Column("kind"), Column("value"), Column("network"), Column("personal", False)),
        ("kind", "value"),
        (),
        "actor",
        "contact",
    ),
    RecordSpec(
        "spokespersons",
        Spokesperson,
        (Column("person", None, "person"), Column("role"), Column("category")),
        ("person", "role"),
        (),
        "actor",
        "spokesperson",
    ),
    RecordSpec("figures", Figure, _FIGURE_COLUMNS, ("what", "year"), (), "actor", "figure"),
    RecordSpec(
        "cooperations",
        Cooperation,
        (
            Column("kind"),
            Column("target", None, "actor"),
            Column("status", CooperationStatus.ACTIVE.value),
            Column("certainty", Certainty.STATED.value),
            Column("reason"),
            Column("since"),
            Column("until"),
        ),
        ("kind", "target", "since", "until"),
        (),
        "source",
        "cooperation",
    ),
    RecordSpec(
        "wishes",
        CooperationWish,
        (Column("text"), Column("year", None), Column("status", WishStatus.OPEN.value)),
        ("text",),
        (),
        "actor",
        "wish",
    ),
    RecordSpec(
        "statuses",
        PtceStatusEntry,
        (Column("status"), Column("date"), Column("call"), Column("note")),
        ("status", "date"),
        (),
        "actor",
        "status",
    ),
    RecordSpec(
        "outside_ids", OutsideId, (Column("scheme"), Column("value")), ("scheme", "value"), (), "actor"
    ),
)

ACTOR = RecordSpec(
    "actor",
    Actor,
    (
        Column("slug"),
        Column("public_id"),
        Column("nature"),
        Column("name"),
        Column("name_reason"),
        Column("precision"),
        Column("number", GrammaticalNumber.SINGULAR.value),
        Column("organisation_kind"),
        Column("initiative_kind"),
        Column("sphere", Sphere.UNKNOWN.value),
        Column("legal_form"),
        Column("summary"),
        Column("description"),
        Column("siren"),
        Column("siret"),
        Column("rna"),
        Column("registry_state", RegistryState.ABSENT.value),
        Column("life_status", LifeStatus.UNKNOWN.value),
        Column("life_status_year", None),
        Column("founded"),
        Column("closed"),
        Column("potential_ptce", False),
        Column("administers", None, "territory"),
        Column("publication", PublicationStatus.PUBLISHED.value),
        _date_column("last_confirmed_on"),
        Column("last_confirmed_by"),
    ),
    # What never changes; an editor's own entry of the same address is the same actor.
    identity=("public_id",),
    second_identity=("slug",),
    lists=(
        ListColumn(
            "sectors",
            lambda actor: [row.sector for row in actor.sectors.all()],
            _write_sectors,
            "sectors",
            ordered=True,
        ),
        ListColumn(
            "labels",
            lambda actor: sorted(row.label for row in actor.labels.all()),
            _write_labels,
            "labels",
        ),
        ListColumn(
            "activities",
            lambda actor: sorted(activity.slug for activity in actor.activities.all()),
            _write_activities,
            "activities",
            refers_to="activity",
        ),
    ),
    cited_by="actor",
    nested=("former_slugs", *(spec.name for spec in ROWS)),
)
CITATION = RecordSpec(
    "citation",
    Citation,
    (Column("source", None, "source"), Column("role"), Column("column"), Column("printed")),
    identity=("source", "role", "column"),
)
