"""Why words found an actor: what its card says beside its name, and where the words stand."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from actors.enums import AliasKind, Label, Sector
from actors.index.tokens import Term
from actors.models import Actor
from pages.presenters.card import Texts
from pages.presenters.words import Words
from territories.memory import Memory

# Reasons a card gives, at most.
_MOST_REASONS = 2


@dataclass(frozen=True, slots=True)
class Held:
    """One part of an entry: its label, what is told of it (None: an excerpt), what is searched in it."""

    label: str
    told: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Searchable:
    """The card of an actor, and all of its entry that words may have found, the most telling first."""

    pk: int
    texts: Texts
    # Other names; misprints are never shown.
    aliases: tuple[str, ...]
    parts: tuple[Held, ...]


# Some 4 kB each.
_searchable: Memory[Searchable] = Memory(1500)


def searchable(ids: Sequence[int], version: int, *, found: bool) -> list[Searchable]:
    """Of these actors as a version tells them, in that order (10 queries for those not kept, none else).

    Without ``found``, where no words are asked, it is their cards alone (3 queries).
    """

    def read(keys: list[tuple[int, bool, int]]) -> dict[tuple[int, bool, int], Searchable]:
        actors = Actor.objects.listed([pk for _, _, pk in keys], found=found)
        return {(version, found, actor.pk): _read(actor, found=found) for actor in actors}

    keys = [(version, found, pk) for pk in ids]
    kept = _searchable.get_many(keys, read)
    return [kept[key] for key in keys if key in kept]


def _read(actor: Actor, *, found: bool) -> Searchable:
    if not found:
        return Searchable(actor.pk, Texts.of(actor), (), ())
    names = tuple(alias.name for alias in actor.aliases.all() if alias.kind != AliasKind.MISPRINT)
    return Searchable(actor.pk, Texts.of(actor), names, tuple(part for part in _parts(actor) if part.text))


def _parts(actor: Actor) -> Iterator[Held]:
    for activity in actor.activities.all():
        yield Held("Activité", activity.name, activity.name)
        for synonym in activity.synonyms.splitlines():
            yield Held("Activité", f"{activity.name} (« {synonym} »)", synonym)
    for row in (*actor.places.all(), *actor.areas.all()):
        name = getattr(row, "name", "")
        yield Held(
            "Lieu", ", ".join(filter(None, [name, row.territory.name])), f"{name} {row.territory.name}"
        )
    for row in (*actor.places.all(), *actor.areas.all()):
        if around := row.territory.parent:
            yield Held("Lieu", f"{row.territory.name} ({around.name})", around.name)
    for row in actor.sectors.all():
        yield Held("Domaine", Sector(row.sector).label, Sector(row.sector).label)
    for row in actor.labels.all():
        yield Held("Agrément, label ou dispositif", Label(row.label).label, Label(row.label).label)
    if not actor.kind_unspecified:
        yield Held("Type", actor.kind_label, actor.kind_label)
    yield Held("Statut juridique", actor.get_legal_form_display(), actor.get_legal_form_display())
    yield Held("Description", None, actor.description)
    for row in actor.spokespersons.all():
        # Who it is stands on the actor's page alone.
        yield Held("Porte-parole", "une personne de ce nom a parlé pour cet acteur", row.person.name)


@dataclass(frozen=True, slots=True)
class Reason:
    """Where the words of a search stand when it is not in the name: « Activité », « Maraîchage »."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Found:
    """What words found of an actor: another name of it, reasons, and the words, which are marked."""

    words: Words
    alias: str
    reasons: tuple[Reason, ...]

    @classmethod
    def by(cls, words: Words, entry: Searchable) -> "Found":
        missing = set(words.terms) - words.found_in(entry.texts.name, beginning=True)
        alias = _alias(words, entry.aliases, missing)
        missing -= words.found_in(alias)
        missing -= words.found_in(entry.texts.summary)
        return cls(words, alias, tuple(_reasons(words, entry.parts, missing)))


def _alias(words: Words, names: Sequence[str], missing: set[Term]) -> str:
    """The other name that holds most of the words its name lacks."""
    held = [(len(words.found_in(name, beginning=True) & missing), name) for name in names]
    most = max((number for number, _ in held), default=0)
    return next(name for number, name in held if number == most) if most else ""


def _reasons(words: Words, parts: Sequence[Held], missing: set[Term]) -> Iterator[Reason]:
    """What holds the words found neither in its names nor in its summary, the most telling first."""
    given = 0
    for held in parts:
        if given == _MOST_REASONS or not missing:
            return
        if told := words.found_in(held.text) & missing:
            missing = missing - told
            given += 1
            yield Reason(held.label, words.excerpt(held.text, told) if held.told is None else held.told)
