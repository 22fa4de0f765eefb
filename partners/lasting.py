"""What stands behind an identifier today: the thing, where it went, or that it is gone."""

import datetime
from dataclasses import dataclass

from django.urls import reverse

from actors.enums import CooperationKind, Nature
from actors.models import Actor, Address, Cooperation, PublicId
from actors.phrases import SYMMETRIC_KINDS
from partners.identifiers import (
    COOPERATION,
    LETTER,
    TERRITORY,
    CooperationId,
    find_territory,
    territory_id,
)
from partners.records import ActorReader, CooperationReader, LetterReader, Links, PtceReader, TerritoryReader
from partners.records.dictionary import ACTOR_PARTS, LETTER_PARTS, TERRITORY_PARTS
from sources.models import Letter
from territories.models import Change, Territory


@dataclass(frozen=True)
class Found:
    """Something in the directory. ``word``: its identifier; ``page``: path of the page that shows it."""

    word: str
    page: str
    row: Actor | Territory | Letter | Cooperation

    def record(self, links: Links) -> dict | None:
        """All that is public of it; None when it was withdrawn a moment ago."""
        pk = self.row.pk
        if isinstance(self.row, Actor):
            is_ptce = self.row.nature == Nature.PTCE
            reader = (PtceReader if is_ptce else ActorReader)(links, include=ACTOR_PARTS)
        elif isinstance(self.row, Territory):
            reader = TerritoryReader(links, include=list(TERRITORY_PARTS))
        elif isinstance(self.row, Letter):
            reader = LetterReader(links, include=list(LETTER_PARTS))
        else:
            reader = CooperationReader(links)
        return next(iter(reader.read([pk])), None)


@dataclass(frozen=True)
class Moved:
    """It is another thing's identifier by now: that of the actor it was merged with, or the same written otherwise."""

    word: str
    merged: bool = False


@dataclass(frozen=True)
class Gone:
    """It was deleted. ``on``: the day, where it is known."""

    on: datetime.date | None = None


Fate = Found | Moved | Gone | None


def resolve(word: str) -> Fate:
    """What an identifier leads to; None for what never was public (4 queries at most, 6 for a cooperation)."""
    if "\0" in word:
        return None
    kind, _, rest = word.rpartition("/")
    find = {"": _actor, TERRITORY: _territory, LETTER: _letter, COOPERATION: _cooperation}.get(kind)
    return find(rest) if find else None


def actor_fate(public_id: str) -> Fate:
    """The same of an actor alone."""
    return None if "\0" in public_id else _actor(public_id)


def address_fate(slug: str) -> Fate:
    """What the word of an actor's page leads to, present or old (3 queries at most)."""
    address = Address.objects.filter(slug=slug).first() if "\0" not in slug else None
    fate = _actor(address.public_id_id) if address else None
    return Moved(fate.word) if isinstance(fate, Found) else fate


def _actor(value: str) -> Fate:
    known = PublicId.objects.filter(value=value).first()
    # Nobody learns that there was a draft.
    if known is None or not (known.was_public or known.actor_id):
        return None
    survivor = known.survivor()
    if survivor.actor is None:
        return Gone(survivor.ended_on)
    if not survivor.actor.is_public:
        return None
    if survivor.value != value:
        return Moved(survivor.value, merged=True)
    return Found(value, survivor.actor.get_absolute_url(), survivor.actor)


def _territory(word: str) -> Fate:
    territory = find_territory(word)
    if territory is None:
        gone = {territory_id(*key.split(":", 1)) for key in Change.objects.deleted("territory")}
        return Gone() if word in gone else None
    own = territory_id(territory.kind, territory.code)
    if own != word:
        return Moved(f"{TERRITORY}/{own}")
    return Found(f"{TERRITORY}/{own}", territory.get_absolute_url(), territory)


def _letter(slug: str) -> Fate:
    letter = Letter.objects.published().filter(slug=slug).first()
    if letter:
        return Found(f"{LETTER}/{slug}", letter.get_absolute_url(), letter)
    # One that was out and was withdrawn before it was deleted was told as withdrawn alone.
    told = Change.objects.filter(subject="letter", key=slug)
    return Gone() if told.exists() and not Letter.objects.filter(slug=slug).exists() else None


def _cooperation(word: str) -> Fate:
    asked = CooperationId.parse(word)
    if asked is None:
        return None
    ends = []
    for value in (asked.source, asked.target):
        fate = _actor(value)
        if fate is None or isinstance(fate, Gone):
            return fate
        ends.append(value if isinstance(fate, Found) else fate.word)
    for source, target in (ends, reversed(ends)):
        link = Cooperation.objects.public().identified(source, asked.kind, target, asked.rank).first()
        own = CooperationId(source, asked.kind, target, asked.rank)
        if link and own != asked:
            return Moved(f"{COOPERATION}/{own}", merged=True)
        if link:
            page = f"{reverse('cooperation-list')}?acteur={link.source.slug}&type={CooperationKind(asked.kind).slug}"
            return Found(f"{COOPERATION}/{own}", page, link)
        if asked.kind not in SYMMETRIC_KINDS:
            break
    return None
