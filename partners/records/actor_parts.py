"""The longer parts of an actor's record, each asked for by name; every fact with its own sources."""

from collections.abc import Iterable
from decimal import Decimal

from django.db.models import Q

from actors.enums import AliasKind, CitationColumn, ContactKind, PtceStatus
from actors.models import (
    Alias,
    AreaServed,
    Citation,
    ContactPoint,
    CooperationWish,
    Figure,
    Place,
    PtceStatusEntry,
)
from partners.records.actor_base import Batch
from partners.records.cooperations import CooperationReader
from partners.records.sources import years

_STATUSES = dict(PtceStatus.choices)


def places(batch: Batch) -> None:
    """3 queries."""
    rows = list(
        Place.objects.for_display()
        .filter(actor__in=batch.ids)
        .values_list(
            "pk",
            "actor",
            "role",
            "name",
            "address",
            "postal_code",
            "latitude",
            "longitude",
            "territory__kind",
            "territory__code",
            "territory__name",
        )
    )
    sources = batch.book.of_rows("place", [row[0] for row in rows])
    for pk, actor, role, name, address, postal_code, latitude, longitude, *territory in rows:
        batch.records[actor]["places"].append(
            {
                "role": role,
                "name": batch.discretion.applied(name) or None,
                "address": batch.discretion.applied(address) or None,
                "postal_code": postal_code or None,
                "territory": batch.links.named_territory(*territory),
                "latitude": latitude,
                "longitude": longitude,
                "sources": sources.get(pk, []),
            }
        )


def areas_served(batch: Batch) -> None:
    """3 queries."""
    rows = AreaServed.objects.filter(actor__in=batch.ids).order_by("territory__name_key", "pk")
    rows = list(rows.values_list("pk", "actor", "territory__kind", "territory__code", "territory__name"))
    sources = batch.book.of_rows("area", [row[0] for row in rows])
    for pk, actor, *territory in rows:
        area = {"territory": batch.links.named_territory(*territory), "sources": sources.get(pk, [])}
        batch.records[actor]["areas_served"].append(area)


def figures(batch: Batch) -> None:
    """3 queries."""
    rows = list(Figure.objects.filter(actor__in=batch.ids).order_by("-year", "pk"))
    sources = batch.book.of_rows("figure", [row.pk for row in rows])
    for row in rows:
        batch.records[row.actor_id]["figures"].append(
            {
                "what": batch.discretion.applied(row.what),
                "low": _number(row.low),
                "high": _number(row.high),
                "qualifier": row.qualifier,
                "unit": row.unit,
                "year": row.year,
                "text": batch.discretion.applied(row.text),
                "sources": sources.get(row.pk, []),
            }
        )


def _number(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return float(value) if value % 1 else int(value)


def statuses(batch: Batch) -> None:
    """The dated history of a PTCE, the latest first (3 queries); empty for the others."""
    rows = PtceStatusEntry.objects.filter(actor__in=batch.ids)
    rows = sorted(
        rows.order_by().values_list("pk", "actor", "status", "date", "call", "note"),
        # « ../2004 » is of 2004; what has no date comes last.
        key=lambda row: (row[3].lstrip("./"), row[0]),
        reverse=True,
    )
    sources = batch.book.of_rows("status", [row[0] for row in rows])
    for pk, actor, status, date, call, note in rows:
        told = sources.get(pk, [])
        batch.records[actor]["statuses"].append(
            {
                "status": status,
                "label": _STATUSES[status],
                "since": date or None,
                "call": batch.discretion.applied(call) or None,
                "note": batch.discretion.applied(note) or None,
                "attested_years": years(told),
                "sources": told,
            }
        )


def wishes(batch: Batch) -> None:
    """3 queries."""
    rows = CooperationWish.objects.filter(actor__in=batch.ids).order_by("-year", "pk")
    rows = list(rows.values_list("pk", "actor", "text", "year", "status"))
    sources = batch.book.of_rows("wish", [row[0] for row in rows])
    for pk, actor, text, year, status in rows:
        batch.records[actor]["wishes"].append(
            {
                "text": batch.discretion.applied(text),
                "year": year,
                "status": status,
                "sources": sources.get(pk, []),
            }
        )


def facts(batch: Batch) -> None:
    """The other facts one by one: columns that a source supports, other names, contacts (6 queries)."""
    cited: dict[tuple[int, str], set[int]] = {}
    rows = Citation.objects.filter(actor__in=batch.ids).exclude(column="").order_by("column", "pk")
    for actor, column, source in rows.values_list("actor", "column", "source"):
        cited.setdefault((actor, column), set()).add(source)
    batch.book.learn(source for sources in cited.values() for source in sources)
    for (actor, column), sources in cited.items():
        _add(batch.records[actor], _KEYS.get(column, column), None, batch.book.records(sources))
    aliases = Alias.objects.filter(actor__in=batch.ids).exclude(kind=AliasKind.MISPRINT)
    contacts = ContactPoint.objects.filter(actor__in=batch.ids, personal=False)
    _add_rows(
        batch, "alias", aliases.order_by("kind", "name_key", "pk").values_list("pk", "actor", "kind", "name")
    )
    _add_rows(batch, "contact", contacts.order_by("kind", "pk").values_list("pk", "actor", "kind", "value"))


# Columns that records call otherwise.
_KEYS = {CitationColumn.LABELS.value: "approvals"}


# Of contacts, those that are no text: a name in them is the address itself.
_CODES = {kind.value for kind in ContactKind} - {ContactKind.POSTAL.value}


def _add_rows(batch: Batch, target: str, rows: Iterable[tuple]) -> None:
    rows = list(rows)
    sources = batch.book.of_rows(target, [row[0] for row in rows])
    for pk, actor, kind, value in rows:
        fact = f"alias_{kind}" if target == "alias" else kind
        if fact not in _CODES:
            value = batch.discretion.applied(value)
        _add(batch.records[actor], fact, value, sources.get(pk, []))


def _add(record: dict, fact: str, value: str | None, sources: list[dict]) -> None:
    record["facts"].append({"fact": fact, "value": value, "sources": sources})


def cooperations(batch: Batch) -> None:
    """Its public links in both directions (4 queries)."""
    reader = CooperationReader(batch.links, batch.discretion, batch.book)
    own = {record["id"]: record for record in batch.records.values()}
    ends = Q(source__in=batch.ids) | Q(target__in=batch.ids)
    for link in reader.matching(ends):
        for end in ("source", "target"):
            if record := own.get(link[end]["id"]):
                record["cooperations"].append(link)
