"""Who is what, for one version of the directory, in memory: a bitmap of actors for each value of each criterion.

A snapshot is read once per process and version (about 20 queries whatever the number of actors) and
never changes; counting a facet is an intersection of bitmaps. Rows are numbered by rank: the order of
``name_key``, then id.
"""

import threading
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Max
from pyroaring import BitMap

from actors.enums import (
    AliasKind,
    CitationRole,
    CooperationKind,
    Nature,
    WishStatus,
)
from actors.index.tokens import STOP_WORDS
from actors.models import (
    Actor,
    ActorLabel,
    ActorSector,
    Alias,
    AreaServed,
    Citation,
    Cooperation,
    CooperationWish,
    Place,
    SearchDocument,
)
from territories.enums import TerritoryKind
from territories.models import Change, Containment, Territory
from territories.text import fold

# The network whose membership is a criterion of its own.
APES_SLUG = "apes"
# Levels fine enough for their point to stand for an actor without an address.
_POINTS = {
    TerritoryKind.COMMUNE,
    TerritoryKind.ASSOCIATED_COMMUNE,
    TerritoryKind.DELEGATED_COMMUNE,
    TerritoryKind.NEIGHBOURHOOD,
}


@dataclass
class Snapshot:
    """Published actors of one version. Bitmaps hold ranks."""

    version: int
    # Rank -> id of the actor, and back.
    ids: list[int] = field(default_factory=list)
    ranks: dict[int, int] = field(default_factory=dict)
    by_public_id: dict[str, int] = field(default_factory=dict)
    everyone: BitMap = field(default_factory=BitMap)
    # (criterion, value) -> ranks.
    sets: dict[tuple[str, object], BitMap] = field(default_factory=lambda: defaultdict(BitMap))
    # Criterion -> values that occur.
    values: dict[str, set] = field(default_factory=lambda: defaultdict(set))
    # Rank -> sort keys that are not the name.
    commune_keys: dict[int, str] = field(default_factory=dict)
    years: dict[int, int] = field(default_factory=dict)
    # Rank -> points (latitude, longitude) of its places.
    points: dict[int, list[tuple[float, float]]] = field(default_factory=lambda: defaultdict(list))
    links: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    # Rank -> (id of the other actor, kind) of its links.
    links_of: dict[int, set[tuple[int, str]]] = field(default_factory=lambda: defaultdict(set))
    # (id, rank of the source, rank of the target) of each public link.
    cooperations: list[tuple[int, int, int]] = field(default_factory=list)
    # Actors with a place, at whatever level.
    located: BitMap = field(default_factory=BitMap)
    # (word of a name or other name, rank), sorted: who is named with words beginning so.
    name_words: list[tuple[str, int]] = field(default_factory=list)
    # Rank -> name folded.
    name_keys: list[str] = field(default_factory=list)
    # Rank -> name, precision, slug and nature, for suggestions.
    names: list[tuple[str, str, str, str]] = field(default_factory=list)
    place_words: set[str] = field(default_factory=set)
    # Every form of the words of names, other names and places: these are not misspelt.
    vocabulary: set[str] = field(default_factory=set)
    # The words themselves: what a misspelt one may have meant.
    vocabulary_list: list[str] = field(default_factory=list)
    # Words of the names of all territories, actors or not.
    territory_words: set[str] = field(default_factory=set)

    def of(self, criterion: str, value: object) -> BitMap:
        return self.sets.get((criterion, value), BitMap())

    def any_of(self, criterion: str, values: Iterable[object]) -> BitMap:
        return BitMap.union(*(self.of(criterion, value) for value in values), BitMap())

    def named_with_prefix(self, prefix: str) -> set[int]:
        """Actors with a word in a name or other name that begins with ``prefix`` (folded)."""
        found = set()
        at = bisect_left(self.name_words, (prefix, -1))
        while at < len(self.name_words) and self.name_words[at][0].startswith(prefix):
            found.add(self.name_words[at][1])
            at += 1
        return found

    def named_with(self, word: str) -> set[int]:
        found = set()
        at = bisect_left(self.name_words, (word, -1))
        while at < len(self.name_words) and self.name_words[at][0] == word:
            found.add(self.name_words[at][1])
            at += 1
        return found

    def count_links(self, ranks: Iterable[int], kinds: set[str]) -> dict[int, int]:
        """Id of an actor -> how many of ``ranks`` are linked with it, by one of ``kinds`` where any is given."""
        counts: Counter[int] = Counter()
        for rank in ranks:
            if links := self.links_of.get(rank):
                counts.update({other for other, kind in links if not kinds or kind in kinds})
        return dict(counts)

    def _add(self, criterion: str, value: object, actor_id: int) -> None:
        rank = self.ranks.get(actor_id)
        if rank is not None:
            self.sets[criterion, value].add(rank)
            self.values[criterion].add(value)

    @classmethod
    def read(cls, version: int) -> "Snapshot":
        snapshot = cls(version)
        snapshot._read_actors()
        snapshot._read_words()
        snapshot._read_lists()
        snapshot._read_territories()
        snapshot._read_links()
        snapshot._read_letters()
        return snapshot

    def _read_actors(self) -> None:
        columns = ("nature", "organisation_kind", "initiative_kind", "legal_form", "sphere", "life_status")
        rows = (
            Actor.objects.published()
            .in_order()
            .values_list(
                "pk", "public_id", "potential_ptce", "name_key", "name", "precision", "slug", *columns
            )
        )
        for rank, (pk, public_id, potential, name_key, name, precision, slug, *values) in enumerate(rows):
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
        self.everyone = BitMap(range(len(self.ids)))

    def _read_words(self) -> None:
        """From the documents, made once when an actor changes."""
        words: set[tuple[str, int]] = set()
        documents = SearchDocument.objects.order_by().values_list("actor", "name", "aliases")
        for actor_id, name, aliases in documents:
            rank = self.ranks.get(actor_id)
            if rank is not None:
                words.update((word, rank) for word in (*name.split(), *aliases.split()))
        self.name_words = sorted(words)
        self.vocabulary = {word for word, _ in words}
        places = Place.objects.order_by().values_list("territory__name_key", flat=True).distinct()
        self.place_words = {word for key in places for word in key.split()}
        self.vocabulary |= self.place_words
        territories = Territory.objects.order_by().values_list("name_key", flat=True)
        self.territory_words = {word for key in territories for word in key.split()} - STOP_WORDS
        # Whole words as they are written, for they are shown; printing errors are not.
        keys = {*self.name_keys, *(fold(precision) for _, precision, _, _ in self.names if precision)}
        printed = Alias.objects.exclude(kind=AliasKind.MISPRINT).order_by().values_list("actor", "name_key")
        keys.update(key for actor_id, key in printed if actor_id in self.ranks)
        shown = {word for key in keys for word in key.split()} | self.place_words
        # Sorted, so that among equally near words every process takes the same.
        self.vocabulary_list = sorted(word for word in shown - STOP_WORDS if len(word) > 2)

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
            point = (lat, lon) if lat is not None else (town_lat, town_lon)
            # The middle of an agglomeration is where nobody is.
            if point[0] is not None and (lat is not None or kind in _POINTS):
                self.points[rank].append(point)
        for actor_id, territory in areas:
            for inside in (territory, *containers[territory]):
                if actor_id not in placed:
                    self._add("territory", inside, actor_id)
                self._add("area_inside", inside, actor_id)
            self._add("area", territory, actor_id)

    def _read_links(self) -> None:
        apes = Actor.objects.filter(slug=APES_SLUG).values_list("pk", flat=True).first()
        ptces = set(Actor.objects.published().filter(nature=Nature.PTCE).values_list("pk", flat=True))
        for kind, source, target in (
            Cooperation.objects.public().order_by().values_list("kind", "source", "target")
        ):
            for one, other in ((source, target), (target, source)):
                self._add("linked", other, one)
                self._add("link_kind", kind, one)
                self._add("linked_by", (other, kind), one)
                if other in ptces:
                    self._add("ptce", other, one)
                if one in self.ranks and other in self.ranks:
                    self.links_of[self.ranks[one]].add((other, kind))
                    self.links[self.ranks[one]].add(self.ranks[other])
            if kind == CooperationKind.MEMBER_OF and target == apes:
                self._add("apes_member", True, source)

    def _read_letters(self) -> None:
        whole = Citation.objects.filter(actor__isnull=False, source__article__isnull=False).exclude(role="")
        for actor_id, role, letter in whole.values_list("actor", "role", "source__article__letter"):
            self._add("letter", letter, actor_id)
            self._add("role", role, actor_id)
        # Presented in one letter and named in another is presented.
        presented = self.of("role", CitationRole.SUBJECT.value)
        self.sets["role", CitationRole.NAMED.value] = self.of("role", CitationRole.NAMED.value) - presented
        columns = Citation.objects.filter(actor__isnull=False, source__article__isnull=False)
        for actor_id, letter in columns.values_list("actor", "source__article__letter").distinct():
            self._add("letter", letter, actor_id)
        latest = (
            Citation.objects.filter(actor__isnull=False, source__article__isnull=False)
            .order_by()
            .values("actor")
            .annotate(latest=Max("source__article__letter__latest"))
            .values_list("actor", "latest")
        )
        for actor_id, date in latest:
            if actor_id in self.ranks:
                self.years[self.ranks[actor_id]] = date.year


_lock = threading.Lock()
_current: Snapshot | None = None


def current() -> Snapshot:
    """The snapshot of the present version (1 query; about 20 more after a change).

    The version is read before the data: a snapshot may hold newer rows than its version says, and is
    then read again at the next call, never the other way round.
    """
    global _current
    version = Change.objects.version()
    snapshot = _current
    if snapshot is None or snapshot.version != version:
        with _lock:
            if _current is None or _current.version != version:
                _current = Snapshot.read(version)
            snapshot = _current
    return snapshot


def forget() -> None:
    """Drop the snapshot in memory: for tests, whose rows change without a version."""
    global _current
    _current = None
