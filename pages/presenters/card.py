"""One actor in a list: what its card tells."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from django.utils.formats import number_format
from django.utils.safestring import SafeString

from actors.enums import LifeStatus, Nature
from actors.models import Actor
from pages.templatetags.compiled import part
from pages.templatetags.french import lower_first
from territories.memory import Memory


@dataclass(frozen=True)
class Card:
    """An actor as ``for_list()`` loads it."""

    actor: Actor
    # « à 12 km (à vol d’oiseau) », around a place.
    distance: str = ""

    @property
    def nature(self) -> str:
        return Nature(self.actor.nature).label

    @property
    def kind(self) -> str:
        """What follows its nature, no word twice: « , lieu », «  d’insertion » after « Structure », ''."""
        if self.actor.nature == Nature.PTCE or self.actor.kind_unspecified:
            return ""
        label = self.actor.kind_label
        return label[len(self.nature) :] if label.startswith(self.nature) else f", {lower_first(label)}"

    @property
    def place(self) -> str:
        """The territory of its first place, as the source says it; '' where none is told."""
        return next((place.territory.name for place in self.actor.places.all()), "")

    @property
    def year(self) -> int | None:
        """The year of what is known of it."""
        dates = [date for date in (self.actor.told_on, self.actor.last_confirmed_on) if date]
        return max(dates).year if dates else None


@dataclass(frozen=True, slots=True)
class Texts:
    """What a version tells of an actor on a card, as texts: small enough to be kept."""

    public_id: str
    # The value of its nature, and how that is said.
    face: str
    nature: str
    name: str
    href: str
    kind: str
    place: str
    summary: str
    sectors: tuple[str, ...]
    ceased: bool
    links: int
    year: int | None

    @classmethod
    def of(cls, actor: Actor) -> "Texts":
        """Of an actor as ``for_list()`` loads it."""
        card = Card(actor)
        return cls(
            public_id=actor.public_id,
            face=actor.nature,
            nature=card.nature,
            name=actor.full_name,
            href=actor.get_absolute_url(),
            kind=card.kind,
            place=card.place,
            summary=actor.summary,
            sectors=tuple(row.get_sector_display() for row in actor.sectors.all()),
            ceased=actor.life_status == LifeStatus.CLOSED,
            links=actor.link_count,
            year=card.year,
        )


@dataclass(frozen=True, slots=True)
class Told:
    """A card but for its place in a list: its actor, and two pieces of HTML."""

    nature: str
    name: str
    public_id: str
    body: SafeString
    facts: SafeString


class ListedCard(NamedTuple):
    """A card in a list: addresses of the list without this actor, and with it (« Ma sélection »)."""

    told: Told
    remove: str = ""
    add: str = ""


# About 1.5 kB each.
_told: Memory[Told] = Memory(4000)


def kept_cards(ids: Sequence[int], version: int, heading: str) -> list[ListedCard]:
    """The cards of these actors as a version tells them, in that order (3 queries for those not kept, none else).

    ``heading``: level of their titles, "h2" or "h3".
    """

    def read(keys: list[tuple[int, str, int]]) -> dict[tuple[int, str, int], Told]:
        actors = Actor.objects.listed([pk for _, _, pk in keys])
        return {(version, heading, actor.pk): tell(Texts.of(actor), heading) for actor in actors}

    keys = [(version, heading, pk) for pk in ids]
    told = _told.get_many(keys, read)
    return [ListedCard(told[key]) for key in keys if key in told]


def tell(texts: Texts, heading: str, found=None, distance: str = "") -> Told:
    """``found``: a ``pages.presenters.found.Found``, in a list of what words found."""
    return Told(
        texts.face,
        texts.name,
        texts.public_id,
        part("cards.body", texts, heading, found=found, distance=distance),
        _facts(texts.links, texts.year),
    )


@lru_cache(maxsize=1000)
def _facts(links: int, year: int | None) -> SafeString:
    """The same on every card of as many links and the same year."""
    return part("cards.facts", links, year)


def distance_text(kilometres: float | None) -> str:
    """« à 12 km (à vol d’oiseau) », « à moins d’1 km »; nothing without a distance."""
    if kilometres is None:
        return ""
    if kilometres < 1:
        return "à moins d’1 km"
    return f"à {number_format(round(kilometres))} km (à vol d’oiseau)"
