"""What a selection means, told slowly and plainly: the index is compared with this, never the other way.

Facts of each actor by one query per relation, criteria as conditions on one actor, counts as lengths of
lists. No set of the index, no full-text engine and none of their code takes part, but the words of a
text, which ``actors/index/tokens.py`` makes and ``test_tokens.py`` proves.
"""

import math
from dataclasses import dataclass, field, replace
from functools import cache

from actors.enums import (
    CitationRole,
    CooperationKind,
    InitiativeKind,
    Label,
    LegalForm,
    LifeStatus,
    Nature,
    OrganisationKind,
    Sector,
    Sphere,
)
from actors.index import Point, Selection
from actors.index.tokens import STOP_WORDS, Term, read_query
from actors.models import Activity, Actor, AreaServed, Citation, Cooperation, Place, SearchDocument
from sources.models import Letter
from territories.enums import TerritoryKind
from territories.models import Containment, Territory
from territories.text import fold

SMALL = {
    TerritoryKind.COMMUNE,
    TerritoryKind.ASSOCIATED_COMMUNE,
    TerritoryKind.DELEGATED_COMMUNE,
    TerritoryKind.NEIGHBOURHOOD,
}
# Facet -> the fields of a selection that its values fill.
FIELDS = {
    "nature": ("natures",),
    "sector": ("sectors",),
    "activity": ("activities",),
    "organisation_kind": ("organisation_kinds", "initiative_kinds"),
    "initiative_kind": ("organisation_kinds", "initiative_kinds"),
    "label": ("labels",),
    "legal_form": ("legal_forms",),
    "sphere": ("spheres",),
    "ptce": ("ptce",),
    "linked": ("linked",),
    "link_kind": ("link_kinds",),
    "wish": ("wish",),
    "apes_member": ("apes_member",),
    "life_status": ("life_statuses",),
    "role": ("role",),
    "letter": ("letters",),
    "since": ("since",),
    "territory": ("territory",),
}
# Facets that are members of one closed list.
MEMBERS = {
    "nature": Nature,
    "sector": Sector,
    "label": Label,
    "legal_form": LegalForm,
    "sphere": Sphere,
    "life_status": LifeStatus,
}


@dataclass
class Facts:
    """What the directory knows of one published actor, as the criteria ask it."""

    actor: Actor
    sectors: set[str] = field(default_factory=set)
    activities: set[str] = field(default_factory=set)
    labels: set[str] = field(default_factory=set)
    # Territories it is in; those where it acts from elsewhere are asked of places and areas.
    located: set[int] = field(default_factory=set)
    places: list[Place] = field(default_factory=list)
    areas: list[AreaServed] = field(default_factory=list)
    # (kind, other actor's id) of its public links, whichever way they go.
    links: set[tuple[str, int]] = field(default_factory=set)
    wish: bool = False
    apes_member: bool = False
    roles: set[str] = field(default_factory=set)
    letters: set[int] = field(default_factory=set)
    year: int = 0
    # Year, month or day of the latest source that speaks of it, or on which somebody confirmed it.
    latest: str = ""
    document: SearchDocument | None = None


@cache
def inside(territory_id: int) -> frozenset[int]:
    """A territory and whatever it lies in wholly."""
    return frozenset(
        {territory_id}
        | set(Containment.objects.filter(member=territory_id, whole=True).values_list("container", flat=True))
    )


