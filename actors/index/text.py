"""Who is meant by a few words: the words in memory say who holds them, and how well.

Both databases give the same actors in the same order: words are read from stored ASCII columns, and no engine's
tokens, score or collation takes part. Quoted phrases alone are asked of the database, of whoever holds the other words.
"""

from array import array
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import cached_property
from operator import itemgetter

from django.db.models import Q
from pyroaring import BitMap
from rapidfuzz import fuzz, process

from actors.index.snapshot import Snapshot
from actors.index.tokens import Query, Term, read_query
from actors.index.words import ANYWHERE, PARTS, Words
from actors.models import SearchDocument
from territories.text import fold

# Longer queries are searched as they stand.
_MOST_WORDS = 6
# Known words a misspelt one may stand for, and by how many percent they may be less alike than the nearest.
_MOST_NEAR = 3
_AS_NEAR = 6
_PLACE_CUTOFF = 85
# Of so many actors texts are fetched by their ids; of more, those of all are read.
_FEW = 1000


class Tier(IntEnum):
    """How an actor meets the words, the best first."""

    EXACT_NAME = 0
    EXACT_ALIAS = 1
    NAME_BEGINS = 2
    IN_NAME = 3
    IN_ALIAS = 4
    IN_CONTEXT = 5
    ANYWHERE = 6
    NAME_WORD_BEGINS = 7


@dataclass(frozen=True)
class Matches:
    """Actors (ranks) that meet a query, tier by tier: ``levels``, the best first, nobody in two of them.

    Where nobody holds every word, ``corrected`` names the words that were taken for misspelt ones, or
    ``dropped`` the one that was left out; ``query`` is what was found in the end, for highlighting.
    """

    query: Query
    levels: tuple[BitMap, ...] = ()
    corrected: str = ""
    dropped: str = ""

    @cached_property
    def ranks(self) -> BitMap:
        return BitMap.union(*self.levels, BitMap())


def match(text: str, snapshot: Snapshot) -> Matches:
    """Actors that hold every wanted term and none of the unwanted (no query; 1 for phrases).

    A last word still being typed finds names with a word beginning so. When no actor of the whole
    directory holds the words (filters aside, so that they never change what words mean), each unknown
    word stands for the nearest words of names and places; failing that, one word is left out, that of a
    place first (with phrases 1 query more for each try, seven at most).
    """
    query = read_query(text)
    if not query:
        return Matches(query)
    levels = _found(query, snapshot)
    if levels or not query.wanted:
        return Matches(query, levels)
    nearest = _corrected(query, snapshot)
    if nearest and (levels := _held(nearest, snapshot)):
        return Matches(nearest, levels, corrected=nearest.text)
    for term in _droppable(query, snapshot):
        rest = replace(query, wanted=tuple(each for each in query.wanted if each is not term))
        if levels := _held(rest, snapshot):
            return Matches(rest, levels, dropped=term.text)
    return Matches(query)


def _found(query: Query, snapshot: Snapshot) -> tuple[BitMap, ...]:
    levels = _held(query, snapshot)
    begun = _begun(query, snapshot) - BitMap.union(*levels, BitMap())
    return (*levels, begun) if begun else levels


def _droppable(query: Query, snapshot: Snapshot) -> list[Term]:
    """Terms one of which may be left out, the likeliest first: words of places, then from the last one."""
    if not 2 <= len(query.wanted) <= _MOST_WORDS:
        return []
    places = [term for term in query.wanted if term.forms and _folded(term) in snapshot.words.of_places]
    return [*reversed(places), *(term for term in reversed(query.wanted) if term not in places)]


def _held(query: Query, snapshot: Snapshot) -> tuple[BitMap, ...]:
    words = snapshot.words
    wanted = [words.holding(term.forms, ANYWHERE) for term in query.wanted if term.forms]
    unwanted = [words.holding(term.forms, ANYWHERE) for term in query.unwanted if term.forms]
    found = BitMap.intersection(snapshot.everyone, *wanted) - BitMap.union(BitMap(), *unwanted)
    if any(term.phrase for term in (*query.wanted, *query.unwanted)):
        found = found & _with_phrases(query, found, snapshot)
    return _tiers(query, found, snapshot)


