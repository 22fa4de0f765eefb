"""What is proposed while typing, as JSON."""

import pytest
from django.urls import reverse

from actors.enums import AliasKind, PublicationStatus
from territories.enums import TerritoryKind
from tests.factories.actors import make_alias, make_organisation, make_ptce
from tests.factories.territories import make_containment, make_territory
from tests.pages.html import page

pytestmark = pytest.mark.django_db
URL = reverse("suggestions")


def suggested(client, text: str) -> list[tuple[str, str]]:
    return [(each["kind"], each["label"]) for each in client.get(URL, {"q": text}).json()["suggestions"]]


def test_communes_are_told_from_wider_territories(client):
    make_territory(TerritoryKind.DEPARTMENT, "59", "Nord")
    make_territory(name="Nordausques")
    make_territory(TerritoryKind.NEIGHBOURHOOD, name="Nord-Est")
    assert set(suggested(client, "nord")) == {
        ("territory", "Nord"),
        ("commune", "Nordausques"),
        ("commune", "Nord-Est"),
    }


def test_actors_ptce_territories_and_sectors(client):
    department = make_territory(TerritoryKind.DEPARTMENT, "59", "Nord")
    habarcq = make_territory(name="Habarcq")
    make_containment(department, habarcq)
    make_organisation(name="Habiter ensemble", precision="Lens", slug="habiter-ensemble")
    make_organisation(name="Habit caché", publication=PublicationStatus.DRAFT)
    make_ptce(name="Pôle de l’habitat", slug="pole-habitat")
    response = client.get(URL, {"q": "hab"})
    assert response.json() == {
        "suggestions": [
            {
                "kind": "actor",
                "kind_label": "Acteur",
                "label": "Habiter ensemble",
                "detail": "Lens",
                "slug": "habiter-ensemble",
                "href": "/acteurs/habiter-ensemble/",
            },
            {
                "kind": "ptce",
                "kind_label": "PTCE",
                "label": "Pôle de l’habitat",
                "detail": "",
                "slug": "pole-habitat",
                "href": "/acteurs/pole-habitat/",
            },
            {
                "kind": "commune",
                "kind_label": "Territoire",
                "label": "Habarcq",
                "detail": "Commune – Nord",
                "slug": "habarcq",
                "href": "/acteurs/?territoire=habarcq",
            },
            {
                "kind": "sector",
                "kind_label": "Domaine d’activité",
                "label": "Habitat",
                "detail": "",
                "slug": "habitat",
                "href": "/acteurs/?secteur=habitat",
            },
        ]
    }


def test_another_name_leads_to_the_actor_and_a_misprint_is_never_shown(client):
    actor = make_organisation(name="Dynamique insertion")
    make_alias(actor, "DIE", AliasKind.ACRONYM)
    make_alias(actor, "Dinamik", AliasKind.MISPRINT)
    assert suggested(client, "die") == suggested(client, "dinam") == [("actor", "Dynamique insertion")]


def test_an_answer_is_kept_a_minute(client):
    assert client.get(URL, {"q": "zz"}).headers["Cache-Control"] == "public, max-age=60"


@pytest.mark.parametrize(
    "query",
    ["", "q=", "q=a", "q=%00", "q=%00%00ab", "q=\"'*()-+:^", "q=" + "é" * 9000, "q=%ED%A0%80", "q[]=x"],
)
def test_what_makes_no_sense_proposes_nothing(client, query):
    make_organisation(name="Structure")
    response = client.get(f"{URL}?{query}")
    assert response.status_code == 200
    assert response.json() == {"suggestions": []}


def test_a_search_box_names_the_address_to_ask(client):
    root = page(client.get(reverse("home")))
    assert root.one("body").attributes["data-suggestions"] == URL
    asking = {
        field.attributes["name"]: field.attributes["data-suggest"]
        for field in root.all("input")
        if "data-suggest" in field.attributes
    }
    assert asking == {"q": "", "territoire": "commune territory"}


@pytest.mark.parametrize("rows", [1, 3, 300])
def test_one_query(client, django_assert_num_queries, rows):
    """The version alone: names were read at the first letter typed after a change."""
    for rank in range(rows):
        make_organisation(name=f"Atelier {rank}")
        if rows < 300:
            make_territory(name=f"Atelville {rank}")
    client.get(URL, {"q": "ville"})
    with django_assert_num_queries(1):
        client.get(URL, {"q": "atel"})
    # Codes are asked of the database.
    with django_assert_num_queries(2):
        client.get(URL, {"q": "59000"})
