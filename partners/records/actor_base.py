"""What every record of an actor holds beside its own row: names, lists, contacts, places, sources, dates."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache

from django.contrib.contenttypes.models import ContentType

from actors.enums import AliasKind, ContactKind, Label, Sector
from actors.history import changed_at_rows
from actors.models import Actor, ActorLabel, ActorSector, Alias, Citation, ContactPoint, Place
from partners.records.links import Links
from partners.records.persons import Discretion
from partners.records.sources import SourceBook
from sources.partial_date import latest_date
from territories.enums import COMMUNES_AND_PARTS
from territories.models import Change
from territories.statement import Statement

_SECTOR_LABELS, _APPROVAL_LABELS = dict(Sector.choices), dict(Label.choices)


@dataclass
class Batch:
    """Records being made, by the id of their actor's row; those who fill them only know this."""

    links: Links
    discretion: Discretion
    book: SourceBook
    records: dict[int, dict] = field(default_factory=dict)

    @property
    def ids(self) -> list[int]:
        return list(self.records)


_ALIASES = Statement(
    Alias.objects.exclude(kind=AliasKind.MISPRINT)
    .order_by("kind", "name_key", "pk")
    .values_list("actor", "name"),
    "actor",
)
_SECTORS = Statement(ActorSector.objects.order_by("position", "pk").values_list("actor", "sector"), "actor")
_APPROVALS = Statement(ActorLabel.objects.order_by("label", "pk").values_list("actor", "label"), "actor")
_ACTIVITIES = Statement(
    Actor.activities.through.objects.order_by("activity__slug", "pk").values_list(
        "actor", "activity__slug", "activity__name"
    ),
    "actor",
)
_CONTACTS = Statement(
    ContactPoint.objects.filter(personal=False)
    .order_by("kind", "pk")
    .values_list("actor", "kind", "value", "network"),
    "actor",
)
_PLACES = Statement(
    Place.objects.for_display().values_list(
        "actor",
        "territory__kind",
        "territory__code",
        "territory__name",
        "latitude",
        "longitude",
        "territory__latitude",
        "territory__longitude",
    ),
    "actor",
)
_CITATIONS = Statement(Citation.objects.order_by().values_list("actor", "source"), "actor")
_RECORDED = Statement(Change.objects.latest_times_of("actor"), "key", str)


@cache
def _kept_states(content_type: int) -> Statement:
    """Of the history, whose rows name a model by the number of its content type."""
    return Statement(changed_at_rows(), "object_id", str)


_CONTACT_KEYS = {
    ContactKind.WEBSITE.value: "websites",
    ContactKind.EMAIL.value: "emails",
    ContactKind.PHONE.value: "phones",
    ContactKind.SOCIAL.value: "social",
    ContactKind.POSTAL.value: "postal_addresses",
}


def _aliases(batch: Batch) -> None:
    for actor, name in _ALIASES.rows(batch.ids):
        tell_alias(batch.records[actor], name, batch.discretion)


def _sectors(batch: Batch) -> None:
    for actor, sector in _SECTORS.rows(batch.ids):
        tell_sector(batch.records[actor], sector)


def _approvals(batch: Batch) -> None:
    for actor, label in _APPROVALS.rows(batch.ids):
        tell_approval(batch.records[actor], label)


def _activities(batch: Batch) -> None:
    for actor, slug, name in _ACTIVITIES.rows(batch.ids):
        tell_activity(batch.records[actor], slug, name, batch.discretion)


def _contacts(batch: Batch) -> None:
    for actor, kind, value, network in _CONTACTS.rows(batch.ids):
        tell_contact(batch.records[actor], kind, value, network, batch.discretion)


def _places(batch: Batch) -> None:
    places: dict[int, list[tuple]] = defaultdict(list)
    for actor, *place in _PLACES.rows(batch.ids):
        places[actor].append(tuple(place))
    for actor, found in places.items():
        tell_places(batch.records[actor], found, batch.links)


# What one row adds to a record, wherever the row was read.


def tell_alias(record: dict, name: str, discretion: Discretion) -> None:
    record["aliases"].append(discretion.applied(name))


def tell_sector(record: dict, sector: str) -> None:
    record["sectors"].append(sector)
    record["french"]["sectors"].append(_SECTOR_LABELS[sector])


def tell_approval(record: dict, label: str) -> None:
    record["approvals"].append(label)
    record["french"]["approvals"].append(_APPROVAL_LABELS[label])


def tell_activity(record: dict, slug: str, name: str, discretion: Discretion) -> None:
    record["activities"].append(discretion.applied_to_word(slug))
    record["french"]["activities"].append(discretion.applied(name))


def tell_contact(record: dict, kind: str, value: str, network: str, discretion: Discretion) -> None:
    if kind == ContactKind.POSTAL:
        value = discretion.applied(value)
    record[_CONTACT_KEYS[kind]].append(value)
    if kind == ContactKind.WEBSITE:
        record["website"] = record["website"] or value
    elif kind == ContactKind.SOCIAL:
        record["social_accounts"].append({"network": network, "handle": value})


def tell_places(record: dict, places: list[tuple], links: Links) -> None:
    """The seat, else the first place; and where it is on a map, where that is known.

    ``places``: the seat first; kind, code and name of its territory, its own point, that of the territory. A point is
    that of a real address, else of the commune: the middle of an agglomeration is where nobody is.
    """
    record["seat"] = links.named_territory(*places[0][:3])
    record["location"] = next((point for each in places if (point := _point(each))), None)


def tell_sources(record: dict, sources: list[dict]) -> None:
    record["sources"] = sources
    record["as_of"] = latest_date([*(source["date"] for source in sources), record["last_confirmed_on"]])


def _point(place: tuple) -> dict | None:
    kind, _, _, latitude, longitude, town_latitude, town_longitude = place
    if latitude is not None:
        return {"latitude": latitude, "longitude": longitude, "precision": "address"}
    if kind in COMMUNES_AND_PARTS and town_latitude is not None:
        return {"latitude": town_latitude, "longitude": town_longitude, "precision": "commune"}
    return None


def _sources(batch: Batch) -> None:
    """Every source that speaks of the actor itself; those of its single rows stand with them, in the parts."""
    cited: dict[int, set[int]] = defaultdict(set)
    for actor, source in _CITATIONS.rows(batch.ids):
        cited[actor].add(source)
    batch.book.learn(source for sources in cited.values() for source in sources)
    for actor, record in batch.records.items():
        tell_sources(record, batch.book.records(cited[actor]))


def _dates(batch: Batch) -> None:
    """When what is told of it last changed: its row, a fact, a link, or what became of a partner."""
    recorded = dict(_RECORDED.rows([record["id"] for record in batch.records.values()]))
    states = _kept_states(ContentType.objects.get_for_model(Actor).pk)
    kept = {int(pk): at for pk, at in states.rows([str(pk) for pk in batch.ids])}
    for pk, record in batch.records.items():
        times = [record["updated_at"], recorded.get(record["id"]), kept.get(pk)]
        record["updated_at"] = max(time for time in times if time).isoformat(timespec="seconds")


# What fills which keys: left out when none of them is wanted.
FILLERS: tuple[tuple[tuple[str, ...], Callable[[Batch], None]], ...] = (
    (("aliases",), _aliases),
    (("sectors", "french"), _sectors),
    (("approvals", "french"), _approvals),
    (("activities", "french"), _activities),
    (
        ("website", "websites", "emails", "phones", "social", "social_accounts", "postal_addresses"),
        _contacts,
    ),
    (("seat", "location"), _places),
    (("sources", "as_of"), _sources),
    (("updated_at",), _dates),
)
