"""Maps drawn on the server: links with their numbers, and where something is."""

import gzip
import re

import pytest

from actors.detail import by_slug, with_detail
from actors.index import snapshot
from actors.models import Actor
from pages.presenters import map as maps
from pages.presenters import map_drawing
from pages.templatetags.compiled import part
from territories.enums import TerritoryKind
from territories.models import Boundary, Territory
from tests.factories import building
from tests.factories.actors import make_area, make_organisation, make_place, make_ptce
from tests.factories.territories import load_subset, make_boundary, make_containment, make_territory
from tests.pages.html import Element, _Builder


def html(shown) -> str:
    return part("maps/drawn.map", shown, "carte")


def drawn(territory: Territory | None = None) -> Element:
    """The map of a territory's page, or that of the home page."""
    present = snapshot.current()
    builder = _Builder()
    builder.feed(html(maps.territory_map(territory, present) if territory else maps.region_map(present)))
    return builder.root


def located(actor: Actor, where=maps.actor_map) -> Element:
    """The map of an actor's page."""
    builder = _Builder()
    builder.feed(part("maps/small.locator", where(actor)))
    return builder.root


def links(root: Element) -> list[tuple[str, str]]:
    return [(link.attributes["href"], link.attributes["aria-label"]) for link in root.one("svg").all("a")]


@pytest.fixture
def agglo(db) -> dict[str, Territory]:
    return load_subset("epci:246200299")


class TestTerritory:
    def test_what_lies_inside_is_a_link_each_with_its_number(self, agglo):
        for _ in range(2):
            make_organisation(place=agglo["commune:62427"])
        root = drawn(agglo["epci:246200299"])
        told = dict(links(root))
        assert len(told) == 14
        assert told["/territoires/henin-beaumont/"] == "Hénin-Beaumont, 2 acteurs"
        assert told["/territoires/carvin/"] == "Carvin, aucun acteur"
        assert root.texts("text") == ["2"]
        assert (
            root.one("svg").attributes["aria-label"] == "Carte de l’agglomération Hénin-Carvin : 14 communes"
        )

    def test_each_shape_has_an_outline_and_its_name_on_hover(self, agglo):
        for link in drawn(agglo["epci:246200299"]).one("svg").all("a"):
            assert link.one("title").text == link.attributes["aria-label"]
            assert re.fullmatch(r"(M\d+ \d+l(-?\d+[ -]?)+z)+", link.one("path").attributes["d"])

    def test_the_map_can_be_passed(self, agglo):
        root = drawn(agglo["epci:246200299"])
        (skip,) = [link for link in root.all("a") if link.text == "Passer la carte"]
        assert root.one("p", id=skip.attributes["href"][1:]).attributes["tabindex"] == "-1"

    def test_a_commune_is_marked_among_those_beside_it(self, agglo):
        root = drawn(agglo["commune:62427"])
        current = [link.attributes["href"] for link in root.one("svg").all("a", aria_current="true")]
        assert current == ["/territoires/henin-beaumont/"]
        assert len(links(root)) == 14

    def test_a_department_shows_its_intercommunalities(self, agglo):
        root = drawn(agglo["department:62"])
        assert links(root) == [
            ("/territoires/agglomeration-henin-carvin/", "Agglomération Hénin-Carvin, aucun acteur")
        ]

    def test_nothing_is_drawn_where_no_boundary_is_known(self, db):
        for kind in (
            TerritoryKind.REGION,
            TerritoryKind.COMMUNE,
            TerritoryKind.INFORMAL,
            TerritoryKind.FORMER,
        ):
            assert drawn(make_territory(kind)).text == ""

    def test_a_territory_without_limits_shows_what_a_source_places_in_it(self, agglo):
        basin, empty = (make_territory(TerritoryKind.INFORMAL, name=name) for name in ("Bassin", "Vide"))
        make_containment(basin, agglo["epci:246200299"], whole=False)
        root = drawn(basin)
        assert len(root.all("path", class_="map-mark-part")) == 1
        assert root.one("figcaption").text == "Bassin, dans le Pas-de-Calais"
        assert drawn(empty).text == ""


class TestRegion:
    def test_its_intercommunalities(self, agglo):
        assert [href for href, _ in links(drawn())] == ["/territoires/agglomeration-henin-carvin/"]

    def test_nothing_before_territories_are_loaded(self, db):
        assert drawn().text == ""