def facts_of(actor: Actor) -> Facts:
    facts = Facts(actor)
    facts.sectors = set(actor.sectors.values_list("sector", flat=True))
    facts.activities = set(actor.activities.values_list("slug", flat=True))
    facts.labels = set(actor.labels.values_list("label", flat=True))
    facts.places = list(actor.places.select_related("territory").order_by("pk"))
    facts.areas = list(actor.areas.all())
    # Where no place is known, a territory it serves stands for one.
    for row in facts.places or facts.areas:
        facts.located |= inside(row.territory_id)
    for link in Cooperation.objects.filter(source=actor).select_related("target"):
        if link.target.is_public:
            facts.links.add((link.kind, link.target_id))
            if link.kind == CooperationKind.MEMBER_OF and link.target.slug == "apes":
                facts.apes_member = True
    for link in Cooperation.objects.filter(target=actor).select_related("source"):
        if link.source.is_public:
            facts.links.add((link.kind, link.source_id))
    facts.wish = actor.wishes.filter(status="open").exists()
    for citation in Citation.objects.filter(actor=actor).select_related("source__article__letter"):
        if citation.source.article and citation.source.article.letter.is_published:
            letter = citation.source.article.letter
            facts.letters.add(letter.pk)
            facts.latest = max(facts.latest, told_on(letter))
            facts.year = max(facts.year, letter.latest.year)
            if citation.role:
                facts.roles.add(citation.role)
        elif not citation.source.article and citation.source.consulted_on:
            facts.latest = max(facts.latest, str(citation.source.consulted_on))
    if actor.last_confirmed_on:
        facts.latest = max(facts.latest, str(actor.last_confirmed_on))
    if "subject" in facts.roles:
        facts.roles = {"subject"}
    facts.document = SearchDocument.objects.get(actor=actor)
    return facts


def told_on(letter: Letter) -> str:
    """As much of the date of a letter as is known; where not even the year is, the later one."""
    first, last = str(letter.earliest), str(letter.latest)
    return next(last[:length] for length in (10, 7, 4) if first[:length] == last[:length] or length == 4)


class Reference:
    """A directory as it is now, small enough to be asked actor by actor."""

    def __init__(self) -> None:
        inside.cache_clear()
        self.everyone = [facts_of(actor) for actor in Actor.objects.filter(publication="published")]
        self.everyone.sort(key=lambda facts: (facts.actor.name_key, facts.actor.pk))
        self.activities = {row.slug: row for row in Activity.objects.all()}
        self.letters = Letter.objects.in_bulk()
        used = set().union(*(facts.located for facts in self.everyone))
        self.territories = Territory.objects.in_bulk(used)
        self.by_id = {facts.actor.pk: facts for facts in self.everyone}

    # -- who -----------------------------------------------------------------------------------------

    def found(self, selection: Selection) -> list[Facts]:
        """The actors of a selection, by name."""
        asks = bool(selection.without("plus", "minus")) or not selection.plus
        return [
            facts
            for facts in self.everyone
            if facts.actor.public_id not in selection.minus
            and (facts.actor.public_id in selection.plus or (asks and meets(facts, selection)))
        ]

    def ids(self, selection: Selection, order: str = "nom") -> list[int]:
        found = self.found(selection)
        if order == "nom" and not selection:
            found.sort(key=lambda facts: facts.actor.sphere in {Sphere.PUBLIC, Sphere.BUSINESS})
        elif order == "commune":
            found.sort(key=commune_key)
        elif order == "recent":
            found.sort(key=lambda facts: -facts.year)
        elif order == "distance":
            # Single actors added from beyond the radius come last, by name.
            far = {facts.actor.pk: kilometres(facts, selection) for facts in found}
            found.sort(
                key=lambda facts: math.inf if far[facts.actor.pk] > selection.radius else far[facts.actor.pk]
            )
        return [facts.actor.pk for facts in found]

    def acting(self, selection: Selection) -> list[int]:
        """Those who act in its territory without being there, and meet the rest."""
        rest = selection.without("territory", "acting", "plus")
        listed = {facts.actor.pk for facts in self.found(selection)}
        return [
            facts.actor.pk
            for facts in self.found(rest)
            if acts_in(facts, selection.territory.pk) and facts.actor.pk not in listed
        ]

    def around(self, selection: Selection) -> tuple[list[int], list[int]]:
        """Around a commune: those further off who act as far as there; those without a precise place, linked to the list."""
        rest = selection.without("near", "plus")
        listed = {facts.actor.pk for facts in self.found(selection)}
        others = [facts for facts in self.found(rest) if facts.actor.pk not in listed]
        acting = [facts.actor.pk for facts in others if acts_in(facts, selection.near.pk)]
        linked = [
            facts.actor.pk
            for facts in others
            if kilometres(facts, selection) == math.inf
            and not listed.isdisjoint(other for _, other in facts.links)
        ]
        return acting, [pk for pk in linked if pk not in acting]

    def links_across(self, selection: Selection) -> list[int]:
        """Links between somebody of the list and somebody located elsewhere, by the names of both."""
        listed = {facts.actor.pk for facts in self.found(selection)}
        outside = {facts.actor.pk for facts in self.everyone if facts.places} - listed
        rows = Cooperation.objects.order_by(
            "source__name_key", "source", "kind", "target__name_key", "target", "pk"
        )
        return [
            link.pk
            for link in rows
            if (link.source_id in listed and link.target_id in outside)
            or (link.target_id in listed and link.source_id in outside)
        ]

    # -- facets --------------------------------------------------------------------------------------

    def counts(self, selection: Selection, facet: str) -> dict[object, int]:
        """Each value that somebody who meets the rest has, with the length of the list it leads to."""
        rest = selection.without(*FIELDS[facet], "plus")
        if facet == "life_status":
            # Whoever ceased is in the list of those who ceased, whatever lists leave out.
            rest = replace(rest, life_statuses=tuple(LifeStatus))
        having = {value for facts in self.found(rest) for value in values(facts, facet, self)}
        lists = {value: self.leading_to(selection, facet, value) for value in having}
        return {
            value: len(self.found(led)) for value, led in lists.items() if self.found(led.without("plus"))
        }

    def leading_to(self, selection: Selection, facet: str, value: object) -> Selection:
        """The selection a click on one value leads to, when no other value of its facet is chosen."""
        rest = selection.without(*FIELDS[facet])
        match facet:
            case "organisation_kind":
                return replace(rest, organisation_kinds=(OrganisationKind(value),))
            case "initiative_kind":
                return replace(rest, initiative_kinds=(InitiativeKind(value),))
            case "activity":
                return replace(rest, activities=(self.activities[value],))
            case "ptce" | "linked":
                return replace(rest, **{facet: self.by_id[value].actor})
            case "since":
                return replace(rest, since=str(value))
            case "letter":
                return replace(rest, letters=(self.letters[value],))
            case "territory":
                return replace(rest, territory=self.territories[value])
            case "link_kind":
                return replace(rest, link_kinds=(CooperationKind(value),))
            case "role":
                return replace(rest, role=CitationRole(value))
            case "wish" | "apes_member":
                return replace(rest, **{facet: value})
        (name,) = FIELDS[facet]
        return replace(rest, **{name: (MEMBERS[facet](value),)})


