"""The drawing of the network, its twin in sentences, and the small one of an actor's page."""

import gzip

import pytest
from django.urls import reverse

from actors.enums import Certainty, CooperationKind, CooperationStatus
from actors.index import snapshot
from actors.models import NetworkLayout
from actors.network import drawing, graph, job, layout
from pages.presenters import network_drawing
from tests.factories.actors import (
    make_citation,
    make_cooperation,
    make_initiative,
    make_organisation,
    make_place,
    make_ptce,
)
from tests.factories.sources import make_article, make_letter
from tests.factories.territories import make_territory
from tests.pages.html import main, section

pytestmark = pytest.mark.django_db
URL = reverse("network")


@pytest.fixture
def trio():
    actors = {
        "A": make_organisation(name="A", slug="a"),
        "B": make_initiative(name="B", slug="b"),
        "C": make_ptce(name="C", slug="c"),
    }
    make_cooperation(actors["A"], actors["B"])
    make_cooperation(
        actors["B"],
        actors["C"],
        kind=CooperationKind.PARTNER_OF,
        certainty=Certainty.INFERRED,
        reason="Même lieu.",
    )
    # The rows before were another test's, of the same version.
    snapshot.forget()
    job.refresh_layout()
    return actors


def signs(response) -> dict[str, str]:
    """Name -> where it stands."""
    return {
        link.text: link.attributes["transform"]
        for link in main(response).one("svg", data_network="").all("a")
    }


def sentences(response) -> dict[str, list[str]]:
    told = section(response, "en-phrases").one("div", class_="network-told")
    headings = [heading.text for heading in told.all("h3")]
    return dict(zip(headings, [rows.texts("li") for rows in told.all("ul")], strict=True))


def test_each_actor_is_a_link_with_the_shape_of_its_nature(client, trio):
    svg = main(client.get(URL)).one("svg", data_network="")
    assert [
        (link.attributes["href"], link.text, link.attributes["class"], link.children[0].tag)
        for link in svg.all("a")
    ] == [
        ("/acteurs/a/", "A", "organisation", "circle"),
        ("/acteurs/b/", "B", "initiative", "rect"),
        ("/acteurs/c/", "C", "ptce", "path"),
    ]
    lines = svg.one("g", class_="lines").all("path")
    assert [(line.attributes["data-e"], line.attributes.get("class")) for line in lines] == [
        ("0 1", None),
        ("1 2", "inferred"),
    ]
    assert svg.attributes["aria-labelledby"] == "reseau-nom"


def test_the_twin_tells_every_link_under_both_its_actors(client, trio):
    response = client.get(URL)
    assert main(response).one("p", class_="network-count").text == "3 acteurs, 2 liens."
    assert sentences(response) == {
        "A": ["A porte B"],
        "B": ["A porte B", "B et C sont partenaires déduit"],
        "C": ["B et C sont partenaires déduit"],
    }


def test_a_state_that_is_not_the_present_is_told(client):
    make_cooperation(make_organisation(name="A"), make_organisation(name="B"), status=CooperationStatus.ENDED)
    assert sentences(client.get(URL))["A"] == ["A porte B terminé"]


def test_filters_hide_and_never_move(client, trio):
    everything = signs(client.get(URL))
    assert len(everything) == 3
    for query, shown in (
        ("type=portage", "AB"),
        ("certitude=deduit", "BC"),
        ("etat=en-cours", "ABC"),
        ("acteur=a", "AB"),
        ("acteur=a&pas=2", "ABC"),
        ("acteur=C", "BC"),
        ("ptce=c", "BC"),
    ):
        found = signs(client.get(f"{URL}?{query}"))
        assert found == {name: everything[name] for name in shown}, query


def test_filters_by_territory_and_by_letter(client, trio):
    town = make_territory(name="Carvin", slug="carvin")
    make_place(trio["C"], town)
    make_citation(make_article(make_letter(slug="71")), cooperation=trio["A"].links_out.get())
    assert signs(client.get(f"{URL}?territoire=carvin")).keys() == {"B", "C"}
    assert signs(client.get(f"{URL}?lettre=71")).keys() == {"A", "B"}


def test_an_actor_newer_than_the_drawing_stands_near_its_neighbour_or_is_named(client, trio):
    before = signs(client.get(URL))
    make_cooperation(make_organisation(name="D"), trio["A"])
    make_cooperation(make_organisation(name="E"), make_organisation(name="F"))
    response = client.get(URL)
    after = signs(response)
    assert after.keys() == {"A", "B", "C", "D"}
    assert {name: after[name] for name in "ABC"} == before
    assert "Pas encore dans le dessin : E, F." in section(response, "en-phrases").texts("p")
    assert "E" in sentences(response)


def test_without_a_drawing_yet_the_sentences_are_there(client, trio):
    NetworkLayout.objects.all().delete()
    response = client.get(URL)
    assert main(response).all("svg", data_network="") == []
    assert main(response).one("p", class_="network-wait")
    assert len(sentences(response)) == 3


def test_no_layout_is_computed_in_a_request(client, trio, monkeypatch):
    NetworkLayout.objects.all().delete()
    monkeypatch.setattr(layout, "lay_out", None)
    assert client.get(URL).status_code == 200
    assert not NetworkLayout.objects.exists()


def test_past_its_number_the_page_shows_what_surrounds_one_and_says_so(client, trio, monkeypatch):
    monkeypatch.setattr(drawing, "MOST_DRAWN", 2)
    monkeypatch.setattr(drawing, "MOST_AROUND", 2)
    response = client.get(URL)
    assert main(response).one("p", class_="network-count").text == (
        "3 acteurs, 2 liens. C’est trop pour un seul dessin : voici ce qui entoure B, 2 acteurs au plus près. "
        "Filtrez, ou choisissez un autre acteur, pour voir le reste."
    )
    assert signs(response).keys() == {"A", "B"}
    # Filtered down to what can be drawn, all of it is.
    assert "trop" not in main(client.get(f"{URL}?type=portage")).one("p", class_="network-count").text


