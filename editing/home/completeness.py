"""How complete the directory is, territory by territory: shares of the entries listed there."""

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from django.utils import timezone
from pyroaring import BitMap

from actors.enums import CitationRole
from actors.index import snapshot as snapshots
from actors.models import Actor, Citation, ContactPoint
from actors.models.freshness import months_before
from territories.enums import TerritoryKind
from territories.models import Territory

# How long a confirmation counts here, in months.
_CONFIRMED_WITHIN = 24


@dataclass(frozen=True)
class Trait:
    """Something an entry has or has not; ``key`` stands in ``?tri=``."""

    key: str
    label: str
    about: str


TRAITS = (
    Trait("lieu", "Lieu", "au moins un lieu connu"),
    Trait("contact", "Contact", "un site, un courriel, un téléphone ou une adresse"),
    Trait("source", "Source", "une source citée pour la fiche"),
    Trait("portrait", "Portrait", "présentées, et pas seulement nommées, par une lettre"),
    Trait("verifiee", "Vérifiée", "vérifiées depuis moins de deux ans"),
    Trait("liens", "Liens", "au moins une coopération connue"),
)


@dataclass(frozen=True)
class Share:
    """How many of a territory's entries have a trait."""

    trait: Trait
    number: int
    total: int

    @property
    def percent(self) -> int | None:
        """Rounded down, so that 100 means all of them; None where there is no entry."""
        return self.number * 100 // self.total if self.total else None


@dataclass(frozen=True)
class Row:
    territory: Territory
    total: int
    shares: tuple[Share, ...]


@dataclass(frozen=True)
class Level:
    """The territories of one kind, under their heading."""

    name: str
    rows: list[Row]

    @property
    def told(self) -> list[Row]:
        """Those with entries."""
        return [row for row in self.rows if row.total]

    @property
    def untold(self) -> list[Row]:
        return [row for row in self.rows if not row.total]


class Completeness:
    """Departments, EPCI and pays with their shares (3 queries, 3 more once per process, version and day)."""

    def __init__(self, order: str = "") -> None:
        """``order``: « nom », « fiches » or the key of a trait, with « - » for the other way round."""
        keys = {"nom", "fiches", *(trait.key for trait in TRAITS)}
        self.order = order if order.removeprefix("-") in keys else "nom"

    @cached_property
    def _snapshot(self) -> snapshots.Snapshot:
        return snapshots.current()

    @cached_property
    def _having(self) -> list[BitMap]:
        return _having(self._snapshot)

    @cached_property
    def region(self) -> Row | None:
        """The whole of what is listed, under the name of the region; None before territories are loaded."""
        region = Territory.objects.home_region()
        return self._row(region, self._snapshot.listed) if region else None

    @property
    def region_alone(self) -> list[Row]:
        return [self.region] if self.region else []

    @cached_property
    def rows(self) -> list[Row]:
        """Level by level, each in the order asked for; by name among equals."""
        snapshot = self._snapshot
        rows = [
            self._row(territory, snapshot.listed & snapshot.of("territory", territory.pk))
            for territory in Territory.objects.home_levels_and_informal().select_related("parent")
        ]
        key = self.order.removeprefix("-")
        if key != "nom":
            rows.sort(key=lambda row: _value(row, key), reverse=self.order.startswith("-"))
        elif self.order.startswith("-"):
            rows.reverse()
        return rows

    @property
    def levels(self) -> list[Level]:
        return [
            Level(name, [row for row in self.rows if row.territory.kind == kind])
            for kind, name in _LEVELS.items()
        ]

    def _row(self, territory: Territory, there: BitMap) -> Row:
        pairs = zip(TRAITS, self._having, strict=True)
        shares = [Share(trait, there.intersection_cardinality(having), len(there)) for trait, having in pairs]
        return Row(territory, len(there), tuple(shares))

    def table(self) -> Iterator[list[str]]:
        """The same as lines of a file: names of the columns, then one line a territory."""
        yield ["Territoire", "Niveau", "Code", "Fiches", *(trait.label for trait in TRAITS), "Au"]
        today = timezone.localdate()
        for row in (*self.region_alone, *self.rows):
            territory = row.territory
            numbers = (str(share.number) for share in row.shares)
            head = [territory.name, territory.get_kind_display(), territory.code, str(row.total)]
            yield [*head, *numbers, today.isoformat()]


def _having(snapshot: snapshots.Snapshot) -> list[BitMap]:
    """Ranks of those that have each trait, in the order of TRAITS (3 queries, none for the same snapshot and day)."""
    return snapshot.beside(_of_day(timezone.localdate()))


@lru_cache(maxsize=2)
def _of_day(today: datetime.date) -> Callable[[snapshots.Snapshot], list[BitMap]]:
    return lambda snapshot: _read(snapshot, today)


def _read(snapshot: snapshots.Snapshot, today: datetime.date) -> list[BitMap]:
    def ranks(ids) -> BitMap:
        return BitMap(snapshot.ranks[pk] for pk in ids if pk in snapshot.ranks)

    since = months_before(today, _CONFIRMED_WITHIN)
    confirmed = Actor.objects.filter(last_confirmed_on__gte=since).order_by().values_list("pk", flat=True)
    contacts = ContactPoint.objects.order_by().values_list("actor", flat=True).distinct()
    cited = Citation.objects.public().filter(actor__isnull=False).order_by()
    return [
        snapshot.located,
        ranks(contacts),
        ranks(cited.values_list("actor", flat=True).distinct()),
        snapshot.of("role", CitationRole.SUBJECT.value),
        ranks(confirmed),
        BitMap(rank for rank, links in snapshot.links.items() if links),
    ]


_LEVELS = {
    TerritoryKind.DEPARTMENT: "Départements",
    TerritoryKind.EPCI: "Intercommunalités",
    TerritoryKind.INFORMAL: "Territoires vécus",
}


def _value(row: Row, key: str) -> int:
    if key == "fiches":
        return row.total
    share = next(share for share in row.shares if share.trait.key == key)
    return -1 if share.percent is None else share.percent
