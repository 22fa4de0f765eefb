import pytest
from django.urls import reverse
from django.utils import timezone

from actors.enums import CooperationKind
from actors.network import graph
from tests.factories.actors import make_citation, make_cooperation, make_organisation
from tests.factories.sources import make_article, make_letter
from tests.pages.html import main

pytestmark = pytest.mark.django_db
URL = reverse("cooperation-list")


def sentences(response) -> list[str]:
    return main(response).texts("p", class_="link-sentence")


@pytest.fixture
def two():
    return make_organisation(name="A", slug="a"), make_organisation(name="B", slug="b")


def test_links_between_published_actors_by_name(client, two):
    draft = make_organisation(name="Cachée", publication="draft")
    make_cooperation(two[1], two[0], kind=CooperationKind.RUNS)
    make_cooperation(*two)
    make_cooperation(two[0], draft)
    make_cooperation(draft, two[0])
    response = client.get(URL)
    assert main(response).one("h1").text == "2 coopérations"
    assert sentences(response) == ["A porte B", "B gère A"]
    assert main(response).all("p", class_="link-sentence")[0].links() == [
        ("/acteurs/a/", "A"),
        ("/acteurs/b/", "B"),
    ]


def test_each_tells_state_reason_and_source(client, two):
    link = make_cooperation(*two, certainty="inferred", reason="Même adresse.")
    make_citation(make_article(make_letter(number="71"), title="Bref"), cooperation=link)
    row = main(client.get(URL)).one("ol", class_="links").one("li")
    assert row.texts("p") == [
        "A porte B",
        "en cours en 2022 déduit : même adresse.",
        "Source : lettre n° 71, 2022 : Bref",
    ]


def test_what_was_planned_long_ago_says_that_nothing_more_is_known(client, two):
    year = timezone.localdate().year
    for kind, age in ((CooperationKind.CARRIES, 3), (CooperationKind.RUNS, 2)):
        article = make_article(make_letter(earliest=f"{year - age}-01-01", latest=f"{year - age}-12-31"))
        make_citation(article, cooperation=make_cooperation(*two, kind=kind, status="envisaged"))
    assert main(client.get(URL)).texts("p", class_="link-facts") == [
        f"envisagé en {year - 3}, suite non connue de nous",
        f"envisagé en {year - 2}",
    ]


def test_filters(client, two):
    make_cooperation(*two)
    make_cooperation(*two, kind=CooperationKind.RUNS, status="ended")
    asked = ("type=portage", "type=gestion&type=portage", "etat=termine", "etat=termine&type=portage")
    assert [sentences(client.get(f"{URL}?{query}")) for query in asked] == [
        ["A porte B"],
        ["A porte B", "A gère B"],
        ["A gère B"],
        [],
    ]


def test_an_empty_list_says_so(client):
    told = [
        main(client.get(URL, query)).one("div", class_="notice").text for query in ({}, {"type": "portage"})
    ]
    assert told == [
        "Aucune coopération documentée pour l’instant.",
        "Aucune coopération documentée pour l’instant avec ces filtres.",
    ]


@pytest.mark.parametrize("query", ["type=poney", "etat=poney", "type=%00", "sens=deux", "etat=" + "a" * 5000])
def test_a_bad_parameter_shows_its_error_and_no_row(client, two, query):
    make_cooperation(*two)
    response = client.get(f"{URL}?{query}")
    assert response.status_code == 200
    assert sentences(response) == []
    assert main(response).one("div", role="alert")


@pytest.mark.parametrize("number", ["0", "-1", "1000000000", "abc", "2", "%00"])
def test_a_page_that_is_not_there_is_told(client, two, number):
    make_cooperation(*two)
    response = client.get(f"{URL}?page={number}")
    assert response.status_code == 200
    assert sentences(response) == []
    assert "cette liste a 1 page." in main(response).one("div", role="alert").text


def test_twenty_a_page(client, two):
    others = [make_organisation(name=f"C{rank:02d}") for rank in range(21)]
    for other in others:
        make_cooperation(two[0], other)
    response = client.get(f"{URL}?page=2&type=portage")
    assert sentences(response) == ["A porte C20"]
    assert main(response).one("nav", class_="pagination").links() == [
        ("?page=1&type=portage", "Page précédente")
    ]


# PTCE and letters of the filters, version, links with their actors, citations.
QUERIES = 5


@pytest.mark.parametrize("rows", [1, 3, 60])
def test_queries_do_not_grow_with_rows(client, django_assert_num_queries, two, rows):
    article = make_article()
    for _ in range(rows):
        make_citation(article, cooperation=make_cooperation(make_organisation(), make_organisation()))
    graph.current()
    with django_assert_num_queries(QUERIES):
        client.get(URL)