def test_a_network_too_large_for_any_drawing_stands_in_rings(client, trio, monkeypatch):
    NetworkLayout.objects.update(positions={})
    monkeypatch.setattr(drawing, "MOST_DRAWN", 2)
    response = client.get(f"{URL}?acteur=c&pas=2")
    assert signs(response).keys() == {"A", "B", "C"}
    assert signs(response)["C"] == "translate(0.0 0.0)"


def test_nothing_linked_says_so(client):
    response = client.get(URL)
    assert main(response).one("p", class_="network-count").text == (
        "Aucune coopération documentée pour l’instant."
    )
    assert main(response).all("svg", data_network="") == []


@pytest.mark.parametrize(
    "query",
    [
        "type=poney",
        "acteur=personne",
        "acteur=%00",
        "pas=2",
        "pas=3&acteur=a",
        "ptce=a",
        "lettre=x",
        "territoire=x",
        "certitude=peut-etre",
        "acteur=" + "a" * 5000,
        "poney=1",
    ],
)
def test_a_bad_parameter_shows_its_error_and_no_drawing(client, trio, query):
    response = client.get(f"{URL}?{query}")
    assert response.status_code == 200
    assert main(response).one("div", role="alert")
    assert main(response).all("svg", data_network="") == []


def test_an_unknown_actor_proposes_others(client, trio):
    make_organisation(name="Rustine libre", slug="rustine-libre")
    told = main(client.get(f"{URL}?acteur=rustine")).one("div", role="alert").text
    assert "Aucun acteur ne s’appelle « rustine »." in told


# PTCE and letters of the filters, version, places, actors.
QUERIES = 5


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_do_not_grow_with_the_network(client, django_assert_num_queries, rows):
    for _ in range(rows):
        make_cooperation(make_organisation(), make_organisation())
    job.refresh_layout()
    graph.current()
    with django_assert_num_queries(QUERIES):
        client.get(URL)


def test_three_hundred_actors_weigh_little(client):
    """At most 45 kB compressed, the twin included: what a slow phone reads in a second."""
    actors = [make_organisation(name=f"Ressourcerie du Beffroi numéro {rank}") for rank in range(300)]
    for rank in range(1, 300):
        make_cooperation(actors[rank], actors[rank // 3])
    NetworkLayout.objects.create(
        version=1,
        positions={str(actor.pk): [rank * 61 % 3000, rank * 37] for rank, actor in enumerate(actors)},
    )
    response = client.get(URL)
    assert len(signs(response)) == 300
    assert len(gzip.compress(response.content)) < 45_000


# -- the small drawing --------------------------------------------------------------------------------


def ego(client, actor):
    return main(client.get(actor.get_absolute_url())).all("figure", class_="ego")


def test_the_page_of_an_actor_draws_its_partners(client, trio):
    (figure,) = ego(client, trio["B"])
    assert figure.one("figcaption").text == "Son réseau : 2 acteurs liés"
    links = [(link.attributes["href"], link.text) for link in figure.one("svg").all("a")]
    assert links == [("/acteurs/a/", "A"), ("/acteurs/c/", "C")]
    assert figure.links()[-1][0] == "/cooperations/reseau/?acteur=b&pas=2"


def test_an_actor_without_links_has_no_drawing(client):
    assert ego(client, make_organisation()) == []


def test_links_among_the_partners_are_drawn_too(client, trio):
    make_cooperation(trio["A"], trio["C"])
    (figure,) = ego(client, trio["B"])
    assert len(figure.one("g", class_="lines").all("path")) == 3


def test_of_very_many_partners_the_most_linked_are_drawn_and_the_drawing_says_so(client):
    centre = make_organisation(name="Centre")
    for rank in range(20):
        make_cooperation(centre, make_organisation(name=f"P{rank:02d}"))
    friend = make_organisation(name="Z")
    make_cooperation(centre, friend)
    make_cooperation(friend, make_organisation(name="Ailleurs"))
    (figure,) = ego(client, centre)
    assert figure.one("figcaption").text == "Son réseau : 21 acteurs liés, dont 14 dessinés"
    names = figure.one("svg").texts("a")
    assert len(names) == network_drawing.MOST_IN_SMALL
    assert names[-1] == "Z"


def test_a_small_drawing_stays_small(client):
    """At most 2.5 kB compressed for the largest one."""
    centre = make_organisation(name="Centre")
    for rank in range(30):
        make_cooperation(centre, make_organisation(name=f"Association des centres sociaux numéro {rank}"))
    body = client.get(centre.get_absolute_url()).content
    svg = body[
        body.index(b'<figure class="ego') : body.index(b"</figure>", body.index(b'<figure class="ego'))
    ]
    assert len(gzip.compress(svg)) < 2_500


def test_a_long_name_is_cut_on_sight_and_whole_for_who_listens(client):
    centre = make_organisation(name="Centre")
    name = "Association des centres sociaux et socioculturels de la région de Valenciennes"
    make_cooperation(centre, make_organisation(name=name))
    (figure,) = ego(client, centre)
    (link,) = figure.one("svg").all("a")
    assert link.text.endswith("…")
    assert link.attributes["aria-label"] == name


def test_pages_load_neither_networkx_nor_numpy():
    """Some forty megabytes that only the background job needs."""
    import subprocess
    import sys

    code = (
        "import django; django.setup(); import sys; from django.urls import get_resolver; "
        "get_resolver().url_patterns; import actors.network.job; "
        "print(sorted({'networkx', 'numpy'} & set(sys.modules)))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
