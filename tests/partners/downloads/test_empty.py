"""A directory without anybody has files as well."""

import json

import pytest
from rdflib import Graph

from tests.partners.downloads.reading import content, csv_rows

# Reading JSON-LD, rdflib makes a graph of a class that it has deprecated itself.
pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")]


def test_its_files_are_read(client):
    assert csv_rows(client, "/donnees/acteurs.csv") == []
    assert json.loads(content(client, "/donnees/acteurs.geojson"))["features"] == []
    assert content(client, "/donnees/acteurs.jsonl") == b""
    # What the file says of itself.
    assert len(Graph().parse(data=content(client, "/donnees/acteurs.jsonld").decode(), format="json-ld")) == 4
    assert content(client, "/donnees/cooperations.graphml").endswith(b"</graphml>\n")


@pytest.mark.parametrize(
    "address", ["/donnees/", "/donnees/telecharger/", "/donnees/telecharger/cooperations/"]
)
def test_its_pages_answer(client, address):
    assert client.get(address).status_code == 200
