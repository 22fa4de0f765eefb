"""From the rows of the database to a snapshot: of every actor, or anew of a few."""

from array import array
from bisect import insort
from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import Any

from django.db.models import Max, Model, Q, QuerySet
from pyroaring import BitMap

from actors.enums import Nature, WishStatus
from actors.index.columns import Snapshot
from actors.index.links import Link
from actors.models import (
    Actor,
    ActorLabel,
    ActorSector,
    AreaServed,
    Citation,
    Cooperation,
    CooperationWish,
    Place,
)
from sources.models import Letter
from sources.partial_date import as_precise
from territories.enums import COMMUNES_AND_PARTS
from territories.models import Containment, Territory

# The network whose membership is a criterion of its own.
APES_SLUG = "apes"
# From one rank to the next where all are read: room for one between any two. Wider gaps make slower bitmaps.
STEP = 2
# Rows in memory at a time.
_CHUNK = 1000
_VALUES = ("nature", "organisation_kind", "initiative_kind", "legal_form", "sphere", "life_status")
_COLUMNS = ("pk", "name_key", "public_id", "name", "precision", "slug", "potential_ptce", "last_confirmed_on")
Row = tuple[Any, ...]


def read(version: int) -> Snapshot:
    """All there is (15 queries, whatever the number of actors)."""
    snapshot = Snapshot(version)
    reader = Reader(snapshot)
    for number, row in enumerate(actor_rows().iterator(chunk_size=_CHUNK), start=1):
        name_key = row[1]
        snapshot.name_keys.append(name_key)
        reader.take(STEP * number, row)
    snapshot.by_identifier = sorted(snapshot.by_public_id)
    snapshot.everyone = BitMap(range(STEP, STEP * len(snapshot.name_keys) + 1, STEP))
    reader.read()
    return snapshot


def actor_rows() -> QuerySet:
    """Published actors by name, a row each; the id is the first and the name folded the second of it."""
    return Actor.objects.published().in_order().values_list(*_COLUMNS, *_VALUES)


