"""The map of a selection: its numbers are the list's, its points are bounded, its mistakes are the list's."""

import json
import random
import re
from urllib.parse import parse_qsl

import pytest
from django.conf import settings
from django.http import QueryDict
from django.urls import reverse

from actors import index
from actors.filters import ActorFilterSet
from actors.models import ContactPoint
from pages.presenters import map_page
from sources.models import Person
from territories.models import Territory
from tests.factories.actors import (
    make_area,
    make_contact,
    make_organisation,
    make_place,
    make_spokesperson,
)
from tests.factories.territories import load_subset, make_territory
from tests.pages.html import main, page

pytestmark = pytest.mark.django_db
URL, POINTS = reverse("map"), reverse("map-points")


@pytest.fixture
def agglo(db) -> dict[str, Territory]:
    return load_subset("epci:246200299")


@pytest.fixture
def henin(agglo) -> Territory:
    return agglo["commune:62427"]


def points(client, query: str = "") -> dict:
    response = client.get(f"{POINTS}?{query}")
    assert response.status_code == 200, response.content
    return response.json()


def listed(query: str) -> int:
    """Length of the list that an address asks for."""
    return index.count(ActorFilterSet(QueryDict(query)).selection)


def spots(told: dict) -> dict[str, int]:
    return {commune["name"]: commune["count"] for commune in told["communes"]}


class TestWhatStandsWhere:
    def test_a_commune_carries_the_number_of_its_actors(self, client, agglo, henin):
        for name in ("Un", "Deux"):
            make_organisation(name=name, place=henin)
        told = points(client)
        (commune,) = told["communes"]
        assert (commune["name"], commune["count"]) == ("Hénin-Beaumont", 2)
        assert commune["at"] == [henin.latitude, henin.longitude]
        assert told["list"] + commune["slug"] == "territoire=henin-beaumont"
        assert commune["actors"] == [["Deux", "/acteurs/deux/"], ["Un", "/acteurs/un/"]]
        assert (told["count"], told["located"], told["pins"]) == (2, 2, [])
        assert told["summary"] == "2 acteurs, tous localisés"

    def test_a_pin_stands_for_a_real_address_and_is_in_no_number(self, client, henin):
        pinned = make_organisation(name="Épinglée")
        make_place(pinned, henin, address="1 rue Haute", latitude=50.42, longitude=2.95)
        make_organisation(place=henin)
        told = points(client)
        assert told["pins"] == [
            {"at": [50.42, 2.95], "count": 1, "actors": [["Épinglée", "/acteurs/epinglee/"]]}
        ]
        assert spots(told) == {"Hénin-Beaumont": 1}
        assert told["located"] == 2

    def test_several_actors_at_one_address_are_one_pin(self, client, henin):
        for name in ("Un", "Deux"):
            make_place(
                make_organisation(name=name), henin, address="1 rue Haute", latitude=50.42, longitude=2.95
            )
        (pin,) = points(client)["pins"]
        assert (pin["count"], [name for name, _ in pin["actors"]]) == (2, ["Deux", "Un"])

    def test_what_has_no_commune_is_listed_with_what_is_told_of_it(self, client, agglo, henin):
        make_organisation(name="Située", place=henin)
        make_organisation(name="Vague", place=agglo["epci:246200299"])
        make_area(make_organisation(name="Partout"), agglo["department:62"])
        make_organisation(name="Nulle part")
        told = points(client)
        assert told["summary"] == "4 acteurs, dont 3 non localisés"
        text = re.sub(r"<[^>]+>|\s+", " ", told["aside"])
        assert " ".join(text.split()) == (
            "Les 3 acteurs non localisés "
            "Agglomération Hénin-Carvin, commune non précisée 1 acteur Vague "
            "Intervient dans le Pas-de-Calais, lieu non précisé 1 acteur Partout "
            "Lieu non précisé par nos sources 1 acteur Nulle part"
        )

    def test_a_place_outside_the_region_is_told_beside_the_map(self, client, agglo):
        make_organisation(name="Loin", place=make_territory(name="Gannat"))
        told = points(client)
        assert told["communes"] == []
        assert "Gannat, hors de la carte" in told["aside"]

    def test_another_place_outside_the_territory_asked_is_not_drawn(self, client, agglo, henin):
        actor = make_organisation(name="Double", place=henin)
        make_place(actor, Territory.objects.get(slug="carvin"))
        assert spots(points(client)) == {"Hénin-Beaumont": 1, "Carvin": 1}
        assert spots(points(client, "territoire=carvin")) == {"Carvin": 1}
        vague = make_organisation(name="Vague", place=agglo["epci:246200299"])
        make_place(vague, make_territory(name="Gannat"))
        told = points(client, "territoire=246200299")
        assert told["summary"] == "2 acteurs, dont 1 non localisé"

    def test_a_single_actor_added_is_drawn_wherever_it_is(self, client, henin):
        make_organisation(place=Territory.objects.get(slug="carvin"))
        added = make_organisation(place=henin)
        assert spots(points(client, f"territoire=carvin&plus={added.public_id}")) == {
            "Carvin": 1,
            "Hénin-Beaumont": 1,
        }

    @pytest.mark.parametrize(
        ("placed", "loose", "summary"),
        [
            (0, 0, "0 acteur"),
            (1, 0, "1 acteur, localisé"),
            (0, 1, "1 acteur, non localisé"),
            (0, 2, "2 acteurs, aucun n’est localisé"),
            (2, 1, "3 acteurs, dont 1 non localisé"),
        ],
    )
    def test_the_summary_agrees(self, client, henin, placed, loose, summary):
        for _ in range(placed):
            make_organisation(place=henin)
        for _ in range(loose):
            make_organisation()
        assert points(client)["summary"] == summary


