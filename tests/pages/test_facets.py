"""Filters of the list: each value's number is the length of the list it leads to."""

import re

import pytest
from django.urls import reverse

from actors.enums import CooperationKind, Label, LifeStatus, Sector, Sphere
from territories.enums import TerritoryKind
from tests.factories.actors import (
    make_activity,
    make_area,
    make_citation,
    make_cooperation,
    make_initiative,
    make_organisation,
    make_place,
    make_ptce,
    make_wish,
)
from tests.factories.sources import make_article, make_letter
from tests.factories.territories import make_containment, make_territory
from tests.pages.html import Element, main

pytestmark = pytest.mark.django_db
URL = reverse("actor-list")
# In the order and with the words of the walks.
LABELS = [
    *(
        "Vous cherchez",
        "Territoire",
        "Présence",
        "Autour d’un lieu",
        "Domaine d’activité",
        "Activité",
        "Type",
    ),
    *("Agrément, label ou dispositif", "Statut juridique", "Famille", "PTCE", "Lien avec…", "Type de lien"),
    *("Cherche des partenaires", "Adhérents de l’Apes", "Situation", "Dans les lettres", "Lettre"),
    *("Dernière information", "Ma sélection"),
]


def filters(response) -> Element:
    return main(response).one("form", role="search")


def number(response) -> int:
    """Actors of the list, as its title says."""
    return int(main(response).one("h1").text.split(" ")[0])


def every_box(response) -> list[tuple[str, str, str, bool]]:
    """(accessible name, parameter, value, ticked) of every box of the page."""
    facets = filters(response).all("details", class_="facet")
    return [(name, *told) for facet in facets for name, told in boxes(facet).items()]


def boxes(element: Element) -> dict[str, tuple[str, str, bool]]:
    """Accessible name -> (parameter, value, ticked) of every box below."""
    found = {}
    for label in element.all("label", class_="choice"):
        box = label.one("input")
        name = " ".join(box.attributes.get("aria-label", label.text).split())
        # What is seen is the beginning of what is said.
        assert name.startswith(label.all("span")[0].text)
        found[name] = (box.attributes["name"], box.attributes["value"], "checked" in box.attributes)
    return found


@pytest.fixture
def directory():
    """A few actors that differ in everything a filter asks."""
    epci = make_territory(TerritoryKind.EPCI, "246200299", "Agglomération")
    carvin, drocourt = make_territory(name="Carvin"), make_territory(name="Drocourt")
    for commune in (carvin, drocourt):
        make_containment(epci, commune)
    apes = make_organisation(name="Apes", slug="apes", sphere=Sphere.ESS, sectors=[Sector.PROJECT_SUPPORT])
    velo = make_organisation(
        name="Vélo",
        place=carvin,
        sectors=[Sector.MOBILITY, Sector.REUSE],
        labels=[Label.ACI],
        sphere=Sphere.ESS,
        life_status=LifeStatus.ACTIVE,
        life_status_year=2022,
    )
    jardin = make_initiative(name="Jardin", place=drocourt, sectors=[Sector.NATURE])
    pole = make_ptce(name="Pôle", slug="pole", place=epci)
    ville = make_organisation(name="Ville", place=carvin, sphere=Sphere.PUBLIC, sectors=[Sector.MOBILITY])
    make_place(apes, make_territory(name="Lille"))
    make_area(apes, carvin)
    make_activity("reparation-velos", (velo,))
    make_activity("maraichage", (jardin, velo))
    make_cooperation(velo, apes, CooperationKind.MEMBER_OF)
    make_cooperation(velo, pole, CooperationKind.MEMBER_OF)
    make_cooperation(ville, jardin, CooperationKind.SUPPORTS)
    make_wish(velo)
    for rank, actor in enumerate((velo, jardin, ville)):
        make_citation(make_article(make_letter(slug=f"7{rank}", number=f"7{rank}")), actor=actor)
    return epci


def test_every_filter_in_order(client, directory):
    response = client.get(URL, {"territoire": "carvin"})
    shown = [each.text for each in filters(response).all("legend")]
    assert shown == LABELS


def test_each_value_leads_to_as_many_actors_as_it_says(client, directory):
    """Every box of the list and of a narrowed one, clicked."""
    clicked = set()
    for query in ("", "?secteur=mobilites", "?territoire=246200299", "?q=velo"):
        response = client.get(URL + query)
        for name, parameter, value, ticked in every_box(response):
            told = re.search(r", (\d+) acteurs?$", name)
            if told is None or ticked or query.startswith(f"?{parameter}="):
                continue
            address = f"{URL}{query}{'&' if query else '?'}{parameter}={value}"
            assert number(client.get(address)) == int(told[1]), address
            clicked.add(parameter)
    assert clicked == {
        *("nature", "secteur", "activite", "type", "label", "statut", "famille", "ptce", "avec", "lien"),
        *("partenaires", "adherents", "situation", "dans", "lettre", "depuis"),
    }


def test_the_name_of_a_box_tells_its_number(client, directory):
    names = boxes(filters(client.get(URL)).one("details", id="filtre-secteur"))
    assert list(names) == [
        "Réemploi, réparation et déchets, 1 acteur",
        "Mobilités, 2 acteurs",
        "Nature et biodiversité, 1 acteur",
        "Accompagnement et réseaux, 1 acteur",
    ]


