"""What each kind of frame shows, and where the same is on the site."""

from functools import cached_property
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.text import capfirst

from actors import index, wording
from actors.index import Selection
from actors.models import Actor
from actors.network.graph import LinkSelection
from pages.embeds.contract import Asked
from pages.embeds.fates import Fate, notes_on
from pages.presenters.card import Card, distance_text
from pages.presenters.map import Area
from pages.presenters.map_page import SelectionMap
from pages.presenters.network import NetworkPage

# Actors whose sentences are written under a drawing; the site has all of them.
MOST_TOLD = 60


class ActorFrame:
    """The card of one actor, with its contacts that are not personal (4 queries)."""

    template = "embeds/actor.html"

    def __init__(self, fate: Fate) -> None:
        self.fate = fate
        (self.actor,) = Actor.objects.listed([fate.actor.pk], printed=True) or [fate.actor]
        self.card = Card(self.actor)

    @property
    def title(self) -> str:
        return self.actor.full_name

    @property
    def name(self) -> str:
        """What a code calls it: what does not change with the numbers."""
        return self.title

    @property
    def page(self) -> str:
        return self.actor.get_absolute_url()

    @property
    def notes(self) -> list[str]:
        if not self.fate.merged:
            return []
        return [f"La fiche demandée a été réunie avec celle-ci{self.fate.since}."]

    @cached_property
    def contacts(self) -> list:
        return [contact for contact in self.actor.contacts.all() if not contact.personal]


class SelectionFrame:
    """What a list and a map have in common: a selection of actors."""

    route = "actor-list"

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.selection: Selection = asked.selection
        self.answer = index.ask(self.selection)

    @property
    def page(self) -> str:
        query = self.selection.query
        return reverse(self.route) + (f"?{query}" if query else "")

    @cached_property
    def notes(self) -> list[str]:
        return [*self.asked.notes, *notes_on(self.asked.filters.data.getlist("plus"))]


class ListFrame(SelectionFrame):
    """The first actors of a selection (3 queries more than the index's; 7 with words)."""

    template = "embeds/list.html"

    @property
    def title(self) -> str:
        return wording.title(self.selection, self.answer.count)

    @property
    def name(self) -> str:
        return capfirst(wording.title(self.selection))

    @cached_property
    def cards(self) -> list[Card]:
        order = self.asked.look.order
        order = order if order in self.answer.orders else self.answer.orders[0]
        ids = self.answer.ids(order, offset=0, limit=self.asked.look.number)
        return [
            Card(actor, distance=distance_text(self.answer.distance(actor.pk)))
            for actor in Actor.objects.listed(ids)
        ]

    @property
    def more(self) -> int:
        """Actors that the site has beyond those shown."""
        return self.answer.count - len(self.cards)


class MapFrame(SelectionFrame):
    """The map of a selection, drawn here: each territory leads to the list of its actors."""

    template = "embeds/map.html"
    route = "map"

    @cached_property
    def drawn(self) -> SelectionMap:
        return SelectionMap(self.answer)

    @property
    def title(self) -> str:
        return f"Carte : {wording.title(self.selection, self.answer.count)}"

    @property
    def name(self) -> str:
        return f"Carte : {wording.title(self.selection)}"

    @property
    def list_page(self) -> str:
        """Path of the list that each territory leads to."""
        return reverse("actor-list")

    @cached_property
    def areas(self) -> list[Area]:
        """Those with actors, the fullest first: what the map says, in words."""
        linked = self.drawn.linked
        found = [area for area in linked.areas if area.count] if linked else []
        return sorted(found, key=lambda area: -area.count)


class NetworkFrame:
    """The drawing of cooperations and the same in sentences (4 queries)."""

    template = "embeds/network.html"

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.selection: LinkSelection = asked.selection
        self.network = NetworkPage(self.selection)

    @property
    def page(self) -> str:
        query = urlencode(self.asked.filter_parameters)
        return reverse("network") + (f"?{query}" if query else "")

    @property
    def title(self) -> str:
        actors, links = self.network.actor_count, len(self.network.links)
        told = f"{_number(actors)} acteur{'s' if actors > 1 else ''}, {_number(links)} lien{'s' if links > 1 else ''}"
        return f"{self.name} : {told}"

    @property
    def name(self) -> str:
        around = self.selection.actor or self.selection.ptce
        # Names take no elision that holds for all of them.
        return f"Réseau de « {around.full_name} »" if around else "Réseau des coopérations"

    @property
    def notes(self) -> list[str]:
        return self.asked.notes

    @property
    def told(self) -> list:
        return self.network.told[:MOST_TOLD]

    @property
    def untold(self) -> int:
        return len(self.network.told) - len(self.told)


def _number(count: int) -> str:
    return number_format(count, force_grouping=True)
