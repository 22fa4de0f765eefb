import pytest
from django.urls import reverse

from territories.enums import TerritoryKind
from tests.factories.actors import make_organisation
from tests.factories.territories import make_containment, make_name, make_territory
from tests.pages.html import main

pytestmark = pytest.mark.django_db
URL = reverse("territory-list")


@pytest.fixture
def region():
    region = make_territory(TerritoryKind.REGION, "32", "Hauts-de-France")
    pas = make_territory(TerritoryKind.DEPARTMENT, "62", "Pas-de-Calais", parent=region)
    nord = make_territory(TerritoryKind.DEPARTMENT, "59", "Nord", parent=region)
    epci = make_territory(TerritoryKind.EPCI, "246200299", "Agglomération Hénin-Carvin", parent=pas)
    border = make_territory(TerritoryKind.EPCI, "246200300", "Communauté des Lisières", parent=nord)
    carvin = make_territory(name="Carvin", postal_codes=("62220",), parent=epci)
    make_containment(pas, epci)
    make_containment(pas, carvin)
    make_containment(epci, carvin)
    make_containment(pas, border, whole=False)
    make_containment(nord, border, whole=False)
    make_organisation(place=carvin)
    make_organisation(place=carvin, publication="draft")
    return region


def branches(response) -> dict[str, list[str]]:
    return {
        department.one("summary").text: department.texts("li")
        for department in main(response).one("div", class_="tree").all("details")
    }


def test_the_tree_of_the_region_down_to_the_epcis(client, region):
    response = client.get(URL)
    assert branches(response) == {
        "Nord 0 acteur": ["Communauté des Lisières en partie"],
        "Pas-de-Calais 1 acteur": [
            "Agglomération Hénin-Carvin 1 acteur",
            "Communauté des Lisières en partie",
        ],
    }
    assert main(response).texts("h2") == ["Hauts-de-France"]


def test_departments_elsewhere_only_where_an_actor_is(client, region):
    lyon = make_territory(name="Lyon")
    rhone = make_territory(TerritoryKind.DEPARTMENT, "69", "Rhône")
    make_containment(rhone, lyon)
    make_territory(TerritoryKind.DEPARTMENT, "33", "Gironde")
    make_organisation(place=lyon)
    response = client.get(URL)
    assert main(response).texts("h2") == ["Hauts-de-France", "Ailleurs en France"]
    assert main(response).all("ul", class_="branches")[-1].texts("li") == ["Rhône 1 acteur"]


def test_territories_without_official_limits_with_their_actors(client, region):
    mines = make_territory(TerritoryKind.INFORMAL, "bassin-minier", "Bassin minier")
    make_territory(TerritoryKind.INFORMAL, "artois", "Artois")
    make_organisation(place=mines)
    response = client.get(URL)
    assert main(response).texts("h2") == ["Hauts-de-France", "Territoires vécus, sans périmètre officiel"]
    assert main(response).all("ul", class_="branches")[-1].texts("li") == ["Artois", "Bassin minier 1 acteur"]


def test_before_territories_are_loaded(client):
    assert main(client.get(URL)).texts("p") == ["Aucun territoire n’est encore chargé."]


def results(response) -> list[str]:
    return [item for block in main(response).all("ul", class_="facts") for item in block.texts("li")]


def test_search_by_name(client, region):
    make_name(make_territory(name="Épinoy"), "Carvin-Épinoy")
    response = client.get(URL, {"q": "carvin"})
    assert results(response) == [
        "Carvin, commune (Agglomération Hénin-Carvin) 1 acteur",
        "Agglomération Hénin-Carvin, intercommunalité (Pas-de-Calais) 1 acteur",
        "Épinoy, commune",
    ]
    assert main(response).one("h1").text == "3 territoires pour « carvin »"


def test_a_postal_code_lists_every_commune_it_serves(client, region):
    make_territory(name="Libercourt", postal_codes=("62220",))
    assert results(client.get(URL, {"q": "62220"})) == [
        "Carvin, commune (Agglomération Hénin-Carvin) 1 acteur",
        "Libercourt, commune",
    ]


def test_nothing_found_says_what_we_know(client, region):
    response = client.get(URL, {"q": "Atlantide"})
    assert (
        main(response)
        .one("div", class_="notice")
        .texts("p")[0]
        .startswith("Aucun territoire pour « Atlantide ».")
    )
    assert main(response).one("h1").text == "0 territoire pour « Atlantide »"


@pytest.mark.parametrize("query", ["q=%00", "q=" + "a" * 5000, "nom=Carvin", "q=a&q=b"])
def test_a_bad_parameter_shows_its_error_and_no_row(client, region, query):
    response = client.get(f"{URL}?{query}")
    assert response.status_code == 200
    assert main(response).one("div", role="alert")
    assert results(response) == []
    assert main(response).all("div", class_="tree") == []


@pytest.mark.parametrize("number", ["0", "-1", "1000000000", "abc", "2"])
def test_a_page_that_is_not_there_is_told(client, region, number):
    response = client.get(URL, {"q": "carvin", "page": number})
    assert response.status_code == 200
    assert results(response) == []
    assert "cette liste a 1 page." in main(response).one("div", role="alert").text


def test_twenty_a_page(client):
    for rank in range(21):
        make_territory(name=f"Saint-Martin {rank:02d}")
    assert results(client.get(URL, {"q": "martin", "page": "2"})) == ["Saint-Martin 20, commune"]


# Both versions, region, tree, departments elsewhere, territories without limits.
TREE_QUERIES = 6


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_queries_of_the_tree_do_not_grow_with_rows(client, django_assert_num_queries, region, rows):
    for _ in range(rows):
        department = make_territory(TerritoryKind.DEPARTMENT, parent=region)
        epci, commune = make_territory(TerritoryKind.EPCI), make_territory()
        make_containment(department, epci)
        make_containment(epci, commune)
        make_organisation(place=commune)
        make_organisation(place=make_territory(TerritoryKind.DEPARTMENT))
    with django_assert_num_queries(TREE_QUERIES):
        client.get(URL)


@pytest.mark.parametrize("rows", [1, 3, 300])
def test_queries_of_a_search_do_not_grow_with_rows(client, django_assert_num_queries, rows):
    parent = make_territory(TerritoryKind.EPCI)
    for rank in range(rows):
        make_territory(name=f"Saint-Martin {rank}", parent=parent)
    with django_assert_num_queries(3):
        client.get(URL, {"q": "martin"})
