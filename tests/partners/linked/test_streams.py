"""Linked data of many, written as a stream, is one document."""

import pytest
from rdflib import Graph, URIRef
from rdflib.namespace import DCTERMS

from partners.linked.serialising import about, json_ld_stream, turtle_stream
from partners.records import ActorReader, Links
from partners.records.dictionary import ACTOR_PARTS
from tests.factories.actors import make_organisation

# Reading JSON-LD, rdflib makes a graph of a class that it has deprecated itself.
pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")]
BASE = "http://testserver"
LINKS = Links(BASE)


@pytest.mark.parametrize("actors", [1, 3, 230])
def test_streams_of_many_are_one_document(actors):
    for _ in range(actors):
        make_organisation()
    records = list(ActorReader(LINKS, include=ACTOR_PARTS).walk())
    header = about(f"{BASE}/donnees/acteurs.ttl", "Acteurs", "2026-11-22")
    turtle = Graph().parse(data="".join(turtle_stream(records, LINKS, header)), format="turtle")
    json_ld = Graph().parse(data="".join(json_ld_stream(records, LINKS, header)), format="json-ld")
    assert set(turtle) == set(json_ld)
    assert {str(each) for each in turtle.objects(None, DCTERMS.identifier)} == {
        each["id"] for each in records
    }
    assert len(records) == actors
    licence = turtle.value(URIRef(f"{BASE}/donnees/acteurs.ttl"), DCTERMS.license)
    assert str(licence) == "https://www.etalab.gouv.fr/licence-ouverte-open-licence/"
