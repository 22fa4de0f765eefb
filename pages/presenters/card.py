"""One actor in a list: what its card tells, and why a search found it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.template.loader import render_to_string
from django.utils.formats import number_format
from django.utils.safestring import SafeString

from actors.enums import AliasKind, Label, Nature, Sector
from actors.index.tokens import Term
from actors.models import Actor
from pages.presenters.words import Words
from pages.templatetags.french import lower_first
from territories.memory import Memory

# Reasons a card gives, at most.
_MOST_REASONS = 2


@dataclass(frozen=True)
class Reason:
    """Where the words of a search stand when it is not in the name: « Activité », « Maraîchage »."""

    label: str
    text: str


@dataclass(frozen=True)
class Card:
    """An actor as ``for_list()`` loads it; with ``words``, as ``for_search()`` does too."""

    actor: Actor
    words: Words | None = None
    # « à 12 km (à vol d’oiseau) », around a place.
    distance: str = ""
    # Addresses of the list without this actor, and with it: « Ma sélection ».
    remove: str = ""
    add: str = ""
    # Another name it was found under; a misprint is never shown.
    alias: str = field(init=False, default="")
    reasons: tuple[Reason, ...] = field(init=False, default=())

    def __post_init__(self) -> None:
        if not self.words:
            return
        missing = set(self.words.terms) - self.words.found_in(self.actor.full_name, beginning=True)
        alias = self._alias(missing)
        object.__setattr__(self, "alias", alias)
        missing -= self.words.found_in(alias)
        missing -= self.words.found_in(self.actor.summary)
        object.__setattr__(self, "reasons", tuple(self._reasons(missing)))

    @property
    def nature(self) -> str:
        return Nature(self.actor.nature).label

    @property
    def kind(self) -> str:
        """What follows its nature, no word twice: « , lieu », «  d’insertion » after « Structure », ''."""
        if self.actor.nature == Nature.PTCE or self.actor.kind_unspecified:
            return ""
        label = self.actor.kind_label
        return label[len(self.nature) :] if label.startswith(self.nature) else f", {lower_first(label)}"

    @property
    def place(self) -> str:
        """The territory of its first place, as the source says it; '' where none is told."""
        return next((place.territory.name for place in self.actor.places.all()), "")

    @property
    def year(self) -> int | None:
        """The year of what is known of it."""
        dates = [date for date in (self.actor.told_on, self.actor.last_confirmed_on) if date]
        return max(dates).year if dates else None

    def _alias(self, missing: set[Term]) -> str:
        """The other name that holds most of the words its name lacks."""
        names = [alias.name for alias in self.actor.aliases.all() if alias.kind != AliasKind.MISPRINT]
        held = [(len(self.words.found_in(name, beginning=True) & missing), name) for name in names]
        most = max((number for number, _ in held), default=0)
        return next(name for number, name in held if number == most) if most else ""

    def _reasons(self, missing: set[Term]) -> list[Reason]:
        """What holds the words found neither in its names nor in its summary, the most telling first."""
        found: list[Reason] = []
        for label, text, held in self._parts():
            if len(found) == _MOST_REASONS or not missing:
                break
            if told := self.words.found_in(held) & missing:
                missing -= told
                found.append(Reason(label, self.words.excerpt(held, told) if text is None else text))
        return found

    def _parts(self):
        """(label, what is told, what is searched) of each part of the entry; None: an excerpt is told."""
        actor = self.actor
        for activity in actor.activities.all():
            yield "Activité", activity.name, activity.name
            for synonym in activity.synonyms.splitlines():
                yield "Activité", f"{activity.name} (« {synonym} »)", synonym
        for row in (*actor.places.all(), *actor.areas.all()):
            name = getattr(row, "name", "")
            yield "Lieu", ", ".join(filter(None, [name, row.territory.name])), f"{name} {row.territory.name}"
        for row in (*actor.places.all(), *actor.areas.all()):
            if around := row.territory.parent:
                yield "Lieu", f"{row.territory.name} ({around.name})", around.name
        for row in actor.sectors.all():
            yield "Domaine", Sector(row.sector).label, Sector(row.sector).label
        for row in actor.labels.all():
            yield "Agrément, label ou dispositif", Label(row.label).label, Label(row.label).label
        if not actor.kind_unspecified:
            yield "Type", actor.kind_label, actor.kind_label
        yield "Statut juridique", actor.get_legal_form_display(), actor.get_legal_form_display()
        yield "Description", None, actor.description
        for row in actor.spokespersons.all():
            # Who it is stands on the actor's page alone.
            yield "Porte-parole", "une personne de ce nom a parlé pour cet acteur", row.person.name


@dataclass(frozen=True)
class Told:
    """What the card of an actor says of it in any list without words: two pieces of HTML, and its name."""

    nature: str
    name: str
    public_id: str
    body: SafeString
    facts: SafeString


@dataclass(frozen=True)
class KeptCard:
    """A card whose text is kept for the version: only its place in a list is of this very list."""

    told: Told
    remove: str = ""
    add: str = ""


# About 1.5 kB each.
_told: Memory[Told] = Memory(4000)


def kept_cards(ids: Sequence[int], version: int, heading: str) -> list[KeptCard]:
    """The cards of these actors as a version tells them, in that order (3 queries for those not kept, none else).

    ``heading``: level of their titles, "h2" or "h3".
    """

    def read(keys: list[tuple[int, str, int]]) -> dict[tuple[int, str, int], Told]:
        actors = Actor.objects.listed([pk for _, _, pk in keys])
        return {(version, heading, actor.pk): _tell(actor, heading) for actor in actors}

    keys = [(version, heading, pk) for pk in ids]
    told = _told.get_many(keys, read)
    return [KeptCard(told[key]) for key in keys if key in told]


def _tell(actor: Actor, heading: str) -> Told:
    context = {"card": Card(actor), "heading": heading}
    return Told(
        actor.nature,
        actor.full_name,
        actor.public_id,
        render_to_string("components/card_body.html", context),
        render_to_string("components/card_facts.html", context),
    )


def distance_text(kilometres: float | None) -> str:
    """« à 12 km (à vol d’oiseau) », « à moins d’1 km »; nothing without a distance."""
    if kilometres is None:
        return ""
    if kilometres < 1:
        return "à moins d’1 km"
    return f"à {number_format(round(kilometres))} km (à vol d’oiseau)"
