import pytest
from django.urls import reverse

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
    assert card.one("h2").links() == [("/acteurs/auton-hommes/", "Auton’Hommes")]
    assert pairs(card) == {
        "Statut": "Labellisé, 2021",
        "Territoire": "Hainaut",
        "Porté par": "PHARE",
        "Membres cités": "Membre",
    }
    assert card.one("p", class_="sources").text == "Source : lettre n° 71, 2022 : Portrait"
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
    assert pairs(block)["Situation"] == "En projet en 2022"
    assert len(main(response).all("article")) == 1


# PTCE and possible ones, each: rows, citations, statuses and theirs, places, areas, links and theirs.
QUERIES = 15


@pytest.mark.parametrize("rows", [1, 3, 100])
def test_queries_do_not_grow_with_rows(client, django_assert_num_queries, rows):
    place = make_territory()
    for _ in range(rows):
        for actor in (make_ptce(), make_initiative(potential_ptce=True)):
            make_place(actor, place)
            make_area(actor, place)
            make_citation(actor=actor)
            make_citation(cooperation=make_cooperation(make_organisation(), actor))
            if actor.nature == "ptce":
                with building():
                    status = PtceStatusEntry.objects.create(actor=actor, status="active")
                make_citation(status=status)
    with django_assert_num_queries(QUERIES):
        client.get(URL)
