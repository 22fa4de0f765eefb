"""What a visitor may propose to change, as text under a key, and how each key is called.

``name``, ``summary``, ``kind`` of the entry; ``contact:<id>:<sort>`` and ``place:<id>:<part>`` of its rows, the id of a
row to come being ``new`` or ``new1``…; ``closed`` (« oui » or nothing), ``closed_year`` and ``successor``.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.text import slugify

from actors.enums import ContactKind, LifeStatus, SocialNetwork
from actors.models import Actor
from editing.letters.fields import TerritoryField
from territories.models import Territory
from territories.text import fold, row_number

YES = "oui"
# Of a place, in the order of the form.
PLACE_PARTS = {"address": "Adresse", "postal_code": "Code postal", "territory": "Commune"}
# Sorts of contacts that a visitor may add, with how many of each.
NEW_CONTACTS = {ContactKind.WEBSITE: 1, ContactKind.EMAIL: 1, ContactKind.PHONE: 2, ContactKind.SOCIAL: 1}
_COLUMNS = {
    "name": "Nom",
    "kind": "Type",
    "summary": "En une phrase",
    "closed": "A cessé son activité",
    "closed_year": "Année de fin",
    "successor": "Repris par",
}
_ORDER = [
    *("name", "kind", "summary", "contact", "place", "closed", "closed_year", "successor"),
]
_KEY = re.compile(r"(contact|place):(new\d?|\d+):([a-z_]+)")
# Names of networks, longest first, so that « Facebook » is not taken for another one's.
_NETWORKS = {network.label.lower(): network for network in SocialNetwork if network != SocialNetwork.UNKNOWN}


@dataclass(frozen=True)
class RowKey:
    """``contact:12:phone``: part ``phone`` of contact 12; ``pk`` is None for a row to come."""

    table: str
    row: str
    part: str

    @property
    def pk(self) -> int | None:
        return row_number(self.row) or None

    @property
    def is_new(self) -> bool:
        return self.pk is None


def row_key(key: str) -> RowKey | None:
    """The key of a row in its parts; None for a column of the entry, or for no key at all."""
    match = _KEY.fullmatch(key)
    return RowKey(*match.groups()) if match else None


def is_key(key: str) -> bool:
    """Whether it is one that these forms make."""
    row = row_key(key)
    if row is None:
        return key in _COLUMNS
    return row.part in (ContactKind.values if row.table == "contact" else PLACE_PARTS)


def label(key: str) -> str:
    """« Téléphone », « Commune »; with « (à ajouter) » for a row to come."""
    row = row_key(key)
    if row is None:
        return _COLUMNS.get(key, key)
    name = PLACE_PARTS.get(row.part) or ContactKind(row.part).label
    return f"{name} (à ajouter)" if row.is_new else name


def in_order(keys: Iterable[str]) -> list[str]:
    """As the form asks them: what it is, how to reach it, where, whether it goes on."""
    parts = [*ContactKind.values, *PLACE_PARTS]

    def rank(key: str):
        row = row_key(key)
        if row is None:
            return (_ORDER.index(key) if key in _ORDER else len(_ORDER), False, 0, "", 0)
        return (_ORDER.index(row.table), row.is_new, row.pk or 0, row.row, parts.index(row.part))

    return sorted(keys, key=rank)


def shown_values(actor: Actor) -> dict[str, str]:
    """What visitors see of an entry that they may correct, in the order of the form.

    Personal contacts are on no page and not here. Needs ``contacts`` and ``places`` with their territory
    (2 queries where they are not loaded).
    """
    values = {"name": actor.name, "summary": actor.summary}
    for contact in actor.contacts.all():
        if not contact.personal:
            values[f"contact:{contact.pk}:{contact.kind}"] = contact.value
    for place in actor.places.all():
        values |= {
            f"place:{place.pk}:address": place.address,
            f"place:{place.pk}:postal_code": place.postal_code,
            f"place:{place.pk}:territory": place.territory.name,
        }
    closed = actor.life_status == LifeStatus.CLOSED
    return {
        **values,
        "closed": YES if closed else "",
        "closed_year": actor.closed.strip("./~")[:4] if closed else "",
        "successor": "",
    }


def differences(seen: Mapping[str, str], typed: Mapping[str, str]) -> dict[str, str]:
    """What was typed otherwise than it was shown, spaces apart."""

    def plain(text: str) -> str:
        return " ".join(text.split())

    return {key: value.strip() for key, value in typed.items() if plain(value) != plain(seen.get(key, ""))}


def network_of(value: str) -> SocialNetwork:
    """The network that a social account names: « https://www.facebook.com/x », « x sur Instagram »."""
    text = value.lower()
    return next((found for name, found in _NETWORKS.items() if name in text), SocialNetwork.UNKNOWN)


def territory_text(territory: Territory) -> str:
    """As a visitor reads and types it: the name, with its address where it has namesakes, « Rivière (riviere-62) »."""
    plain = slugify(fold(territory.name)) == territory.slug
    return territory.name if plain else f"{territory.name} ({territory.slug})"


def territory_meant(text: str) -> Territory | None:
    """The one territory a typed text means; None for none or several (3 queries at most, none without a text)."""
    try:
        return TerritoryField(required=False).clean(text)
    except ValidationError:
        return None
