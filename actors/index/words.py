"""The words under which actors are named and described, in memory: who holds which, and where."""

from array import array
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from copy import copy
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from pyroaring import BitMap

from actors.enums import AliasKind, PublicationStatus
from actors.index.tokens import STOP_WORDS
from actors.models import Alias, SearchDocument
from territories.models import Territory
from territories.text import fold

if TYPE_CHECKING:
    from actors.index.columns import Snapshot

# Columns of a document, from the name outwards.
PARTS = ("name", "aliases", "context")
# The same, and what stands in none of them: words of summaries, descriptions, legal forms, and who speaks for it.
ANYWHERE = (*PARTS, "rest")
# After every letter, digit and space.
_LAST = "~"
# Beginnings of so many letters at most: there are few of them.
_SHORT = 3


@dataclass
class Words:
    """Words of the published actors of one version. Bitmaps hold ranks; what stands in a snapshot is shared with it."""

    # Names folded, hence sorted, of everyone, in the order of ranks.
    name_keys: list[str]
    everyone: BitMap
    # Rank -> name, precision, slug and nature.
    names: list[tuple[str, str, str, str] | None]
    # Id of an actor -> rank.
    ranks: dict[int, int]
    # Ids of the territories where somebody is, sorted.
    territories: list[int]
    # Other name folded -> ranks.
    alias_keys: dict[str, BitMap] = field(default_factory=dict)
    # Part of a document -> word -> ranks.
    parts: dict[str, dict[str, BitMap]] = field(default_factory=lambda: {part: {} for part in ANYWHERE})
    _beginnings: dict[str, BitMap] = field(default_factory=dict)

    @classmethod
    def read(cls, snapshot: "Snapshot") -> "Words":
        """From the documents, made once when an actor changes (1 query)."""
        words = cls(**cls._shared(snapshot))
        words._read()
        return words

    @staticmethod
    def _shared(snapshot: "Snapshot") -> dict:
        return {
            "name_keys": snapshot.name_keys,
            "everyone": snapshot.everyone,
            "names": snapshot.names,
            "ranks": snapshot.ranks,
            "territories": snapshot.values["stated_territory"],
        }

    def _read(self, only: Collection[int] | None = None) -> None:
        # Lists, cheap to fill, that become bitmaps.
        lists: dict[str, dict[str, array]] = {part: defaultdict(_ranks) for part in ANYWHERE}
        aliases: dict[str, array] = defaultdict(_ranks)
        documents = SearchDocument.objects.order_by()
        if only is not None:
            documents = documents.filter(actor__in=only)
        columns = documents.values_list("actor", "alias_keys", "words", *PARTS)
        for actor_id, keys, every, *texts in columns.iterator(chunk_size=1000):
            rank = self.ranks.get(actor_id)
            if rank is None:
                continue
            for key in keys.split("|"):
                if key:
                    aliases[key].append(rank)
            parts = [text.split() for text in texts]
            for part, words in zip(ANYWHERE, (*parts, set(every.split()).difference(*parts)), strict=True):
                found = lists[part]
                for word in words:
                    found[word].append(rank)
        _add(self.alias_keys, aliases)
        for part, found in lists.items():
            _add(self.parts[part], found)

    def carried(self, before: "Snapshot", after: "Snapshot", gone: BitMap, came: BitMap) -> "Words":
        """The words of the snapshot that comes after, of which only those who ``came`` are read (1 query, 2 once a
        word was corrected); the ranks that are ``gone`` are taken out.
        """
        words = replace(
            self,
            **self._shared(after),
            alias_keys=_without(self.alias_keys, gone),
            parts={part: _without(found, gone) for part, found in self.parts.items()},
            _beginnings={},
        )
        ids = [after.ids[rank] for rank in came]
        words._read(ids)
        if "of_territories" in self.__dict__:
            words.of_territories = self.of_territories
        if "of_places" in self.__dict__ and self.territories == words.territories:
            words.of_places = self.of_places
        if "_sorted" in self.__dict__ and all(
            self.parts[part].keys() == words.parts[part].keys() for part in ("name", "aliases")
        ):
            words._sorted = self._sorted
        if "_written" in self.__dict__:
            words._written = self._written.carried(before, after, gone, came)
        return words

    # -- who is named so -----------------------------------------------------------------------------

    def exactly(self, key: str) -> BitMap:
        """Actors of that very name, folded."""
        return self._between(key, f"{key} ")

    def beginning(self, key: str) -> BitMap:
        """Actors whose name begins so, folded."""
        return self._between(key, key + _LAST)

    def _between(self, first: str, end: str) -> BitMap:
        """Actors from one folded name to another, which is left out."""
        return self.everyone[bisect_left(self.name_keys, first) : bisect_left(self.name_keys, end)]

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
        keys = Territory.objects.filter(pk__in=self.territories).order_by().values_list("name_key", flat=True)
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
        """Words as they are written, in names and places: what a misspelt one may have meant (2 queries, once).

        They are shown, so that printing errors and stems are none of them. Sorted: among equally near
        words every process takes the same.
        """
        words = self._written.numbers.keys() | self.of_places
        return sorted(word for word in words - STOP_WORDS if len(word) > 2)

    @cached_property
    def _written(self) -> "_Written":
        written = _Written()
        written.read(zip(self.everyone, self.name_keys, strict=True), self.names, self.ranks)
        return written


