import pytest
from django.urls import reverse

from actors.enums import OrganisationKind, PublicationStatus, Sector
from territories.enums import TerritoryKind
from tests.factories.actors import (
    make_citation,
    make_cooperation,
    make_initiative,
    make_organisation,
    make_ptce,
)
from tests.factories.sources import make_article, make_letter
from tests.factories.territories import make_containment, make_territory
from tests.pages.html import main, page

pytestmark = pytest.mark.django_db
URL = reverse("actor-list")


def cards(response) -> list[str]:
    return main(response).texts("h2", class_="card-title")


def title(response) -> str:
    return main(response).one("h1").text


def test_lists_published_actors_by_name(client):
    make_organisation(name="Zèbre")
    make_organisation(name="École")
    for status in (PublicationStatus.DRAFT, PublicationStatus.REVIEW, PublicationStatus.WITHDRAWN):
        make_organisation(name=f"Caché {status}", publication=status)
    response = client.get(URL)
    assert cards(response) == ["École", "Zèbre"]
    assert title(response) == "2 acteurs"


def test_a_card_tells_kind_place_summary_and_sectors(client):
    make_organisation(
        name="Dynamique",
        precision="Drocourt",
        slug="die",
        summary="Recyclerie de l’agglomération",
        organisation_kind=OrganisationKind.INTEGRATION,
        sectors=[Sector.REUSE, Sector.EMPLOYMENT],
        place=make_territory(name="Drocourt"),
    )
    card = main(client.get(URL)).one("article", class_="card")
    assert card.links()[0] == ("/acteurs/die/", "Dynamique, Drocourt")
    assert card.texts("p")[:3] == [
        "Structure Structure d’insertion, Drocourt",
        "Recyclerie de l’agglomération",
        "Aucune coopération documentée · À confirmer",
    ]
    assert card.texts("li") == ["Réemploi, réparation et déchets", "Insertion et emploi"]


def test_a_territory_holds_everything_inside_and_leads_to_its_page(client):
    epci = make_territory(
        TerritoryKind.EPCI,
        "246200299",
        "Agglomération Hénin-Carvin",
        at_phrase="dans l’agglomération Hénin-Carvin",
    )
    drocourt = make_territory(name="Drocourt")
    make_containment(epci, drocourt)
    make_organisation(name="De Drocourt", place=drocourt, sectors=[Sector.CULTURE])
    make_organisation(name="De l’agglomération", place=epci, sectors=[Sector.CULTURE])
    make_organisation(name="D’ailleurs", place=make_territory(), sectors=[Sector.CULTURE])
    response = client.get(URL, {"territoire": "246200299", "secteur": "culture"})
    assert cards(response) == ["De Drocourt", "De l’agglomération"]
    assert title(response) == "2 acteurs dans l’agglomération Hénin-Carvin, domaine Arts et culture"
    assert main(response).one("p", class_="context").links() == [
        (epci.get_absolute_url(), "Tout sur ce territoire : Agglomération Hénin-Carvin")
    ]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("nature=structure", "1 structure"),
        ("nature=initiative", "0 initiative"),
        ("nature=ptce", "2 PTCE"),
        ("nature=ptce&nature=structure", "3 acteurs, structures ou PTCE"),
        ("q=pole", "2 acteurs pour « pole »"),
        ("type=insertion", "1 acteur, type Structure d’insertion"),
        (
            "secteur=sport-loisirs&secteur=nature",
            "0 acteur, domaines Nature et biodiversité ou Sport et loisirs",
        ),
        ("ptce=pole", "1 acteur, en lien avec Pôle"),
        ("lettre=71", "1 acteur, lettre n° 71, 2022"),
        ("territoire=carvin", "0 acteur à Carvin"),
    ],
)
def test_the_title_tells_the_selection(client, query, expected):
    make_territory(name="Carvin")
    ptce, other = make_ptce(name="Pôle", slug="pole"), make_organisation(name="Autre")
    make_ptce(name="Pôle bis")
    make_cooperation(other, ptce)
    make_citation(make_article(make_letter(slug="71", number="71")), actor=other)
    response = client.get(f"{URL}?{query}")
    assert title(response) == expected
    assert page(response).one("title").text.startswith(f"{expected} –")


def test_the_empty_list_says_what_to_drop(client):
    carvin = make_territory(name="Carvin")
    make_organisation(name="Vélo", place=carvin)
    make_initiative(name="Jardin", sectors=[Sector.NATURE])
    response = client.get(URL, {"q": "vélo", "secteur": "nature"})
    notice = main(response).one("div", class_="notice")
    assert notice.texts("p")[0] == "Aucun acteur ne répond à tous ces critères."
    assert notice.texts("li") == [
        "Sans le filtre « vélo », il y en aurait 1.",
        "Sans le filtre Nature et biodiversité, il y en aurait 1.",
    ]
    assert [href for href, _ in notice.links()] == [f"{URL}?secteur=nature", f"{URL}?q=v%C3%A9lo"]


def test_what_would_not_help_is_not_proposed(client):
    make_organisation(name="Vélo")
    told = {}
    for query in ("q=velo&secteur=nature", "q=velo&secteur=nature&type=lieu"):
        notice = main(client.get(f"{URL}?{query}")).one("div", class_="notice")
        told[query] = [*notice.texts("li"), *notice.texts("p")[1:-1]]
    assert told == {
        "q=velo&secteur=nature": ["Sans le filtre Nature et biodiversité, il y en aurait 1."],
        "q=velo&secteur=nature&type=lieu": ["Retirer un seul filtre ne suffirait pas. Tout effacer"],
    }


def test_an_empty_territory_says_so(client):
    make_territory(name="Guise")
    notice = main(client.get(URL, {"territoire": "guise"})).one("div", class_="notice")
    assert notice.texts("p")[0].startswith("Nos lettres ne parlent encore d’aucun acteur de Guise.")


