"""The page « Données », its descriptions for programs, and the way there from lists and territories."""

import csv
import io
import json
import re

import pytest
from rdflib import Graph, URIRef
from rdflib.namespace import DCAT, DCTERMS, RDF

from partners.downloads.datasets import DATASETS
from partners.downloads.files import FORMATS
from tests.factories import building
from tests.factories.actors import make_cooperation, make_organisation
from tests.pages.html import main
from tests.partners.downloads.reading import content

# Reading JSON-LD, rdflib makes a graph of a class that it has deprecated itself.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")
BASE = "http://testserver"


def test_the_page_offers_every_file(client, directory):
    response = client.get("/donnees/")
    links = {link.attributes["href"] for link in main(response).all("a")}
    offered = {
        f"/donnees/{name}.{suffix}" for name, dataset in DATASETS.items() for suffix in dataset.formats
    }
    assert offered <= links
    own = {link for link in links if link.startswith("/donnees/")}
    assert {link: client.get(link).status_code for link in own} == dict.fromkeys(own, 200)


def test_it_says_what_it_is_not_and_how_it_was_coded(client, directory):
    text = main(client.get("/donnees/")).text
    for told in (
        "Ceci n’est pas la liste officielle",
        "L’absence ne prouve rien",
        "L’Apes est au centre par construction",
        "33\xa0% des liens sont déduits".replace("\xa0", " "),
        "Licence Ouverte 2.0",
        "1 lettre",
    ):
        assert told in text
    table = main(client.get("/donnees/")).one("table")
    rows = {row.texts("th")[0]: row.texts("td") for row in table.all("tr")[1:]}
    assert rows["Membre de"] == ["… compte parmi ses membres", "1", "1 (100 %)"]
    assert rows["Gère"] == ["… gère", "1", "0 (0 %)"]
    assert rows["Finance"] == ["… finance", "0", "–"]


def test_terms_of_linked_data_are_explained_where_they_lead(client, directory):
    page = client.get("/donnees/").content.decode()
    for dataset in ("acteurs", "cooperations"):
        data = content(client, f"/donnees/{dataset}.ttl").decode()
        terms = set(re.findall(rf"<{BASE}/donnees/#([a-z_-]+)>", data))
        assert terms
        assert {term for term in terms if f'id="{term}"' not in page} == set()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_the_same_for_any_number(client, db, django_assert_num_queries, rows):
    with building():
        for _ in range(rows):
            make_cooperation(make_organisation(), make_organisation())
    client.get("/donnees/")
    with django_assert_num_queries(QUERIES):
        client.get("/donnees/")


# The version twice, letters, the foot's pages.
QUERIES = 3


def test_lists_and_territories_lead_to_the_files(client, directory):
    for address, target in (
        ("/acteurs/?secteur=reemploi", "/donnees/telecharger/?secteur=reemploi"),
        ("/acteurs/", "/donnees/telecharger/"),
        (directory.commune.get_absolute_url(), f"/donnees/telecharger/?territoire={directory.commune.slug}"),
        ("/cooperations/?certitude=enonce", "/donnees/telecharger/cooperations/?certitude=enonce"),
    ):
        links = {link.attributes["href"] for link in main(client.get(address)).all("a")}
        assert target in links, address
        assert client.get(target).status_code == 200


def test_a_selection_is_told_with_its_files(client, directory):
    root = main(
        client.get(f"/donnees/telecharger/?territoire={directory.commune.slug}&secteur=reemploi&page=2")
    )
    assert root.one("h1").text.startswith("Télécharger : 1 acteur")
    links = [link.attributes["href"] for link in root.all("a", class_="offer")]
    assert links[0] == f"/donnees/acteurs.xlsx?territoire={directory.commune.slug}&secteur=reemploi"
    assert all(client.get(link).status_code == 200 for link in links)
    assert f"/acteurs/?territoire={directory.commune.slug}&secteur=reemploi" in {
        link.attributes["href"] for link in root.all("a")
    }


def test_the_whole_directory_says_who_has_ceased(client, directory):
    root = main(client.get("/donnees/telecharger/"))
    assert root.one("h1").text == "Télécharger : 4 acteurs"
    assert "Dont 1 acteur qui a cessé" in root.text


def test_links_are_taken_with_their_actors(client, directory):
    root = main(client.get("/donnees/telecharger/cooperations/?certitude=enonce&depuis=2020&source=71"))
    assert root.one("h1").text == "Télécharger : 1 coopération"
    links = [link.attributes["href"] for link in root.all("a", class_="offer")]
    assert "/donnees/cooperations.graphml?certitude=enonce&lettre=71&depuis=2020" in links
    assert "/donnees/reseau-acteurs.csv?certitude=enonce&lettre=71&depuis=2020" in links


def test_links_as_certain_as_asked_are_taken_with_actors(client, directory):
    root = main(client.get("/donnees/telecharger/?certitude=enonce&nature=ptce"))
    links = {link.attributes["href"] for link in root.all("a", class_="offer")}
    assert links
    assert [link for link in links if "nature=ptce&certitude=enonce" not in link] == []
    told = root.one("p", class_="notice").text.replace("\xa0", " ")
    assert told.endswith("ne disent que les liens dont la certitude est « énoncé dans la source ».")
    # The list shows no links.
    assert "/acteurs/?nature=ptce" in {link.attributes["href"] for link in root.all("a")}


@pytest.mark.parametrize("dataset", DATASETS)
def test_the_schema_of_a_table_describes_its_cells(client, directory, dataset):
    """By the rules of Frictionless' table schema: names in order, a type each cell has, a key that is unique."""
    schema = json.loads(client.get(f"/donnees/{dataset}.schema.json").content)
    head, *rows = csv.reader(io.StringIO(content(client, f"/donnees/{dataset}.csv").decode()))
    assert [field["name"] for field in schema["fields"]] == head
    patterns = {
        "string": r"(?s).*",
        "number": r"-?\d+(\.\d+)?",
        "integer": r"-?\d+",
        "year": r"\d{4}",
        "date": r"\d{4}-\d\d-\d\d",
        "datetime": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d([+-]\d\d:\d\d|Z)",
        "boolean": "oui|non",
    }
    for row in rows:
        for field, value in zip(schema["fields"], row, strict=True):
            assert value in schema["missingValues"] or re.fullmatch(patterns[field["type"]], value), (
                field,
                value,
            )
    key = head.index(schema["primaryKey"])
    assert len({row[key] for row in rows}) == len(rows) > 0


def test_the_catalogue_describes_every_file(client, directory):
    turtle = Graph().parse(data=client.get("/donnees/catalogue.ttl").content.decode(), format="turtle")
    json_ld = Graph().parse(data=client.get("/donnees/catalogue.jsonld").content.decode(), format="json-ld")
    assert len(turtle) == len(json_ld)
    assert {str(each) for each in turtle.objects(None, DCAT.dataset)} == {
        f"{BASE}/donnees/#{name}" for name in DATASETS
    }
    files = set(turtle.subjects(RDF.type, DCAT.Distribution))
    assert {str(each) for each in files} == {
        f"{BASE}/donnees/{name}.{suffix}" for name, dataset in DATASETS.items() for suffix in dataset.formats
    }
    licence = URIRef("https://www.etalab.gouv.fr/licence-ouverte-open-licence/")
    assert all(turtle.value(each, DCTERMS.license) == licence for each in files)
    assert {FORMATS[suffix].label for dataset in DATASETS.values() for suffix in dataset.formats} == {
        str(turtle.value(each, DCTERMS.title)) for each in files
    }
