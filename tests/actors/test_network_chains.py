"""How actors are linked: shortest chains, what they avoid, and what unlinked actors have in common."""

import pytest

from actors.enums import Certainty, CooperationKind, Sector
from actors.network import graph
from actors.network.chains import Through, connect
from actors.network.shared import shared
from tests.factories.actors import (
    make_citation,
    make_cooperation,
    make_initiative,
    make_organisation,
    make_place,
    make_ptce,
)
from tests.factories.sources import make_article
from tests.factories.territories import make_containment, make_territory

pytestmark = pytest.mark.django_db


@pytest.fixture
def make_links():
    """A function that makes actors of one letter and links between them: « AB BC »."""
    actors = {}

    def make_links(text: str, **overrides) -> dict:
        for one, other in text.split():
            for name in (one, other):
                if name not in actors:
                    actors[name] = make_organisation(name=name, slug=name.lower())
            make_cooperation(actors[one], actors[other], **overrides)
        return actors

    return make_links


def ask(actors: dict, names: str, through=Through()):  # noqa: B008
    network = graph.current()
    return connect(network, [network.snapshot.ranks[actors[name].pk] for name in names], through)


def written(branch) -> str:
    """« A(B(C)D) »."""
    below = "".join(map(written, branch.below))
    return graph.current().name(branch.rank) + (f"({below})" if below else "")


def trees(answer) -> list[str]:
    return [written(tree) for tree in answer.trees]


def groups(answer) -> list[str]:
    return ["".join(map(graph.current().name, group)) for group in answer.groups]


def test_the_shortest_chain_whatever_the_direction_of_links(make_links):
    actors = make_links("AB CB CD AX XY YZ ZD")
    answer = ask(actors, "AD")
    assert trees(answer) == ["A(B(C(D)))"]
    assert answer.linked


def test_every_link_between_two_neighbours_is_told(make_links):
    actors = make_links("AB")
    make_links("BA", kind=CooperationKind.FUNDS)
    (tree,) = ask(actors, "AB").trees
    assert [link.kind for link in tree.below[0].links] == ["carries", "funds"]


def test_chains_of_one_length_are_told_up_to_three(make_links):
    actors = make_links("AB BZ AC CZ AD DZ AE EZ AF FG GZ")
    assert trees(ask(actors, "AZ")) == ["A(B(Z))", "A(C(Z))", "A(D(Z))"]


def test_three_actors_make_one_small_tree(make_links):
    actors = make_links("AX XB XC AP PQ QC")
    answer = ask(actors, "ABC")
    assert trees(answer) == ["A(X(BC))"]
    assert groups(answer) == ["ABC"]


def test_an_unlinked_actor_is_a_group_of_its_own(make_links):
    actors = make_links("AB CD EF")
    answer = ask(actors, "ACBEF")
    assert trees(answer) == ["A(B)", "E(F)"]
    assert groups(answer) == ["AB", "C", "EF"]
    assert not answer.linked


def test_hubs_are_passed_by_unless_asked(make_links, monkeypatch):
    monkeypatch.setattr(graph, "HUB_DEGREE", 2)
    actors = make_links("HA HB HC AX XY YB")
    assert trees(ask(actors, "AB")) == ["A(X(Y(B)))"]
    assert trees(ask(actors, "AB", Through(hubs=True))) == ["A(H(B))"]
    assert trees(ask(actors, "AC")) == []


def test_a_hub_that_is_asked_for_is_an_end_like_any_other(make_links, monkeypatch):
    monkeypatch.setattr(graph, "HUB_DEGREE", 2)
    actors = make_links("HA HB HC AX")
    assert trees(ask(actors, "XH")) == ["X(A(H))"]


def test_inferred_links_are_passed_by_unless_asked(make_links):
    actors = make_links("AB", certainty=Certainty.INFERRED, reason="Même adresse.")
    make_links("AX XY YB")
    assert trees(ask(actors, "AB")) == ["A(X(Y(B)))"]
    assert trees(ask(actors, "AB", Through(inferred=True))) == ["A(B)"]


def test_a_person_in_common_is_passed_by_unless_asked_by_its_own_name(make_links):
    actors = make_links(
        "AB", kind=CooperationKind.SHARES_LEADER_WITH, certainty=Certainty.INFERRED, reason="Même présidente."
    )
    answers = [ask(actors, "AB", each) for each in (Through(), Through(inferred=True), Through(persons=True))]
    assert [trees(answer) for answer in answers] == [[], [], ["A(B)"]]


def test_being_named_in_one_article_is_no_link(make_links):
    actors = make_links("AX BY")
    article = make_article(title="Bref")
    for name in "AB":
        make_citation(article, actor=actors[name])
    answer = ask(actors, "AB", Through(True, True, True))
    assert trees(answer) == []
    found = shared(graph.current(), [rank for group in answer.groups for rank in group])
    assert [(held.what.article.title, len(held.ranks)) for held in found.articles] == [("Bref", 2)]


