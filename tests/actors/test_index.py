"""The door from a selection to ids and counts."""

import random

import pytest
from django.db import transaction

from actors import index
from actors.enums import (
    CitationRole,
    CooperationKind,
    InitiativeKind,
    Nature,
    OrganisationKind,
    PublicationStatus,
    Sector,
)
from actors.index import Order, Page, Point, Selection, snapshot
from actors.index.criteria import FACETS
from actors.models import Actor
from territories.enums import TerritoryKind
from territories.models import Territory, record_change
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
        letters=(letter,),
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


# What a process asks once after each change, whatever the number of actors.
READ = 13
# The words at the first search, and the names of territories and places at the first misspelt one.
WORDS, NAMES = 1, 3


@pytest.mark.django_db
@pytest.mark.parametrize("rows", [1, 3])
def test_a_version_is_read_once(django_assert_num_queries, rows):
    letter = make_letter()
    for _ in range(rows):
        actor = make_organisation(sectors=[Sector.NATURE], place=make_territory())
        make_cooperation(actor, make_ptce())
        make_citation(make_article(letter), actor=actor)
    with django_assert_num_queries(1 + READ):
        assert index.find(Selection(), offset=20) == Page((), 2 * rows)
    with django_assert_num_queries(1):
        answer = index.ask(Selection(natures=(Nature.ORGANISATION,), sectors=(Sector.NATURE,)))
        assert len(answer.ids()) == answer.count == rows
        for facet in FACETS:
            answer.facet(facet)
    with django_assert_num_queries(1 + WORDS):
        assert index.count(Selection(text="structure")) == rows
    with django_assert_num_queries(1 + NAMES):
        assert index.count(Selection(text="structture")) == rows
    with django_assert_num_queries(1):
        assert index.count(Selection(text="sttructure")) == rows
    # Texts are the database's to search.
    with django_assert_num_queries(2):
        assert index.count(Selection(text='"structure" -"rien de tel"')) == rows


@pytest.mark.django_db
def test_each_version_is_read_anew_and_once():
    before = snapshot.current()
    assert snapshot.current() is before
    with transaction.atomic():
        record_change(subject="actor", key="x", what="Un changement")
    after = snapshot.current()
    assert after.version > before.version
    assert snapshot.current() is after


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
    assert found(letters=(letter,)) == {wanted.pk}
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


# -- in a territory ---------------------------------------------------------------------------------


@pytest.fixture
def house(db) -> dict[str, Territory]:
    """A department that holds an EPCI wholly, another EPCI in part only, and a pays; communes in them."""
    names = {
        "department": TerritoryKind.DEPARTMENT,
        "epci": TerritoryKind.EPCI,
        "straddling": TerritoryKind.EPCI,
        "pays": TerritoryKind.INFORMAL,
        "commune": TerritoryKind.COMMUNE,
        "neighbour": TerritoryKind.COMMUNE,
        "quartier": TerritoryKind.NEIGHBOURHOOD,
    }
    made = {
        name: make_territory(kind, code=f"x{rank}", name=name.title(), slug=name)
        for rank, (name, kind) in enumerate(names.items())
    }
    for container, members in {
        "department": ["epci", "commune", "neighbour", "quartier"],
        "epci": ["commune", "quartier"],
        "straddling": ["neighbour"],
        "pays": ["commune", "quartier"],
        "commune": ["quartier"],
    }.items():
        for member in members:
            make_containment(made[container], made[member])
    make_containment(made["department"], made["straddling"], whole=False)
    return made


@pytest.mark.parametrize(
    ("places", "areas", "asked", "group"),
    [
        # A place in it, or in anything inside it.
        (["commune"], [], "commune", "located"),
        (["quartier"], [], "commune", "located"),
        (["commune"], [], "epci", "located"),
        (["quartier"], [], "department", "located"),
        (["commune"], [], "pays", "located"),
        # Stated at that very level.
        (["epci"], [], "epci", "located"),
        (["epci"], [], "department", "located"),
        (["pays"], [], "pays", "located"),
        # Stated wider: it may be there, it acts there, it is not counted there.
        (["epci"], [], "commune", "acting"),
        (["department"], [], "commune", "acting"),
        # A part is not the whole, either way.
        (["straddling"], [], "department", None),
        (["neighbour"], [], "straddling", "located"),
        (["straddling"], [], "neighbour", "acting"),
        # Elsewhere.
        (["neighbour"], [], "commune", None),
        (["neighbour"], [], "epci", None),
        (["pays"], [], "epci", None),
        # No place is known: what it serves stands for one, at its level or inside.
        ([], ["epci"], "epci", "located"),
        ([], ["commune"], "department", "located"),
        ([], ["epci"], "commune", "acting"),
        ([], ["department"], "quartier", "acting"),
        ([], ["straddling"], "department", None),
        # From elsewhere it serves it, something inside it, or more.
        (["neighbour"], ["commune"], "commune", "acting"),
        (["neighbour"], ["commune"], "epci", "acting"),
        (["neighbour"], ["epci"], "commune", "acting"),
        (["neighbour"], ["quartier"], "pays", "acting"),
        # Both at once: located, once.
        (["commune"], ["commune"], "commune", "located"),
        (["commune", "neighbour"], ["epci"], "epci", "located"),
        # Nothing is known.
        ([], [], "department", None),
    ],
)
def test_who_is_in_a_territory_and_who_acts_there(house, places, areas, asked, group):
    actor = make_organisation()
    for name in places:
        make_place(actor, house[name])
    for name in areas:
        make_area(actor, house[name])
    draft = make_organisation(publication=PublicationStatus.DRAFT)
    make_place(draft, house["quartier"])
    make_area(draft, house["commune"])
    answer = index.ask(Selection(territory=house[asked], acting=True))
    assert answer.ids() == ((actor.pk,) if group == "located" else ())
    assert answer.count == len(answer.ids())
    assert answer.acting_ids == ((actor.pk,) if group == "acting" else ())
    assert answer.facet("territory").get(house[asked].pk, 0) == answer.count


