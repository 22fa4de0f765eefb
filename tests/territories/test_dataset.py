"""The committed data set: what is in it, and that it hangs together."""

from collections import Counter

import pytest

from territories.importers.dataset import DIRECTORY, read_local
from territories.models import Territory
from territories.text import fold

CAHC = "epci:246200299"
STRADDLING = {"200069672", "200069722", "200070985", "245900758", "247600588"}


def members(dataset, container, kind, whole=True):
    return {
        member.split(":")[1]
        for (holder, member), entire in dataset.containment.items()
        if holder == container and member.startswith(f"{kind}:") and entire is whole
    }


def test_counts_per_kind(dataset):
    assert Counter(row.kind for row in dataset.territories) == {
        "country": 1,
        "region": 18,
        "department": 101,
        "epci": 92,
        # 3,782 of Hauts-de-France, 49 across its border in the two interregional EPCI, Lyon, Bordeaux, Gannat
        "commune": 3834,
        "associated_commune": 36,
        "delegated_commune": 63,
        "former": 99,
        "neighbourhood": 2,
        "informal": 18,
    }


def test_files_are_small():
    sizes = [path.stat().st_size for path in DIRECTORY.iterdir()]
    assert sum(sizes) < 4_000_000
    assert max(sizes) < 2_000_000


def test_keys_and_slugs_are_unique(dataset):
    keys = [row.key for row in dataset.territories]
    slugs = [row.slug for row in dataset.territories]
    assert [key for key, count in Counter(keys).items() if count > 1] == []
    assert [slug for slug, count in Counter(slugs).items() if count > 1] == []


def test_every_row_is_valid_for_the_models(dataset):
    ids = {row.key: number for number, row in enumerate(dataset.territories, 1)}
    excluded = {"parent"}
    for row in dataset.territories:
        territory = Territory(
            pk=ids[row.key],
            kind=row.kind,
            code=row.code,
            slug=row.slug,
            name=row.name,
            name_key=fold(row.name),
            of_phrase=row.of_phrase,
            at_phrase=row.at_phrase,
            population=row.population,
            population_year=row.population_year,
            siren=row.siren,
            latitude=row.latitude,
            longitude=row.longitude,
            note=row.note,
        )
        territory.clean_fields(exclude=excluded)


def test_parents_come_first_and_lead_to_france(dataset, rows):
    seen = set()
    for row in dataset.territories:
        assert row.parent in seen or row.parent == ""
        seen.add(row.key)
    rootless = [row for row in dataset.territories if not row.parent]
    # The country, the old regions and EPCI, and the territories without limits.
    assert {row.kind for row in rootless} == {"country", "former", "informal"}
    assert {row.code for row in rootless if row.kind == "former"} == {
        *("nord-pas-de-calais", "picardie"),
        *("245900410", "245901061", "246201149"),
    }


def test_every_relation_names_known_territories(dataset, rows):
    named = {row.territory for row in dataset.names} | set(dataset.boundaries)
    named |= {key for pair in dataset.containment for key in pair} | {
        key for pair in dataset.adjacency for key in pair
    }
    named |= {key for row in dataset.successions for key in (row.predecessor, row.successor)}
    assert named - rows.keys() == set()


def test_communes_of_the_region_have_what_an_address_needs(dataset):
    regional = members(dataset, "region:32", "commune")
    communes = [row for row in dataset.territories if row.kind == "commune" and row.code in regional]
    assert len(communes) == 3782
    assert [row.code for row in communes if not row.postal_codes] == []
    assert [row.code for row in communes if not row.parent.startswith("epci:")] == []
    assert [row.code for row in communes if row.latitude is None or not row.siren or not row.population] == []
    assert [row.code for row in communes if row.key not in dataset.boundaries] == []


def test_populations_have_one_year_per_level(dataset, rows):
    years = {
        kind: {row.population_year for row in dataset.territories if row.kind == kind}
        for kind in ("commune", "epci", "region", "department", "country", "former")
    }
    # Mayotte alone has figures of 2017.
    assert years == {
        "commune": {2023},
        "epci": {2022},
        "region": {2023, 2017},
        "department": {2023, 2017},
        "country": {None},
        "former": {None},
    }
    assert rows["commune:62427"].population == 25688
    assert rows[CAHC].population == 126133
    assert rows["epci:245901152"].population == 70247