def test_actors_without_any_link_are_taken_too(make_links):
    actors = make_links("AB")
    actors["Z"] = make_organisation(name="Z")
    assert groups(ask(actors, "AZ")) == ["A", "Z"]


# -- in common ------------------------------------------------------------------------------------------


def in_common(*actors):
    network = graph.current()
    return shared(network, [network.snapshot.ranks[actor.pk] for actor in actors])


def test_nothing_in_common_is_false():
    assert not in_common(make_organisation(), make_organisation())


def test_the_nearest_territory_in_common():
    region = make_territory("region", "32", "Hauts-de-France")
    department = make_territory("department", "62", "Pas-de-Calais")
    around = make_territory("epci", "246200299", "Agglo")
    lens, carvin, lille = (make_territory(name=name) for name in ("Lens", "Carvin", "Lille"))
    for container, members in ((region, (department, around, lens, carvin, lille)), (department, (around,))):
        for member in members:
            make_containment(container, member)
    for member in (lens, carvin):
        make_containment(around, member)
        make_containment(department, member)
    first, second, third = (make_organisation(place=each) for each in (lens, carvin, lille))
    found = in_common(first, second, third)
    assert [(held.what.name, len(held.ranks)) for held in found.territories] == [("Agglo", 2)]


def test_sectors_and_projects_of_ptce_in_common():
    first = make_organisation(name="A", sectors=[Sector.REUSE, Sector.CULTURE])
    second = make_organisation(name="B", sectors=[Sector.REUSE])
    third = make_organisation(name="C")
    make_cooperation(first, make_ptce())
    make_cooperation(second, make_initiative(potential_ptce=True))
    make_cooperation(third, make_ptce(), kind=CooperationKind.MEMBER_OF)
    found = in_common(first, second, third)
    ranks = graph.current().snapshot.ranks
    both = (ranks[first.pk], ranks[second.pk])
    assert [(held.what, held.ranks) for held in found.sectors] == [(Sector.REUSE, both)]
    assert found.ptce_projects == [*both]


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_do_not_grow_with_what_is_common(django_assert_num_queries, rows):
    town = make_territory()
    actors = [make_organisation(sectors=[Sector.REUSE]) for _ in range(2)]
    for actor in actors:
        make_place(actor, town)
    for _ in range(rows):
        article = make_article()
        for actor in actors:
            make_citation(article, actor=actor)
    network = graph.current()
    with django_assert_num_queries(3):
        assert len(shared(network, list(network.snapshot.everyone)).articles) == rows


# -- the journalist's walk, on the letters themselves -------------------------------------------------


@pytest.mark.usefixtures("directory_loaded")
class TestLetters:
    names = ("phare", "afeji", "agglomeration-henin-carvin")

    def ask(self, through, names=names):
        network = graph.current()
        by_slug = {network.slug(rank): rank for rank in network.snapshot.ranks.values()}
        return network, connect(network, [by_slug[name] for name in names], through)

    def test_nothing_stated_links_the_three(self):
        network, answer = self.ask(Through())
        assert [[network.slug(rank) for rank in group] for group in answer.groups] == [
            ["phare"],
            ["afeji"],
            ["agglomeration-henin-carvin"],
        ]

    def test_what_was_deduced_links_two_of_them(self):
        network, answer = self.ask(Through(inferred=True))
        assert [[network.slug(rank) for rank in group] for group in answer.groups] == [
            ["phare"],
            ["afeji", "agglomeration-henin-carvin"],
        ]

    def test_they_are_linked_by_the_cluster_and_by_the_garage(self):
        """AFEJI carries the garage (stated), which the agglomeration supports (deduced from letter of 2020-21)."""
        _, answer = self.ask(Through(inferred=True), self.names[1:])
        assert trees(answer) == [
            f"AFEJI({between}(Communauté d’agglomération d’Hénin-Carvin))"
            for between in ("Émergence Hénin-Carvin", "Garage solidaire, Courrières")
        ]
        garage = answer.trees[1].below[0]
        assert [link.certainty for link in garage.links] == ["stated"]
        assert [link.certainty for link in garage.below[0].links] == ["inferred"]

    def test_phare_is_reached_by_a_person_of_the_apes_alone(self):
        _, answer = self.ask(Through(hubs=True, inferred=True))
        assert not answer.linked
        network, answer = self.ask(Through(hubs=True, inferred=True, persons=True))
        assert answer.linked
        (apes,) = answer.trees[0].below
        assert network.slug(apes.rank) == "apes"
        assert [link.kind for link in apes.links] == [CooperationKind.SHARES_LEADER_WITH]
