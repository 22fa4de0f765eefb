"""Where a visit begins: the numbers, the territories, a few actors of the day, letters and PTCE."""

import datetime
from hashlib import sha256

from actors.enums import Nature, Sphere
from actors.index import Answer, Order, Selection
from actors.index import snapshot as snapshots
from actors.index.snapshot import Snapshot
from actors.models import Actor
from pages.presenters.card import ListedCard, kept_cards
from pages.presenters.map import LinkedMap, region_map
from pages.presenters.territory import Department, tree
from sources.known import letters
from sources.models import Letter
from territories.memory import Memory

# How many of each nature are shown a day; a PTCE has its own place on the page.
_DAILY = ((Nature.ORGANISATION, 2), (Nature.INITIATIVE, 1))
# Those whom the directory is about.
_SPHERES = (Sphere.ESS, Sphere.MIXED)
_PTCES = 6
_LETTERS = 4


# Of the present version.
_ptces: Memory[list[Actor]] = Memory()


class Home:
    """The home page on ``day``, which decides on the actors shown (1 query, once the process knows what it tells)."""

    def __init__(self, day: datetime.date) -> None:
        self.day = day
        self._snapshot = snapshots.current()

    @property
    def numbers(self) -> dict[str, int]:
        """How many are listed of each nature, by its value."""
        counts = self._snapshot.totals("nature")
        return {nature.value: counts.get(nature.value, 0) for nature in Nature}

    @property
    def cooperation_count(self) -> int:
        return self._snapshot.link_count

    @property
    def map(self) -> LinkedMap | None:
        return region_map(self._snapshot)

    @property
    def departments(self) -> list[Department]:
        return tree(self._snapshot)

    @property
    def cards(self) -> list[ListedCard]:
        """The actors of the day: the same for everybody until midnight, others tomorrow."""
        ids = [pk for nature, number in _DAILY for pk in _drawn(self.day, nature, number, self._snapshot)]
        return kept_cards(ids, self._snapshot.version, "h3")

    @property
    def ptces(self) -> list[Actor]:
        return _ptces.get(self._snapshot.version, lambda: list(Actor.objects.ptces()[:_PTCES]))

    @property
    def letters(self) -> list[Letter]:
        """The latest."""
        return list(reversed(letters(self._snapshot.version).values()))[:_LETTERS]


def _drawn(day: datetime.date, nature: Nature, number: int, snapshot: Snapshot) -> list[int]:
    """Up to ``number`` actors of a nature, drawn by the date: their keys (no query).

    Evenly spread over the names from a first one that a digest of the date points at, so that no
    state is kept and every process draws alike.
    """
    answer = Answer(Selection(natures=(nature,), spheres=_SPHERES), snapshot)
    if not answer.count:
        return []
    first = int.from_bytes(sha256(f"{day.isoformat()} {nature.value}".encode()).digest()[:8], "big")
    places = {(first + answer.count * step // number) % answer.count: None for step in range(number)}
    return [pk for place in places for pk in answer.ids(Order.NAME, offset=place, limit=1)]
