"""The record of an actor whose page is being made, from the rows that the page has loaded: nothing is read twice."""

from collections.abc import Container, Iterator
from operator import attrgetter

from actors.enums import AliasKind
from actors.models import Actor, Cooperation
from partners.records.actor_base import (
    tell_activity,
    tell_alias,
    tell_approval,
    tell_contact,
    tell_places,
    tell_sector,
    tell_sources,
)
from partners.records.actors import COLUMNS, bare_record
from partners.records.cooperations import KIND_LABELS, named_end
from partners.records.links import Links
from partners.records.persons import Discretion
from partners.records.sources import SourceBook
from territories.rows import loaded

_OWN = attrgetter(*(column for column in COLUMNS if not column.startswith("administers")))
_END = attrgetter("public_id", "name", "precision", "nature", "slug")


def loaded_record(actor: Actor, links: Links, discretion: Discretion, kinds: Container[str] = ()) -> dict:
    """As :class:`ActorReader` makes it, but for ``updated_at``, of an actor of ``with_detail()`` (no query).

    ``cooperations`` are those of ``kinds`` alone, with what names their two ends, their dates and how sure they are.
    """
    area = actor.administers
    administered = (area.kind, area.code, area.name) if area else (None, None, None)
    record = bare_record(links, discretion, (*_OWN(actor), *administered))
    del record["updated_at"]
    for alias in loaded(actor, "aliases"):
        if alias.kind != AliasKind.MISPRINT:
            tell_alias(record, alias.name, discretion)
    for row in loaded(actor, "sectors"):
        tell_sector(record, row.sector)
    for row in loaded(actor, "labels"):
        tell_approval(record, row.label)
    for activity in sorted(loaded(actor, "activities"), key=attrgetter("slug")):
        tell_activity(record, activity.slug, activity.name, discretion)
    for contact in sorted(loaded(actor, "contacts"), key=attrgetter("kind", "pk")):
        if not contact.personal:
            tell_contact(record, contact.kind, contact.value, contact.network, discretion)
    if places := [_place(place) for place in loaded(actor, "places")]:
        tell_places(record, places, links)
    sources = [citation.source for citation in loaded(actor, "citations")]
    book = SourceBook(links, discretion)
    book.learn_loaded(sources)
    tell_sources(record, book.records(source.pk for source in sources))
    record["cooperations"] = list(_cooperations(actor, links, kinds))
    return record


def _place(place) -> tuple:
    town = place.territory
    return (
        *(town.kind, town.code, town.name),
        *(place.latitude, place.longitude, town.latitude, town.longitude),
    )


def _cooperations(actor: Actor, links: Links, kinds: Container[str]) -> Iterator[dict]:
    row: Cooperation
    for row in (*loaded(actor, "links_out"), *loaded(actor, "links_in")):
        if row.kind in kinds:
            yield {
                "source": named_end(links, *_END(row.source)),
                "target": named_end(links, *_END(row.target)),
                "kind": row.kind,
                "status": row.status,
                "certainty": row.certainty,
                "since": row.since or None,
                "until": row.until or None,
                "french": {"kind": KIND_LABELS[row.kind]},
            }
