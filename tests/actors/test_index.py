"""The door from a selection to ids and counts."""

import random

import pytest

from actors import index
from actors.enums import InitiativeKind, Nature, OrganisationKind, PublicationStatus, Sector
from actors.index import Page, Selection
from actors.models import Actor
from territories.enums import TerritoryKind
from tests.factories import building
from tests.factories.actors import (
    make_area,
    make_citation,
    make_cooperation,
    make_initiative,
    make_organisation,
    make_place,
    make_ptce,
)
from tests.factories.sources import make_article, make_letter
from tests.factories.territories import make_containment, make_territory

# -- the normal form --------------------------------------------------------------------------------


def test_two_ways_of_asking_the_same_are_equal():
    one = Selection(text=" réparer   vélo ", sectors=(Sector.REUSE, Sector.MOBILITY, Sector.REUSE))
    other = Selection(text="réparer vélo", sectors=(Sector.MOBILITY, Sector.REUSE))
    assert one == other
    assert hash(one) == hash(other)
    assert one.parameters == other.parameters


def test_kinds_of_two_natures_are_told_apart():
    # Both lists have a value "unspecified".
    one = Selection(organisation_kinds=(OrganisationKind.UNSPECIFIED,))
    other = Selection(initiative_kinds=(InitiativeKind.UNSPECIFIED,))
    assert one != other


def test_an_empty_selection_is_false():
    assert not Selection(text="  ")
    assert Selection(natures=(Nature.PTCE,))


@pytest.mark.django_db
def test_parameters_are_canonical():
    territory = make_territory(name="Carvin")
    ptce, letter = make_ptce(slug="pole"), make_letter(slug="71")
    selection = Selection(
        text="vélo & co",
        natures=(Nature.PTCE, Nature.ORGANISATION),
        organisation_kinds=(OrganisationKind.CULTURE,),
        initiative_kinds=(InitiativeKind.PLACE,),
        sectors=(Sector.MOBILITY,),
        territory=territory,
        ptce=ptce,
        letter=letter,
    )
    assert selection.query == (
        "q=v%C3%A9lo+%26+co&nature=structure&nature=ptce&territoire=carvin&secteur=mobilites"
        "&type=culture&type=lieu&ptce=pole&lettre=71"
    )
    assert selection.without("organisation_kinds", "initiative_kinds", "text").query == (
        "nature=structure&nature=ptce&territoire=carvin&secteur=mobilites&ptce=pole&lettre=71"
    )


# -- find and count ---------------------------------------------------------------------------------


@pytest.mark.django_db
def test_find_orders_by_name_and_counts_all():
    ids = {name: make_organisation(name=name).pk for name in ("Zoé", "école", "Abeille")}
    everyone = (ids["Abeille"], ids["école"], ids["Zoé"])
    assert index.find(Selection()) == Page(everyone, 3)
    assert index.find(Selection(), offset=1, limit=1) == Page((ids["école"],), 3)
    assert index.count(Selection()) == 3


@pytest.mark.django_db
def test_find_past_the_end_costs_one_query(django_assert_num_queries):
    make_organisation()
    with django_assert_num_queries(1):
        assert index.find(Selection(), offset=20) == Page((), 1)
    with django_assert_num_queries(2):
        index.find(Selection())


@pytest.mark.django_db
def test_only_published_actors_are_found():
    for status in PublicationStatus:
        make_organisation(name=status.value, publication=status)
    published = Actor.objects.get(name="published")
    assert index.find(Selection()) == Page((published.pk,), 1)


@pytest.mark.django_db
def test_each_criterion_narrows():
    place, letter, ptce = make_territory(), make_letter(), make_ptce(name="Pôle")
    article = make_article(letter)
    for name in ("Recyclerie", "Recyclerie bis"):
        actor = make_organisation(
            name=name,
            organisation_kind=OrganisationKind.INTEGRATION,
            sectors=[Sector.REUSE],
            place=place if name == "Recyclerie" else None,
        )
    wanted = Actor.objects.get(name="Recyclerie")
    make_citation(article, actor=wanted)
    make_cooperation(wanted, ptce)
    make_initiative(name="Recyclerie d’un lieu", sectors=[Sector.REUSE])
    bis = actor.pk

    def found(**criteria):
        return set(index.find(Selection(**criteria)).ids)

    assert found(text="recyclerie", organisation_kinds=(OrganisationKind.INTEGRATION,)) == {wanted.pk, bis}
    assert found(natures=(Nature.ORGANISATION,), sectors=(Sector.REUSE,)) == {wanted.pk, bis}
    assert found(natures=(Nature.ORGANISATION,), territory=place) == {wanted.pk}
    assert found(ptce=ptce) == {wanted.pk}
    assert found(letter=letter) == {wanted.pk}
    assert found(territory=place, sectors=(Sector.SPORT,)) == set()


@pytest.mark.django_db
def test_kinds_of_both_natures_are_alternatives():
    shop = make_organisation(organisation_kind=OrganisationKind.BUSINESS)
    place = make_initiative(initiative_kind=InitiativeKind.PLACE)
    make_initiative(initiative_kind=InitiativeKind.TOOL)
    selection = Selection(
        organisation_kinds=(OrganisationKind.BUSINESS,), initiative_kinds=(InitiativeKind.PLACE,)
    )
    assert set(index.find(selection).ids) == {shop.pk, place.pk}


# -- counts -----------------------------------------------------------------------------------------


@pytest.mark.django_db
@building()
def test_counts_by_territory_are_those_of_the_lists(django_assert_num_queries):
    dice = random.Random(71)
    departments = [make_territory(TerritoryKind.DEPARTMENT, f"9{n}") for n in range(2)]
    epcis = [make_territory(TerritoryKind.EPCI, f"24620{n:04d}") for n in range(3)]
    communes = [make_territory() for _ in range(8)]
    for commune in communes:
        make_containment(dice.choice(departments), commune)
        make_containment(dice.choice(epcis), commune)
    for epci in epcis:
        make_containment(departments[0], epci, whole=dice.random() < 0.5)
    territories = [*departments, *epcis, *communes]
    for _ in range(40):
        actor = make_organisation(publication=dice.choice(["published", "published", "draft"]))
        for territory in dice.sample(territories, dice.randint(0, 2)):
            make_place(actor, territory)
        for territory in dice.sample(territories, dice.randint(0, 2)):
            make_area(actor, territory)
    with django_assert_num_queries(4):
        counts = index.counts_by_territory(each.pk for each in territories)
    assert sum(counts.values()) > 40
    assert counts == {each.pk: index.count(Selection(territory=each)) for each in territories}
