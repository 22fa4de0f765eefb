"""Linked data is read back by rdflib, and says what the records say."""

import json

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, FOAF, ORG, RDF, SDO, SKOS

from actors.enums import CooperationKind
from actors.models import Cooperation
from partners.linked.vocabulary import COOPERATION_TERMS, ESS, ESS_STANDARD, IGEO, PAIR, insee_uri
from tests.factories import building
from tests.partners.directory import FORBIDDEN

# Reading JSON-LD, rdflib makes a graph of a class that it has deprecated itself.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")
BASE = "http://testserver"


def uri(word: str) -> URIRef:
    return URIRef(f"{BASE}/id/{word}")


def read(client, word: str) -> Graph:
    response = client.get(f"/id/{word}.ttl")
    assert (response.status_code, response["Content-Type"]) == (200, "text/turtle; charset=utf-8")
    return Graph().parse(data=response.content.decode(), format="turtle")


@pytest.mark.parametrize(
    ("media_type", "suffix"),
    [("text/turtle", "ttl"), ("application/ld+json", "jsonld"), ("application/json", "json")],
)
def test_accept_leads_to_the_format(client, directory, media_type, suffix):
    response = client.get("/id/abcdefgh", headers={"accept": media_type})
    assert (response.status_code, response["Location"]) == (303, f"/id/abcdefgh.{suffix}")
    assert client.get(response["Location"])["Content-Type"] == f"{media_type}; charset=utf-8"


@pytest.mark.parametrize(
    "word",
    [
        "abcdefgh",
        "bcdefghj",
        "cdefghjk",
        "territoire/62427",
        "lettre/71",
        "cooperation/abcdefgh-runs-bcdefghj",
    ],
)
def test_turtle_and_json_ld_say_the_same(client, directory, word):
    graph = read(client, word)
    assert len(graph) > 5
    document = client.get(f"/id/{word}.jsonld").content.decode()
    assert set(Graph().parse(data=document, format="json-ld")) == set(graph)
    # Nobody has to fetch a context from elsewhere.
    assert isinstance(json.loads(document)["@context"], dict)
    for text in FORBIDDEN:
        assert text not in document


def test_an_organisation(client, directory):
    graph, me = read(client, "abcdefgh"), uri("abcdefgh")
    assert set(graph.objects(me, RDF.type)) == {
        ESS.SSEInitiative,
        PAIR.Organization,
        FOAF.Organization,
        ORG.Organization,
    }
    assert graph.value(me, FOAF.name) == Literal("Dynamique Insertion Emploi", lang="fr")
    assert graph.value(me, SKOS.altLabel) == Literal("DIE", lang="fr")
    assert graph.value(me, ESS.primarySector) == ESS_STANDARD["activities-modified/AM120"]
    assert set(graph.objects(me, ESS.economicSector)) == {ESS_STANDARD["activities-modified/AM40"]}
    assert graph.value(me, FOAF.homepage) == URIRef("https://die.exemple.fr/")
    assert graph.value(me, ORG.identifier) == Literal("SIREN 123456782")
    place = graph.value(me, ESS.hasAddress)
    assert set(graph.objects(place, DCTERMS.spatial)) == {
        uri("territoire/62427"),
        URIRef("http://id.insee.fr/geo/commune/62427"),
    }


def test_what_is_deduced_is_no_bare_triple(client, directory):
    graph = read(client, "abcdefgh")
    die, ptce, shop = uri("abcdefgh"), uri("cdefghjk"), uri("bcdefghj")
    assert (die, PAIR.involvedIn, shop) in graph
    assert (die, PAIR.affiliatedBy, ptce) not in graph
    link = uri("cooperation/abcdefgh-member_of-cdefghjk")
    assert graph.value(link, RDF.subject) == die
    assert graph.value(link, RDF.object) == ptce
    assert graph.value(link, PAIR.startDate) == Literal("2020")
    assert graph.value(link, URIRef(f"{BASE}/donnees/#certitude")) == Literal("inferred")


def test_a_ptce_is_a_network_of_its_members(client, directory):
    with building():
        Cooperation.objects.filter(kind="member_of").update(certainty="stated", reason="")
    graph = read(client, "cdefghjk")
    assert (uri("cdefghjk"), RDF.type, ESS.Network) in graph
    assert set(graph.objects(uri("cdefghjk"), DCTERMS.hasPart)) == {uri("abcdefgh")}
    assert set(graph.subjects(DCTERMS.isPartOf, uri("cdefghjk"))) == {uri("abcdefgh")}


def test_a_territory_by_its_codes(client, directory):
    graph, me = read(client, "territoire/62427"), uri("territoire/62427")
    assert graph.value(me, IGEO.codeINSEE) == Literal("62427")
    assert graph.value(me, SKOS.closeMatch) == URIRef("http://id.insee.fr/geo/commune/62427")
    assert set(graph.objects(me, DCTERMS.isPartOf)) == {
        uri("territoire/region-32"),
        uri("territoire/62"),
        uri("territoire/246200299"),
    }
    assert graph.value(me, DCTERMS.replaces) == uri("territoire/commune-associee-62999")
    assert insee_uri("informal", "pevele") is None


def test_a_letter_and_whom_it_tells_of(client, directory):
    graph, me = read(client, "lettre/71"), uri("lettre/71")
    assert graph.value(me, DCTERMS.issued) == Literal("2022")
    article = graph.value(me, DCTERMS.hasPart)
    assert graph.value(article, RDF.type) == SDO.Article
    assert uri("abcdefgh") in set(graph.objects(article, PAIR.documents))


def test_every_kind_of_link_has_a_term():
    assert set(COOPERATION_TERMS) == set(CooperationKind)


def test_addresses_no_iri_may_hold_are_escaped(client, directory):
    with building():
        directory.die.contacts.filter(kind="website").update(value='https://die.exemple.fr/<a b>"é')
    graph = read(client, "abcdefgh")
    assert graph.value(uri("abcdefgh"), FOAF.homepage) == URIRef(
        "https://die.exemple.fr/%3Ca%20b%3E%22%C3%A9"
    )
