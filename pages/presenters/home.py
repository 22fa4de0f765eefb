"""Where a visit begins: the numbers, the territories, a few actors of the day, letters and PTCE."""

import datetime
from hashlib import sha256

from django.db.models import QuerySet

from actors import index
from actors.enums import Nature, Sphere
from actors.index import Order, Selection
from actors.models import Actor
from pages.presenters.card import ListedCard, Texts, tell
from pages.presenters.territory import Branch, tree
from sources.models import Letter
from territories.models import Territory

# How many of each nature are shown a day; a PTCE has its own place on the page.
_DAILY = ((Nature.ORGANISATION, 2), (Nature.INITIATIVE, 1))
# Those whom the directory is about.
_SPHERES = (Sphere.ESS, Sphere.MIXED)
_PTCES = 6
_LETTERS = 4


class Home:
    """The home page on ``day``, which decides on the actors shown (queries that depend on the page, never on the rows)."""

    def __init__(self, day: datetime.date) -> None:
        self.day = day

    @property
    def numbers(self) -> dict[str, int]:
        """How many are listed of each nature, by its value (1 query, whatever the number of actors)."""
        counts = index.ask(Selection()).facet("nature")
        return {nature.value: counts.get(nature.value, 0) for nature in Nature}

    @property
    def cooperation_count(self) -> int:
        return index.cooperation_count()

    @property
    def departments(self) -> list[Branch]:
        return tree(Territory.objects.home_region())

    @property
    def cards(self) -> list[ListedCard]:
        """The actors of the day: the same for everybody until midnight, others tomorrow (3 queries)."""
        ids = [pk for nature, number in _DAILY for pk in _drawn(self.day, nature, number)]
        return [ListedCard(tell(Texts.of(actor), "h3")) for actor in Actor.objects.listed(ids)]

    @property
    def ptces(self) -> QuerySet[Actor]:
        return Actor.objects.ptces()[:_PTCES]

    @property
    def letters(self) -> QuerySet[Letter]:
        return Letter.objects.published().for_list()[:_LETTERS]


def _drawn(day: datetime.date, nature: Nature, number: int) -> list[int]:
    """Up to ``number`` actors of a nature, drawn by the date: their keys (no query).

    Evenly spread over the names from a first one that a digest of the date points at, so that no
    state is kept and every process draws alike.
    """
    answer = index.ask(Selection(natures=(nature,), spheres=_SPHERES))
    if not answer.count:
        return []
    first = int.from_bytes(sha256(f"{day.isoformat()} {nature.value}".encode()).digest()[:8], "big")
    places = {(first + answer.count * step // number) % answer.count: None for step in range(number)}
    return [pk for place in places for pk in answer.ids(Order.NAME, offset=place, limit=1)]
