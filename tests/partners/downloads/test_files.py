"""Every format says the same as the CSV, row by row; none says what must not leave."""

import csv
import io
import json
import zipfile

import networkx
import pytest
from rdflib import Graph, URIRef
from rdflib.namespace import DCTERMS, FOAF, RDF

from actors.cells import revived
from partners.downloads.datasets import DATASETS
from tests.factories import building
from tests.factories.actors import make_contact, make_cooperation, make_organisation
from tests.partners.directory import FORBIDDEN
from tests.partners.downloads.reading import as_cell, content, csv_rows, json_lines, xlsx_rows

# Reading JSON-LD, rdflib makes a graph of a class that it has deprecated itself.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")
BASE = "http://testserver"
EVERY = [(name, suffix) for name, dataset in DATASETS.items() for suffix in dataset.formats]


def test_the_table_of_actors(client, directory):
    rows = csv_rows(client, "/donnees/acteurs.csv")
    # All that are published, ceased ones included, by permanent id.
    assert [row["identifiant"] for row in rows] == ["abcdefgh", "bcdefghj", "cdefghjk", "fghjkmnp"]
    die = rows[0]
    assert list(die) == [*(column.name for column in DATASETS["acteurs"].columns), "licence", "extrait_le"]
    assert die["nom"] == "Dynamique Insertion Emploi"
    assert die["domaines_codes"] == "reuse | employment"
    assert (die["lieu"], die["lieu_code"], die["lieu_niveau"]) == ("Hénin-Beaumont", "62427", "commune")
    assert die["courriels"] == "contact@die.exemple.fr"
    assert die["sources"] == "https://die.exemple.fr/nous | 71#dechets"
    assert die["description"] == "Fondée avec […] à Hénin."
    assert die["licence"] == "Licence Ouverte 2.0"
    assert die["ptce_possible"] == "non"


def test_columns_never_change():
    """New ones come at the end: whoever wrote a program against these must find them there."""
    assert [column.name for column in DATASETS["acteurs"].columns][:12] == [
        *("identifiant", "nom", "precision", "autres_noms", "nature", "nature_code", "type", "type_code"),
        *("famille", "famille_code", "statut_juridique", "statut_juridique_code"),
    ]
    assert [column.name for column in DATASETS["cooperations"].columns][:5] == [
        "Source",
        "Target",
        "Type",
        "Id",
        "Label",
    ]
    assert [column.name for column in DATASETS["reseau-acteurs"].columns][:2] == ["Id", "Label"]


@pytest.mark.parametrize("dataset", DATASETS)
def test_the_workbook_is_the_table(client, directory, dataset):
    rows = csv_rows(client, f"/donnees/{dataset}.csv")
    assert rows
    assert xlsx_rows(client, f"/donnees/{dataset}.xlsx") == rows


def test_the_workbook_explains_itself(client, directory):
    with zipfile.ZipFile(io.BytesIO(content(client, "/donnees/acteurs.xlsx"))) as book:
        about = book.read("xl/worksheets/sheet2.xml").decode()
    assert "Licence Ouverte 2.0" in about
    assert "Identifiant permanent" in about


@pytest.mark.parametrize("dataset", ["acteurs", "territoires"])
def test_geojson_agrees_with_the_table(client, directory, dataset):
    document = json.loads(content(client, f"/donnees/{dataset}.geojson"))
    assert document["type"] == "FeatureCollection"
    assert document["licence"].startswith("Licence Ouverte 2.0")
    rows = csv_rows(client, f"/donnees/{dataset}.csv")
    assert len(document["features"]) == len(rows)
    for feature, row in zip(document["features"], rows, strict=True):
        told = {key: as_cell(value) for key, value in feature["properties"].items()}
        assert told == {key: revived(value) for key, value in row.items() if key in told}
        point = feature["geometry"]["coordinates"] if feature["geometry"] else ["", ""]
        assert [str(each) for each in point] == [row["longitude"], row["latitude"]]


@pytest.mark.parametrize("dataset", ["acteurs", "cooperations", "territoires", "lettres"])
def test_json_lines_agree_with_the_table(client, directory, dataset):
    records = json_lines(client, f"/donnees/{dataset}.jsonl")
    rows = csv_rows(client, f"/donnees/{dataset}.csv")
    columns = DATASETS[dataset].columns
    assert [{column.name: as_cell(column.value(record)) for column in columns} for record in records] == [
        {column.name: revived(row[column.name]) for column in columns} for row in rows
    ]
    assert {record["extracted_on"] for record in records} == {row["extrait_le"] for row in rows}


