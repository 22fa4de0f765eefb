"""Who is meant by a few words: the engine says who holds them, stored columns say how well.

Both databases give the same actors in the same order: tiers are conditions on stored ASCII columns,
and no engine's score or collation takes part.
"""

from dataclasses import dataclass, field
from enum import IntEnum

from django.db.models import Case, IntegerField, Q, Value, When
from rapidfuzz import fuzz, process

from actors.index.snapshot import Snapshot
from actors.index.tokens import Query, Term, read_query
from actors.models import SearchDocument
from territories.text import fold


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
    SIMILAR = 8


@dataclass(frozen=True)
class Matches:
    """Tier of each actor (by rank) that meets a query; ``corrected``: the words that were found instead."""

    query: Query
    tiers: dict[int, int] = field(default_factory=dict)
    corrected: str = ""


def match(text: str, snapshot: Snapshot) -> Matches:
    """Actors that hold every wanted term and none of the unwanted (1 query; 2 when words are misspelt).

    A last word still being typed finds names with a word beginning so. When no actor of the whole
    directory holds the words, each unknown word is replaced by the nearest word of a name or place.
    """
    query = read_query(text)
    if not query:
        return Matches(query)
    tiers = _held(query, snapshot)
    for rank in _begun(query, snapshot):
        tiers.setdefault(rank, Tier.NAME_WORD_BEGINS)
    if tiers or not query.wanted:
        return Matches(query, tiers)
    corrected = _corrected(query, snapshot)
    if corrected:
        nearest = read_query(corrected)
        tiers = dict.fromkeys(_held(nearest, snapshot), int(Tier.SIMILAR))
        if tiers:
            return Matches(nearest, tiers, corrected)
    return Matches(query)


def _held(query: Query, snapshot: Snapshot) -> dict[int, int]:
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
    found = documents.annotate(tier=_tier(query)).values_list("actor", "tier")
    return {snapshot.ranks[pk]: tier for pk, tier in found if pk in snapshot.ranks}


def _tier(query: Query) -> Case:
    whens = []
    if query.key:
        whens = [
            When(actor__name_key=query.key, then=Value(int(Tier.EXACT_NAME))),
            When(alias_keys__contains=f"|{query.key}|", then=Value(int(Tier.EXACT_ALIAS))),
            When(actor__name_key__startswith=query.key, then=Value(int(Tier.NAME_BEGINS))),
        ]
    if query.wanted:
        whens += [
            When(_all_in(query, "name"), then=Value(int(Tier.IN_NAME))),
            When(_all_in(query, "name", "aliases"), then=Value(int(Tier.IN_ALIAS))),
            When(_all_in(query, "name", "aliases", "context"), then=Value(int(Tier.IN_CONTEXT))),
        ]
    return Case(*whens, default=Value(int(Tier.ANYWHERE)), output_field=IntegerField())


def _all_in(query: Query, *columns: str) -> Q:
    condition = Q()
    for term in query.wanted:
        tokens = term.forms or tuple(term.phrase.split())
        one = Q()
        for column in columns:
            if term.forms:
                for token in tokens:
                    one |= Q(**{f"{column}__contains": f" {token} "})
            else:
                every = Q()
                for token in tokens:
                    every &= Q(**{f"{column}__contains": f" {token} "})
                one |= every
        condition &= one
    return condition


def _begun(query: Query, snapshot: Snapshot) -> set[int]:
    """Names with every word but the last, and one that begins with the last; it has three letters or more."""
    words = [term for term in query.wanted if term.forms]
    if len(words) != len(query.wanted) or query.unwanted or not words:
        return set()
    last = _folded(words[-1])
    if len(last) < 3:
        return set()
    ranks = snapshot.named_with_prefix(last)
    for term in words[:-1]:
        ranks &= set().union(*(snapshot.named_with(form) for form in term.forms))
    return ranks


def _folded(term: Term) -> str:
    return fold(term.text).replace(" ", "")


def _corrected(query: Query, snapshot: Snapshot) -> str:
    """The query with each unknown word replaced by the nearest known one; '' when one has none."""
    words = []
    for term in query.wanted:
        if not term.forms:
            words.append(f'"{term.text}"')
            continue
        word = _folded(term)
        if word in snapshot.vocabulary or any(form in snapshot.vocabulary for form in term.forms):
            words.append(word)
            continue
        nearest = process.extractOne(
            word, snapshot.vocabulary_list, scorer=fuzz.ratio, score_cutoff=_cutoff(len(word))
        )
        if nearest is None:
            return ""
        words.append(nearest[0])
    return " ".join(words)


def _cutoff(length: int) -> float:
    """How alike two words must be, in percent: short words are soon alike by chance."""
    if length < 5:
        return 85
    return 70 if length < 8 else 65
