"""Finding territories: by parameter, by words, by what they lie in."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from territories.models import Boundary, Territory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("territories_loaded")]


def natural(queryset):
    return [territory.natural for territory in queryset]


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("62427", ["commune:62427"]),
        ("246200299", ["epci:246200299"]),
        ("62", ["department:62"]),
        ("2A", ["department:2A"]),
        ("2a", ["department:2A"]),
        ("974", ["department:974"]),
        ("region-32", ["region:32"]),
        ("region-75", ["region:75"]),
        # Every region's code is a department's.
        ("32", ["department:32"]),
        ("hauts-de-france", ["region:32"]),
        ("riviere-62", ["commune:62712"]),
        ("bassin-minier", ["informal:bassin-minier"]),
        (" Henin-Beaumont ", ["commune:62427"]),
        # Old codes: of an associated commune, a former one, one whose code a live commune has too.
        ("59355", ["associated_commune:59355"]),
        ("62098", ["former:62098"]),
        ("62447", ["commune:62447"]),
        # Hénin-Beaumont's postal code is Berguette's code: a code is never a postal code here.
        ("62110", ["associated_commune:62110"]),
        ("62300", ["commune:62300"]),
        ("lomme", ["associated_commune:59355"]),
        ("unknown", []),
        ("99999", []),
        ("region-99", []),
        ("", []),
    ],
)
def test_from_parameter(value, found):
    assert natural(Territory.objects.from_parameter(value)) == found


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Hénin-Beaumont", "commune:62427"),
        ("henin beaumont", "commune:62427"),
        ("Hénin-Liétard", "commune:62427"),
        ("Lens", "commune:62498"),
        ("arras", "commune:62041"),
        ("CAHC", "epci:246200299"),
        ("agglo hénin", "epci:246200299"),
        ("flandre intérieure", "epci:200040947"),
        ("CCCO", "epci:245901152"),
        ("coeur d'ostrevent", "epci:245901152"),
        ("Nord-Pas-de-Calais", "former:nord-pas-de-calais"),
        ("Hellemmes-Lille", "associated_commune:59298"),
        ("Raïsmes", "commune:59491"),
        ("cateau", "commune:59136"),
        ("weppes", "informal:weppes"),
        ("62098", "former:62098"),
    ],
)
def test_search(text, first):
    assert natural(Territory.objects.search(text)[:1]) == [first]


def test_search_by_postal_code_gives_every_commune_served():
    # Five digits may be a postal code and a code at once: Berguette's here.
    assert natural(Territory.objects.search("62110")) == ["associated_commune:62110", "commune:62427"]
    # The fullest one of the region serves forty communes, and is a forty-first's code.
    assert Territory.objects.filter(postal_codes__code="80140").count() == 40
    assert Territory.objects.search("80140").count() == 41


def test_search_by_nothing_or_nonsense_gives_nothing():
    assert natural(Territory.objects.search("")) == []
    assert natural(Territory.objects.search("’ –")) == []
    assert natural(Territory.objects.search("zzyzx")) == []


def test_search_costs_one_query():
    with CaptureQueriesContext(
        connection,
    ) as queries:
        list(Territory.objects.search("saint")[:20])
    assert len(queries) == 1


def test_inside():
    agglomeration = Territory.objects.get(code="246200299")
    inside = natural(Territory.objects.inside(agglomeration))
    assert len([key for key in inside if key.startswith("commune:")]) == 14
    assert {"epci:246200299", "commune:62277", "commune:62637"} <= set(inside)
    department = Territory.objects.get(kind="department", code="62")
    assert set(inside) < set(natural(Territory.objects.inside(department)))
    # Across the border: half of Flandre Lys is not in the Nord.
    nord = set(natural(Territory.objects.inside(Territory.objects.get(kind="department", code="59"))))
    assert "epci:245900758" not in nord
    assert "neighbourhood:quartier-sabatier-raismes" in nord


def test_every_territory_has_its_own_name_among_its_names():
    missing = [
        territory.natural
        for territory in Territory.objects.prefetch_related("names")
        if territory.name not in {name.name for name in territory.names.all()}
    ]
    assert missing == []


def test_name_keys_are_those_a_save_would_write():
    from territories.text import fold

    assert [t.natural for t in Territory.objects.all() if t.name_key != fold(t.name)] == []


def test_every_row_is_clean():
    """What the forms would check, on a row of each kind; the constraints hold for all by the load itself."""
    for kind in Territory.objects.order_by().values_list("kind", flat=True).distinct():
        Territory.objects.filter(kind=kind).first().full_clean()


@pytest.mark.parametrize(
    ("latitude", "longitude", "commune"),
    [
        (50.42, 2.95, "commune:62427"),
        (50.6292, 3.0573, "commune:59350"),
        # Paris, whose outline is not loaded; the Channel.
        (48.85, 2.35, None),
        (50.9, 1.4, None),
        (0, 0, None),
    ],
)
def test_the_commune_of_a_point(django_assert_num_queries, latitude, longitude, commune):
    with django_assert_num_queries(2):
        found = Territory.objects.commune_at(latitude, longitude)
    assert (found.natural if found else None) == commune


def test_a_hole_and_a_second_part_of_an_outline():
    def square(low, high):
        return [[low, low], [high, low], [high, high], [low, high], [low, low]]

    ring = Boundary(
        geometry={"type": "MultiPolygon", "coordinates": [[square(0, 9), square(3, 6)], [square(20, 22)]]}
    )
    assert [ring.holds(at, at) for at in (1, 4, 7, 10, 21, 23)] == [True, False, True, False, True, False]
