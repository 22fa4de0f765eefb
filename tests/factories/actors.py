"""Actors and their facts for tests, made by plain functions. Actors are published unless told otherwise."""

import itertools

from django.utils.text import slugify

from actors.enums import (
    AliasKind,
    CitationRole,
    ContactKind,
    CooperationKind,
    FigureUnit,
    InitiativeKind,
    LegalForm,
    Nature,
    OrganisationKind,
    PtceStatus,
    PublicationStatus,
    SpokespersonCategory,
)
from actors.index.documents import refresh
from actors.models import (
    Actor,
    ActorLabel,
    ActorSector,
    Alias,
    AreaServed,
    Citation,
    ContactPoint,
    Cooperation,
    CooperationWish,
    Figure,
    Place,
    PtceStatusEntry,
    Spokesperson,
)
from sources.models import Article
from territories.text import fold
from tests.factories import building
from tests.factories.sources import make_article, make_person
from tests.factories.territories import make_territory

_numbers = itertools.count(1)


def _make(nature: str, word: str, sectors, labels, place, overrides: dict) -> Actor:
    number = next(_numbers)
    name = overrides.pop("name", f"{word} {number}")
    values = {
        "nature": nature,
        "name": name,
        "slug": slugify(fold(name)),
        "publication": PublicationStatus.PUBLISHED,
        **overrides,
    }
    actor = Actor.objects.create(**values)
    for position, sector in enumerate(sectors, start=1):
        ActorSector.objects.create(actor=actor, sector=sector, position=position)
    for label in labels:
        ActorLabel.objects.create(actor=actor, label=label)
    if place:
        Place.objects.create(actor=actor, territory=place)
    refresh([actor.pk])
    return actor


@building()
def make_organisation(sectors=(), labels=(), place=None, **overrides) -> Actor:
    """``place``: a territory where it has its seat."""
    overrides = {
        "organisation_kind": OrganisationKind.INTEGRATION,
        "legal_form": LegalForm.ASSOCIATION,
        **overrides,
    }
    return _make(Nature.ORGANISATION, "Structure", sectors, labels, place, overrides)


@building()
def make_initiative(sectors=(), labels=(), place=None, **overrides) -> Actor:
    overrides = {"initiative_kind": InitiativeKind.PLACE, **overrides}
    return _make(Nature.INITIATIVE, "Initiative", sectors, labels, place, overrides)


@building()
def make_ptce(sectors=(), labels=(), place=None, status=None, **overrides) -> Actor:
    """``status``: one line of its history, without a date."""
    ptce = _make(Nature.PTCE, "PTCE", sectors, labels, place, overrides)
    if status:
        PtceStatusEntry.objects.create(actor=ptce, status=PtceStatus(status))
    return ptce


@building()
def make_cooperation(source: Actor, target: Actor, kind=CooperationKind.CARRIES, **overrides) -> Cooperation:
    return Cooperation.objects.create(source=source, target=target, kind=kind, **overrides)


@building()
def make_place(actor: Actor, territory=None, **overrides) -> Place:
    place = Place.objects.create(actor=actor, territory=territory or make_territory(), **overrides)
    refresh([actor.pk])
    return place


@building()
def make_area(actor: Actor, territory) -> AreaServed:
    return AreaServed.objects.create(actor=actor, territory=territory)


@building()
def make_alias(actor: Actor, name: str, kind=AliasKind.OTHER) -> Alias:
    alias = Alias.objects.create(actor=actor, name=name, kind=kind)
    refresh([actor.pk])
    return alias


@building()
def make_contact(
    actor: Actor, value="https://exemple.fr/", kind=ContactKind.WEBSITE, **overrides
) -> ContactPoint:
    return ContactPoint.objects.create(actor=actor, kind=kind, value=value, **overrides)


@building()
def make_figure(actor: Actor | None = None, territory=None, **overrides) -> Figure:
    values = {"what": "salariés", "low": 12, "unit": FigureUnit.PEOPLE, "year": 2022, **overrides}
    return Figure.objects.create(actor=actor, territory=territory, **values)


@building()
def make_spokesperson(actor: Actor, person=None, **overrides) -> Spokesperson:
    values = {"role": "directrice", "category": SpokespersonCategory.DIRECTOR, **overrides}
    spokesperson = Spokesperson.objects.create(actor=actor, person=person or make_person(), **values)
    refresh([actor.pk])
    return spokesperson


@building()
def make_wish(actor: Actor, **overrides) -> CooperationWish:
    values = {"text": "Des partenaires pour un atelier", "year": 2022, **overrides}
    return CooperationWish.objects.create(actor=actor, **values)


@building()
def make_citation(article: Article | None = None, **target) -> Citation:
    """``target``: ``actor=`` (as its subject unless ``role`` or ``column`` is given), or one row, ``place=``..."""
    if "actor" in target and "column" not in target:
        target.setdefault("role", CitationRole.SUBJECT)
    return Citation.objects.create(source=(article or make_article()).source, **target)
