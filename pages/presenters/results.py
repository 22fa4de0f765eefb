"""The list of actors as its page shows it: results, filters, and what helps when there are none."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from django.utils.formats import number_format

from actors import index, wording
from actors.enums import Sphere
from actors.filters import RADII
from actors.index import Order, Selection
from actors.models import Actor
from pages.pagination import SIZES, PageRequest
from pages.presenters import selection as french
from pages.presenters.card import ListedCard, distance_text, kept_cards, tell
from pages.presenters.facets import Facets
from pages.presenters.found import Found, searchable
from pages.presenters.words import Words
from territories.models import Territory

# Actors shown of a second group; its heading tells how many there are.
GROUP_SIZE = 20
# Neighbouring territories proposed for an empty one.
_NEIGHBOURS = 3


@dataclass(frozen=True)
class Follow:
    """Actors that the bare list shows last: « 64 acteurs publics »."""

    count: int
    singular: str
    plural: str
    href: str

    @property
    def text(self) -> str:
        return f"{number_format(self.count, force_grouping=True)} {self.plural if self.count > 1 else self.singular}"


@dataclass(frozen=True)
class Group:
    """A second list under the results, never in their count."""

    key: str
    heading: str
    count: int
    cards: list[ListedCard]


@dataclass(frozen=True)
class Place:
    """A territory proposed beside a list, or instead of an empty one, with the number of its actors."""

    territory: Territory
    count: int
    href: str


@dataclass(frozen=True)
class Nearest:
    """The nearest actor outside the radius, and the list that reaches it, where one does."""

    actor: Actor
    distance: str
    radius: int | None
    href: str


class Results:
    """One page of a selection. The number of queries depends on what is asked, never on the rows."""

    def __init__(self, selection: Selection, layout: french.Layout, asked: PageRequest) -> None:
        self.selection = selection
        self.layout = layout
        self.answer = index.ask(selection)
        self.pager = asked.over(self.answer.count)
        # An order that makes no sense here, that of a distance without a place, gives way.
        self.order = layout.order if layout.order in self.answer.orders else self.answer.orders[0]
        ids = () if self.pager.error else self.answer.ids(self.order, offset=asked.offset, limit=asked.size)
        self.cards = self._cards(ids)
        self.facets = Facets(self.answer)
        self.criteria = french.criteria(selection, layout)

    @property
    def count(self) -> int:
        return self.answer.count

    @property
    def title(self) -> str:
        return wording.title(self.selection, self.count)

    # -- cards -------------------------------------------------------------------------------------

    @cached_property
    def words(self) -> Words | None:
        """What was found in the end, for highlighting; None without a search."""
        return Words(self.answer.matches.query) if self.selection.text else None

    def _cards(self, ids: Sequence[int], *, inside: bool = True) -> list[ListedCard]:
        """Kept for the version; what words or a distance change is written anew, from texts that are kept."""
        version, heading = self.answer.snapshot.version, "h2" if inside else "h3"
        if not self.words and not self.selection.near:
            cards = kept_cards(ids, version, heading)
            return [ListedCard(card.told, **self._pick(card.told.public_id, inside=inside)) for card in cards]
        cards = []
        for entry in searchable(ids, version, found=bool(self.words)):
            found = Found.by(self.words, entry) if self.words else None
            told = tell(entry.texts, heading, found, distance_text(self.answer.distance(entry.pk)))
            cards.append(ListedCard(told, **self._pick(told.public_id, inside=inside)))
        return cards

    def _pick(self, public_id: str, *, inside: bool) -> dict[str, str]:
        return {"remove": self._without(public_id)} if inside else {"add": self._with(public_id)}

    def _without(self, public_id: str) -> str:
        if not self.selection.plus:
            # The usual case, twenty times a page: one more at the end of the address, in its place there.
            return self._address_without(public_id)
        kept = tuple(each for each in self.selection.plus if each != public_id)
        if kept != self.selection.plus and not self.selection.has_criteria:
            return self.layout.address(replace(self.selection, plus=kept))
        minus = (*self.selection.minus, public_id)
        return self.layout.address(replace(self.selection, plus=kept, minus=minus))

    @cached_property
    def _plain_parameters(self) -> list[tuple[str, str]]:
        parameters = self.selection.parameters
        return parameters[: -len(self.selection.minus)] if self.selection.minus else parameters

    def _address_without(self, public_id: str) -> str:
        if self.selection.minus:
            minus = [("sans", each) for each in sorted({*self.selection.minus, public_id})]
            return self.layout.joined([*self._plain_parameters, *minus])
        before, after = self._around_minus
        return f"{before}{public_id}{after}"

    @cached_property
    def _around_minus(self) -> tuple[str, str]:
        """The address of the list without one actor, before and after its permanent id."""
        before, word, after = self.layout.joined([*self._plain_parameters, ("sans", "=")]).partition(
            "sans=%3D"
        )
        return before + word.removesuffix("%3D"), after

    def _with(self, public_id: str) -> str:
        kept = tuple(each for each in self.selection.minus if each != public_id)
        plus = (*self.selection.plus, public_id)
        return self.layout.address(replace(self.selection, plus=plus, minus=kept))

    # -- groups ------------------------------------------------------------------------------------

    @cached_property
    def groups(self) -> list[Group]:
        """Who acts here from elsewhere, on the first page only (3 queries a group, 10 with words)."""
        if self.pager.number > 1 or self.pager.error:
            return []
        asked = []
        if self.selection.acting:
            heading = f"Interviennent {self.selection.territory.at_phrase} depuis un autre lieu"
            asked.append(("intervenants", heading, self.answer.acting_ids))
        if self.selection.near:
            asked += [
                ("jusque-la", "Interviennent jusque chez vous", self.answer.near_acting_ids()),
                (
                    "sans-lieu",
                    "Sans lieu précis, mais liés à des acteurs d’ici",
                    self.answer.near_linked_ids(),
                ),
            ]
        return [
            Group(key, heading, len(ids), self._cards(ids[:GROUP_SIZE], inside=False))
            for key, heading, ids in asked
            if ids
        ]

    # -- what is told of the list ------------------------------------------------------------------

    @property
    def follows(self) -> list[Follow]:
        """On the bare list: public bodies and outside actors, who come last."""
        if not (self.answer.puts_outside_last and self.order is Order.NAME):
            return []
        counts = self.answer.facet("sphere")
        told = (
            (Sphere.PUBLIC, "acteur public", "acteurs publics"),
            (Sphere.BUSINESS, "entreprise ou organisme hors ESS", "entreprises ou organismes hors ESS"),
        )
        return [
            Follow(counts[sphere.value], *words, self.layout.address(Selection(spheres=(sphere,))))
            for sphere, *words in told
            if sphere.value in counts
        ]

    @property
    def corrected(self) -> str:
        """The words that were found instead of those asked."""
        return self.answer.matches.corrected if self.selection.text else ""

    @property
    def dropped(self) -> str:
        """The word that was left out."""
        return self.answer.matches.dropped if self.selection.text else ""

    @property
    def order_refused(self) -> str:
        """The order that was asked and makes no sense here."""
        asked = self.layout.order
        return french.ORDERS[asked] if asked and asked is not self.order else ""

    @property
    def orders(self) -> list[tuple[str, str, bool]]:
        """(value, label, whether it is this one) of each order; the list's own needs no parameter."""
        own = self.answer.orders[0]
        return [
            ("" if order is own else order.value, french.ORDERS[order], order is self.order)
            for order in self.answer.orders
        ]

    @property
    def sizes(self) -> list[tuple[str, int, bool]]:
        return [("" if size == SIZES[0] else str(size), size, size == self.layout.size) for size in SIZES]

    @cached_property
    def places_meant(self) -> list[Place]:
        """The territories the words name, each with the list of those who are there (1 query at most)."""
        if not self.selection.text or self.selection.territory or self.selection.near:
            return []
        there = replace(self.selection, text="")
        places = []
        for row in self.answer.territories_meant:
            selection = replace(there, territory=row)
            places.append(Place(row, self.answer.another(selection).count, self.layout.address(selection)))
        return places

    # -- addresses ---------------------------------------------------------------------------------

    @property
    def robots(self) -> str:
        """« noindex » for what no search engine should keep; nothing for the others.

        Kept are the first page of the whole list and of a single value of a single filter: those have
        an address each that stays and stand for themselves. Words, places around a point, hand-made
        selections, combinations, other orders, further pages and empty lists don't.
        """
        selection = self.selection
        single = len(self.criteria) <= 1 and not (
            selection.text or selection.near or selection.plus or selection.minus
        )
        plain = self.pager.number == 1 and not self.pager.error and not self.layout.parameters
        return "" if single and plain and self.count else "noindex"

    @cached_property
    def query(self) -> str:
        """The query part of its canonical address."""
        return f"?{self.selection.query}" if self.selection else ""

    @property
    def clear(self) -> str:
        """The list of everything, laid out as this one."""
        return self.layout.address(Selection())

    # -- an empty list -----------------------------------------------------------------------------

    @cached_property
    def emptying(self) -> list[french.Criterion]:
        return french.emptying(self.answer, self.layout)

    @cached_property
    def instead(self) -> list[Place]:
        """Neighbours of an empty territory that have actors, then the nearest that holds it and has some.

        Counted under all other filters (2 queries).
        """
        if self.selection.territory is None:
            return []
        counts = self.answer.facet("territory")
        beside = sorted(
            (row for row in Territory.objects.neighbours_of(self.selection.territory) if row.pk in counts),
            key=lambda row: -counts[row.pk],
        )
        wider = self.facets.wider[:1]
        return [
            Place(row, counts[row.pk], self.layout.address(replace(self.selection, territory=row)))
            for row in (*beside[:_NEIGHBOURS], *wider)
        ]

    @cached_property
    def nearest(self) -> Nearest | None:
        """Around a place where nobody is: the nearest who meets the rest (2 queries)."""
        if not self.selection.near or not (found := index.nearest_outside(self.selection)):
            return None
        actor_id, kilometres = found
        radius = next((each for each in RADII if each >= kilometres), None)
        wider = replace(self.selection, radius=radius) if radius else self.selection
        actor = Actor.objects.published().get(pk=actor_id)
        return Nearest(actor, distance_text(kilometres), radius, self.layout.address(wider))

    @property
    def centre(self) -> str:
        """« de Carvin »."""
        return wording.of_centre(self.selection)