def values(facts: Facts, facet: str, reference: Reference) -> set:
    """The values one actor has in a facet."""
    match facet:
        case "nature" | "organisation_kind" | "initiative_kind" | "legal_form" | "sphere" | "life_status":
            return {getattr(facts.actor, facet)} - {""}
        case "sector":
            return facts.sectors
        case "activity":
            return facts.activities
        case "label":
            return facts.labels
        case "linked":
            return {other for _, other in facts.links}
        case "ptce":
            return {other for _, other in facts.links if reference.by_id[other].actor.nature == "ptce"}
        case "link_kind":
            return {kind for kind, _ in facts.links}
        case "wish" | "apes_member":
            return {True} if getattr(facts, facet) else set()
        case "role":
            return facts.roles
        case "letter":
            return facts.letters
        case "since":
            # Each year in which somebody's latest information is, up to its own.
            told = {each.latest[:4] for each in reference.everyone if each.latest}
            return {int(year) for year in told if year <= facts.latest[:4]}
        case "territory":
            return facts.located
    raise AssertionError(facet)


# -- criteria ----------------------------------------------------------------------------------------


def meets(facts: Facts, selection: Selection) -> bool:
    """Whether an actor meets every criterion; single actors aside."""
    actor = facts.actor
    if selection.text and not holds(facts, selection.text):
        return False
    if actor.life_status == "closed" and not (selection.text or selection.life_statuses):
        return False
    for asked, held in (
        (selection.natures, {actor.nature}),
        (selection.legal_forms, {actor.legal_form}),
        (selection.spheres, {actor.sphere}),
        (selection.life_statuses, {actor.life_status}),
        (selection.sectors, facts.sectors),
        (selection.labels, facts.labels),
        ([activity.slug for activity in selection.activities], facts.activities),
        ([letter.pk for letter in selection.letters], facts.letters),
    ):
        if asked and held.isdisjoint(asked):
            return False
    kinds = [*selection.organisation_kinds, *selection.initiative_kinds]
    if kinds and not (
        actor.organisation_kind in selection.organisation_kinds
        or actor.initiative_kind in selection.initiative_kinds
    ):
        return False
    if selection.territory and selection.territory.pk not in facts.located:
        return False
    if selection.near and kilometres(facts, selection) > selection.radius:
        return False
    if selection.ptce and selection.ptce.pk not in {other for _, other in facts.links}:
        return False
    if (selection.linked or selection.link_kinds) and not any(
        (not selection.linked or other == selection.linked.pk)
        and (not selection.link_kinds or kind in selection.link_kinds)
        for kind, other in facts.links
    ):
        return False
    if selection.since:
        # Of two dates of unlike precision, as much as both tell.
        told = min(len(selection.since), len(facts.latest))
        if not told or facts.latest[:told] < selection.since[:told]:
            return False
    if selection.wish and not facts.wish:
        return False
    if selection.apes_member and not facts.apes_member:
        return False
    return not selection.role or selection.role in facts.roles


