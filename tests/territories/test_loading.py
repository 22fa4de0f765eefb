"""Loading: idempotent, dry by default, and never against an editor."""

import pytest
from django.core.management import call_command
from django.db import transaction

from territories.importers.dataset import Dataset, NameRow, SuccessionRow, TerritoryRow
from territories.importers.load import geojson, load_dataset
from territories.models import (
    Adjacency,
    Boundary,
    Change,
    Containment,
    PostalCode,
    Succession,
    Territory,
    TerritoryName,
    record_change,
)
from territories.placing import place_neighbourhood
from tests.factories import building
from tests.factories.territories import load_subset, make_containment, make_name, make_territory

pytestmark = pytest.mark.django_db

SQUARE = [[[(2.0, 50.0), (2.1, 50.0), (2.1, 50.1), (2.0, 50.0)]]]


def row(kind, code, name, **values):
    return TerritoryRow(
        kind, code, values.pop("slug", f"{kind}-{code}"), name, f"de {name}", f"à {name}", **values
    )


def small_dataset() -> Dataset:
    return Dataset(
        territories=[
            row("department", "62", "Pas-de-Calais"),
            row(
                "commune",
                "62498",
                "Lens",
                parent="department:62",
                postal_codes=("62300",),
                population=1,
                population_year=2023,
            ),
            row("commune", "62427", "Hénin-Beaumont", parent="department:62", postal_codes=("62110",)),
            row("former", "62098", "Beaumont", parent="commune:62427"),
            row("informal", "artois", "Artois", note="Sans limites."),
        ],
        names=[NameRow("commune:62427", "former", "Hénin-Liétard", 1970)],
        containment={
            ("department:62", "commune:62498"): True,
            ("department:62", "commune:62427"): True,
            ("informal:artois", "commune:62498"): True,
        },
        successions=[SuccessionRow("former:62098", "commune:62427", 1971, "merger")],
        adjacency={("commune:62427", "commune:62498")},
        boundaries={"commune:62498": SQUARE},
    )


@pytest.fixture
def loaded():
    load_dataset(small_dataset(), wet_run=True)
    Change.objects.all().delete()


def test_a_load_fills_every_table():
    counts = load_dataset(small_dataset(), wet_run=True)
    assert dict(counts.created) == {
        "department": 1,
        "commune": 2,
        "former": 1,
        "informal": 1,
        "noms de territoires": 6,
        "codes postaux": 2,
        "inclusions": 3,
        "successions": 1,
        "voisinages": 1,
        "contours": 1,
    }
    henin = Territory.objects.get(kind="commune", code="62427")
    assert (henin.parent.code, henin.name_key, henin.at_phrase) == (
        "62",
        "henin beaumont",
        "à Hénin-Beaumont",
    )
    assert list(henin.names.values_list("kind", "name_key", "until")) == [
        ("former", "henin lietard", 1970),
        ("official", "henin beaumont", None),
    ]
    assert Change.objects.get().what == "Chargement des territoires"


def test_a_dry_run_tells_the_same_and_writes_nothing():
    counts = load_dataset(small_dataset(), wet_run=False)
    assert counts.created["commune"] == 2
    assert Territory.objects.count() == 0
    assert Change.objects.count() == 0


@pytest.mark.usefixtures("loaded")
def test_a_second_load_changes_nothing():
    before = list(Territory.objects.order_by("pk").values())
    counts = load_dataset(small_dataset(), wet_run=True)
    assert counts.changed == 0
    assert dict(counts.same) == {
        "department": 1,
        "commune": 2,
        "former": 1,
        "informal": 1,
        # One name and one inclusion less than loaded: the informal territory's are not looked at again.
        "noms de territoires": 5,
        "codes postaux": 2,
        "inclusions": 2,
        "successions": 1,
        "voisinages": 1,
        "contours": 1,
    }
    assert list(Territory.objects.order_by("pk").values()) == before
    assert Change.objects.count() == 0


@pytest.mark.usefixtures("loaded")
def test_official_columns_are_renewed():
    newer = small_dataset()
    newer.territories[1].population = 33000
    newer.territories[1].population_year = 2024
    newer.territories[1].name = "Lens-en-Artois"
    counts = load_dataset(newer, wet_run=True)
    lens = Territory.objects.get(code="62498")
    assert (lens.population, lens.population_year, lens.name_key) == (33000, 2024, "lens en artois")
    assert dict(counts.updated) == {"commune": 1}
    assert Change.objects.count() == 1


@pytest.mark.usefixtures("loaded")
def test_what_editors_wrote_stays():
    with building():
        Territory.objects.filter(code="62498").update(
            slug="lens-ville", of_phrase="de la ville de Lens", at_phrase="en ville", note="Une note."
        )
        Territory.objects.filter(code="artois").update(
            name="Grand Artois", note="Autre note.", latitude=50, longitude=2
        )
    newer = small_dataset()
    newer.territories[1].population = 33000
    newer.territories[4].name = "Artois ancien"
    load_dataset(newer, wet_run=True)
    lens, artois = Territory.objects.get(code="62498"), Territory.objects.get(code="artois")
    assert (lens.slug, lens.of_phrase, lens.at_phrase, lens.note, lens.population) == (
        *("lens-ville", "de la ville de Lens", "en ville", "Une note."),
        33000,
    )
    assert (artois.name, artois.note, artois.latitude) == ("Grand Artois", "Autre note.", 50)


@pytest.mark.usefixtures("loaded")
def test_what_editors_took_out_of_an_informal_territory_stays_out():
    with building():
        Containment.objects.filter(container__code="artois").delete()
        TerritoryName.objects.filter(territory__code="artois").delete()
    assert load_dataset(small_dataset(), wet_run=True).changed == 0
    assert Containment.objects.filter(container__code="artois").count() == 0