def test_linked_data_agrees_with_the_table(client, directory):
    rows = csv_rows(client, "/donnees/acteurs.csv")
    turtle = Graph().parse(data=content(client, "/donnees/acteurs.ttl").decode(), format="turtle")
    json_ld = Graph().parse(data=content(client, "/donnees/acteurs.jsonld").decode(), format="json-ld")
    # What a file says of itself bears its own address.
    assert {
        each for each in set(turtle) ^ set(json_ld) if not str(each[0]).startswith(f"{BASE}/donnees/")
    } == set()
    for row in rows:
        me = URIRef(row["adresse_permanente"])
        assert str(turtle.value(me, DCTERMS.identifier)) == row["identifiant"]
        assert str(turtle.value(me, FOAF.page)) == row["page"]
    links = csv_rows(client, "/donnees/cooperations.csv")
    told = Graph().parse(data=content(client, "/donnees/cooperations.ttl").decode(), format="turtle")
    assert {str(each) for each in told.subjects(RDF.type, RDF.Statement)} == {
        row["adresse_permanente"] for row in links
    }
    for row in links:
        link = URIRef(row["adresse_permanente"])
        assert str(told.value(link, RDF.subject)) == f"{BASE}/id/{row['Source']}"
        assert str(told.value(link, RDF.object)) == f"{BASE}/id/{row['Target']}"


def test_the_network_is_read_by_networkx(client, directory):
    graph = networkx.read_graphml(
        io.BytesIO(content(client, "/donnees/cooperations.graphml")), force_multigraph=True
    )
    nodes, links = (
        csv_rows(client, "/donnees/reseau-acteurs.csv"),
        csv_rows(client, "/donnees/cooperations.csv"),
    )
    assert sorted(graph.nodes) == sorted(row["Id"] for row in nodes) == ["abcdefgh", "bcdefghj", "cdefghjk"]
    assert {row["Id"]: row["famille"] for row in nodes} == dict(graph.nodes(data="famille"))
    edges = {(one, two, data["type_code"]): data for one, two, data in graph.edges(data=True)}
    assert set(edges) == {(row["Source"], row["Target"], row["type_code"]) for row in links}
    runs = edges["abcdefgh", "bcdefghj", "runs"]
    assert (runs["annees_attestees"], runs["certitude"], runs["sources"]) == ("2022", "stated", "71#dechets")
    assert graph.graph["licence"].startswith("Licence Ouverte 2.0")


@pytest.mark.parametrize(("dataset", "suffix"), EVERY)
def test_nothing_that_must_not_leave_is_in_any_file(client, directory, dataset, suffix):
    data = content(client, f"/donnees/{dataset}.{suffix}")
    if suffix == "xlsx":
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            data = b"".join(book.read(name) for name in book.namelist())
    text = data.decode()
    assert [each for each in FORBIDDEN if each in text] == []
    assert "Licence Ouverte 2.0" in text or "etalab.gouv.fr/licence-ouverte" in text


def test_formulas_are_harmless_and_numbers_stay_numbers(client, directory):
    with building():
        actor = make_organisation(public_id="aaaaaaaa", name="=cmd|' /C calc'!A0", summary="-2+3\x0b")
        make_contact(actor, "+33321000000", "phone")
        directory.commune.longitude = -1.5
        directory.commune.save()
    rows = csv_rows(client, "/donnees/acteurs.csv")
    assert rows[0]["nom"] == "'=cmd|' /C calc'!A0"
    assert rows[0]["resume"] == "'-2+3 "
    assert rows[0]["telephones"] == "'+33321000000"
    assert rows[1]["longitude"] == "-1.5"
    assert xlsx_rows(client, "/donnees/acteurs.xlsx") == rows


def test_texts_that_break_formats_pass(client, db):
    name = 'Deux "guillemets"; <b>&amp; , \\ é 😀'
    with building():
        one, other = make_organisation(name=name, description="ligne 1\r\nligne 2"), make_organisation()
        make_cooperation(one, other)
    row = next(row for row in csv_rows(client, "/donnees/acteurs.csv") if row["identifiant"] == one.public_id)
    assert (row["nom"], row["description"]) == (name, "ligne 1\nligne 2")
    row = next(
        row
        for row in csv_rows(client, "/donnees/acteurs.csv?separateur=point-virgule", ";")
        if row["identifiant"] == one.public_id
    )
    assert row["nom"] == name
    graph = networkx.read_graphml(
        io.BytesIO(content(client, "/donnees/cooperations.graphml")), force_multigraph=True
    )
    assert graph.nodes[one.public_id]["Label"] == name
    assert name in {
        str(each)
        for each in Graph().parse(data=content(client, "/donnees/acteurs.ttl")).objects(None, FOAF.name)
    }


@pytest.mark.parametrize(
    ("query", "mark", "delimiter"),
    [
        ("", False, ","),
        ("?bom=oui", True, ","),
        ("?separateur=point-virgule", True, ";"),
        ("?separateur=point-virgule&bom=non", False, ";"),
    ],
)
def test_ways_to_write_a_csv(client, directory, query, mark, delimiter):
    data = content(client, f"/donnees/acteurs.csv{query}")
    assert data.startswith(b"\xef\xbb\xbf") is mark
    head = next(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=delimiter))
    assert head[:2] == ["identifiant", "nom"]
