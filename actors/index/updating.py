"""The snapshot of the next version, made from the one before: what ``Change`` rows name is read again, and nothing else."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Q
from pyroaring import BitMap

from actors.index.columns import Snapshot
from actors.index.reading import STEP, Reader, Row, actor_rows
from actors.models import Citation
from sources.models import Letter, Source
from territories.models import Change

# Changes between two versions, and actors they touch: with more of them, reading all anew is as quick.
MOST = 500
# Actors whose ranks are spread anew, on each side of one for whom there is no room: so many, or twice as many, …
_NEAREST, _FURTHEST = 8, 256
# What changes nobody in the index: texts of the site.
_BESIDE = {"page"}


def updated(base: Snapshot, version: int) -> Snapshot | None:
    """The snapshot of ``version``, ``base`` being that of an earlier one (about 20 queries, whatever the number of actors).

    None where all has to be read anew: territories, activities or many things changed, or something of which the
    change doesn't tell whom it touches.
    """
    touched = _touched(base, version)
    if touched is None or len(touched.known) + len(touched.public_ids) > MOST:
        return None
    asked = Q(pk__in=touched.known) | Q(public_id__in=touched.public_ids)
    rows = {row[0]: row for row in actor_rows().filter(asked)}
    known = touched.known | (rows.keys() & base.ranks.keys())
    snapshot = base.succeeding(version)
    if known or rows:
        places = _Places(snapshot)
        if not places.find(rows, known):
            return None
        reader = Reader(snapshot, only=list(places.ranks))
        for pk, rank in places.ranks.items():
            reader.take(rank, places.rows[pk])
        reader.read()
        snapshot.take_over(base, places.gone & base.everyone, BitMap(list(places.ranks.values())))
    else:
        snapshot.take_over(base, BitMap(), BitMap())
    return snapshot


class _Touched:
    """``known``: ids of actors of the snapshot; ``public_ids``: of actors who may be new."""

    def __init__(self, known: set[int], public_ids: set[str]) -> None:
        self.known, self.public_ids = known, public_ids


def _touched(base: Snapshot, version: int) -> _Touched | None:
    """Whom the changes since ``base`` touch, partners aside, whose links are read with theirs (1 to 5 queries)."""
    if version <= base.version:
        return None  # an older directory was put back
    changes = Change.objects.filter(number__gt=base.version, number__lte=version).order_by()
    keys: dict[str, set[str]] = defaultdict(set)
    for subject, key in changes.values_list("subject", "key")[: MOST + 1]:
        keys[subject].add(key)
    actors, letters, sources = (keys.pop(subject, set()) for subject in ("actor", "letter", "source"))
    if keys.keys() - _BESIDE or len(actors) > MOST:
        return None
    known = {base.ids[base.by_public_id[key]] for key in actors & base.by_public_id.keys()}
    if letters or sources:
        told = set(Letter.objects.filter(slug__in=letters).values_list("pk", flat=True)) if letters else set()
        cited = set(Source.objects.filter(pk__in=sources).values_list("pk", flat=True)) if sources else set()
        if len(told) < len(letters) or len(cited) < len(sources):
            return None  # called otherwise by now, or gone, and whoever it told of with it
        citing = Citation.objects.filter(Q(source__in=cited) | Q(source__article__letter__in=told))
        named = citing.filter(actor__isnull=False).order_by().values_list("actor", flat=True)
        known.update(pk for pk in named.distinct() if pk in base.ranks)
        known.update(base.ids[rank] for rank in base.any_of("letter", told))
    return _Touched(known, actors)


class _Places:
    """Finds ranks for actors that are read again, in a snapshot that is being made."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self.rows: dict[int, Row] = {}
        # Id -> rank of everybody to be read.
        self.ranks: dict[int, int] = {}
        # Ranks that are nobody's any more, or somebody's of whom all is read again.
        self.gone = BitMap()

    def find(self, rows: dict[int, Row], known: set[int]) -> bool:
        """Ranks for those of ``rows``, by id, and for whoever has to make room; False where there is no room near.

        ``known``: ids of all that have a rank and are to be read again, or are no more (1 query where somebody
        makes room).
        """
        self.rows = dict(rows)
        before = {
            pk: (self._snapshot.ranks[pk], self._snapshot.name_key(self._snapshot.ranks[pk])) for pk in known
        }
        self._take_out(rank for rank, _ in before.values())
        # A name that stays keeps its rank.
        staying = {pk for pk, (_, key) in before.items() if pk in rows and rows[pk][1] == key}
        for pk in staying:
            self._put(pk, rows[pk][1], before[pk][0])
        for pk, row in rows.items():
            if pk not in staying and not self._put_between(pk, row[1]):
                return False
        return self._read_moved()

    def _read_moved(self) -> bool:
        """The rows of those who made room; False where one of them is called otherwise by now."""
        if moved := self.ranks.keys() - self.rows.keys():
            others = {row[0]: row for row in actor_rows().filter(pk__in=moved)}
            if any(
                pk not in others or others[pk][1] != self._snapshot.name_key(self.ranks[pk]) for pk in moved
            ):
                return False
            self.rows |= others
        return True

    def _take_out(self, ranks: Iterable[int]) -> None:
        gone = BitMap(list(ranks))
        self._snapshot.forget(gone)
        self.gone |= gone

    def _put(self, pk: int, key: str, rank: int) -> None:
        snapshot = self._snapshot
        snapshot.name_keys.insert(snapshot.everyone.rank(rank), key)
        snapshot.everyone.add(rank)
        snapshot.hold(rank, pk)
        self.ranks[pk] = rank

    def _put_between(self, pk: int, key: str) -> bool:
        everyone, name_keys, ids = self._snapshot.everyone, self._snapshot.name_keys, self._snapshot.ids
        same = range(bisect_left(name_keys, key), bisect_right(name_keys, key))
        place = same.start + bisect_left(same, pk, key=lambda each: ids[everyone[each]])
        before = everyone[place - 1] if place else 0
        after = everyone[place] if place < len(everyone) else before + 2 * STEP
        if after - before > 1:
            self._put(pk, key, (before + after) // 2)
            return True
        return self._spread(place, pk, key)

    def _spread(self, place: int, pk: int, key: str) -> bool:
        """Make room by giving those around other ranks, in the same order."""
        everyone, name_keys, ids = self._snapshot.everyone, self._snapshot.name_keys, self._snapshot.ids
        near = _NEAREST
        while near <= _FURTHEST:
            first, last = max(0, place - near), min(len(everyone), place + near)
            left = everyone[first - 1] if first else 0
            right = everyone[last] if last < len(everyone) else everyone[-1] + 2 * STEP * near
            wanted = last - first + 1
            # A quarter stays free, so that the next one finds room.
            if 4 * wanted <= 3 * (right - left - 1):
                around = [
                    (ids[everyone[each]], name_keys[each], everyone[each]) for each in range(first, last)
                ]
                around.insert(place - first, (pk, key, 0))
                spread = [left + (number + 1) * (right - left) // (wanted + 1) for number in range(wanted)]
                moving = [(*each, rank) for each, rank in zip(around, spread, strict=True) if each[2] != rank]
                self._take_out(rank for _, _, rank, _ in moving if rank)
                for moved, its_key, _, rank in moving:
                    self._put(moved, its_key, rank)
                return True
            near *= 2
        return False
