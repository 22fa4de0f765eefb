"""Whoever has ceased leaves the lists and keeps a page, which says so and who took over."""

import pytest

from actors import index
from actors.enums import CooperationKind, LifeStatus
from actors.index import Selection
from tests.factories.actors import make_cooperation, make_initiative, make_organisation, make_place
from tests.factories.territories import make_territory
from tests.pages.html import main

pytestmark = pytest.mark.django_db

CEASED = {"life_status": "closed", "life_status_year": 2020}


def names(client, query=""):
    return main(client.get(f"/acteurs/?{query}")).texts("h2", class_="card-title")


@pytest.fixture
def raismes():
    return make_territory(name="Raismes", slug="raismes")


@pytest.fixture
def actors(raismes):
    """One who goes on and one who ceased, in Raismes."""
    going = make_organisation(name="DIE")
    ceased = make_organisation(name="PHARE", **CEASED)
    for actor in (going, ceased):
        make_place(actor, raismes)
    return going, ceased


def test_default_lists_and_counts_leave_it_out(client, actors, raismes):
    assert names(client) == ["DIE"]
    assert names(client, "territoire=raismes") == ["DIE"]
    assert index.counts_by_territory([raismes.pk]) == {raismes.pk: 1}
    assert client.get("/").context["home"].numbers["organisation"] == 1
    assert index.ask(Selection()).facet("organisation_kind") == {"integration": 1}


def test_it_is_found_by_name_and_by_its_situation(client, actors):
    assert names(client, "q=phare") == ["PHARE"]
    assert names(client, "situation=activite-arretee") == ["PHARE"]
    assert set(names(client, "situation=activite-arretee&situation=non-verifiee")) == {"DIE", "PHARE"}
    assert "A cessé son activité." in main(client.get("/acteurs/?q=phare")).texts("p", class_="card-why")


def test_the_situation_counts_the_list_it_leads_to(actors):
    assert index.ask(Selection()).facet("life_status") == {"unknown": 1, "closed": 1}
    assert index.count(Selection(life_statuses=(LifeStatus.CLOSED,))) == 1


def test_it_is_added_by_hand(actors):
    _, ceased = actors
    assert index.count(Selection(plus=(ceased.public_id,))) == 1
    assert index.count(Selection(plus=(ceased.public_id,), sectors=("food",))) == 1


def test_what_is_over_as_planned_stays(client):
    make_initiative(name="Festival", life_status="ended", life_status_year=2020)
    assert names(client) == ["Festival"]


def notice(client, actor):
    return main(client.get(actor.get_absolute_url())).one("p", class_="notice")


@pytest.mark.parametrize(
    ("closed", "told"),
    [
        ("2019", "A cessé son activité en 2019. Repris par DIE."),
        ("2019-06", "A cessé son activité en juin 2019. Repris par DIE."),
        ("2019-06-30", "A cessé son activité le 30 juin 2019. Repris par DIE."),
        ("2019~", "A cessé son activité vers 2019. Repris par DIE."),
        ("../2019", "A cessé son activité en 2019 au plus tard. Repris par DIE."),
        ("", "A cessé son activité : on le sait depuis 2020. Repris par DIE."),
    ],
)
def test_the_page_says_when_and_who_took_over(client, closed, told):
    ceased = make_organisation(name="PHARE", closed=closed, **CEASED)
    successor = make_organisation(name="DIE")
    make_cooperation(successor, ceased, kind=CooperationKind.TAKES_OVER)
    shown = notice(client, ceased)
    assert shown.text == told
    assert [href for href, _ in shown.links()] == [successor.get_absolute_url()]


def test_several_took_over_and_those_that_are_not_public_are_not_named(client):
    ceased = make_organisation(name="PHARE", closed="2019", **CEASED)
    for name, publication in (("A", "published"), ("B", "published"), ("C", "published"), ("D", "draft")):
        successor = make_organisation(name=name, publication=publication)
        make_cooperation(successor, ceased, kind=CooperationKind.TAKES_OVER)
    assert notice(client, ceased).text == "A cessé son activité en 2019. Repris par A, B et C."


def test_the_successor_says_whom_it_took_over(client):
    successor = make_organisation(name="DIE")
    ceased = make_organisation(name="PHARE", **CEASED)
    make_cooperation(successor, ceased, kind=CooperationKind.TAKES_OVER)
    assert "A repris" in main(client.get(successor.get_absolute_url())).texts("h3")