@dataclass
class _Written:
    """Words of names, precisions and other names as they are written, with the number of actors that have each."""

    numbers: Counter[str] = field(default_factory=Counter)
    # Rank -> its words that are not of its name, of those who have any.
    others: dict[int, set[str]] = field(default_factory=dict)

    def read(
        self,
        rows: Iterable[tuple[int, str]],
        names: list[tuple[str, str, str, str] | None],
        ranks: dict[int, int],
        only: Collection[int] | None = None,
    ) -> None:
        """``rows``: rank and folded name of those to add (1 query)."""
        printed = Alias.objects.filter(actor__publication=PublicationStatus.PUBLISHED)
        printed = printed.exclude(kind=AliasKind.MISPRINT).order_by()
        if only is not None:
            printed = printed.filter(actor__in=only)
        found: dict[int, set[str]] = defaultdict(set)
        for actor_id, key in printed.values_list("actor", "name_key"):
            if actor_id in ranks:
                found[ranks[actor_id]].update(key.split())
        for rank, name_key in rows:
            words = name_key.split()
            if precision := names[rank][1]:
                found[rank].update(fold(precision).split())
            if other := found.get(rank):
                self.others[rank] = other
                words += other
            self.numbers.update(words)

    def carried(self, before: "Snapshot", after: "Snapshot", gone: BitMap, came: BitMap) -> "_Written":
        written = _Written(copy(self.numbers), copy(self.others))
        for rank in gone:
            words = [*before.name_key(rank).split(), *written.others.pop(rank, ())]
            written.numbers.subtract(words)
            for word in words:
                if not written.numbers[word]:
                    del written.numbers[word]
        rows = [(rank, after.name_key(rank)) for rank in came]
        written.read(rows, after.names, after.ranks, [after.ids[rank] for rank in came])
        return written


def _ranks() -> array:
    return array("I")


def _add(sets: dict[str, BitMap], lists: dict[str, array]) -> None:
    """The lists go as the bitmaps come: of a large directory they are the greater part of the memory."""
    while lists:
        key, ranks = lists.popitem()
        found = BitMap(ranks)
        sets[key] = sets[key] | found if key in sets else found


def _without(sets: dict[str, BitMap], gone: BitMap) -> dict[str, BitMap]:
    left = copy(sets)
    for key, ranks in sets.items():
        if ranks.intersect(gone):
            if rest := ranks - gone:
                left[key] = rest
            else:
                del left[key]
    return left
