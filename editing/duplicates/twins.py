"""Likely twins: of an entry or of what is typed into a form, and of the whole base."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from pyroaring import BitMap64
from rapidfuzz import fuzz, process

from actors.enums import ContactKind, Nature
from actors.models import NotTwins
from editing.duplicates.traits import Base, Neighbourhood, Traits, linked_pairs, name_words

# Points of each reason; docs/duplicates.md says what they find among the real entries.
_REGISTERED, _SIREN = 100, 30
_CONTACT = {
    ContactKind.EMAIL: ("Même adresse électronique", 45),
    ContactKind.WEBSITE: ("Même page web", 40),
    ContactKind.PHONE: ("Même téléphone", 35),
    ContactKind.SOCIAL: ("Même compte sur un réseau social", 25),
}
_SITE, _MAIL_DOMAIN = 25, 20
_NAME = 60
_SAME_PLACE, _BESIDE = 15, 8
# What a pair needs to be told: of the whole base, where nobody reads a long list; before a new entry is
# saved, where one look costs little.
_LISTED, _WARNED = 55, 20
# How much alike names must be for that, from 0 (no word in common) to 1.
_ALIKE_LISTED, _ALIKE_WARNED = 0.72, 0.5
# A contact of more entries than this is their network's, and tells nothing of two of them.
_SHARED_BY = 6
# Entries under one rare word beyond this number are compared with the next ones by name only.
_BLOCK, _WINDOW = 40, 8
# Per cent of their letters that a word and the same one misspelt have in common, and what such a word counts.
_SAME_WORD, _MISSPELT = 80, 0.9
_NOT_ALIKE = (0.0, "", "")


@dataclass(frozen=True)
class Reason:
    """Why two entries may be one, in French, with its points."""

    text: str
    points: int


@dataclass(frozen=True)
class Pair:
    """Two entries that may be one, the lower id first (0: not saved yet)."""

    one: int
    other: int
    reasons: tuple[Reason, ...]

    @property
    def score(self) -> int:
        return sum(reason.points for reason in self.reasons)

    @property
    def key(self) -> frozenset[int]:
        return frozenset((self.one, self.other))

    @property
    def rank(self) -> tuple[int, int, int]:
        return (-self.score, self.one, self.other)


def twins_of_saved(pk: int) -> list[Pair]:
    """Likely twins of an entry that is in the database, the likeliest first (7 queries at most, whatever the base)."""
    base = Base()
    return twins_of(base.entries[pk], base=base)


def twins_of(traits: Traits, *, limit: int = 10, base: Base | None = None) -> list[Pair]:
    """Likely twins of an entry, saved or not, the likeliest first (7 queries at most, whatever the base)."""
    base = base or Base()
    others = _like_one(base, traits) - {traits.pk}
    around = Neighbourhood.of(traits.places.union(*(base.entries[pk].places for pk in others)))
    pairs = _judged(base, [(traits, base.entries[pk]) for pk in others], _ALIKE_WARNED, around)
    known = NotTwins.objects.pairs() if traits.pk else set()
    found = [pair for pair in pairs if pair.score >= _WARNED and pair.key not in known]
    return sorted(found, key=lambda pair: pair.rank)[:limit]


def all_twins() -> list[Pair]:
    """Likely twins of the whole base, the likeliest first, without those told apart (8 queries, whatever its size).

    Two entries with a link between them were seen side by side by whoever entered it: they are told
    only when nearly everything speaks for it.
    """
    known = NotTwins.objects.pairs()
    found = [pair for pair in _likely_pairs() if pair.key not in known]
    linked = linked_pairs({pk for pair in found for pk in pair.key})
    kept = [pair for pair in found if pair.key not in linked or pair.score >= _REGISTERED]
    return sorted(kept, key=lambda pair: pair.rank)


# The last answer of _likely_pairs(), and what it was worked out from: whoever pages through a long list asks
# for it over and over.
_last: tuple[tuple[int, int], list[Pair]] | None = None


def _likely_pairs() -> list[Pair]:
    """Every pair with enough points (6 queries; some seconds for 20,000 entries, a fraction for the same ones again)."""
    global _last
    base = Base()
    around = Neighbourhood.of({pk for entry in base.entries.values() for pk in entry.places})
    asked = (base.digest, around.digest)
    if _last is None or _last[0] != asked:
        entries = ((base.entries[one], base.entries[other]) for one, other in _blocked(base))
        found = [pair for pair in _judged(base, entries, _ALIKE_LISTED, around) if pair.score >= _LISTED]
        _last = (asked, found)
    return _last[1]


# -- who is compared with whom -----------------------------------------------------------------------


def _like_one(base: Base, traits: Traits) -> set[int]:
    """Entries that share a key with one, or a telling word of a name as it may be misspelt."""
    found = {pk for key in traits.shared_keys for pk in base.by_key.get(key, ())}
    words = {word for name in traits.names for word in name_words(name)}
    similar = set(words)
    for word in words:
        if len(word) > 4:
            near = process.extract(
                word, list(base.words), scorer=fuzz.ratio, score_cutoff=_SAME_WORD, limit=20
            )
            similar.update(match for match, _, _ in near)
    rarest = sorted(similar & base.words.keys(), key=lambda word: len(base.words[word]))
    for word in rarest:
        # A word of half the base says nothing, unless the name has no other.
        if len(base.words[word]) <= max(200, len(base.entries) // 20) or word == rarest[0]:
            found.update(base.words[word])
    for name in traits.names:
        together = "".join(name_words(name))
        near = process.extract(together, list(base.together), scorer=fuzz.ratio, score_cutoff=90, limit=20)
        found.update(pk for match, _, _ in near for pk in base.together[match])
    return found


def _blocked(base: Base) -> Iterator[tuple[int, int]]:
    """Pairs that share a key, the beginning of a rare word of a name, or that of a whole name; each once.

    A quarter of a million of them for 20,000 entries: kept as numbers in a bitmap, which takes a few megabytes
    where tuples in a set take fifty.
    """
    blocks: dict[tuple[str, str], list[int]] = defaultdict(list)
    for key, ids in base.by_key.items():
        if len(ids) <= _SHARED_BY:
            blocks[key] = ids
    for pk, entry in base.entries.items():
        begins = set()
        for name in entry.names:
            words = name_words(name)
            rarest = sorted(words, key=lambda word: (len(base.words[word]), word))[:2]
            begins |= {("word", word[:4]) for word in rarest}
            begins.add(("name", "".join(words)[:6]))
        for begin in begins:
            blocks[begin].append(pk)
    # Two ids in one number, the lower one first.
    pairs = BitMap64()
    for ids in blocks.values():
        if len(ids) <= _BLOCK:
            pairs.update(min(pair) << 32 | max(pair) for pair in combinations(ids, 2))
            continue
        by_name = sorted(ids, key=lambda pk: (base.entries[pk].together, pk))
        for start, pk in enumerate(by_name):
            others = by_name[start + 1 : start + _WINDOW]
            pairs.update(min(pk, other) << 32 | max(pk, other) for other in others)
    return ((pair >> 32, pair & 0xFFFFFFFF) for pair in pairs)


# -- why two may be one ------------------------------------------------------------------------------


def _judged(
    base: Base, pairs: Iterable[tuple[Traits, Traits]], alike: float, around: Neighbourhood
) -> Iterator[Pair]:
    """Each pair with at least one reason."""
    for one, other in pairs:
        if not _can_be_one(one, other):
            continue
        near = _nearness(one, other, around)
        reasons = _shared(base, one, other)
        likeness = _NOT_ALIKE if near is None else _names_alike(base, one, other, alike)
        if likeness[0] >= alike:
            reasons.append(_named(likeness, near, around.names))
        if reasons:
            low, high = sorted((one.pk, other.pk))
            yield Pair(low, high, tuple(sorted(reasons, key=lambda reason: -reason.points)))


def _can_be_one(one: Traits, other: Traits) -> bool:
    """A PTCE is always an entry of its own, also under the name of who carries it."""
    return one.nature == other.nature or Nature.PTCE not in (one.nature, other.nature)


def _shared(base: Base, one: Traits, other: Traits) -> list[Reason]:
    """What both have to the letter. Contacts of an initiative are often those of who runs it: they count half there."""
    if one.shared_keys.isdisjoint(other.shared_keys):
        return []
    if one.siret and one.siret == other.siret:
        return [Reason(f"Même SIRET : {one.siret}", _REGISTERED)]
    if one.rna and one.rna == other.rna:
        return [Reason(f"Même RNA : {one.rna}", _REGISTERED)]
    reasons, half = [], 1 if one.nature == other.nature else 2
    siren = one.siren or one.siret[:9]
    if siren and siren == (other.siren or other.siret[:9]):
        # An association and its ESAT share one.
        reasons.append(Reason(f"Même SIREN : {siren}", _SIREN))
    pages = set()
    for kind, value in sorted(one.contacts & other.contacts):
        if len(base.by_key.get((kind, value), ())) <= _SHARED_BY:
            text, points = _CONTACT[kind]
            reasons.append(Reason(f"{text} : {value}", points // half))
            pages.add(value.split("/", 1)[0].rpartition("@")[2])
    for shared, text, points in (
        (one.sites & other.sites, "Même site", _SITE),
        (one.mail_domains & other.mail_domains, "Même domaine de messagerie", _MAIL_DOMAIN),
    ):
        for site in sorted(shared - pages)[:1]:
            if len(base.by_key.get(("site", site), ())) <= _SHARED_BY:
                reasons.append(Reason(f"{text} : {site}", points // half))
    return reasons


def _names_alike(base: Base, one: Traits, other: Traits, alike: float) -> tuple[float, str, str]:
    """How much alike the likest two of their names are, and which; as good as 0 for less than ``alike``."""
    told_apart = (
        one.precision and other.precision and name_words(one.precision) != name_words(other.precision)
    )
    best = _NOT_ALIKE
    for first in one.names:
        for second in other.names:
            # Who gave both a precision wanted to tell them apart: the bare names then say nothing.
            if told_apart and first in (one.name, one.full_name) and second in (other.name, other.full_name):
                continue
            best = max(best, (_likeness(base, first, second, alike), first, second))
    return best


def _likeness(base: Base, first: str, second: str, alike: float) -> float:
    """The share of the words, by weight, that two names have in common; a misspelt word counts nine tenths."""
    words, others = name_words(first), name_words(second)
    if words == others:
        return 1
    mine, theirs = base.weight_of(first), base.weight_of(second)
    shared = set(words).intersection(others)
    common = sum(map(base.weight, shared))
    rest, their_rest = mine - common, theirs - common
    # Nearly all pairs end here: not even with every word misspelt would they be alike enough.
    most = min(rest, their_rest)
    if common + _MISSPELT * most < alike * (common + rest + their_rest - most):
        return 0.9 if _written_together(words, others) else 0
    total = common + rest + their_rest
    left = [word for word in others if word not in shared]
    for word in words:
        if word not in shared and (match := _misspelt(word, left)):
            left.remove(match)
            common += _MISSPELT * base.weight(word)
            total -= base.weight(match)
    if common < _ALIKE_LISTED * total and _written_together(words, others):
        return 0.9
    return common / total


def _misspelt(word: str, others: list[str]) -> str:
    if len(word) < 5 or not word.isalpha():
        return ""
    found = process.extractOne(word, others, scorer=fuzz.ratio, score_cutoff=_SAME_WORD)
    return found[0] if found and found[0].isalpha() else ""


def _written_together(words: Iterable[str], others: Iterable[str]) -> bool:
    """« Rezo Pouce » and « Rézopouce »; never two names with other numbers in them."""
    first, second = "".join(words), "".join(others)
    if abs(len(first) - len(second)) > 2:
        return False
    digits = ["".join(filter(str.isdigit, text)) for text in (first, second)]
    return len(first) > 5 and digits[0] == digits[1] and fuzz.ratio(first, second) >= 94


@dataclass(frozen=True)
class _Near:
    """What is known of where two entries are: points, how it is said, and of which territories."""

    points: int
    text: str
    territories: tuple[int, ...] = ()


_UNKNOWN = _Near(0, "lieu non précisé")


def _nearness(one: Traits, other: Traits, around: Neighbourhood) -> _Near | None:
    """None when they are far apart."""
    if not (one.places and other.places):
        return _UNKNOWN
    if same := one.places & other.places:
        return _Near(_SAME_PLACE, "au même endroit", (min(same),))
    for here in sorted(one.places):
        for there in sorted(other.places):
            if around.touch(here, there):
                return _Near(_BESIDE, "tout près", (here, there))
    return None


def _named(likeness: tuple[float, str, str], near: _Near, names: dict[int, str]) -> Reason:
    """The reason that their names are alike, with where they are."""
    share, first, second = likeness
    text = f"Même nom « {first} »" if share == 1 else f"Noms proches, « {first} » et « {second} »"
    where = ", ".join(names[pk] for pk in near.territories)
    where = f"{near.text} ({where})" if where else near.text
    return Reason(f"{text}, {where}", round(share * _NAME) + near.points)
