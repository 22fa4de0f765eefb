"""A list of actors as it is printed: all of it, by commune."""

from dataclasses import dataclass

from django.utils import timezone

from actors import index, wording
from actors.enums import ContactKind
from actors.index import Order, Selection
from actors.models import Actor, ContactPoint
from pages.presenters import selection as french
from pages.presenters.card import Card
from territories.models import Territory

# More is no list to read on paper.
MOST = 500


@dataclass(frozen=True)
class Entry:
    """One actor on paper."""

    card: Card

    @property
    def actor(self) -> Actor:
        return self.card.actor

    @property
    def address(self) -> str:
        """Of its first place: « 12 rue de la Gare, 62110 »; '' where none is told."""
        place = next(iter(self.actor.places.all()), None)
        return ", ".join(filter(None, [place.name, place.address, place.postal_code])) if place else ""

    @property
    def contacts(self) -> list[ContactPoint]:
        """Contacts of the actor itself, never a person's."""
        order = list(ContactKind.values)
        rows = [contact for contact in self.actor.contacts.all() if not contact.personal]
        return sorted(rows, key=lambda contact: (order.index(contact.kind), contact.pk))


@dataclass(frozen=True)
class Chapter:
    """Actors of one commune, or of a territory where no commune is told."""

    heading: str
    entries: list[Entry]


class PrintedList:
    """The first 500 actors of a selection (5 queries; 4 more with those who act there)."""

    def __init__(self, selection: Selection) -> None:
        self.selection = selection
        self.on = timezone.localdate()
        self.most = MOST
        answer = index.ask(selection)
        self.count = answer.count
        self.title = wording.title(selection, answer.count)
        self.address = french.Layout().address(selection)
        self.chapters = _by_place(answer.ids(Order.COMMUNE, limit=MOST))
        self.acting_count = len(answer.acting_ids) if selection.acting else 0
        self.acting = _entries(answer.acting_ids[:MOST]) if selection.acting else []

    @property
    def left_out(self) -> int:
        """Actors beyond the last one printed."""
        return max(0, self.count - MOST)


def _entries(ids) -> list[Entry]:
    actors = Actor.objects.listed(ids, printed=True)
    return [Entry(Card(actor)) for actor in actors]


def _by_place(ids) -> list[Chapter]:
    chapters: dict[Territory | None, list[Entry]] = {}
    for entry in _entries(ids):
        place = next(iter(entry.actor.places.all()), None)
        chapters.setdefault(place.territory if place else None, []).append(entry)
    # Those without a place close the list, whatever order the index gives.
    last = chapters.pop(None, [])
    told = [Chapter(_heading(territory), entries) for territory, entries in chapters.items()]
    return [*told, Chapter("Lieu non précisé", last)] if last else told


def _heading(territory: Territory) -> str:
    return territory.name if territory.is_commune_or_part else f"{territory.name}, commune non précisée"