@pytest.mark.parametrize(
    ("region", "population"),
    # Insee, populations de référence 2023, published 18 December 2025: sums of communes must equal them.
    [
        ("01", 384160),
        ("02", 360630),
        ("03", 293996),
        ("11", 12463067),
        ("27", 2802670),
        ("53", 3449370),
        ("94", 355486),
    ],
)
def test_sums_of_communes_are_insee_s_figures(rows, region, population):
    assert rows[f"region:{region}"].population == population


def test_complete_is_said_of_what_is_wholly_loaded(dataset):
    complete = {
        row.key
        for row in dataset.territories
        if row.complete and row.kind in {"country", "region", "department"}
    }
    assert complete == {"region:32", *(f"department:{code}" for code in ("02", "59", "60", "62", "80"))}
    assert all(row.complete for row in dataset.territories if row.kind in {"epci", "commune"})


def test_the_agglomeration_of_henin_carvin(dataset, rows):
    assert rows[CAHC].name == "Agglomération Hénin-Carvin"
    assert rows[CAHC].slug == "agglomeration-henin-carvin"
    assert len(members(dataset, CAHC, "commune")) == 14
    assert {"62277", "62637", "62427", "62215"} <= members(dataset, CAHC, "commune")
    names = {(row.kind, row.name) for row in dataset.names if row.territory == CAHC}
    assert names == {
        ("official", "Communauté d’agglomération d’Hénin-Carvin"),
        ("short", "CA d’Hénin-Carvin"),
        ("short", "Hénin-Carvin"),
        ("short", "CAHC"),
        ("printed", "communauté d’agglomération Hénin-Carvin"),
    }


def test_epcis_have_all_their_members(dataset):
    sizes = {
        row.code: len(members(dataset, row.key, "commune"))
        for row in dataset.territories
        if row.kind == "epci"
    }
    # 3,782 of the region (each in one EPCI) and the 49 across its border.
    assert sum(sizes.values()) == 3782 + 49
    assert min(sizes.values()) > 0
    assert (sizes["200093201"], sizes["200069722"], sizes["247600588"]) == (95, 44, 28)


def test_epcis_across_a_border_are_in_no_department(dataset):
    whole = set().union(
        *(members(dataset, f"department:{code}", "epci") for code in ("02", "59", "60", "62", "80"))
    )
    epcis = {row.code for row in dataset.territories if row.kind == "epci"}
    assert epcis - whole == STRADDLING
    # Flandre Lys: four communes on each side, and each in its own department.
    assert "245900758" in members(dataset, "department:59", "epci", whole=False)
    assert "245900758" in members(dataset, "department:62", "epci", whole=False)
    for member in members(dataset, "epci:245900758", "commune"):
        assert member in members(dataset, f"department:{member[:2]}", "commune")
        other = "62" if member.startswith("59") else "59"
        assert member not in members(dataset, f"department:{other}", "commune")


def test_no_commune_is_in_two_departments(dataset):
    departments = Counter(
        member
        for (container, member), whole in dataset.containment.items()
        if whole and container.startswith("department:") and member.startswith("commune:")
    )
    assert len(departments) == 3834
    assert set(departments.values()) == {1}


def test_the_two_interregional_epcis(dataset):
    assert members(dataset, "region:32", "epci", whole=False) == {"200069722", "247600588"}
    assert len(members(dataset, "region:32", "epci")) == 90


def test_the_former_regions(dataset, rows):
    north, picardy = "former:nord-pas-de-calais", "former:picardie"
    assert (len(members(dataset, north, "commune")), len(members(dataset, picardy, "commune"))) == (
        1534,
        2248,
    )
    assert members(dataset, north, "department") == {"59", "62"}
    assert members(dataset, picardy, "department") == {"02", "60", "80"}
    told = {(row.predecessor, row.year) for row in dataset.successions if row.successor == "region:32"}
    assert told == {(north, 2016), (picardy, 2016)}


def test_parts_of_communes_lie_where_their_commune_lies(dataset, rows):
    assert rows["associated_commune:59298"].parent == "commune:59350"
    containers = {
        container
        for (container, member), whole in dataset.containment.items()
        if member == "associated_commune:59355"
    }
    assert containers == {
        *("commune:59350", "epci:200093201", "department:59", "region:32", "country:FR"),
        *("former:nord-pas-de-calais", "former:245900410"),
    }


