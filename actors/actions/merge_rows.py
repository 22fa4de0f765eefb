"""Bringing the rows of one entry to another: those that say the same become one, with the sources of both."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db import models

from actors.enums import AliasKind, Certainty, CitationRole
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
from actors.models.contact import contact_key
from actors.phrases import SYMMETRIC_KINDS
from territories.text import fold

_LONGEST_PRINTED = Citation._meta.get_field("printed").max_length


@dataclass(frozen=True)
class RowRule:
    """How rows of one list meet: ``same`` tells which say one thing, ``fills`` what the poorer one gains."""

    model: type[models.Model]
    cited_by: str
    same: Callable[[models.Model, models.Model], bool]
    fills: tuple[str, ...] = ()
    # What the row that goes said otherwise, kept as its sources' printed form.
    text: Callable[[models.Model], str] = str


def _same_or_untold(one: str, other: str) -> bool:
    return not one or not other or fold(one) == fold(other)


def _same_place(one: Place, other: Place) -> bool:
    """« Siège : Raismes » is said already by the seat in Raismes with its street."""
    return (
        (one.role, one.territory_id) == (other.role, other.territory_id)
        and _same_or_untold(one.name, other.name)
        and _same_or_untold(one.address, other.address)
    )


def _same_contact(one: ContactPoint, other: ContactPoint) -> bool:
    return one.kind == other.kind and contact_key(one.kind, one.value) == contact_key(other.kind, other.value)


def _same_function(one: Spokesperson, other: Spokesperson) -> bool:
    return one.person_id == other.person_id and _same_or_untold(one.role, other.role)


RULES = (
    RowRule(Alias, "alias", lambda one, other: one.name_key == other.name_key),
    RowRule(
        Place,
        "place",
        _same_place,
        ("name", "address", "postal_code", "latitude", "longitude"),
        text=lambda row: "",
    ),
    RowRule(AreaServed, "area", lambda one, other: one.territory_id == other.territory_id),
    RowRule(ContactPoint, "contact", _same_contact, ("personal",)),
    RowRule(Spokesperson, "spokesperson", _same_function, ("role",), text=lambda row: row.role),
    RowRule(Figure, "figure", lambda one, other: (one.what, one.year) == (other.what, other.year)),
    RowRule(CooperationWish, "wish", lambda one, other: fold(one.text) == fold(other.text)),
    RowRule(
        PtceStatusEntry,
        "status",
        lambda one, other: (one.status, one.date) == (other.status, other.date),
        ("call", "note"),
    ),
)


def move_rows(kept: Actor, merged: Actor) -> None:
    """All rows of ``merged`` but its links become those of ``kept`` (at most 10 queries a list, 1 for each double)."""
    for rule in RULES:
        _move(rule, kept, merged)
    OutsideId.objects.filter(actor=merged).update(actor=kept)
    kept.activities.add(*merged.activities.all())
    labels = ActorLabel.objects.filter(actor=kept).values_list("label", flat=True)
    ActorLabel.objects.filter(actor=merged).exclude(label__in=list(labels)).update(actor=kept)


def _move(rule: RowRule, kept: Actor, merged: Actor) -> None:
    rows = list(rule.model._base_manager.filter(actor=merged).order_by("pk"))
    if not rows:
        return
    there = list(rule.model._base_manager.filter(actor=kept).order_by("pk"))
    moved, doubles = [], []
    for row in rows:
        found = [each for each in there if rule.same(each, row)]
        # The very same one before one that only agrees with it.
        twin = max(found, key=lambda each: _agreement(each, row), default=None)
        if twin is None:
            moved.append(row.pk)
            continue
        doubles.append((row, twin))
    for row, twin in doubles:
        printed = rule.text(row) if rule.text(row) != rule.text(twin) else ""
        move_citations(row.citations.all(), rule.cited_by, twin, printed)
        row.delete()
        _fill(rule, twin, row)
    rule.model._base_manager.filter(pk__in=moved).update(actor=kept)


def _agreement(one: models.Model, other: models.Model) -> int:
    columns = one._meta.concrete_fields
    return sum(getattr(one, column.attname) == getattr(other, column.attname) for column in columns)


def _fill(rule: RowRule, twin: models.Model, row: models.Model) -> None:
    """What only the row that goes knew."""
    gained = [name for name in rule.fills if getattr(row, name) and getattr(twin, name) in ("", None, False)]
    if rule.model is Alias and twin.kind == AliasKind.MISPRINT != row.kind:
        gained.append("kind")
    for name in gained:
        setattr(twin, name, getattr(row, name))
    if gained:
        twin.save()


def move_sectors(kept: Actor, merged: Actor, first: Actor, most: int) -> None:
    """The sectors of both, those of ``first`` in front, as many as an entry may have (3 queries)."""
    second = merged if first is kept else kept
    wanted = list(dict.fromkeys(row.sector for actor in (first, second) for row in actor.sectors.all()))
    if wanted[:most] != [row.sector for row in kept.sectors.all()]:
        ActorSector.objects.filter(actor=kept).delete()
        ActorSector.objects.bulk_create(
            ActorSector(actor=kept, sector=sector, position=position)
            for position, sector in enumerate(wanted[:most], start=1)
        )


# -- links -------------------------------------------------------------------------------------------


def move_links(kept: Actor, merged: Actor) -> set[int]:
    """Links of ``merged`` become those of ``kept``; returns the ids of everybody at their other ends.

    A link between the two goes; its sources go on naming the entry. Of two that say the same the stated
    one's state stays, with the sources of both.
    """
    there = {_identity(link): link for link in Cooperation.objects.of(kept.pk).order_by("pk")}
    partners = set()
    for link in Cooperation.objects.of(merged.pk).order_by("pk"):
        partners |= {link.source_id, link.target_id}
        link.source_id, link.target_id = (
            kept.pk if end == merged.pk else end for end in (link.source_id, link.target_id)
        )
        twin = there.get(_identity(link))
        if link.source_id == link.target_id:
            name_actor(kept, link.citations.values_list("source", flat=True))
            link.delete()
        elif twin is None:
            link.save(update_fields=["source", "target"])
            there[_identity(link)] = link
        else:
            move_citations(link.citations.all(), "cooperation", twin)
            if twin.certainty == Certainty.INFERRED and link.certainty == Certainty.STATED:
                twin.certainty, twin.reason, twin.status = link.certainty, "", link.status
                twin.save()
            link.delete()
    return partners - {kept.pk, merged.pk}


def _identity(link: Cooperation) -> tuple:
    """What makes two links one, as the constraints of the table have it."""
    ends = (link.source_id, link.target_id)
    symmetric = link.kind in SYMMETRIC_KINDS
    return (link.kind, tuple(sorted(ends)) if symmetric else ends, link.since, link.until)


# -- sources -----------------------------------------------------------------------------------------


def move_citations(citations: Iterable[Citation], target: str, row: models.Model, printed: str = "") -> None:
    """Sources of one fact become those of ``row``, each once.

    ``printed``: what they say where the row says otherwise; their own printed form counts more.
    """
    there = {each.source_id: each for each in Citation.objects.filter(**{target: row})}
    for citation in citations:
        text = citation.printed or printed[:_LONGEST_PRINTED]
        same = there.get(citation.source_id)
        if same is None:
            setattr(citation, target, row)
            citation.printed = text
            citation.save()
            there[citation.source_id] = citation
            continue
        if text and not same.printed:
            same.printed = text
            same.save(update_fields=["printed"])
        citation.delete()


def move_own_citations(kept: Actor, merged: Actor, printed: dict[str, str]) -> None:
    """Sources of ``merged`` as a whole and of its columns become those of ``kept``, each once.

    ``printed``: column -> what ``merged`` said there, where the word of ``kept`` stays. A source that
    presents the entry does not name it besides.
    """
    there = {(row.source_id, row.role, row.column): row for row in Citation.objects.filter(actor=kept)}
    for citation in Citation.objects.filter(actor=merged).order_by("pk"):
        text = citation.printed or printed.get(citation.column, "")[:_LONGEST_PRINTED]
        same = there.get((citation.source_id, citation.role, citation.column))
        if same is None:
            citation.actor, citation.printed = kept, text
            citation.save()
            there[citation.source_id, citation.role, citation.column] = citation
            continue
        if text and not same.printed:
            same.printed = text
            same.save(update_fields=["printed"])
        citation.delete()
    presented = Citation.objects.filter(actor=kept, role=CitationRole.SUBJECT).values("source")
    Citation.objects.filter(actor=kept, role=CitationRole.NAMED, source__in=presented).delete()


def name_actor(kept: Actor, source_ids: Iterable[int]) -> None:
    """These sources name the entry, where they don't present it already (1 to 2 queries each)."""
    for source_id in source_ids:
        if not Citation.objects.filter(actor=kept, source=source_id).exclude(role="").exists():
            Citation.objects.create(actor=kept, source_id=source_id, role=CitationRole.NAMED)
