"""The words under which actors are named and described, in memory: who holds which, and where."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from pyroaring import BitMap

from actors.enums import AliasKind
from actors.index.tokens import STOP_WORDS
from actors.models import Actor, Alias, Place, SearchDocument
from territories.models import Territory
from territories.text import fold

# Columns of a document, from the name outwards; the rest of its words is the database's to search.
PARTS = ("name", "aliases", "context")
# After every letter, digit and space.
_LAST = "~"
# Beginnings of so many letters at most: there are few of them.
_SHORT = 3


@dataclass
class Words:
    """Words of the published actors of one version. Bitmaps hold ranks."""

    # Rank -> name folded, hence sorted.
    name_keys: list[str] = field(default_factory=list)
    # Other name folded -> ranks.
    alias_keys: dict[str, BitMap] = field(default_factory=dict)
    # Part of a document -> word -> ranks.
    parts: dict[str, dict[str, BitMap]] = field(default_factory=lambda: {part: {} for part in PARTS})
    _beginnings: dict[str, BitMap] = field(default_factory=dict)

    @classmethod
    def read(cls, ranks: Mapping[int, int], name_keys: list[str]) -> "Words":
        """From the documents, made once when an actor changes (1 query)."""
        lists: dict[str, dict[str, list[int]]] = {part: defaultdict(list) for part in PARTS}
        aliases: dict[str, list[int]] = defaultdict(list)
        documents = SearchDocument.objects.order_by().values_list("actor", "alias_keys", *PARTS)
        for actor_id, keys, *columns in documents.iterator(chunk_size=2000):
            rank = ranks.get(actor_id)
            if rank is None:
                continue
            for key in keys.split("|"):
                if key:
                    aliases[key].append(rank)
            for part, column in zip(lists.values(), columns, strict=True):
                for word in column.split():
                    part[word].append(rank)
        return cls(name_keys, _kept(aliases), {part: _kept(words) for part, words in lists.items()})

    # -- who is named so -----------------------------------------------------------------------------

    def exactly(self, key: str) -> BitMap:
        """Actors of that very name, folded."""
        return BitMap(range(bisect_left(self.name_keys, key), bisect_left(self.name_keys, f"{key} ")))

    def beginning(self, key: str) -> BitMap:
        """Actors whose name begins so, folded."""
        return BitMap(range(bisect_left(self.name_keys, key), bisect_left(self.name_keys, key + _LAST)))

    def named_with(self, forms: Iterable[str]) -> BitMap:
        """Actors with one of these words in a name or other name."""
        return self.holding(forms, ("name", "aliases"))

    def named_with_prefix(self, prefix: str) -> BitMap:
        """Actors with a word in a name or other name that begins so; not to be changed in place.

        Short beginnings are many words: what they find is kept.
        """
        if prefix in self._beginnings:
            return self._beginnings[prefix]
        words = self._sorted[bisect_left(self._sorted, prefix) : bisect_left(self._sorted, prefix + _LAST)]
        found = self.named_with(words)
        if len(prefix) <= _SHORT:
            self._beginnings[prefix] = found
        return found

    def holding(self, words: Iterable[str], parts: Iterable[str]) -> BitMap:
        """Actors with one of ``words`` in one of ``parts`` of their document."""
        words = list(words)
        sets = [found for part in parts for word in words if (found := self.parts[part].get(word))]
        return BitMap.union(*sets) if sets else BitMap()

    # -- what words there are ------------------------------------------------------------------------

    @cached_property
    def _sorted(self) -> list[str]:
        return sorted({*self.parts["name"], *self.parts["aliases"]})

    @cached_property
    def of_places(self) -> set[str]:
        """Words of the names of territories where somebody is (1 query, once)."""
        keys = Place.objects.order_by().values_list("territory__name_key", flat=True).distinct()
        return {word for key in keys for word in key.split()}

    @cached_property
    def of_territories(self) -> set[str]:
        """Words of the names of all territories, actors or not (1 query, once)."""
        keys = Territory.objects.order_by().values_list("name_key", flat=True)
        return {word for key in keys for word in key.split()} - STOP_WORDS

    def knows(self, forms: Iterable[str]) -> bool:
        """Whether a form of a word is one of a name, another name or a place: it is then not misspelt."""
        forms = set(forms)
        return any(form in self.parts[part] for part in ("name", "aliases") for form in forms) or not (
            self.of_places.isdisjoint(forms)
        )

    @cached_property
    def whole(self) -> list[str]:
        """Words as they are written, in names and places: what a misspelt one may have meant (3 queries, once).

        They are shown, so that printing errors and stems are none of them. Sorted: among equally near
        words every process takes the same.
        """
        published = Actor.objects.published().order_by()
        precisions = published.exclude(precision="").values_list("precision", flat=True).distinct()
        printed = Alias.objects.filter(actor__in=published).exclude(kind=AliasKind.MISPRINT).order_by()
        keys = {*self.name_keys, *map(fold, precisions), *printed.values_list("name_key", flat=True)}
        words = {word for key in keys for word in key.split()} | self.of_places
        return sorted(word for word in words - STOP_WORDS if len(word) > 2)


def _kept(lists: dict[str, list[int]]) -> dict[str, BitMap]:
    return {key: BitMap(ranks) for key, ranks in lists.items()}