def test_renamed_epcis_keep_their_old_names(dataset):
    former = {(row.territory, row.name, row.until) for row in dataset.names if row.kind == "former"}
    assert ("epci:245901152", "Communauté de communes Cœur d’Ostrevent", 2024) in former
    assert ("epci:200040947", "CC de Flandre Intérieure", 2023) in former
    old = {
        (row.predecessor, row.successor, row.year)
        for row in dataset.successions
        if row.predecessor.startswith("former:2")
    }
    assert old == {
        # The lists of 2020 and 2021 don't tell the day.
        ("former:245900410", "epci:200093201", None),
        ("former:245901061", "epci:200093201", None),
        ("former:246201149", "epci:200090751", None),
    }


@pytest.mark.parametrize(
    ("predecessor", "successor", "year", "kind"),
    [
        ("former:62098", "commune:62427", 1971, "merger"),  # Beaumont
        ("associated_commune:59298", "commune:59350", 1977, "merger"),  # Hellemmes
        ("delegated_commune:62447", "commune:62447", 2025, "merger"),  # Hesdin, same code as Hesdin-la-Forêt
        ("former:02045", "delegated_commune:02439", 1971, "merger"),  # Barbonval, before Les Septvallons
        ("former:80831", "commune:62909", 1971, "code_change"),  # Ytres, from the Somme to the Pas-de-Calais
        ("former:60606", "commune:60509", 1951, "replacement"),  # Sarron
    ],
)
def test_what_became_of_old_codes(dataset, predecessor, successor, year, kind):
    assert [
        (row.successor, row.year, row.kind) for row in dataset.successions if row.predecessor == predecessor
    ] == [(successor, year, kind)]


def test_every_old_code_leads_somewhere(dataset):
    told = {row.predecessor for row in dataset.successions}
    silent = [row.key for row in dataset.territories if row.kind == "former" and row.key not in told]
    assert silent == []


@pytest.mark.parametrize(
    ("key", "slug"),
    [
        ("commune:62712", "riviere-62"),  # another one in Indre-et-Loire
        ("commune:62427", "henin-beaumont"),
        ("commune:62277", "drocourt-62"),
        ("department:59", "nord"),
        ("department:62", "pas-de-calais"),
        ("region:32", "hauts-de-france"),
        ("region:04", "la-reunion"),
        ("department:974", "la-reunion-departement"),
        ("former:nord-pas-de-calais", "nord-pas-de-calais"),
        ("former:62098", "beaumont-62"),
        ("associated_commune:59298", "hellemmes"),
        ("epci:200093201", "metropole-europeenne-de-lille"),
    ],
)
def test_slugs(rows, key, slug):
    assert rows[key].slug == slug


def test_neighbours(dataset):
    def neighbours(key):
        return {other for pair in dataset.adjacency for other in pair if key in pair and other != key}

    assert neighbours("department:62") == {"department:59", "department:80"}
    assert neighbours("department:59") == {"department:62", "department:80", "department:02"}
    # Lens is near and does not touch it.
    assert "commune:62498" not in neighbours("commune:62427")
    assert {"commune:62587", "commune:62250"} <= neighbours("commune:62427")
    assert "epci:246200364" in neighbours(CAHC)
    assert all(first.split(":")[0] == second.split(":")[0] for first, second in dataset.adjacency)


def test_informal_territories_hold_what_a_letter_places_there(dataset):
    local = read_local()
    letters = {"hiver-2020-21", "supplement-henin-carvin", "71", "74"}
    placed = [(item["code"], place) for item in local["informal"] for place in item.get("contains", ())]
    sources = {place["source"] for _, place in placed}
    sources |= {
        item["source"]
        for key in ("communes_elsewhere", "neighbourhoods", "informal", "names")
        for item in local[key]
    }
    sources |= {name["source"] for item in local["informal"] for name in item.get("names", ())}
    assert sources <= letters
    assert {(code, place["territory"], place["whole"]) for code, place in placed} == {
        ("avesnois", "commune:59226", True),
        ("bassin-minier", "epci:246200299", False),
        ("bassin-minier", "epci:245901152", False),
        ("flandre", "commune:59262", True),
        ("parc-naturel-regional-scarpe-escaut", "epci:245901152", False),
        ("valenciennois", "neighbourhood:quartier-des-briquettes-marly", True),
    }
    assert all(item["note"] for item in local["informal"])


def test_neighbourhoods_lie_where_their_commune_lies(dataset):
    containers = {
        container
        for container, member in dataset.containment
        if member == "neighbourhood:quartier-sabatier-raismes"
    }
    assert containers == {
        *("commune:59491", "epci:200042190", "department:59", "region:32", "country:FR"),
        "former:nord-pas-de-calais",
    }