def _with_phrases(query: Query, among: BitMap, snapshot: Snapshot) -> BitMap:
    """Whose text holds the wanted phrases of a query and none of the unwanted (1 query, reading the texts of all but
    where few are asked about).
    """
    documents = SearchDocument.objects.order_by()
    if len(among) <= _FEW:
        documents = documents.filter(pk__in=[snapshot.ids[rank] for rank in among])
    for wanted, terms in ((True, query.wanted), (False, query.unwanted)):
        for term in terms:
            if term.phrase:
                held = Q(text__contains=f" {term.phrase} ")
                documents = documents.filter(held if wanted else ~held)
    ranks = snapshot.ranks
    ids = documents.values_list("pk", flat=True).iterator()
    return BitMap(array("I", [rank for pk in ids if (rank := ranks.get(pk)) is not None]))


def _tiers(query: Query, found: BitMap, snapshot: Snapshot) -> tuple[BitMap, ...]:
    """Those who were found by the best tier of each, empty tiers left out; no query."""
    words, key = snapshot.words, query.key
    levels: list[tuple[Tier, BitMap]] = []
    if key:
        levels += [
            (Tier.EXACT_NAME, words.exactly(key)),
            (Tier.EXACT_ALIAS, words.alias_keys.get(key, BitMap())),
            (Tier.NAME_BEGINS, words.beginning(key)),
        ]
    if query.wanted:
        levels += [
            (Tier.IN_NAME, _all_in(query, PARTS[:1], words)),
            (Tier.IN_ALIAS, _all_in(query, PARTS[:2], words)),
            (Tier.IN_CONTEXT, _all_in(query, PARTS, words)),
        ]
    tiers = []
    for _, meeting in sorted(levels, key=itemgetter(0)):
        tiers.append(found & meeting)
        found = found - meeting
    return tuple(filter(None, [*tiers, found]))


def _all_in(query: Query, parts: tuple[str, ...], words: Words) -> BitMap:
    """Actors with every wanted term in one of these parts of their document, a phrase by all its words."""
    terms = []
    for term in query.wanted:
        if term.forms:
            terms.append(words.holding(term.forms, parts))
        else:
            by_part = [
                BitMap.intersection(*(words.holding([word], [part]) for word in term.phrase.split()))
                for part in parts
            ]
            terms.append(BitMap.union(*by_part))
    return BitMap.intersection(*terms)


def _begun(query: Query, snapshot: Snapshot) -> BitMap:
    """Names with every word but the last, and one that begins with the last; it has three letters or more."""
    words = [term for term in query.wanted if term.forms]
    if len(words) != len(query.wanted) or query.unwanted or not words:
        return BitMap()
    last = _folded(words[-1])
    if len(last) < 3:
        return BitMap()
    ranks = snapshot.words.named_with_prefix(last)
    for term in words[:-1]:
        ranks = ranks & snapshot.words.named_with(term.forms)
    return ranks


def _folded(term: Term) -> str:
    return fold(term.text).replace(" ", "")


def _corrected(query: Query, snapshot: Snapshot) -> Query | None:
    """The query with each unknown word standing for the nearest known ones; None when one has none."""
    terms = []
    for term in query.wanted:
        if term.phrase or snapshot.words.knows(term.forms):
            terms.append(term)
            continue
        if not (forms := _nearest(_folded(term), snapshot)):
            return None
        terms.append(Term(" ou ".join(forms), forms=tuple(forms)))
    if terms == list(query.wanted):
        return None
    return Query(" ".join(term.text for term in terms), "", tuple(terms), query.unwanted)


def _nearest(word: str, snapshot: Snapshot) -> list[str]:
    """Known words that ``word`` may stand for, a few at most.

    The name of a place where nobody is known is no mistake, unless nearly the same as another or part of it.
    """
    cutoff = _PLACE_CUTOFF if word in snapshot.words.of_territories else _cutoff(len(word))
    near = process.extract(
        word, snapshot.words.whole, scorer=fuzz.ratio, score_cutoff=cutoff, limit=_MOST_NEAR
    )
    if near:
        return [known for known, score, _ in near if near[0][1] - score <= _AS_NEAR]
    if len(word) < 5 or word not in snapshot.words.of_territories:
        return []
    return [known for known in snapshot.words.whole if word in known][:_MOST_NEAR]


def _cutoff(length: int) -> float:
    """How alike two words must be, in percent: short words are soon alike by chance."""
    if length < 5:
        return 85
    return 70 if length < 8 else 65