class Reader:
    """Reads what there is of all actors, or of those in ``only`` (ids), into a snapshot that knows their ranks."""

    def __init__(self, snapshot: Snapshot, only: Collection[int] | None = None) -> None:
        self._snapshot, self._only = snapshot, only
        # Ids of those to be read -> rank, and of everybody: links lead to others.
        self._every = snapshot.ranks
        # Lists, cheap to fill, that become bitmaps.
        self._lists: dict[tuple[str, Any], array] = defaultdict(lambda: array("I"))
        # Rank -> date of its latest source or confirmation, as precise as it is.
        self._dates: dict[int, str] = {}
        # Equal strings are kept once.
        self._same: dict[str, str] = {}

    def take(self, rank: int, row: Row) -> None:
        """One row of an actor, who has that rank."""
        pk, _, public_id, name, precision, slug, potential, confirmed, *values = row
        snapshot, same = self._snapshot, self._same.setdefault
        told = name, same(precision, precision), slug, same(values[0], values[0])
        snapshot.hold(rank, pk, public_id, told)
        if self._only is not None:
            insort(snapshot.by_identifier, public_id)
        if slug == APES_SLUG:
            snapshot.apes = pk
        elif snapshot.apes == pk:
            snapshot.apes = None
        for column, value in zip(_VALUES, values, strict=True):
            if value:
                self._lists[column, value].append(rank)
        if potential:
            self._lists["potential_ptce", True].append(rank)
        if confirmed:
            self._date(rank, confirmed.isoformat())

    def read(self) -> None:
        """Everything else of them (14 queries)."""
        self._read_lists()
        self._read_territories()
        self._read_links()
        self._read_letters()
        self._read_other_sources()
        for rank, date in self._dates.items():
            if date:
                self._lists["as_of", date].append(rank)
        self._dates.clear()
        sets = self._snapshot.sets
        for key, ranks in self._lists.items():
            found = BitMap(ranks)
            sets[key] = sets[key] | found if key in sets else found
        self._lists.clear()
        self._snapshot.settle()

    def _rows(self, of: type[Model] | QuerySet) -> QuerySet:
        rows = of if isinstance(of, QuerySet) else of._default_manager.all()
        return rows.order_by() if self._only is None else rows.filter(actor__in=self._only).order_by()

    def _walk(self, rows: QuerySet) -> Iterator[tuple[int, Row]]:
        """(rank, rest of the row) of rows that begin with the id of an actor, of known actors alone.

        Somebody may have been published since the actors were read.
        """
        ranks = self._every
        for actor_id, *rest in rows.iterator(chunk_size=_CHUNK):
            if (rank := ranks.get(actor_id)) is not None:
                yield rank, rest

    def _read_lists(self) -> None:
        wishes = CooperationWish.objects.filter(status=WishStatus.OPEN)
        for criterion, rows in (
            ("sector", self._rows(ActorSector).values_list("actor", "sector")),
            ("label", self._rows(ActorLabel).values_list("actor", "label")),
            ("activity", self._rows(Actor.activities.through).values_list("actor", "activity__slug")),
        ):
            for rank, (value,) in self._walk(rows):
                self._lists[criterion, value].append(rank)
        for rank, _ in self._walk(self._rows(wishes).values_list("actor")):
            self._lists["wish", True].append(rank)

    def _read_territories(self) -> None:
        """In a territory as ``ActorQuerySet.in_territory`` says; acting there: whatever serves or meets it."""
        places, areas = self._rows(Place), self._rows(AreaServed)
        used = Q(pk__in=places.values("territory")) | Q(pk__in=areas.values("territory"))
        columns = ("pk", "name_key", "latitude", "longitude", "kind")
        towns = {pk: rest for pk, *rest in Territory.objects.filter(used).order_by().values_list(*columns)}
        containers: dict[int, list[int]] = {pk: [pk] for pk in towns}
        member = Q(member__in=places.values("territory")) | Q(member__in=areas.values("territory"))
        whole = Containment.objects.filter(member, whole=True).order_by("container")
        for container, inside in whole.values_list("container", "member"):
            containers.setdefault(inside, [inside]).append(container)
        around = {pk: frozenset(inside) for pk, inside in containers.items()}
        centres: dict[tuple, tuple] = {}
        communes: dict[int, str] = {}
        seated: set[int] = set()
        placed: list[int] = []
        addresses: dict[int, list] = defaultdict(list)
        lists, points = self._lists, self._snapshot.points
        rows = places.order_by("pk").values_list("actor", "territory", "role", "latitude", "longitude")
        for rank, (territory, role, latitude, longitude) in self._walk(rows):
            if territory not in towns:
                continue  # made since
            for inside in containers[territory]:
                lists["territory", inside].append(rank)
            lists["stated_territory", territory].append(rank)
            placed.append(rank)
            name_key, town_latitude, town_longitude, kind = towns[territory]
            # Its first seat, else its first place.
            if rank not in communes or (role == "seat" and rank not in seated):
                communes[rank] = name_key
            if role == "seat":
                seated.add(rank)
            point = latitude, longitude
            if latitude is not None:
                addresses[rank].append((latitude, longitude, around[territory]))
            elif kind in COMMUNES_AND_PARTS:
                point = town_latitude, town_longitude
            # The middle of an agglomeration is where nobody is.
            if point[0] is not None:
                told = (*points[rank], point) if rank in points else (point,)
                points[rank] = centres.setdefault(told, told)
        for rank, commune in communes.items():
            lists["commune", commune].append(rank)
        self._snapshot.addresses |= {rank: tuple(found) for rank, found in addresses.items()}
        self._snapshot.located = self._snapshot.located | BitMap(placed)
        has_place = set(communes)
        for rank, (territory,) in self._walk(areas.values_list("actor", "territory")):
            for inside in containers.get(territory, ()):
                if rank not in has_place:
                    lists["territory", inside].append(rank)
                lists["area_inside", inside].append(rank)
            lists["area", territory].append(rank)

    def _read_links(self) -> None:
        snapshot, lists, same = self._snapshot, self._lists, self._same.setdefault
        rows = Cooperation.objects.public().order_by()
        if self._only is not None:
            rows = rows.filter(Q(source__in=self._only) | Q(target__in=self._only))
        new: dict[int, list[Link]] = defaultdict(list)
        columns = ("pk", "kind", "status", "certainty", "source", "target")
        for pk, kind, status, certainty, source, target in rows.values_list(*columns).iterator(
            chunk_size=_CHUNK
        ):
            first, second = self._every.get(source), self._every.get(target)
            if first is None or second is None:
                continue  # published since the actors were read
            kind, status = same(kind, kind), same(status, status)
            link = Link(first, kind, second, pk, status, same(certainty, certainty))
            for one, other, other_id in ((first, second, target), (second, first, source)):
                new[one].append(link)
                lists["link_kind", kind].append(one)
                if snapshot.names[other][3] == Nature.PTCE:
                    lists["ptce", other_id].append(one)
        for rank, links in new.items():
            snapshot.links[rank] = tuple(sorted((*snapshot.links.get(rank, ()), *links)))

    def _read_letters(self) -> None:
        rows = self._rows(Citation.objects.public().filter(actor__isnull=False))
        rows = rows.filter(source__article__isnull=False)
        letters = Letter.objects.values_list("pk", "earliest", "latest")
        if self._only is not None:
            letters = letters.filter(pk__in=rows.values("source__article__letter"))
        years, dates = {}, {}
        for letter, earliest, latest in letters:
            years[letter], dates[letter] = latest.year, as_precise(earliest, latest)
        latest_year: dict[int, int] = {}
        told = rows.values_list("actor", "role", "source__article__letter").distinct()
        for rank, (role, letter) in self._walk(told):
            self._lists["letter", letter].append(rank)
            if role:
                self._lists["role", role].append(rank)
            latest_year[rank] = max(latest_year.get(rank, 0), years.get(letter, 0))
            self._date(rank, dates.get(letter, ""))
        for rank, year in latest_year.items():
            self._lists["letter_year", year].append(rank)

    def _read_other_sources(self) -> None:
        """When a web page or a register that speaks of an actor was consulted."""
        rows = self._rows(Citation.objects.filter(actor__isnull=False, source__article__isnull=True))
        rows = rows.filter(source__consulted_on__isnull=False)
        for rank, (consulted_on,) in self._walk(
            rows.values_list("actor").annotate(Max("source__consulted_on"))
        ):
            self._date(rank, consulted_on.isoformat())

    def _date(self, rank: int, date: str) -> None:
        """Keep the latest: « 2022 » before « 2022-11 »."""
        self._dates[rank] = max(self._dates.get(rank, ""), date)
