"""The plan of the site: made of the menus and of what there is."""

import pytest
from django.urls import reverse

from territories.enums import TerritoryKind
from tests.factories.actors import make_initiative, make_organisation, make_ptce
from tests.factories.pages import make_page
from tests.factories.sources import make_letter
from tests.factories.territories import make_containment, make_territory
from tests.pages.html import main, page, section

pytestmark = pytest.mark.django_db
URL = reverse("site-plan")


def test_an_empty_directory_has_a_plan(client):
    response = client.get(URL)
    assert main(response).texts("h2") == ["Les grandes entrées", "Les acteurs", "À propos de l’annuaire"]
    assert section(response, "acteurs").texts("li") == [
        "Structures 0 acteur",
        "Initiatives 0 acteur",
        "PTCE 0 acteur",
    ]


def test_it_holds_every_entry_of_the_main_menu(client):
    response = client.get(URL)
    menu = page(response).one("nav", class_="site-nav").links()
    assert section(response, "entrees").links() == [("/", "Accueil"), *menu]


def test_it_holds_every_editorial_page_in_or_out_of_the_foot(client):
    make_page(slug="b", title="Bé")
    make_page(slug="a", title="À", footer_rank=2, footer_label="Autre libellé")
    make_page(slug="c", title="Cé", footer_rank=1)
    assert section(client.get(URL), "autour").links() == [
        ("/c/", "Cé"),
        ("/a/", "À"),
        ("/b/", "Bé"),
        ("/integration/", "Montrer nos acteurs sur votre site"),
        ("/api/", "Lire l’annuaire par programme"),
        ("/sitemap.xml", "Liste des pages pour les moteurs de recherche"),
    ]


def test_actors_by_nature_and_sector_ptces_and_letters(client):
    make_organisation()
    make_initiative()
    make_ptce(name="Pôle")
    make_ptce(name="Pôle caché", publication="draft")
    letter = make_letter(number="71")
    response = client.get(URL)
    natures = section(response, "acteurs").all("ul")[0]
    assert natures.links() == [
        ("/acteurs/?nature=structure", "Structures"),
        ("/acteurs/?nature=initiative", "Initiatives"),
        ("/acteurs/?nature=ptce", "PTCE"),
    ]
    assert natures.texts("li") == ["Structures 1 acteur", "Initiatives 1 acteur", "PTCE 1 acteur"]
    assert section(response, "ptce").texts("a") == ["Pôle"]
    assert section(response, "lettres").links() == [(letter.get_absolute_url(), letter.label)]
    for href, _ in section(response, "acteurs").links():
        assert client.get(href).status_code == 200


def test_territories_by_level(client):
    region = make_territory(TerritoryKind.REGION, "32", "Hauts-de-France")
    department = make_territory(TerritoryKind.DEPARTMENT, "62", "Pas-de-Calais", parent=region)
    epci = make_territory(TerritoryKind.EPCI, name="Agglomération", parent=department)
    commune = make_territory(name="Carvin", parent=epci)
    make_territory(TerritoryKind.INFORMAL, "bassin-minier", "Bassin minier")
    for member in (epci, commune):
        make_containment(department, member)
    make_containment(epci, commune)
    make_organisation(place=commune)
    root = section(client.get(URL), "territoires")
    assert root.texts("h3") == [
        "Région",
        "Départements et leurs intercommunalités",
        "Territoires vécus, sans périmètre officiel",
    ]
    assert root.texts("h4") == ["Pas-de-Calais 1 acteur"]
    assert root.texts("li") == ["Hauts-de-France", "Agglomération 1 acteur", "Bassin minier"]


@pytest.mark.parametrize("rows", [1, 3])
def test_it_costs_the_same_for_any_number(client, django_assert_num_queries, rows):
    region = make_territory(TerritoryKind.REGION, "32", "Hauts-de-France")
    for number in range(rows):
        department = make_territory(TerritoryKind.DEPARTMENT, f"6{number}", f"D{number}", parent=region)
        make_containment(department, make_territory(TerritoryKind.EPCI, name=f"A{number}"))
        make_territory(TerritoryKind.INFORMAL, f"pays-{number}", f"Pays {number}")
        make_organisation()
        make_ptce()
        make_letter()
        make_page(footer_rank=number)
    with django_assert_num_queries(8):
        assert client.get(URL).status_code == 200