class TestActor:
    def test_a_commune_in_its_intercommunality(self, agglo):
        actor = make_organisation(place=agglo["commune:62427"])
        root = located(actor)
        assert root.one("figcaption").text == "Hénin-Beaumont, dans l’agglomération Hénin-Carvin"
        assert len(root.all("path", class_="map-mark")) == 1
        assert root.all("circle") == root.all("a") == []
        assert root.one("svg").attributes["role"] == "img"

    def test_a_real_address_is_a_dot(self, agglo):
        actor = make_organisation()
        make_place(actor, agglo["commune:62427"], address="1 rue Haute", latitude=50.42, longitude=2.95)
        root = located(actor)
        (dot,) = root.all("circle")
        _, _, width, height = map(int, root.one("svg").attributes["viewbox"].split())
        assert 0 < int(dot.attributes["cx"]) < width
        assert 0 < int(dot.attributes["cy"]) < height

    def test_an_intercommunality_in_its_department(self, agglo):
        root = located(make_organisation(place=agglo["epci:246200299"]))
        assert root.one("figcaption").text == "Agglomération Hénin-Carvin, dans le Pas-de-Calais"
        assert len(root.all("path", class_="map-mark")) == 1

    def test_where_it_acts_when_no_place_is_known(self, agglo):
        actor = make_organisation()
        make_area(actor, Territory.objects.get(slug="carvin"))
        assert located(actor).one("figcaption").text.startswith("Carvin, dans")

    def test_nothing_for_too_wide_or_unknown_places(self, agglo):
        assert located(make_organisation()).text == ""
        assert located(make_organisation(place=agglo["region:32"])).text == ""
        assert located(make_organisation(place=make_territory(name="Gannat"))).text == ""

    def test_a_ptce_is_shown_in_a_department_at_least(self, agglo):
        ptce = make_ptce(place=agglo["commune:62427"])
        root = located(ptce, maps.perimeter_map)
        assert root.one("figcaption").text == "Hénin-Beaumont, dans le Pas-de-Calais"
        assert len(root.all("circle")) == 1

    @pytest.mark.parametrize("rows", [1, 3])
    def test_queries_do_not_grow_with_places(self, agglo, django_assert_num_queries, rows):
        actor = make_organisation()
        communes = [place for key, place in agglo.items() if key.startswith("commune:")]
        for commune in communes[:rows]:
            make_place(actor, commune)
        actor = by_slug(actor.slug)
        located(actor)
        with django_assert_num_queries(2):  # what its places lie in, version
            located(actor)


class TestSheet:
    def test_it_is_computed_once_for_a_version_of_the_territories(self, agglo, django_assert_num_queries):
        frame = agglo["epci:246200299"]
        first = map_drawing.sheet(frame)
        with django_assert_num_queries(1):
            assert map_drawing.sheet(frame) is first

    def test_an_edit_of_a_territory_redraws_it(self, agglo):
        from django.db import transaction

        from territories.models import record_change

        frame = agglo["epci:246200299"]
        first = map_drawing.sheet(frame)
        with building(), transaction.atomic():
            record_change(subject="actor", key="abc", what="Un acteur")
        assert map_drawing.sheet(frame) is first
        with building(), transaction.atomic():
            Boundary.objects.filter(territory=agglo["commune:62427"]).delete()
            record_change(subject="territory", key=frame.natural, what="Un contour")
        assert len(map_drawing.sheet(frame).shapes) == len(first.shapes) - 1

    def test_north_is_up_and_east_is_right(self, agglo):
        sheet = map_drawing.sheet(agglo["epci:246200299"])
        (west, south), (east, north) = sheet.at(50.40, 2.90), sheet.at(50.45, 3.00)
        assert west < east
        assert north < south
        # A degree of longitude is cos(50°) of a degree of latitude.
        assert (east - west) / 0.1 == pytest.approx((south - north) / 0.05 * 0.6428, rel=0.02)

    def test_a_square_is_drawn_to_its_width(self, db):
        epci = make_territory(TerritoryKind.EPCI, "246200299", latitude=50.435, longitude=2.835)
        make_boundary(epci)
        sheet = map_drawing.sheet(epci, 360)
        assert sheet.by_pk[epci.pk].path == "M3 3l0 551 354 0 0-551z"
        assert (sheet.width, sheet.height) == (360, 557)


@pytest.mark.usefixtures("directory_loaded", "db")
class TestRealDirectory:
    def test_the_map_of_the_region_weighs_less_than_15_kB(self):
        page = html(maps.region_map(snapshot.current()))
        assert len(drawn().one("svg").all("a")) == 92
        assert len(gzip.compress(page.encode())) < 15_000

    def test_every_map_of_an_actor_weighs_less_than_5_kB(self):
        from actors.models import Actor

        shown = 0
        for actor in with_detail(list(Actor.objects.published())):
            page = part("maps/small.locator", maps.actor_map(actor)).strip()
            shown += bool(page)
            assert len(gzip.compress(page.encode())) < 5_000, actor
        assert shown > 100

    def test_every_intercommunality_has_its_map(self):
        for epci in Territory.objects.filter(kind=TerritoryKind.EPCI):
            sheet = map_drawing.sheet(epci)
            assert all(shape.path for shape in sheet.shapes), epci
            assert all(0 <= shape.x <= sheet.width and 0 <= shape.y <= sheet.height for shape in sheet.shapes)