# -- around -----------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_around_a_place_the_nearest_come_first():
    here = make_territory(name="Ici", latitude=50.4, longitude=2.9)
    beside = make_territory(name="À côté", latitude=50.45, longitude=2.9)
    far = make_territory(name="Loin", latitude=51.4, longitude=2.9)
    vague = make_territory(TerritoryKind.EPCI, name="Vague", latitude=50.4, longitude=2.9)
    in_sight = {place.name: make_organisation(place=place).pk for place in (far, beside, here, vague)}
    both = make_organisation(name="Aux deux bouts", place=far)
    make_place(both, here, role="branch", address="1 rue", latitude=50.41, longitude=2.9)

    answer = index.ask(Selection(near=here, radius=20))
    assert answer.ids() == (in_sight["Ici"], both.pk, in_sight["À côté"])
    assert [round(answer.distance(pk), 1) for pk in answer.ids()] == [0.0, 1.1, 5.6]
    # The middle of an agglomeration is where nobody is.
    assert in_sight["Vague"] not in index.ask(Selection(near=here, radius=100)).ids()
    assert answer.orders[0] is Order.DISTANCE
    assert index.count(Selection(near=Point(51.4, 2.9), radius=5)) == 2
    assert index.nearest_outside(Selection(near=Point(51.2, 2.9), radius=5))[0] in {both.pk, in_sight["Loin"]}


@pytest.mark.django_db
def test_nobody_is_around_a_territory_without_a_point():
    make_organisation(place=make_territory(latitude=50.4, longitude=2.9))
    answer = index.ask(Selection(near=make_territory(), radius=100))
    assert answer.ids() == answer.near_linked_ids() == ()
    assert answer.near_acting_ids() == ()


# -- facets -----------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_with_whom_and_how_are_one_criterion():
    hub, other = make_organisation(name="Moyeu"), make_organisation(name="Autre")
    carried, member = make_initiative(name="Portée"), make_organisation(name="Membre")
    make_cooperation(hub, carried, kind=CooperationKind.CARRIES)
    make_cooperation(member, hub, kind=CooperationKind.MEMBER_OF)
    make_cooperation(other, carried, kind=CooperationKind.MEMBER_OF)
    with_hub = index.ask(Selection(linked=hub))
    assert with_hub.facet("link_kind") == {"carries": 1, "member_of": 1}
    members = index.ask(Selection(link_kinds=(CooperationKind.MEMBER_OF,)))
    assert members.facet("linked") == {hub.pk: 1, member.pk: 1, other.pk: 1, carried.pk: 1}
    assert index.ask(Selection(linked=hub, link_kinds=(CooperationKind.CARRIES,))).ids() == (carried.pk,)


@pytest.mark.django_db
def test_actors_added_are_in_every_list_and_count():
    place, event = (make_initiative(initiative_kind=kind) for kind in ("place", "event"))
    added, removed = make_organisation(), make_initiative(initiative_kind="event")
    selection = Selection(natures=(Nature.INITIATIVE,), plus=(added.public_id,), minus=(removed.public_id,))
    answer = index.ask(selection)
    assert set(answer.ids()) == {place.pk, event.pk, added.pk}
    assert answer.facet("initiative_kind") == {"place": 2, "event": 2}
    assert answer.count_without("natures") == 1
    assert answer.count_without("plus") == 2
    assert answer.count_without("minus") == 4


@pytest.mark.django_db
def test_presented_once_is_presented():
    presented, named = make_organisation(name="Présentée"), make_organisation(name="Citée")
    for role, actor in (("subject", presented), ("named", presented), ("named", named)):
        make_citation(actor=actor, role=role)
    answer = index.ask(Selection())
    assert answer.facet("role") == {"subject": 1, "named": 1}
    assert index.ask(Selection(role=CitationRole.NAMED)).ids() == (named.pk,)


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
    index.count(Selection())
    with django_assert_num_queries(1):
        counts = index.counts_by_territory(each.pk for each in territories)
    assert sum(counts.values()) > 40
    assert counts == {each.pk: index.count(Selection(territory=each)) for each in territories}