def acts_in(facts: Facts, territory: int) -> bool:
    """Serves it, something inside it or something around it, or is somewhere around it no finer told."""
    if territory in facts.located:
        return False
    around = inside(territory) - {territory}
    return any(
        territory in inside(area.territory_id) or area.territory_id in around for area in facts.areas
    ) or any(place.territory_id in around for place in facts.places)


def holds(facts: Facts, text: str) -> bool:
    """Every wanted term and no unwanted one; or a name with all words but the last, and one begun by the last.

    Of texts with a word nobody has, nothing is said: corrections are the table's matter.
    """
    query = read_query(text)
    tokens = set(facts.document.words.split())

    def has(term: Term) -> bool:
        return f" {term.phrase} " in facts.document.text if term.phrase else not tokens.isdisjoint(term.forms)

    if any(has(term) for term in query.unwanted):
        return False
    if all(has(term) for term in query.wanted):
        return True
    names = {*facts.document.name.split(), *facts.document.aliases.split()}
    *before, last = query.wanted
    begun = fold(last.text).replace(" ", "")
    return (
        not query.unwanted
        and not any(term.phrase for term in query.wanted)
        and len(begun) >= 3
        and all(not names.isdisjoint(term.forms) for term in before)
        and any(name.startswith(begun) for name in names)
    )


def kilometres(facts: Facts, selection: Selection) -> float:
    """To its nearest place, by the angle between two directions from the centre of the Earth."""
    centre = selection.near
    origin = centre if isinstance(centre, Point) else Point(centre.latitude, centre.longitude)
    far = [math.inf]
    for place in facts.places:
        point = (place.latitude, place.longitude)
        if point[0] is None and place.territory.kind in SMALL:
            point = (place.territory.latitude, place.territory.longitude)
        if point[0] is not None:
            far.append(6371 * angle((origin.latitude, origin.longitude), point))
    return min(far)


def angle(one: tuple[float, float], other: tuple[float, float]) -> float:
    first, second = direction(*one), direction(*other)
    cross = (
        first[1] * second[2] - first[2] * second[1],
        first[2] * second[0] - first[0] * second[2],
        first[0] * second[1] - first[1] * second[0],
    )
    return math.atan2(math.hypot(*cross), sum(a * b for a, b in zip(first, second, strict=True)))


def direction(latitude: float, longitude: float) -> tuple[float, float, float]:
    phi, theta = math.radians(latitude), math.radians(longitude)
    return math.cos(phi) * math.cos(theta), math.cos(phi) * math.sin(theta), math.sin(phi)


def commune_key(facts: Facts) -> str:
    """Name of the territory of its first seat, else of its first place; those without one last."""
    seats = [place for place in facts.places if place.role == "seat"]
    if seats:
        return seats[0].territory.name_key
    return facts.places[0].territory.name_key if facts.places else "~"


def telling_words(reference: Reference) -> list[str]:
    """Words of the directory that a text may ask for."""
    words = {word for facts in reference.everyone for word in facts.actor.name_key.split()}
    return sorted(words - STOP_WORDS)
