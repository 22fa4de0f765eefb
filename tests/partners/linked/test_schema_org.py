"""What search engines read of pages, read back by rdflib."""

import json
import re

import pytest
from django.test import override_settings
from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.namespace import RDF

from actors.models import Cooperation
from tests.factories import building
from tests.factories.actors import make_initiative, make_organisation
from tests.factories.pages import make_page
from tests.partners.directory import FORBIDDEN

SCHEMA = Namespace("https://schema.org/")
# Reading JSON-LD, rdflib makes a graph of a class that it has deprecated itself.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")
BASE = "http://testserver"


def documents(client, address: str) -> list[dict]:
    response = client.get(address)
    assert response.status_code == 200
    texts = re.findall(
        r'<script type="application/ld\+json">(.*?)</script>', response.content.decode(), re.DOTALL
    )
    return [json.loads(text) for text in texts]


def graph(client, address: str) -> Graph:
    """All of a page together. Its context is schema.org's own, which no test fetches."""
    read = Graph()
    for document in documents(client, address):
        assert document["@context"] == "https://schema.org"
        local = document | {
            "@context": {"@vocab": str(SCHEMA), "url": {"@type": "@id"}, "sameAs": {"@type": "@id"}}
        }
        read.parse(data=json.dumps(local), format="json-ld")
    return read


def test_an_actor(client, directory):
    read, me = graph(client, "/acteurs/die/"), URIRef(f"{BASE}/id/abcdefgh")
    assert read.value(me, RDF.type) == SCHEMA.Organization
    assert read.value(me, SCHEMA.name) == Literal("Dynamique Insertion Emploi")
    assert read.value(me, SCHEMA.url) == URIRef(f"{BASE}/acteurs/die/")
    assert read.value(me, SCHEMA.email) == Literal("contact@die.exemple.fr")
    town = read.value(read.value(me, SCHEMA.address), SCHEMA.addressLocality)
    assert town == Literal("Hénin-Beaumont")
    # « 1998~ » is no date of schema.org, and the membership is deduced.
    assert read.value(me, SCHEMA.foundingDate) is None
    assert read.value(me, SCHEMA.memberOf) is None


def test_a_membership_has_its_dates(client, directory):
    with building():
        Cooperation.objects.filter(kind="member_of").update(certainty="stated", reason="")
    read = graph(client, "/acteurs/die/")
    role = read.value(URIRef(f"{BASE}/id/abcdefgh"), SCHEMA.memberOf)
    assert read.value(role, RDF.type) == SCHEMA.OrganizationRole
    assert read.value(role, SCHEMA.startDate) == Literal("2020")
    assert read.value(role, SCHEMA.memberOf) == URIRef(f"{BASE}/id/cdefghjk")
    read = graph(client, "/acteurs/emergence/")
    role = read.value(URIRef(f"{BASE}/id/cdefghjk"), SCHEMA.member)
    assert read.value(role, SCHEMA.member) == URIRef(f"{BASE}/id/abcdefgh")


@pytest.mark.parametrize(
    ("make", "given", "expected"),
    [
        (make_organisation, {"sphere": "public"}, "GovernmentOrganization"),
        (make_organisation, {}, "Organization"),
        (make_initiative, {"initiative_kind": "event"}, "Event"),
        (make_initiative, {"initiative_kind": "place"}, "Place"),
        (make_initiative, {"initiative_kind": "programme"}, "Project"),
    ],
)
def test_what_an_actor_is(client, db, make, given, expected):
    actor = make(**given)
    read = graph(client, actor.get_absolute_url())
    assert read.value(URIRef(f"{BASE}/id/{actor.public_id}"), RDF.type) == SCHEMA[expected]


def test_a_territory_and_a_letter(client, directory):
    read, me = graph(client, directory.commune.get_absolute_url()), URIRef(f"{BASE}/id/territoire/62427")
    assert read.value(me, RDF.type) == SCHEMA.AdministrativeArea
    assert read.value(me, SCHEMA.containedInPlace) == URIRef(f"{BASE}/id/territoire/246200299")
    assert read.value(me, SCHEMA.sameAs) == URIRef("http://id.insee.fr/geo/commune/62427")
    read, me = graph(client, "/lettres/71/"), URIRef(f"{BASE}/id/lettre/71")
    assert read.value(me, RDF.type) == SCHEMA.PublicationIssue
    assert read.value(me, SCHEMA.datePublished) == Literal("2022")


@pytest.mark.parametrize(
    "address",
    [
        "/acteurs/",
        "/acteurs/die/",
        "/territoires/",
        "/ptce/",
        "/cooperations/",
        "/lettres/71/",
        "/carte/",
        "/une-page/",
    ],
)
def test_every_page_says_where_it_stands(client, directory, address):
    make_page(slug="une-page")
    found = [each for each in documents(client, address) if each["@type"] == "BreadcrumbList"]
    assert len(found) == 1
    steps = found[0]["itemListElement"]
    assert [step["position"] for step in steps] == list(range(1, len(steps) + 1))
    assert steps[0]["item"] == f"{BASE}/"
    assert "item" not in steps[-1]


def test_the_home_page_tells_how_to_search(client, directory):
    (site,) = documents(client, "/")
    assert site["potentialAction"]["target"]["urlTemplate"] == f"{BASE}/acteurs/?q={{search_term_string}}"


def test_nothing_that_must_not_leave_is_in_it(client, directory):
    for address in (
        "/acteurs/die/",
        "/acteurs/emergence/",
        directory.commune.get_absolute_url(),
        "/lettres/71/",
    ):
        told = json.dumps(documents(client, address), ensure_ascii=False)
        assert [text for text in FORBIDDEN if text in told] == []


def test_no_name_ends_the_element(client, db):
    actor = make_organisation(name="</script><script>alert(1)</script>&amp;<!--")
    about = next(
        each for each in documents(client, actor.get_absolute_url()) if each["@type"] == "Organization"
    )
    assert about["name"] == "</script><script>alert(1)</script>&amp;<!--"
    assert "<script>alert" not in client.get(actor.get_absolute_url()).content.decode()


def test_a_draft_has_none(admin_client, directory):
    found = documents(admin_client, directory.hidden.get_absolute_url())
    assert [each["@type"] for each in found] == ["BreadcrumbList"]


@override_settings(
    ALLOWED_HOSTS=["annuaire.exemple.org"], SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https")
)
def test_addresses_are_those_of_the_site_asked(client, directory):
    response = client.get(
        "/acteurs/die/", headers={"host": "annuaire.exemple.org", "x-forwarded-proto": "https"}
    )
    assert '"@id": "https://annuaire.exemple.org/id/abcdefgh"' in response.content.decode()