@pytest.mark.usefixtures("loaded")
def test_what_editors_added_stays():
    lens = Territory.objects.get(code="62498")
    make_name(lens, "Lens la Minière", kind="printed")
    artois = Territory.objects.get(code="artois")
    henin = Territory.objects.get(code="62427")
    make_containment(artois, henin, whole=False)
    assert load_dataset(small_dataset(), wet_run=True).changed == 0
    assert lens.names.filter(name="Lens la Minière").exists()
    assert Containment.objects.filter(container=artois, member=henin).exists()


@pytest.mark.usefixtures("loaded")
def test_an_editor_s_neighbourhood_goes_where_its_commune_goes():
    lens = Territory.objects.get(code="62498")
    quarter = make_territory("neighbourhood", "cite-12-lens", "Cité 12", parent=lens)
    with building():
        place_neighbourhood(quarter)
    assert load_dataset(small_dataset(), wet_run=True).changed == 0
    moved = small_dataset()
    moved.territories.insert(1, row("department", "59", "Nord"))
    moved.containment["department:59", "commune:62498"] = True
    del moved.containment["department:62", "commune:62498"]
    load_dataset(moved, wet_run=True)
    containers = Containment.objects.filter(member=quarter).values_list("container__code", flat=True)
    # Artois, where an editor placed Lens, is no department: it stays.
    assert sorted(containers) == ["59", "62498", "artois"]


@pytest.mark.usefixtures("loaded")
def test_what_follows_from_the_lists_goes_with_them():
    newer = small_dataset()
    newer.territories[1].postal_codes = ("62301",)
    newer.containment["department:62", "commune:62498"] = False
    del newer.containment["department:62", "commune:62427"]
    newer.adjacency.clear()
    newer.boundaries = {"commune:62427": SQUARE}
    newer.successions = [SuccessionRow("former:62098", "commune:62427", 1972, "merger")]
    newer.names = [NameRow("commune:62427", "former", "Hénin-Liétard", 1969)]
    counts = load_dataset(newer, wet_run=True)
    assert dict(counts.deleted) == {"codes postaux": 1, "inclusions": 1, "voisinages": 1, "contours": 1}
    assert dict(counts.updated) == {"noms de territoires": 1, "inclusions": 1, "successions": 1}
    assert list(PostalCode.objects.order_by("code").values_list("code", flat=True)) == ["62110", "62301"]
    assert Containment.objects.get(container__code="62").whole is False
    assert Adjacency.objects.count() == 0
    assert Boundary.objects.get().territory.code == "62427"
    assert Succession.objects.get().year == 1972
    assert TerritoryName.objects.get(kind="former").until == 1969


@pytest.mark.usefixtures("loaded")
def test_an_outline_that_changed_is_renewed():
    newer = small_dataset()
    newer.boundaries = {"commune:62498": [*SQUARE, *SQUARE]}
    assert dict(load_dataset(newer, wet_run=True).updated) == {"contours": 1}
    assert Boundary.objects.get().geometry["type"] == "MultiPolygon"


def test_a_slug_taken_meanwhile_is_not_fought_over():
    make_territory("informal", "autre", "Autre", slug="commune-62498")
    load_dataset(small_dataset(), wet_run=True)
    assert Territory.objects.get(code="62498").slug == "commune-62498-62498"


def test_a_shown_name_that_is_not_the_official_one_is_a_short_one():
    dataset = small_dataset()
    dataset.names = [NameRow("commune:62427", "official", "Ville d’Hénin-Beaumont")]
    load_dataset(dataset, wet_run=True)
    henin = Territory.objects.get(code="62427")
    assert set(henin.names.values_list("kind", "name")) == {
        ("official", "Ville d’Hénin-Beaumont"),
        ("short", "Hénin-Beaumont"),
    }


def test_geojson_of_one_part_and_of_several():
    assert geojson(SQUARE) == {
        "type": "Polygon",
        "coordinates": [[[2.0, 50.0], [2.1, 50.0], [2.1, 50.1], [2.0, 50.0]]],
    }
    assert geojson(SQUARE * 2)["type"] == "MultiPolygon"


def test_a_subset_for_the_tests_of_others():
    loaded = load_subset("epci:246200299")
    assert {key.split(":")[0] for key in loaded} == {
        *("country", "region", "department", "epci", "commune", "former", "informal")
    }
    assert sum(key.startswith("commune:") for key in loaded) == 14
    assert loaded["commune:62427"].parent == loaded["epci:246200299"]


def test_the_command_says_what_it_did(capsys):
    call_command("load_territories")
    dry = capsys.readouterr().out
    assert "Essai à blanc" in dry
    assert Territory.objects.count() == 0
    call_command("load_territories", "--wet-run")
    wet = capsys.readouterr().out
    assert "Essai à blanc" not in wet
    assert [line.split() for line in wet.splitlines() if line.startswith("Commune  ")] == [
        ["Commune", "3834", "0", "0", "0"]
    ]
    assert Territory.objects.count() == 4264
    call_command("load_territories", "--wet-run")
    assert Change.objects.count() == 1


def test_an_informal_territory_an_editor_deleted_does_not_come_back():
    load_dataset(small_dataset(), wet_run=True)
    artois = Territory.objects.get(kind="informal")
    with transaction.atomic():
        artois.delete()
        record_change(subject="territory", key="informal:artois", what="Suppression", fate="deleted")
    before = Change.objects.version()
    load_dataset(small_dataset(), wet_run=True)
    assert not Territory.objects.filter(kind="informal").exists()
    assert Change.objects.version() == before