class TestBounds:
    def test_nobody_and_no_contact_is_sent(self, client, henin):
        actor = make_organisation(place=henin, summary="Résumé")
        make_spokesperson(actor)
        make_contact(actor, "https://personnel.exemple.fr/")
        sent = client.get(POINTS).content.decode()
        assert Person.objects.get().name not in sent
        assert ContactPoint.objects.get().value not in sent

    def test_many_actors_are_numbers_without_names(self, client, henin, monkeypatch):
        monkeypatch.setattr(map_page, "MOST_NAMED", 2)
        for _ in range(3):
            make_organisation(place=henin)
        (commune,) = points(client)["communes"]
        assert (commune["count"], commune["actors"]) == (3, [])

    def test_many_addresses_become_the_numbers_of_their_communes(self, client, henin, monkeypatch):
        monkeypatch.setattr(map_page, "MOST_PINS", 1)
        for rank in range(3):
            place = {"address": "1 rue Haute", "latitude": 50.42, "longitude": 2.95 + rank / 100}
            make_place(make_organisation(), henin, **place)
        told = points(client)
        assert (told["pins"], spots(told)) == ([], {"Hénin-Beaumont": 3})

    def test_long_lists_of_names_are_cut(self, client, agglo, henin):
        for rank in range(25):
            make_organisation(name=f"Ici {rank:02}", place=henin)
            make_organisation(name=f"Par là {rank:02}", place=agglo["epci:246200299"])
        told = points(client)
        assert len(told["communes"][0]["actors"]) == 20
        assert told["aside"].count("Par là") == 20
        assert "et 5 autres, dans la liste" in told["aside"]

    @pytest.mark.parametrize("rows", [1, 3, 60])
    def test_queries_do_not_grow_with_rows(self, client, agglo, henin, django_assert_num_queries, rows):
        for _ in range(rows):
            make_organisation(place=henin)
            make_organisation(place=agglo["epci:246200299"])
            make_area(make_organisation(), agglo["department:62"])
            make_place(make_organisation(), henin, address="1 rue Haute", latitude=50.42, longitude=2.95)
        points(client)
        points(client, "territoire=henin-beaumont")
        # Version of the directory and that of the territories, region, territories told beside the map.
        with django_assert_num_queries(4):
            points(client)
        # And the territory asked, the one it lies in with its version, the communes inside; nothing is told beside.
        with django_assert_num_queries(6):
            points(client, "territoire=henin-beaumont")