def test_each_filter_in_place_can_be_taken_away(client):
    make_organisation(sectors=[Sector.NATURE])
    response = client.get(URL, {"q": "structure", "secteur": "nature"})
    assert main(response).one("ul", class_="criteria").links() == [
        (f"{URL}?secteur=nature", "Retirer le filtre « structure »"),
        (f"{URL}?q=structure", "Retirer le filtre Nature et biodiversité"),
        (URL, "Tout effacer"),
    ]


@pytest.mark.parametrize(
    "query",
    [
        *("nature=poney", "secteur=poney", "type=poney", "ptce=poney", "lettre=poney", "territoire=poney"),
        *("q=%00", "territoire=%00", "nature=%00", "ptce=%00", "lettre=%00", "%00=1", "secteur=%ED%A0%80"),
        *(
            "tri=poney",
            "par=1000",
            "tri=%00",
            "poney=1",
            "territoire=62&territoire=59",
            "territoire=" + "9" * 5000,
            "q=" + "é" * 5000,
        ),
    ],
)
def test_a_bad_parameter_shows_its_error_and_no_row(client, query):
    make_organisation()
    response = client.get(f"{URL}?{query}")
    assert response.status_code == 200
    assert cards(response) == []
    assert title(response) == "Recherche d’acteurs"
    alert = main(response).one("div", role="alert")
    assert alert.texts("p")[0] == (
        "Cette adresse contient un filtre que nous n’avons pas compris : aucun résultat n’est montré."
    )


def test_an_error_is_tied_to_its_field(client):
    root = main(client.get(URL, {"territoire": "poney"}))
    field = root.one("input", name="territoire")
    assert field.attributes["aria-invalid"] == "true"
    assert field.attributes["value"] == "poney"
    described = field.attributes["aria-describedby"].split()
    assert [root.one(id=name).text for name in described] == [
        "Nom, code Insee ou SIREN, avec tout ce qui s’y trouve.",
        "Aucun territoire ne porte ce nom ou ce code. Un code postal se cherche dans la page Territoires.",
    ]


# -- pages ------------------------------------------------------------------------------------------


@pytest.fixture
def many(db):
    for rank in range(45):
        make_organisation(name=f"Acteur {rank:02d}", sectors=[Sector.NATURE])


def test_twenty_a_page_keeping_the_filters(client, many):
    response = client.get(URL, {"secteur": "nature", "page": "2"})
    assert cards(response) == [f"Acteur {rank}" for rank in range(20, 40)]
    assert main(response).one("ol", class_="cards").attributes["start"] == "21"
    pages = main(response).one("nav", class_="pagination")
    assert pages.texts("li") == ["Page précédente", "Page 2 sur 3", "Page suivante"]
    assert [href for href, _ in pages.links()] == ["?secteur=nature&page=1", "?secteur=nature&page=3"]


def test_the_last_page_leads_back_only(client, many):
    response = client.get(URL, {"page": "3"})
    assert cards(response) == [f"Acteur {rank}" for rank in range(40, 45)]
    assert main(response).one("nav", class_="pagination").texts("li") == ["Page précédente", "Page 3 sur 3"]


@pytest.mark.parametrize("number", ["0", "-1", "1000000000", "9" * 5000, "abc", "4", "1.5", "²", "%00"])
def test_a_page_that_is_not_there_is_told(client, many, number):
    response = client.get(f"{URL}?q=acteur&page={number}")
    assert response.status_code == 200
    assert cards(response) == []
    alert = main(response).one("div", role="alert")
    assert alert.text.endswith("cette liste a 3 pages. Revenir à la première page")
    assert alert.links() == [("?q=acteur", "Revenir à la première page")]


def test_page_one_of_an_empty_list_is_no_error(client):
    response = client.get(URL, {"page": "1"})
    assert main(response).all("div", role="alert") == []
    assert title(response) == "0 acteur"


# -- cost -------------------------------------------------------------------------------------------

# Version; the territory asked, what it lies in and what lies in it; activities, PTCE and linked actors, letters;
# rows, sectors, places.
QUERIES = 10


@pytest.mark.parametrize("rows", [1, 3, 300])
def test_queries_do_not_grow_with_rows(client, django_assert_num_queries, rows):
    carvin = make_territory(name="Carvin")
    for _ in range(rows):
        make_organisation(place=carvin, sectors=[Sector.NATURE, Sector.SPORT])
        if rows < 300:
            make_ptce()
            make_letter()
    with django_assert_num_queries(QUERIES):
        client.get(URL, {"territoire": "carvin", "secteur": "nature"})


def test_a_commune_code_that_may_be_a_postal_code_is_told(client):
    make_territory(name="Cavron", code="62220")
    told = {}
    for value in ("62220", "cavron"):
        told[value] = main(client.get(URL, {"territoire": value})).texts("p", class_="context")[1:]
    assert told == {
        "62220": [
            "62220 est lu ici comme un code Insee. "
            "S’il s’agit d’un code postal, voyez les communes qu’il dessert."
        ],
        "cavron": [],
    }


def test_boxes_ticked_stay_ticked(client):
    make_organisation(organisation_kind=OrganisationKind.CULTURE)
    response = client.get(f"{URL}?secteur=nature&type=lieu&type=culture&nature=ptce")
    form = main(response).one("form", role="search")
    ticked = [
        box.attributes["value"] for box in form.all("input", type="checkbox") if "checked" in box.attributes
    ]
    assert ticked == ["ptce", "nature", "culture", "lieu"]
    groups = form.all("div", role="group")
    assert [group.attributes["aria-label"] for group in groups] == ["Structures", "Initiatives"]
