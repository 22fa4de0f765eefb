"""Who is what, for one version of the directory, in memory: a bitmap of actors for each value of each criterion.

A snapshot is read once per process and version (about 20 queries whatever the number of actors) and
never changes; counting a facet is an intersection of bitmaps. Rows are numbered by rank: the order of
``name_key``, then id.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain, repeat

from django.db.models import Max
from pyroaring import BitMap

from actors.enums import (
    CitationRole,
    CooperationKind,
    LifeStatus,
    Nature,
    WishStatus,
)
from actors.index.territory_names import TerritoryNames
from actors.index.words import Words
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
from territories.memory import Memory
from territories.models import Change, Containment

# The network whose membership is a criterion of its own.
APES_SLUG = "apes"


@dataclass(eq=False)
class Snapshot:
    """Published actors of one version. Bitmaps hold ranks."""

    version: int
    # Rank -> id of the actor, and back.
    ids: list[int] = field(default_factory=list)
    ranks: dict[int, int] = field(default_factory=dict)
    by_public_id: dict[str, int] = field(default_factory=dict)
    everyone: BitMap = field(default_factory=BitMap)
    # (criterion, value) -> ranks; criterion -> values that occur.
    sets: dict[tuple[str, object], BitMap] = field(default_factory=dict)
    values: dict[str, list] = field(default_factory=lambda: defaultdict(list))
    # Rank -> sort keys that are not the name.
    commune_keys: dict[int, str] = field(default_factory=dict)
    years: dict[int, int] = field(default_factory=dict)
    # Rank -> date of the latest source or confirmation, as precise as it is; only while it is read.
    _dates: dict[int, str] = field(default_factory=dict)
    # Rank -> points (latitude, longitude) of its places.
    points: dict[int, list[tuple[float, float]]] = field(default_factory=lambda: defaultdict(list))
    # Rank -> (latitude, longitude, territories around) of its real addresses.
    addresses: dict[int, list[tuple[float, float, frozenset[int]]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    # Rank -> (rank of the other actor, kind) of its links.
    links: dict[int, list[tuple[int, str]]] = field(default_factory=lambda: defaultdict(list))
    # (id, rank of the source, rank of the target) of each public link, by name.
    cooperations: list[tuple[int, int, int]] = field(default_factory=list)
    # Actors with a place, at whatever level.
    located: BitMap = field(default_factory=BitMap)
    # Rank -> name folded; rank -> name, precision, slug and nature, for suggestions.
    name_keys: list[str] = field(default_factory=list)
    names: list[tuple[str, str, str, str]] = field(default_factory=list)
    _lists: dict[tuple[str, object], list[int]] = field(default_factory=lambda: defaultdict(list))

    def of(self, criterion: str, value: object) -> BitMap:
        return self.sets.get((criterion, value), BitMap())

    def any_of(self, criterion: str, values: Iterable[object]) -> BitMap:
        return BitMap.union(*(self.of(criterion, value) for value in values), BitMap())

    def linked_with(self, actor_id: int, kinds: Collection[str] = ()) -> BitMap:
        """Those linked with an actor, by one of ``kinds`` where any is given."""
        rank = self.ranks.get(actor_id)
        return BitMap(other for other, kind in self.links.get(rank, ()) if not kinds or kind in kinds)

    def count_links(self, ranks: Iterable[int], kinds: Collection[str] = ()) -> dict[int, int]:
        """Id of an actor -> how many of ``ranks`` are linked with it, by one of ``kinds`` where any is given."""
        if kinds:
            others = (
                {other for other, kind in self.links[rank] if kind in kinds}
                for rank in ranks
                if rank in self.links
            )
        else:
            others = map(self.neighbours.get, ranks, repeat(()))
        counts = Counter(chain.from_iterable(others))
        ids = self.ids
        return {ids[rank]: count for rank, count in counts.items()}

    @cached_property
    def neighbours(self) -> dict[int, tuple[int, ...]]:
        """Rank -> ranks of those it is linked with, each once."""
        return {rank: tuple({other for other, _ in links}) for rank, links in self.links.items()}

    @cached_property
    def listed(self) -> BitMap:
        """Whom lists and counts hold unless asked otherwise: those not known to have ceased."""
        return self.everyone - self.of("life_status", LifeStatus.CLOSED.value)

    def totals(self, facet: str) -> dict[object, int]:
        """Each value of a facet with how many of those listed have it, zeros left out; counted once."""
        if facet not in self._totals:
            if facet == "linked":
                counts = self.count_links(self.listed)
            else:
                sets = {value: self.of(facet, value) for value in self.values[facet]}
                counts = {
                    value: self.listed.intersection_cardinality(having) for value, having in sets.items()
                }
            self._totals[facet] = {value: number for value, number in counts.items() if number}
        return self._totals[facet]

    @cached_property
    def _totals(self) -> dict[str, dict[object, int]]:
        return {}

    @cached_property
    def words(self) -> Words:
        """Read at the first search of a version (1 query)."""
        return Words.read(self.ranks, self.name_keys)

    @cached_property
    def territory_names(self) -> TerritoryNames:
        """Read at the first suggestion of a version (3 queries)."""
        return TerritoryNames.read()

    @cached_property
    def by_latitude(self) -> list[tuple[float, float, int]]:
        """(latitude, longitude, rank) of every place, from south to north."""
        return sorted((*point, rank) for rank, points in self.points.items() for point in points)

    @cached_property
    def by_identifier(self) -> list[tuple[str, int]]:
        """(permanent id, rank), sorted: the order in which programs walk everything."""
        return sorted(self.by_public_id.items())

    @cached_property
    def public_ids(self) -> list[str]:
        """Rank -> permanent id."""
        found = [""] * len(self.ids)
        for public_id, rank in self.by_public_id.items():
            found[rank] = public_id
        return found

    @cached_property
    def by_commune(self) -> list[int]:
        """Rank -> place in the order of communes, those without a known place last."""
        order = sorted(self.everyone, key=lambda rank: self.commune_keys.get(rank, "~"))
        places = [0] * len(order)
        for place, rank in enumerate(order):
            places[rank] = place
        return places

    def _add(self, criterion: str, value: object, actor_id: int) -> None:
        rank = self.ranks.get(actor_id)
        if rank is not None:
            self._lists[criterion, value].append(rank)

    def _keep(self) -> None:
        """Lists, cheap to fill, to bitmaps."""
        for (criterion, value), ranks in self._lists.items():
            self.sets[criterion, value] = BitMap(ranks)
            self.values[criterion].append(value)
        self._lists.clear()
        # Presented in one letter and named in another is presented.
        named, presented = (("role", role.value) for role in (CitationRole.NAMED, CitationRole.SUBJECT))
        if named in self.sets and presented in self.sets:
            self.sets[named] -= self.sets[presented]

    @classmethod
    def read(cls, version: int) -> "Snapshot":
        snapshot = cls(version)
        snapshot._read_actors()
        snapshot._read_lists()
        snapshot._read_territories()
        snapshot._read_links()
        snapshot._read_letters()
        snapshot._read_other_sources()
        snapshot._keep_dates()
        snapshot._keep()
        return snapshot

    def _read_actors(self) -> None:
        columns = ("nature", "organisation_kind", "initiative_kind", "legal_form", "sphere", "life_status")
        rows = (
            Actor.objects.published()
            .in_order()
            .values_list(
                *("pk", "public_id", "potential_ptce", "last_confirmed_on"),
                *("name_key", "name", "precision", "slug", *columns),
            )
        )
        for rank, (
            pk,
            public_id,
            potential,
            confirmed,
            name_key,
            name,
            precision,
            slug,
            *values,
        ) in enumerate(rows):
            self.ids.append(pk)
            self.name_keys.append(name_key)
            self.names.append((name, precision, slug, values[0]))
            self.ranks[pk] = rank
            self.by_public_id[public_id] = rank
            for column, value in zip(columns, values, strict=True):
                if value:
                    self._add(column, value, pk)
            if potential:
                self._add("potential_ptce", True, pk)
            if confirmed:
                self._date(rank, confirmed.isoformat())
        self.everyone = BitMap(range(len(self.ids)))

    def _read_lists(self) -> None:
        for actor_id, value in ActorSector.objects.values_list("actor", "sector"):
            self._add("sector", value, actor_id)
        for actor_id, value in ActorLabel.objects.values_list("actor", "label"):
            self._add("label", value, actor_id)
        for actor_id, value in Actor.activities.through.objects.values_list("actor", "activity__slug"):
            self._add("activity", value, actor_id)
        wishes = CooperationWish.objects.filter(status=WishStatus.OPEN)
        for actor_id in wishes.values_list("actor", flat=True):
            self._add("wish", True, actor_id)

    def _read_territories(self) -> None:
        """In a territory as ``ActorQuerySet.in_territory`` says; acting there: whatever serves or meets it."""
        places = list(
            Place.objects.order_by("pk").values_list(
                "actor",
                "territory",
                "role",
                "territory__name_key",
                "latitude",
                "longitude",
                "territory__latitude",
                "territory__longitude",
                "territory__kind",
            )
        )
        areas = list(AreaServed.objects.values_list("actor", "territory"))
        used = {row[1] for row in places} | {territory for _, territory in areas}
        containers: dict[int, list[int]] = defaultdict(list)
        for container, member in Containment.objects.filter(member__in=used, whole=True).values_list(
            "container", "member"
        ):
            containers[member].append(container)
        placed = {row[0] for row in places}
        seated: set[int] = set()
        for actor_id, territory, role, name_key, lat, lon, town_lat, town_lon, kind in places:
            for inside in (territory, *containers[territory]):
                self._add("territory", inside, actor_id)
            self._add("stated_territory", territory, actor_id)
            rank = self.ranks.get(actor_id)
            if rank is None:
                continue
            self.located.add(rank)
            # Its first seat, else its first place.
            if rank not in self.commune_keys or (role == "seat" and rank not in seated):
                self.commune_keys[rank] = name_key
            if role == "seat":
                seated.add(rank)
            if lat is not None:
                self.addresses[rank].append((lat, lon, frozenset((territory, *containers[territory]))))
            point = (lat, lon) if lat is not None else (town_lat, town_lon)
            # The middle of an agglomeration is where nobody is.
            if point[0] is not None and (lat is not None or kind in COMMUNES_AND_PARTS):
                self.points[rank].append(point)
        for actor_id, territory in areas:
            for inside in (territory, *containers[territory]):
                if actor_id not in placed:
                    self._add("territory", inside, actor_id)
                self._add("area_inside", inside, actor_id)
            self._add("area", territory, actor_id)

    def _read_links(self) -> None:
        rows = Cooperation.objects.public().order_by().values_list("pk", "kind", "source", "target")
        apes = next(
            (pk for pk, (_, _, slug, _) in zip(self.ids, self.names, strict=True) if slug == APES_SLUG), None
        )
        links = []
        for pk, kind, source, target in rows:
            first, second = self.ranks.get(source), self.ranks.get(target)
            if first is None or second is None:
                continue  # published since the actors were read
            links.append((first, kind, second, pk))
            for one, other, other_id in ((first, second, target), (second, first, source)):
                self.links[one].append((other, kind))
                self._lists["link_kind", kind].append(one)
                if self.names[other][3] == Nature.PTCE:
                    self._lists["ptce", other_id].append(one)
            if kind == CooperationKind.MEMBER_OF and target == apes:
                self._lists["apes_member", True].append(first)
        self.cooperations = [(pk, first, second) for first, _, second, pk in sorted(links)]

    def _read_letters(self) -> None:
        cited = Citation.objects.public()
        cited = cited.filter(actor__isnull=False, source__article__isnull=False).order_by()
        letters = Letter.objects.values_list("pk", "earliest", "latest")
        years, dates = {}, {}
        for letter, earliest, latest in letters:
            years[letter], dates[letter] = latest.year, as_precise(earliest, latest)
        rows = cited.values_list("actor", "role", "source__article__letter").distinct()
        for actor_id, role, letter in rows:
            rank = self.ranks.get(actor_id)
            if rank is None:
                continue
            self._lists["letter", letter].append(rank)
            if role:
                self._lists["role", role].append(rank)
            self.years[rank] = max(self.years.get(rank, 0), years.get(letter, 0))
            self._date(rank, dates.get(letter, ""))

    def _read_other_sources(self) -> None:
        """When a web page or a register that speaks of an actor was consulted."""
        cited = Citation.objects.filter(actor__isnull=False, source__article__isnull=True).order_by()
        cited = cited.filter(source__consulted_on__isnull=False)
        for actor_id, consulted_on in cited.values_list("actor").annotate(Max("source__consulted_on")):
            rank = self.ranks.get(actor_id)
            if rank is not None:
                self._date(rank, consulted_on.isoformat())

    def _date(self, rank: int, date: str) -> None:
        """Keep the latest: « 2022 » before « 2022-11 »."""
        self._dates[rank] = max(self._dates.get(rank, ""), date)

    def _keep_dates(self) -> None:
        """``as_of``: of that very date; ``since``: of that year or a later one."""
        years: dict[int, list[int]] = defaultdict(list)
        for rank, date in self._dates.items():
            if date:
                self._lists["as_of", date].append(rank)
                years[int(date[:4])].append(rank)
        self._dates.clear()
        later: list[int] = []
        for year in sorted(years, reverse=True):
            later += years[year]
            self._lists["since", year] = list(later)


_memory: Memory[Snapshot] = Memory()


def current() -> Snapshot:
    """The snapshot of the present version (1 query; about 20 more after a change)."""
    version = Change.objects.version()
    return _memory.get(version, lambda: Snapshot.read(version))


def at_hand() -> Snapshot | None:
    """The snapshot this process last read, which may be of an earlier version (no query); None before the first."""
    return _memory.last()


def forget() -> None:
    """Drop the snapshot in memory: for tests, whose rows change without a version."""
    _memory.forget()
