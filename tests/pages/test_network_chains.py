"""« Comment sont-ils liés ? »: asked with the fields of the page, answered in trees of sentences."""

import pytest
from django.urls import reverse

from actors.enums import Certainty, CooperationKind, OrganisationKind, Sector
from actors.network import graph
from tests.factories.actors import make_alias, make_citation, make_cooperation, make_organisation, make_place
from tests.factories.sources import make_article, make_letter
from tests.factories.territories import make_territory
from tests.pages.html import main, section

pytestmark = pytest.mark.django_db
URL = reverse("network-chains")


@pytest.fixture
def actors():
    return {name: make_organisation(name=name, slug=name.lower()) for name in "ABCDE"}


def ask(client, *names, **more):
    return client.get(URL, {"acteur": names, **more})


def steps(response) -> list[str]:
    return section(response, "chaines").texts("p", class_="chain-actor")


def notices(response) -> list[str]:
    return section(response, "chaines").texts("p", class_="notice")


def errors(response) -> str:
    assert response.status_code == 200
    assert main(response).all("section", aria_labelledby="chaines") == []
    return main(response).one("div", role="alert").text


def fields(response) -> list[str]:
    return [each.attributes["value"] for each in main(response).all("input", name="acteur")]


def test_nobody_asked_shows_five_fields_and_no_answer(client):
    response = client.get(URL)
    assert fields(response) == [""] * 5
    assert main(response).all("div", role="alert") == []
    assert main(response).all("section") == []


def test_a_chain_tells_each_link_with_its_sources(client, actors):
    letter = make_letter(number="71")
    first = make_cooperation(actors["A"], actors["B"])
    make_citation(make_article(letter, title="Bref"), cooperation=first)
    make_cooperation(actors["C"], actors["B"], kind=CooperationKind.FUNDS)
    response = ask(client, "a", "C")
    assert fields(response)[:3] == ["A", "C", ""]
    told = section(response, "chaines")
    assert told.one("h2").text == "Ce qui les lie"
    assert steps(response) == ["A", "B", "C"]
    assert told.texts("p", class_="link-sentence") == ["A porte B", "C finance B"]
    assert told.texts("p", class_="sources")[0] == "Source : lettre n° 71, 2022 : Bref"
    # The tree is one of nested lists.
    assert len(told.one("ol", class_="chain-root").all("ol")) == 2


def test_several_chains_of_one_length_are_counted(client, actors):
    for middle in "BC":
        make_cooperation(actors["A"], actors[middle])
        make_cooperation(actors[middle], actors["D"])
    response = ask(client, "A", "D")
    assert section(response, "chaines").one("h2").text == "2 chaînes aussi courtes"
    assert steps(response) == ["A", "B", "D", "A", "C", "D"]


def test_unlinked_actors_are_said_to_be(client, actors):
    make_cooperation(actors["A"], actors["B"])
    make_cooperation(actors["C"], actors["D"])
    response = ask(client, "A", "B", "C", "E")
    apart = ", sans passer par un acteur très relié, un lien déduit ou une personne en commun."
    assert notices(response) == [
        f"Aucun lien documenté entre A ou B et C{apart}",
        f"Aucun lien documenté entre A ou B et E{apart}",
        f"Aucun lien documenté entre C et E{apart}",
    ]


def test_hubs_are_named_and_included_on_demand(client, actors):
    state = make_organisation(name="État", slug="etat", organisation_kind=OrganisationKind.STATE)
    make_cooperation(state, actors["A"])
    make_cooperation(state, actors["B"])
    response = ask(client, "A", "B")
    assert "Ici : État." in main(response).one("form", class_="chain-form").text
    assert section(response, "chaines").one("h2").text == "Aucun lien documenté"
    ((address, _),) = section(response, "chaines").links()
    assert steps(client.get(URL + address)) == ["A", "État", "B"]
    assert steps(ask(client, "A", "B", inclure="tres-relies")) == ["A", "État", "B"]


def test_deduced_and_person_based_links_on_demand(client, actors):
    make_cooperation(actors["A"], actors["B"], certainty=Certainty.INFERRED, reason="Même adresse.")
    make_cooperation(
        actors["C"],
        actors["D"],
        kind=CooperationKind.SHARES_LEADER_WITH,
        certainty=Certainty.INFERRED,
        reason="Même présidente.",
    )
    assert steps(ask(client, "A", "B")) == []
    response = ask(client, "A", "B", inclure="deduits")
    assert steps(response) == ["A", "B"]
    assert "déduit : même adresse." in section(response, "chaines").text
    assert steps(ask(client, "C", "D", inclure="deduits")) == []
    assert steps(ask(client, "C", "D", inclure="personnes")) == ["C", "D"]


