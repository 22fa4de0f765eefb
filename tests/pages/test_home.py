import datetime

import pytest
from django.urls import reverse

from actors.enums import Sphere
from pages.presenters.home import Home
from territories.enums import TerritoryKind
from tests.factories.actors import make_cooperation, make_initiative, make_organisation, make_ptce
from tests.factories.sources import make_letter
from tests.factories.territories import make_containment, make_territory
from tests.pages.html import main, section

pytestmark = pytest.mark.django_db
URL = reverse("home")


def test_the_numbers_are_those_of_what_is_published(client):
    one, other = make_organisation(), make_initiative()
    make_ptce()
    draft = make_ptce(publication="draft")
    make_cooperation(one, other)
    make_cooperation(one, draft)
    assert main(client.get(URL)).one("ul", class_="numbers").texts("li") == [
        "1 structure",
        "1 initiative",
        "1 PTCE",
        "1 coopération",
    ]


def test_the_search_leads_to_the_list(client):
    form = main(client.get(URL)).one("form")
    assert form.attributes["action"] == "/acteurs/"
    assert [field.attributes["name"] for field in form.all("input")] == ["q", "territoire"]
    labels = {label.attributes["for"]: label.text for label in form.all("label")}
    assert labels == {
        "accueil-q": "Chercher un acteur, une activité",
        "accueil-territoire": "Territoire",
    }


def test_territories_letters_and_ptces(client):
    region = make_territory(TerritoryKind.REGION, "32", "Hauts-de-France")
    department = make_territory(TerritoryKind.DEPARTMENT, "62", "Pas-de-Calais", parent=region)
    make_containment(department, make_territory(TerritoryKind.EPCI, name="Agglomération"))
    for year in (2015, 2020, 2021, 2022, 2023):
        make_letter(
            slug=str(year), number=str(year), title="T", earliest=f"{year}-01-01", latest=f"{year}-12-31"
        )
    make_ptce(name="Pôle")
    make_ptce(name="Pôle caché", publication="draft")
    response = client.get(URL)
    assert section(response, "territoires").texts("summary") == ["Pas-de-Calais 0 acteur"]
    assert section(response, "lettres").texts("a") == [
        *(f"Lettre n° {year}, {year}" for year in (2023, 2022, 2021, 2020)),
        "Toutes les lettres",
    ]
    assert section(response, "ptce").texts("a") == [
        "Pôle",
        "Tous les PTCE, et ceux qui pourraient le devenir",
    ]


def test_an_empty_directory_has_a_home(client):
    response = client.get(URL)
    assert section(response, "ptce").texts("p")[-1] == "Aucun PTCE pour l’instant."
    assert section(response, "lettres").texts("p")[1:] == ["Aucune lettre pour l’instant."]


def day(client, monkeypatch, when: str) -> list[str]:
    """Names of the actors that the home page shows on a day."""
    monkeypatch.setattr("pages.views.home.timezone.localdate", lambda: datetime.date.fromisoformat(when))
    return section(client.get(URL), "du-jour").texts("h3")


def test_the_actors_of_the_day_are_those_of_its_date(client, monkeypatch):
    for number in range(20):
        make_organisation(name=f"Structure {number:02}", sphere=Sphere.ESS)
        make_initiative(name=f"Initiative {number:02}", sphere=Sphere.MIXED)
    first = day(client, monkeypatch, "2026-03-01")
    assert first == ["Structure 11", "Structure 01", "Initiative 15"]
    assert day(client, monkeypatch, "2026-03-01") == first
    assert day(client, monkeypatch, "2026-03-02") != first
    heading = section(client.get(URL), "du-jour").one("p", class_="context").text
    assert heading == "Chaque jour, d’autres acteurs. Ceux du 2 mars 2026 :"


def test_in_time_everybody_is_shown(client):
    for number in range(7):
        make_organisation(name=f"Structure {number}", sphere=Sphere.ESS)
    begin = datetime.date(2026, 1, 1)
    shown = {card.told.name for n in range(40) for card in Home(begin + datetime.timedelta(n)).cards}
    assert shown == {f"Structure {number}" for number in range(7)}


def test_the_actors_of_the_day_are_published_and_of_the_solidarity_economy(client, monkeypatch):
    make_organisation(name="Ville", sphere=Sphere.PUBLIC)
    make_organisation(name="Aciérie", sphere=Sphere.BUSINESS)
    make_organisation(name="Cachée", sphere=Sphere.ESS, publication="draft")
    assert not main(client.get(URL)).all("section", aria_labelledby="du-jour")
    make_organisation(name="Seule", sphere=Sphere.ESS)
    assert day(client, monkeypatch, "2026-03-01") == ["Seule"]


# Both versions; region, its outlines (2), tree, cards (3), PTCE, letters.
QUERIES = 11


@pytest.mark.parametrize("rows", [1, 3, 60])
def test_queries_do_not_grow_with_rows(client, django_assert_num_queries, rows):
    region = make_territory(TerritoryKind.REGION, "32")
    department = make_territory(TerritoryKind.DEPARTMENT, parent=region)
    for _ in range(rows):
        epci = make_territory(TerritoryKind.EPCI)
        make_containment(department, epci)
        make_cooperation(make_organisation(place=epci, sphere=Sphere.ESS), make_ptce())
        make_letter()
    with django_assert_num_queries(QUERIES):
        client.get(URL)
    with django_assert_num_queries(1):
        client.get(URL)
