import datetime

import pytest
from django.urls import reverse

from actors import index
from actors.enums import CooperationKind
from actors.models import PtceStatusEntry
from tests.factories import building
from tests.factories.actors import (
    make_area,
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
URL = reverse("ptce-list")


def pairs(element) -> dict[str, str]:
    return {row.one("dt").text: row.one("dd").text for row in element.one("dl").all("div")}


def test_each_ptce_with_status_territory_and_carrier(client):
    ptce = make_ptce(name="Auton’Hommes", slug="auton-hommes", place=make_territory(name="Hainaut"))
    make_cooperation(make_organisation(name="PHARE"), ptce)
    make_cooperation(make_organisation(name="Cachée", publication="draft"), ptce)
    make_cooperation(make_organisation(name="Membre"), ptce, kind=CooperationKind.MEMBER_OF)
    with building():
        status = PtceStatusEntry.objects.create(actor=ptce, status="labelled", date="2021")
    make_citation(make_article(make_letter(number="71"), title="Portrait"), status=status)
    make_ptce(name="Brouillon", publication="draft")
    card = main(client.get(URL)).one("article")
    assert card.one("h3").links() == [("/acteurs/auton-hommes/", "Auton’Hommes")]
    assert pairs(card) == {
        "Statut": "Labellisé, 2021",
        "Territoire": "Hainaut",
        "Porté par": "PHARE",
        "Membres cités": "Membre",
    }
    assert card.one("p", class_="sources").text == "Source : lettre n° 71, 2022"
    assert card.links()[-1] == ("/acteurs/?ptce=auton-hommes", "Les acteurs liés à ce PTCE")


def test_what_no_source_says(client):
    make_area(make_ptce(status="active"), make_territory(name="Pays de Bray"))
    make_ptce()
    told = [pairs(card) for card in main(client.get(URL)).all("article")]
    assert told == [
        {
            "Statut": "En fonctionnement, labellisation non précisée, date non précisée",
            "Territoire": "Pays de Bray",
            "Porté par": "Non précisé",
        },
        {"Statut": "Non précisé", "Territoire": "Non précisé", "Porté par": "Non précisé"},
    ]


def test_possible_ones_are_apart(client):
    make_initiative(
        name="Boutique apprenante", potential_ptce=True, life_status="planned", life_status_year=2022
    )
    make_initiative(name="Sans rapport")
    make_initiative(name="Brouillon", potential_ptce=True, publication="draft")
    response = client.get(URL)
    block = section(response, "possibles")
    assert block.texts("h3") == ["Boutique apprenante"]
    assert pairs(block)["Situation"] == "En projet en 2022, suite non connue de nous"
    assert len(main(response).all("article")) == 1


def test_by_their_last_status(client):
    make_ptce(name="Labellisé", status="labelled")
    grown = make_ptce(name="Devenu actif")
    with building():
        PtceStatusEntry.objects.create(actor=grown, status="emerging", date="../2019")
        PtceStatusEntry.objects.create(actor=grown, status="active", date="2021")
    make_ptce(name="En projet", status="emerging")
    make_ptce(name="Fini", status="ended")
    make_ptce(name="Sans statut")
    root = main(client.get(URL))
    found = {each.one("h2").text: each.texts("h3") for each in root.all("section", class_="nature-ptce")}
    assert found == {
        "PTCE labellisés 1": ["Labellisé"],
        "PTCE en fonctionnement 1": ["Devenu actif"],
        "PTCE en émergence 1": ["En projet"],
        "PTCE dont le statut n’est pas précisé 1": ["Sans statut"],
        "PTCE terminés 1": ["Fini"],
    }


def test_one_in_the_making_of_years_ago_says_so(client):
    year = datetime.date.today().year
    old, recent = make_ptce(name="A"), make_ptce(name="B")
    with building():
        PtceStatusEntry.objects.create(actor=old, status="emerging", date=str(year - 3))
        PtceStatusEntry.objects.create(actor=recent, status="emerging", date=str(year - 2))
    told = [pairs(card)["Statut"] for card in main(client.get(URL)).all("article")]
    assert told == [f"En émergence, {year - 3}, suite non connue de nous", f"En émergence, {year - 2}"]


def test_by_territory(client):
    guise, bray = make_territory(name="Guise", slug="guise"), make_territory(name="Bray", slug="bray")
    both = make_ptce(name="Des deux", slug="des-deux", place=guise)
    make_place(both, bray)
    make_initiative(name="Boutique", slug="boutique", potential_ptce=True, place=guise)
    make_ptce(name="Nulle part")
    make_organisation(place=guise)
    block = section(client.get(URL), "par-territoire")
    assert block.texts("li") == ["Bray : Des deux", "Guise : Des deux, Boutique (possible)"]
    assert ("/acteurs/boutique/", "Boutique") in block.links()


def test_who_accompanies_them(client):
    ptce = make_ptce(name="Pôle", labels=["ptce_compagnon"])
    possible = make_initiative(name="Boutique", potential_ptce=True)
    agglo = make_organisation(name="Agglo")
    article = make_article(make_letter(number="71"))
    for target in (ptce, possible):
        make_citation(article, cooperation=make_cooperation(agglo, target, kind="accompanies"))
    make_cooperation(make_organisation(name="Cachée", publication="draft"), ptce, kind="supports")
    make_cooperation(make_organisation(name="Membre"), ptce, kind="member_of")
    make_cooperation(agglo, make_initiative(name="Autre chose"), kind="accompanies")
    make_organisation(name="Réseau", slug="reseau", summary="Aide les PTCE")
    make_organisation(name="Sans rapport")
    block = section(client.get(URL), "accompagnement")
    assert block.texts("li") == [
        "Agglo accompagne Pôle (en cours en 2022)",
        "Agglo accompagne Boutique (en cours en 2022)",
        "Réseau : aide les PTCE",
    ]
    assert block.texts("h3") == ["PTCE compagnons", "Autres structures dont la fiche parle des PTCE"]
    assert "Ils transmettent leur expérience aux autres : Pôle." in block.texts("p")
    more = block.one("p", class_="more").one("a")
    assert main(client.get(more.attributes["href"])).one("h1").text == "1 structure pour « PTCE »"


def test_an_empty_list_says_so(client):
    root = main(client.get(URL))
    assert root.texts("h2") == ["PTCE possibles"]
    assert "Aucun PTCE pour l’instant." in root.texts("p")


# PTCE and possible ones, each: rows, citations, labels, statuses and theirs, places, areas, links and theirs;
# then those who speak of PTCE: rows with sectors and places.
QUERIES = 21


@pytest.mark.parametrize("rows", [1, 3, 100])
def test_queries_do_not_grow_with_rows(client, django_assert_num_queries, rows):
    place = make_territory()
    for _ in range(rows):
        make_organisation(summary="Aide les PTCE", sectors=["sport"], place=place)
        for actor in (make_ptce(), make_initiative(potential_ptce=True)):
            make_place(actor, place)
            make_area(actor, place)
            make_citation(actor=actor)
            make_citation(cooperation=make_cooperation(make_organisation(), actor, kind="supports"))
            if actor.nature == "ptce":
                with building():
                    status = PtceStatusEntry.objects.create(actor=actor, status="active")
                make_citation(status=status)
    # Read once a version, whatever the page.
    assert index.count(index.Selection(text="PTCE"))
    with django_assert_num_queries(QUERIES):
        client.get(URL)