def test_nothing_more_is_offered_where_nothing_more_is_known(client, actors):
    make_cooperation(actors["A"], actors["B"])
    assert section(ask(client, "A", "C"), "chaines").links() == []


def test_what_they_share_is_apart(client):
    article = make_article(make_letter(number="71"), title="Bref")
    for name in "AB":
        make_citation(article, actor=make_organisation(name=name, slug=name.lower(), sectors=[Sector.REUSE]))
    make_organisation(name="C", slug="c")
    response = ask(client, "A", "B", "C")
    assert steps(response) == []
    assert section(response, "cites-ensemble").texts("li") == ["lettre n° 71, 2022 : Bref (A, B)"]
    assert section(response, "en-commun").texts("li") == [f"{Sector.REUSE.label} : A, B"]
    response = ask(client, "A", "C")
    assert "Aucun article ne nomme deux d’entre eux." in section(response, "cites-ensemble").text
    assert main(response).all("section", aria_labelledby="en-commun") == []


def test_actors_are_found_by_address_full_name_and_other_names(client):
    first = make_organisation(name="Garage solidaire", precision="Courrières", slug="garage-courrieres")
    make_organisation(name="Garage solidaire", precision="Carvin", slug="garage-carvin")
    other = make_organisation(name="Dynamique Insertion Emploi", slug="dynamique")
    make_alias(other, "DIE")
    make_cooperation(first, other)
    assert steps(ask(client, "garage solidaire, courrieres", "die")) == steps(
        ask(client, "garage-courrieres", "dynamique")
    )
    told = errors(ask(client, "Garage solidaire", "DIE"))
    assert told == (
        "Plusieurs acteurs s’appellent « Garage solidaire » : Garage solidaire, Courrières (« garage-courrieres ») ; "
        "Garage solidaire, Carvin (« garage-carvin »)."
    )


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["A"], "Donnez au moins deux acteurs."),
        (["A", ""], "Donnez au moins deux acteurs."),
        (["A", "a"], "Le même acteur est nommé deux fois : donnez-en un autre."),
        (["A", "A"], "Donnez au moins deux acteurs."),
        (["A", "B", "C", "D", "E", "F"], "Pas plus de 5 acteurs à la fois."),
        (["A", "Personne"], "Aucun acteur ne s’appelle « Personne »."),
        (["A", "\0"], "Une de ces valeurs n’existe pas."),
        (["A", "b" * 5000], "Une de ces valeurs n’existe pas."),
        (["A", "%()'\";--"], "Aucun acteur ne s’appelle « %()'\";-- »."),
        (["A", "cachee"], "Aucun acteur ne s’appelle « cachee »."),
    ],
)
def test_bad_input_is_told_clearly(client, actors, names, message):
    make_organisation(name="Cachée", slug="cachee", publication="draft")
    response = ask(client, *names)
    assert errors(response) == message
    assert len(fields(response)) == 5


@pytest.mark.parametrize("query", ["inclure=tout", "poney=1", "acteur[]=a", "inclure=%00"])
def test_other_bad_parameters_too(client, query):
    assert errors(client.get(f"{URL}?{query}"))


def test_an_unknown_name_proposes_those_like_it(client, actors):
    make_organisation(name="Rustine libre", slug="rustine-libre")
    from actors.index.documents import refresh
    from actors.models import Actor

    refresh(Actor.objects.values_list("pk", flat=True))
    told = errors(ask(client, "rustine", "A"))
    assert told == "Aucun acteur ne s’appelle « rustine ». Peut-être : Rustine libre (« rustine-libre »)."


def test_the_fields_propose_actors_while_one_types(client):
    (first, *_) = main(client.get(URL)).all("input", name="acteur")
    assert (first.attributes["data-suggest"], first.attributes["data-takes"]) == ("actor ptce", "label")


# Each actor named, version, actors of the chains, links, citations, then the three of what is shared.
QUERIES = 9


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_do_not_grow_with_chains(client, django_assert_num_queries, actors, rows):
    article = make_article()
    for _ in range(rows):
        middle = make_organisation()
        for name in "AB":
            make_citation(article, cooperation=make_cooperation(actors[name], middle))
    town = make_territory()
    for name in "AB":
        make_citation(article, actor=actors[name])
        make_place(actors[name], town)
    graph.current()
    with django_assert_num_queries(QUERIES):
        assert len(steps(ask(client, "A", "B"))) == 3 * rows
