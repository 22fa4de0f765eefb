"""Names of territories in memory, for what answers at every letter typed."""

from bisect import bisect_left
from dataclasses import dataclass, field

from django.db.models import F
from rapidfuzz import fuzz, process

from territories.enums import TerritoryKind
from territories.models import Containment, Territory, TerritoryName
from territories.text import fold

# How alike two names are, of 100, for one to be a misspelling of the other.
_ALIKE = 80


@dataclass(frozen=True)
class NamedTerritory:
    slug: str
    name: str
    name_key: str
    kind: str
    # Of the department it wholly lies in; '' for wider ones.
    department: str


@dataclass
class TerritoryNames:
    """Every name of every territory, former and short ones too."""

    # The most populous first.
    territories: list[NamedTerritory] = field(default_factory=list)
    # (word, name), sorted; name -> as it is folded, and the rank of its territory above.
    words: list[tuple[str, int]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    owners: list[int] = field(default_factory=list)

    @classmethod
    def read(cls, snapshot: object = None) -> "TerritoryNames":
        """3 queries; alike for every snapshot of one version of the territories."""
        departments = dict(
            Containment.objects.filter(whole=True, container__kind=TerritoryKind.DEPARTMENT)
            .order_by("-pk")
            .values_list("member", "container__name")
        )
        rows = Territory.objects.order_by(
            F("population").desc(nulls_last=True), "name_key", "pk"
        ).values_list("pk", "slug", "name", "name_key", "kind")
        read, ranks = cls(), {}
        for rank, (pk, slug, name, name_key, kind) in enumerate(rows):
            ranks[pk] = rank
            read.territories.append(NamedTerritory(slug, name, name_key, kind, departments.get(pk, "")))
        names = TerritoryName.objects.order_by("pk").values_list("territory", "name_key")
        for number, (pk, name_key) in enumerate(names):
            # A territory made since the first query has no rank: its names lead nowhere.
            read.owners.append(ranks.get(pk, -1))
            read.keys.append(name_key)
            read.words += [(word, number) for word in name_key.split()]
        read.words.sort()
        return read

    def carried(self, *told: object) -> "TerritoryNames":
        """The same: a snapshot that is made from another has the same territories."""
        return self

    def beginning(self, text: str, most: int) -> list[NamedTerritory]:
        """Territories with a name of which each word of ``text`` begins one, the likeliest first.

        The same name, then names that begin so, then the others; larger ones first.
        """
        key = fold(text)
        if not key:
            return []
        names = set.intersection(*(self._with_prefix(word) for word in key.split()))
        found = {self.owners[number] for number in names} - {-1}
        ordered = sorted(found, key=lambda rank: (self._distance(self.territories[rank], key), rank))
        return [self.territories[rank] for rank in ordered[:most]]

    def named(self, text: str, most: int) -> list[NamedTerritory]:
        """Territories of which ``text`` is a name, the most populous first."""
        key = fold(text)
        if not key:
            return []
        first, *others = (self._with_prefix(word) for word in key.split())
        names = first.intersection(*others)
        ranks = sorted({self.owners[number] for number in names if self.keys[number] == key} - {-1})
        return [self.territories[rank] for rank in ranks[:most]]

    def nearest(self, text: str, most: int) -> list[NamedTerritory]:
        """Territories with a name that ``text`` may be a misspelling of, the nearest first."""
        alike = process.extract(fold(text), self.keys, scorer=fuzz.ratio, score_cutoff=_ALIKE, limit=2 * most)
        ranks = dict.fromkeys(self.owners[number] for _, _, number in alike)
        return [self.territories[rank] for rank in ranks if rank != -1][:most]

    def _with_prefix(self, prefix: str) -> set[int]:
        start = bisect_left(self.words, (prefix,))
        end = bisect_left(self.words, (prefix + "~",))
        return {number for _, number in self.words[start:end]}

    @staticmethod
    def _distance(territory: NamedTerritory, key: str) -> int:
        if territory.name_key == key:
            return 0
        return 1 if territory.name_key.startswith(key) else 2