class TestAnswer:
    def test_what_did_not_change_is_not_sent_again(self, client, henin):
        make_organisation(place=henin)
        first = client.get(POINTS)
        assert first.headers["Cache-Control"] == "public, max-age=0"
        again = client.get(POINTS, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        other = client.get(f"{POINTS}?q=rien", headers={"If-None-Match": first.headers["ETag"]})
        assert other.status_code == 200

    @pytest.mark.parametrize(
        "query",
        ["inconnu=1", "territoire=nulle-part", "rayon=7&autour=50.4,2.9", "nature=plante", "tri=hasard"],
    )
    def test_mistakes_are_told_as_on_the_list(self, client, query):
        response = client.get(f"{POINTS}?{query}")
        assert response.status_code == 400
        errors = response.json()["errors"]
        assert errors
        for address in (reverse("actor-list"), URL):
            told = main(client.get(f"{address}?{query}")).one("div", class_="finding-errors").text
            assert [error for error in errors if error not in told] == []

    def test_borders(self, client, agglo):
        told = client.get(points(client)["frame"]).json()
        assert told["grid"] == 10_000
        south, west, north, east = told["bounds"]
        x, y, *steps = told["strong"][0]
        assert west <= x / 10_000 <= east
        assert south <= y / 10_000 <= north
        assert len(steps) % 2 == 0
        frame = points(client, "territoire=henin-beaumont")["frame"]
        assert frame == "/carte/contours/agglomeration-henin-carvin/"
        assert client.get(reverse("map-contours", args=["henin-beaumont"])).status_code == 200
        assert client.get(reverse("map-contours", args=["nulle-part"])).status_code == 404
        assert client.get(reverse("map-contours", args=[make_territory().slug])).status_code == 404


class TestPage:
    def test_the_list_and_the_map_say_the_same(self, client, agglo, henin):
        make_organisation(name="Située", place=henin)
        make_organisation(name="Vague", place=agglo["epci:246200299"])
        root = main(client.get(f"{URL}?territoire=246200299"))
        assert root.one("h1").text == "2 acteurs dans l’agglomération Hénin-Carvin"
        assert root.one("p", class_="map-said").text == "2 acteurs, dont 1 non localisé"
        assert root.one("details", id="non-localises").one("li").text == "Vague"
        assert root.one("form", id="recherche").attributes["action"] == URL

    def test_without_scripts_each_shape_leads_to_its_list(self, client, agglo, henin):
        make_organisation(name="Située", place=henin, sectors=["sport"])
        make_organisation(name="Autre", place=henin)
        root = main(client.get(f"{URL}?territoire=246200299&secteur=sport-loisirs"))
        links = {link.attributes["href"]: link.attributes["aria-label"] for link in root.one("svg").all("a")}
        assert links["?secteur=sport-loisirs&territoire=henin-beaumont"] == "Hénin-Beaumont, 1 acteur"
        assert len(links) == 14

    def test_taking_a_filter_away_stays_on_the_map(self, client, henin):
        make_organisation(place=henin)
        root = main(client.get(f"{URL}?territoire=henin-beaumont&q=structure"))
        criteria = [link.attributes["href"] for link in root.one("ul", class_="criteria").all("a")]
        assert all(href.startswith(URL) for href in criteria)

    def test_the_list_offers_the_map_of_the_same_selection(self, client, henin):
        make_organisation(place=henin)
        root = page(client.get(reverse("actor-list"), {"territoire": "henin-beaumont"}))
        opener = root.one("a", data_map_open="")
        assert (opener.attributes["href"], opener.text) == (
            f"{URL}?territoire=henin-beaumont",
            "Afficher la carte",
        )
        assert root.one("section", id="carte").all("svg") == []
        loaded = [each.attributes.get("src", "") for each in root.all("script")]
        assert not any("vendor" in each for each in loaded)

    def test_tiles_only_where_a_server_is_named(self, client, settings):
        assert "data-tiles" not in page(client.get(URL)).one("section", id="carte").attributes
        settings.TILES_URL, settings.TILES_ATTRIBUTION = "https://t.example.org/{z}/{x}/{y}.png", "© Tuiles"
        panel = page(client.get(URL)).one("section", id="carte").attributes
        assert (panel["data-tiles"], panel["data-attribution"]) == (settings.TILES_URL, "© Tuiles")

    def test_it_stands_before_territories_are_loaded(self, client):
        assert main(client.get(URL)).one("p", class_="map-said").text == "0 acteur"
        assert points(client)["frame"] == ""

    @pytest.mark.parametrize("rows", [1, 3, 60])
    def test_queries_do_not_grow_with_rows(self, client, agglo, henin, django_assert_max_num_queries, rows):
        for _ in range(rows):
            make_organisation(place=henin)
            make_organisation()
        client.get(URL)
        # The version, and the map's: region, version of the territories twice. Cards are kept from before.
        with django_assert_max_num_queries(4):
            client.get(URL)


@pytest.mark.usefixtures("directory_loaded")
class TestRealDirectory:
    def test_it_says_who_is_where(self, client):
        told = points(client, "territoire=agglomeration-henin-carvin")
        assert told["summary"] == "46 acteurs, dont 28 non localisés"
        assert len(json.dumps(points(client)).encode()) < 40_000

    def test_each_point_leads_to_as_many_as_it_says(self, client):
        """Random selections; nobody has a real address yet, so every number is that of a list."""
        chance = random.Random(5)
        values = {
            "territoire": [
                "nord",
                "62",
                "agglomeration-henin-carvin",
                "raismes",
                "hauts-de-france",
                "bassin-minier",
            ],
            "nature": ["structure", "initiative", "ptce"],
            "famille": ["ess", "public"],
            "q": ["jardin", "insertion", "commune"],
            "autour": ["lens"],
        }
        seen = 0
        for _ in range(40):
            names = chance.sample(list(values), chance.randint(0, 3))
            query = "&".join(f"{name}={chance.choice(values[name])}" for name in names)
            told = points(client, query)
            assert told["count"] == listed(query), query
            for commune in told["communes"]:
                address = told["list"] + commune["slug"]
                assert commune["count"] == listed(address), (query, commune)
                assert dict(parse_qsl(address)).keys() <= {*names, "territoire", "rayon"}
                seen += 1
            grouped = sum(map(int, re.findall(r'class="count">(\d+) acteurs?<', told["aside"])))
            assert grouped == told["count"] - told["located"], query
        assert seen > 100


def test_leaflet_and_its_style_are_named_by_the_panel_alone(client):
    """They are loaded when a map is opened; the files are there."""
    panel = page(client.get(reverse("actor-list"))).one("section", id="carte").attributes
    for address in [*panel["data-scripts"].split(), *panel["data-styles"].split()]:
        assert (settings.BASE_DIR / address.lstrip("/")).is_file()