def test_values_in_a_filter_add_and_filters_narrow_each_other(client, directory):
    assert number(client.get(URL, {"secteur": ["mobilites", "nature"]})) == 3
    response = client.get(URL, {"secteur": ["mobilites", "nature"], "famille": "public"})
    assert number(response) == 1
    # Of its own filter a value says what it would bring; of the others, what is left.
    assert boxes(filters(response).one("details", id="filtre-famille")) == {
        "Économie sociale et solidaire, 1 acteur": ("famille", "ess", False),
        "Acteur public, 1 acteur": ("famille", "public", True),
        "Famille non précisée, 1 acteur": ("famille", "non-precisee", False),
    }


def test_a_value_without_actors_is_left_out_unless_ticked(client, directory):
    told = boxes(filters(client.get(URL, {"secteur": "sante", "nature": "ptce"})))
    assert told["Santé et bien-être, 0 acteur"] == ("secteur", "sante", True)
    assert not any(name.startswith("Mobilités") for name in told)


def test_a_long_filter_folds_after_eight(client):
    sectors = list(Sector)
    for sector in sectors[:12]:
        make_organisation(sectors=[sector])
    make_organisation(sectors=[sectors[11]])
    facet = filters(client.get(URL)).one("details", id="filtre-secteur")
    folded = facet.one("details", class_="facet-more")
    assert folded.one("summary").text == "4 autres"
    assert [len(boxes(facet)), len(boxes(folded))] == [12, 4]
    # The most numerous first.
    assert next(iter(boxes(facet))) == f"{sectors[11].label}, 2 acteurs"


def test_ten_values_stand_open(client):
    for sector in list(Sector)[:10]:
        make_organisation(sectors=[sector])
    assert filters(client.get(URL)).one("details", id="filtre-secteur").all("details") == []


def test_a_filter_in_use_stands_open_and_says_so(client, directory):
    form = filters(client.get(URL, {"famille": ["ess", "public"]}))
    facets = {each.attributes["id"]: each for each in form.all("details", class_="facet")}
    assert "open" in facets["filtre-famille"].attributes
    assert facets["filtre-famille"].all("summary")[0].text == "Famille 2 choisis"
    assert "open" not in facets["filtre-label"].attributes


def test_the_territory_offers_what_contains_it_and_what_it_contains(client, directory):
    def nearby(query: str) -> list[tuple[str, str]]:
        block = filters(client.get(URL + query)).one("details", id="filtre-territoire")
        return [
            (link.attributes["href"], link.attributes["aria-label"])
            for link in block.all("a", class_="nearby")
        ]

    assert nearby("?territoire=carvin&secteur=mobilites") == [
        (f"{URL}?territoire=agglomeration&secteur=mobilites", "Agglomération, 2 acteurs")
    ]
    assert nearby("?territoire=agglomeration") == [
        (f"{URL}?territoire=carvin", "Carvin, 2 acteurs"),
        (f"{URL}?territoire=drocourt", "Drocourt, 1 acteur"),
    ]


def test_without_a_territory_the_departments_that_have_actors(client):
    nord = make_territory(TerritoryKind.DEPARTMENT, "59", "Nord")
    make_territory(TerritoryKind.DEPARTMENT, "80", "Somme")
    make_organisation(place=nord)
    block = filters(client.get(URL)).one("details", id="filtre-territoire")
    link = block.one("a", class_="nearby")
    assert (link.attributes["href"], link.attributes["aria-label"]) == (
        f"{URL}?territoire=nord",
        "Nord, 1 acteur",
    )


def test_those_who_act_here_are_a_second_group_never_in_the_count(client, directory):
    response = client.get(URL, {"territoire": "carvin", "presence": "tous"})
    assert number(response) == 2
    assert main(response).texts("h2", class_="card-title") == ["Vélo", "Ville"]
    group = main(response).one("section", aria_labelledby="intervenants")
    assert group.one("h2").text == "Interviennent à Carvin depuis un autre lieu 2 acteurs"
    assert group.texts("h3") == ["Apes", "Pôle"]
    presence = boxes(filters(response).one("details", id="filtre-presence"))
    assert presence == {
        "Implantés ici": ("presence", "", False),
        "Implantés ou intervenant ici, 2 acteurs en plus": ("presence", "tous", True),
    }
    assert (
        main(client.get(URL, {"territoire": "carvin"})).all("section", aria_labelledby="intervenants") == []
    )


def test_one_at_a_time_or_any(client, directory):
    facet = filters(client.get(URL, {"ptce": "pole"})).one("details", id="filtre-ptce")
    assert {box.attributes["type"] for box in facet.all("input")} == {"radio"}
    assert boxes(facet) == {"Tous": ("ptce", "", False), "Pôle, 1 acteur": ("ptce", "pole", True)}


def test_an_actor_to_be_linked_with_is_kept_though_nobody_is(client):
    make_organisation(name="Seule", slug="seule")
    facet = filters(client.get(URL, {"avec": "seule"})).one("details", id="filtre-avec")
    assert boxes(facet) == {"Tous": ("avec", "", False), "Seule, 0 acteur": ("avec", "seule", True)}


@pytest.mark.usefixtures("directory_loaded")
def test_each_value_of_the_real_directory_leads_to_as_many_actors_as_it_says(client):
    """All of the whole list, and those of three filters in one agglomeration."""
    for query in ("", "?territoire=246200299"):
        response = client.get(URL + query)
        told = every_box(response)
        assert len(told) > 60
        for name, parameter, value, _ in told:
            match = re.search(r", (\d+) acteurs?$", name)
            if match and (query == "" or parameter in {"nature", "secteur", "lettre"}):
                address = f"{URL}{query}{'&' if query else '?'}{parameter}={value}"
                assert number(client.get(address)) == int(match[1]), address
