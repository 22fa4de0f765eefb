"""Who is meant by a few words: the engine says who holds them, the words in memory how well.

Both databases give the same actors in the same order: tiers come of the words in memory, read from
stored ASCII columns, and no engine's score or collation takes part.
"""

from array import array
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import cached_property
from operator import itemgetter

from django.db import connections
from django.db.models import QuerySet
from pyroaring import BitMap
from rapidfuzz import fuzz, process

from actors.index.snapshot import Snapshot
from actors.index.tokens import Query, Term, read_query
from actors.index.words import PARTS, Words
from actors.models import SearchDocument
from territories.text import fold

# Longer queries are searched as they stand.
_MOST_WORDS = 6
# Known words a misspelt one may stand for, and by how many percent they may be less alike than the nearest.
_MOST_NEAR = 3
_AS_NEAR = 6
_PLACE_CUTOFF = 85


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
    """Actors that hold every wanted term and none of the unwanted (1 query).

    A last word still being typed finds names with a word beginning so. When no actor of the whole
    directory holds the words (filters aside, so that they never change what words mean), each unknown
    word stands for the nearest words of names and places (1 query more); failing that, one word is left
    out (1 query for each, six at most), that of a place first.
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
    documents = SearchDocument.objects.order_by()
    words = [term for term in query.wanted if term.forms]
    if words:
        documents = documents.filter(words__holds=[term.forms for term in words])
    for term in query.wanted:
        if term.phrase:
            documents = documents.filter(text__contains=f" {term.phrase} ")
    for term in query.unwanted:
        if term.phrase:
            documents = documents.exclude(text__contains=f" {term.phrase} ")
        else:
            documents = documents.exclude(words__holds=[term.forms])
    return _tiers(query, _ranks(documents.values_list("actor"), snapshot), snapshot)


def _ranks(documents: QuerySet, snapshot: Snapshot) -> BitMap:
    """Of whom these rows of one column are: tens of thousands for a common word, fetched as the database gives them."""
    sql, parameters = documents.query.sql_with_params()
    with connections[documents.db].cursor() as cursor:
        cursor.execute(sql, parameters)
        rows = cursor.fetchall()
    known = snapshot.ranks
    return BitMap(array("I", [rank for (pk,) in rows if (rank := known.get(pk)) is not None]))


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
