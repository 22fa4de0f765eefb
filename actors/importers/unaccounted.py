"""What a letter prints and no fact tells: addresses, phones, communes, known actors.

One engine for the fixtures (``check_sources``) and for what editors type (« Vérifier ma saisie »): both say what
is told, this looks for what is printed.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from actors.enums import ContactKind
from actors.importers.letter_text import LetterText, bare_address
from territories.enums import TerritoryKind
from territories.models import Containment, Territory, TerritoryName
from territories.models.territory import HOME_REGION


class Printed(StrEnum):
    """Sorts of things that are looked for."""

    EMAIL = "email"
    WEBSITE = "website"
    PHONE = "phone"
    COMMUNE = "commune"
    ACTOR = "actor"


@dataclass(frozen=True)
class Unaccounted:
    """Something printed that no fact tells, and its first place in the raw text."""

    what: Printed
    value: str
    place: int
    # Of an actor: its number.
    actor: int = 0


@dataclass
class Told:
    """What the facts of one letter tell, as it is compared."""

    contacts: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    # Natural keys, ``commune:62427``.
    territories: set[str] = field(default_factory=set)
    # Numbers of the actors cited.
    actors: set[int] = field(default_factory=set)

    def add_contact(self, kind: str, value: str) -> None:
        self.contacts[kind].add(_comparable(kind, value))

    def has_contact(self, kind: str, value: str) -> bool:
        return _comparable(kind, value) in self.contacts[kind]


def unaccounted(
    text: LetterText,
    told: Told,
    communes: Mapping[str, set[str]],
    names: Mapping[str, set[str]],
) -> Iterator[Unaccounted]:
    """Contacts, then communes, each sort by value (no query).

    ``communes``: natural keys by name; ``names``: every name of a territory by natural key.
    """
    contacts = (
        (Printed.EMAIL, text.emails()),
        (Printed.WEBSITE, text.web_addresses()),
        (Printed.PHONE, text.phones()),
    )
    for what, found in contacts:
        for value, place in sorted(found.items()):
            if not told.has_contact(what.value, value):
                yield Unaccounted(what, value, place)
    told_spans = {
        span for key in told.territories for name in names.get(key, ()) for span in text.spans(name)
    }
    for name, keys in sorted(communes.items()):
        if keys & told.territories:
            continue
        # « Loos » within « Loos-en-Gohelle » is told by the longer name.
        spans = [span for span in text.capitalised_spans(name) if not _inside(span, told_spans)]
        if spans:
            yield Unaccounted(Printed.COMMUNE, name, text.place_of(spans[0]))


def unaccounted_actors(text: LetterText, told: Told, actors: Mapping[str, set[int]]) -> Iterator[Unaccounted]:
    """Known actors whose name is printed, by name; ``actors``: numbers by name and other name (no query).

    A name within a longer one that is told, or is found itself, is not told again.
    """
    spans = {name: text.capitalised_spans(name) for name in actors}
    spans = {name: found for name, found in spans.items() if found}
    every = {span for found in spans.values() for span in found}
    seen: set[int] = set()
    for name, found in sorted(spans.items()):
        own = [span for span in found if not _inside(span, every - {span})]
        new = actors[name] - told.actors - seen
        if own and new and not actors[name] & told.actors:
            seen |= new
            yield Unaccounted(Printed.ACTOR, name, text.place_of(own[0]), min(new))


def communes_of_the_region() -> dict[str, set[str]]:
    """Natural keys of the communes of the region by each of their names; homonyms share a line (2 queries)."""
    region = Territory.objects.get(kind=TerritoryKind.REGION, code=HOME_REGION)
    inside = Containment.objects.filter(container=region, whole=True).values("member")
    rows = TerritoryName.objects.filter(
        territory__in=inside,
        territory__kind__in=[TerritoryKind.COMMUNE, TerritoryKind.ASSOCIATED_COMMUNE],
    ).values_list("name", "territory__kind", "territory__code")
    communes: dict[str, set[str]] = defaultdict(set)
    for name, kind, code in rows:
        communes[name].add(f"{kind}:{code}")
    return communes


def _inside(span: tuple[int, int], others: set[tuple[int, int]]) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in others)


def _comparable(kind: str, value: str) -> str:
    if kind == ContactKind.WEBSITE:
        return bare_address(value)
    if kind == ContactKind.PHONE:
        return value.replace(".", " ")
    return value.lower()
