"""The network of one version: links, neighbours, hubs, and which links a selection means."""

import pytest

from actors.enums import Certainty, CooperationKind, CooperationStatus, OrganisationKind
from actors.network import graph
from actors.network.graph import LinkSelection
from territories.models import record_change
from tests.factories import building
from tests.factories.actors import (
    make_citation,
    make_cooperation,
    make_organisation,
    make_place,
    make_ptce,
)
from tests.factories.sources import make_article, make_letter
from tests.factories.territories import make_containment, make_territory

pytestmark = pytest.mark.django_db


def make_actors(names: str) -> dict[str, object]:
    return {name: make_organisation(name=name, slug=name.lower()) for name in names.split()}


def pairs(links) -> list[str]:
    network = graph.current()
    return [f"{network.name(link.source)}{network.name(link.target)}" for link in links]


def rank(actor) -> int:
    return graph.current().snapshot.ranks[actor.pk]


def test_links_of_published_actors_in_the_order_of_names():
    actors = make_actors("A B C")
    hidden = make_organisation(name="X", publication="draft")
    make_cooperation(actors["C"], actors["A"])
    make_cooperation(actors["A"], actors["B"])
    make_cooperation(actors["A"], hidden)
    make_cooperation(hidden, actors["B"])
    network = graph.current()
    assert pairs(network.links) == ["AB", "CA"]
    first, second, third = (rank(actors[name]) for name in "ABC")
    assert network.neighbours == {first: (second, third), second: (first,), third: (first,)}


def test_two_links_make_one_neighbour():
    actors = make_actors("A B")
    make_cooperation(actors["A"], actors["B"])
    make_cooperation(actors["B"], actors["A"], kind=CooperationKind.FUNDS)
    assert graph.current().degree(rank(actors["A"])) == 1


def test_it_is_read_anew_when_the_version_moves(django_assert_num_queries):
    actors = make_actors("A B C")
    make_cooperation(actors["A"], actors["B"])
    first = graph.current()
    with django_assert_num_queries(1):
        assert graph.current().links is first.links
    with building():
        actors["B"].links_out.create(kind=CooperationKind.RUNS, target=actors["C"])
        record_change(subject="actor", key="b", what="Lien ajouté")
    assert pairs(graph.current().links) == ["AB", "BC"]


def test_hubs_are_the_apes_the_state_and_whoever_has_very_many_neighbours(monkeypatch):
    monkeypatch.setattr(graph, "HUB_DEGREE", 2)
    actors = make_actors("A B C D E Apes")
    state = make_organisation(name="État", organisation_kind=OrganisationKind.STATE)
    region = make_organisation(name="Région", organisation_kind=OrganisationKind.DEPARTMENT_REGION)
    make_organisation(name="Sans lien", organisation_kind=OrganisationKind.STATE)
    for other in "BCD":
        make_cooperation(actors["A"], actors[other])
    make_cooperation(actors["Apes"], actors["E"])
    make_cooperation(state, actors["E"])
    make_cooperation(region, actors["D"])
    network = graph.current()
    assert {network.name(hub) for hub in network.hubs} == {"A", "Apes", "État", "Région"}


def test_around_goes_from_near_to_far_and_stops_at_its_number():
    actors = make_actors("A B C D")
    for one, other in ("AB", "BC", "CD", "DB"):
        make_cooperation(actors[one], actors[other])
    network = graph.current()
    names = [
        "".join(network.name(each) for each in network.around(rank(actors["A"]), steps, most))
        for steps, most in ((0, None), (1, None), (2, None), (3, None), (3, 3))
    ]
    assert names == ["A", "AB", "ABCD", "ABCD", "ABC"]


def test_a_selection_by_the_link_itself():
    actors = make_actors("A B C")
    make_cooperation(actors["A"], actors["B"], kind=CooperationKind.FUNDS)
    make_cooperation(actors["B"], actors["C"], status=CooperationStatus.ENDED)
    make_cooperation(actors["C"], actors["A"], certainty=Certainty.INFERRED, reason="Même adresse.")
    found = [
        pairs(graph.current().find(LinkSelection(**asked)))
        for asked in (
            {},
            {"kinds": (CooperationKind.FUNDS,)},
            {"statuses": (CooperationStatus.ENDED,)},
            {"certainties": (Certainty.INFERRED,)},
            {"kinds": (CooperationKind.FUNDS,), "statuses": (CooperationStatus.ENDED,)},
        )
    ]
    assert found == [["AB", "BC", "CA"], ["AB"], ["BC"], ["CA"], []]


def test_a_selection_by_territory_takes_links_with_one_end_there():
    actors = make_actors("A B C")
    town, around = make_territory(name="Carvin"), make_territory("epci", "246200299", "Agglo")
    make_containment(around, town)
    make_place(actors["A"], town)
    make_cooperation(actors["B"], actors["A"])
    make_cooperation(actors["B"], actors["C"])
    network = graph.current()
    assert pairs(network.find(LinkSelection(territory=town))) == ["BA"]
    assert pairs(network.find(LinkSelection(territory=around))) == ["BA"]


def test_a_selection_by_ptce_takes_its_links_and_those_among_its_partners():
    actors = make_actors("A B C")
    ptce = make_ptce(name="P", slug="p")
    make_cooperation(actors["A"], ptce)
    make_cooperation(actors["B"], ptce)
    make_cooperation(actors["A"], actors["B"])
    make_cooperation(actors["B"], actors["C"])
    assert pairs(graph.current().find(LinkSelection(ptce=ptce))) == ["AB", "AP", "BP"]


def test_a_selection_around_an_actor():
    actors = make_actors("A B C D")
    for one, other in ("AB", "BC", "CD"):
        make_cooperation(actors[one], actors[other])
    network = graph.current()
    assert pairs(network.find(LinkSelection(actor=actors["A"]))) == ["AB"]
    assert pairs(network.find(LinkSelection(actor=actors["A"], steps=2))) == ["AB", "BC"]
    hidden = make_organisation(name="X", publication="draft")
    assert graph.current().find(LinkSelection(actor=hidden)) == []


def test_a_selection_by_the_letter_that_tells():
    actors = make_actors("A B C")
    letter, other = make_letter(number="71", slug="71"), make_letter(number="74", slug="74")
    make_citation(make_article(letter), cooperation=make_cooperation(actors["A"], actors["B"]))
    make_citation(make_article(other), cooperation=make_cooperation(actors["B"], actors["C"]))
    assert pairs(graph.current().find(LinkSelection(letter=letter))) == ["AB"]


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_do_not_grow_with_links(django_assert_num_queries, rows):
    for _ in range(rows):
        make_cooperation(make_organisation(), make_organisation())
    from actors.index import snapshot

    known = snapshot.current()
    with django_assert_num_queries(0):
        assert len(graph.Network(known).links) == rows
