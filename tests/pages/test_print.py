"""The whole list on paper."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from actors.enums import ContactKind, OrganisationKind
from pages.presenters import printed
from territories.enums import TerritoryKind
from tests.factories.actors import (
    make_area,
    make_citation,
    make_contact,
    make_organisation,
    make_place,
    make_spokesperson,
)
from tests.factories.sources import make_article, make_letter
from tests.factories.territories import make_territory
from tests.pages.html import main, page

pytestmark = pytest.mark.django_db
URL = reverse("actor-print")


def chapters(response) -> dict[str, list[str]]:
    return {
        chapter.one("h2").text: chapter.texts("h3")
        for chapter in main(response).all("section", class_="printed-chapter")
    }


def test_by_commune_those_without_one_last(client):
    epci = make_territory(TerritoryKind.EPCI, "246200299", "Agglomération Hénin-Carvin")
    carvin, drocourt = make_territory(name="Carvin"), make_territory(name="Drocourt")
    make_organisation(name="B", place=drocourt)
    make_organisation(name="C", place=carvin)
    make_organisation(name="A", place=carvin)
    make_organisation(name="D", place=epci)
    make_organisation(name="E")
    assert chapters(client.get(URL)) == {
        "Agglomération Hénin-Carvin, commune non précisée 1 acteur": ["D"],
        "Carvin 2 acteurs": ["A", "C"],
        "Drocourt 1 acteur": ["B"],
        "Lieu non précisé 1 acteur": ["E"],
    }


def test_what_it_is_what_it_does_and_how_to_reach_it(client):
    actor = make_organisation(
        name="Dynamique",
        precision="Drocourt",
        organisation_kind=OrganisationKind.INTEGRATION,
        summary="Recyclerie de l’agglomération",
    )
    make_place(
        actor,
        make_territory(name="Drocourt"),
        name="Le Lieu",
        address="2 rue de la Gare",
        postal_code="62320",
    )
    make_contact(actor, "03 21 00 00 00", ContactKind.PHONE)
    make_contact(actor, "https://exemple.fr/", ContactKind.WEBSITE)
    make_contact(actor, "camille@exemple.fr", ContactKind.EMAIL, personal=True)
    make_spokesperson(actor)
    make_citation(make_article(make_letter(latest=datetime.date(2022, 6, 1))), actor=actor)
    entry = main(client.get(URL)).one("li", class_="printed-entry")
    assert entry.one("h3").text == "Dynamique, Drocourt"
    assert entry.texts("p") == [
        "Structure d’insertion. Recyclerie de l’agglomération",
        "Le Lieu, 2 rue de la Gare, 62320 · exemple.fr · 03 21 00 00 00 · Information de 2022",
    ]


def test_title_date_number_and_address_of_the_list(client):
    make_territory(name="Carvin")
    response = client.get(f"{URL}?territoire=carvin&q=velo&par=50")
    header = main(response).one("header")
    assert header.one("h1").text == "0 acteur à Carvin pour « velo »"
    today = timezone.localdate()
    assert str(today.year) in header.texts("p")[0]
    assert header.one("span", class_="printed-address").text == (
        "http://testserver/acteurs/?q=velo&territoire=carvin"
    )
    assert main(response).texts("p")[-1] == "Aucun acteur ne répond à ces critères."
    assert page(response).one("meta", name="robots").attributes["content"] == "noindex"


def test_more_than_fit_is_said(client, monkeypatch):
    monkeypatch.setattr(printed, "MOST", 3)
    for rank in range(5):
        make_organisation(name=f"Acteur {rank}")
    response = client.get(URL)
    assert chapters(response) == {"Lieu non précisé 3 acteurs": ["Acteur 0", "Acteur 1", "Acteur 2"]}
    assert main(response).one("p", class_="notice").text == (
        "Seuls les 3 premiers acteurs sont imprimés, dans l’ordre des communes : 2 acteurs manquent. "
        "Choisissez un territoire ou un domaine pour avoir une liste complète."
    )


def test_those_who_act_there_come_last(client):
    carvin = make_territory(name="Carvin")
    make_organisation(name="D’ici", place=carvin)
    away = make_organisation(name="D’ailleurs", place=make_territory())
    make_area(away, carvin)
    assert chapters(client.get(URL, {"territoire": "carvin", "presence": "tous"})) == {
        "Carvin 1 acteur": ["D’ici"],
        "Interviennent à Carvin depuis un autre lieu 1 acteur": ["D’ailleurs"],
    }


def test_single_actors_added_and_taken_away_hold_on_paper_too(client):
    carvin = make_territory(name="Carvin")
    kept, removed, added = (make_organisation(name=name) for name in ("Gardé", "Ôté", "Ajouté"))
    for actor in (kept, removed):
        make_place(actor, carvin)
    query = {"territoire": "carvin", "plus": added.public_id, "sans": removed.public_id}
    assert chapters(client.get(URL, query)) == {
        "Carvin 1 acteur": ["Gardé"],
        "Lieu non précisé 1 acteur": ["Ajouté"],
    }


def test_a_bad_address_shows_its_error_and_nobody(client):
    make_organisation()
    response = client.get(URL, {"secteur": "poney"})
    assert chapters(response) == {}
    assert (
        main(response).one("div", role="alert").texts("p")[0].startswith("Cette adresse contient un filtre")
    )


@pytest.mark.parametrize("rows", [1, 3, 60])
def test_queries_do_not_grow_with_rows(client, django_assert_num_queries, rows):
    carvin = make_territory(name="Carvin")
    for _ in range(rows):
        make_contact(make_organisation(place=carvin))
    # Version, that of the territories, territory; rows, sectors, places, contacts.
    with django_assert_num_queries(6):
        client.get(URL, {"territoire": "carvin"})
