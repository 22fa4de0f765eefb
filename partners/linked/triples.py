"""Records as triples. Nothing is told bare that the sources don't state as true today: see :func:`_cooperation`."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from urllib.parse import quote

from rdflib import Literal, URIRef
from rdflib.namespace import DCTERMS, FOAF, ORG, RDF, RDFS, SDO, SKOS, XSD
from rdflib.term import Node

from actors import essglobal
from actors.enums import Certainty, CooperationKind, CooperationStatus, LifeStatus, Nature
from partners.linked.vocabulary import (
    COOPERATION_TERMS,
    ESS,
    ESS_STANDARD,
    GEO,
    GR,
    IGEO,
    MEMBERSHIPS,
    PAIR,
    ROV,
    VCARD,
    insee_uri,
    own_term,
)
from partners.records import Links
from territories.enums import COMMUNES_AND_PARTS, TerritoryKind

Triple = tuple[Node, Node, Node]
_CODED = {*COMMUNES_AND_PARTS, TerritoryKind.DEPARTMENT, TerritoryKind.REGION} - {TerritoryKind.NEIGHBOURHOOD}


# Towns and sources are named by one record after the other.
@lru_cache(maxsize=5_000)
def address(text: str) -> URIRef:
    """An address as RDF takes it: signs that no IRI may hold are escaped."""
    return URIRef(quote(text, safe="/:?#[]@!$&'()*+,;=%~-._"))


# Nor have sectors, kinds, states and titles many values; what is said of one actor alone passes through.
@lru_cache(maxsize=5_000)
def french(text: str) -> Literal:
    return Literal(text, lang="fr")


def triples(record: dict, links: Links) -> Iterator[Triple]:
    """Of any record: which kind it is of, its keys tell."""
    if "nature" in record:
        return _actor(record, links)
    if "symmetric" in record:
        return _cooperation(record, links)
    return _letter(record, links) if "article_count" in record else _territory(record)


# -- actors ------------------------------------------------------------------------------------------


def _classes(record: dict) -> Iterable[Node]:
    if record["nature"] == Nature.PTCE:
        return (ESS.Network, PAIR.Organization, FOAF.Organization, ORG.OrganizationalCollaboration)
    if record["nature"] == Nature.INITIATIVE:
        kind = {"event": PAIR.Event, "place": SDO.Place}.get(record["kind"], PAIR.Project)
        return (ESS.SSEInitiative, kind) if record["sphere"] == "ess" else (kind,)
    own = (ESS.SSEInitiative,) if record["sphere"] in {"ess", "mixed"} else ()
    return (*own, PAIR.Organization, FOAF.Organization, ORG.Organization)


def _actor(record: dict, links: Links) -> Iterator[Triple]:
    me = address(record["uri"])
    for each in _classes(record):
        yield me, RDF.type, each
    name = french(record["full_name"])
    yield me, GR.name, name
    yield me, FOAF.name, name
    yield me, RDFS.label, name
    for alias in record["aliases"]:
        yield me, SKOS.altLabel, french(alias)
    yield me, DCTERMS.identifier, Literal(record["id"])
    yield me, FOAF.page, address(record["url"])
    if record["summary"]:
        yield me, DCTERMS.abstract, french(record["summary"])
    if text := record["description"] or record["summary"]:
        yield me, DCTERMS.description, french(text)
    for website in record["websites"]:
        yield me, FOAF.homepage, address(website)
    for email in record["emails"]:
        yield me, VCARD.hasEmail, address(f"mailto:{email}")
    for phone in record["phones"]:
        yield me, VCARD.hasTelephone, address(f"tel:{phone}")
    for position, sector in enumerate(record["sectors"]):
        concept = ESS_STANDARD[f"activities-modified/{essglobal.ACTIVITY[sector]}"]
        yield me, ESS.economicSector if position else ESS.primarySector, concept
        yield me, DCTERMS.subject, french(record["french"]["sectors"][position])
    for activity in record["french"]["activities"]:
        yield me, DCTERMS.subject, french(activity)
    yield from _forms(me, record)
    yield from _registered(me, record)
    yield from _times(me, record)
    yield from _where(me, record)
    if record["administers"]:
        yield me, SDO.areaServed, address(record["administers"]["uri"])
    for source in record["sources"]:
        if source["url"]:
            yield me, DCTERMS.source, address(source["url"])
            yield me, PAIR.documentedBy, address(source["url"])
    for status in record.get("statuses", ()):
        yield (
            me,
            PAIR.hasStatus,
            french(f"{status['label']} ({status['since']})" if status["since"] else status["label"]),
        )
    for link in record.get("cooperations", ()):
        yield from _cooperation(link, links)


def _forms(me: URIRef, record: dict) -> Iterator[Triple]:
    form = record["legal_form"]
    if form in essglobal.ORGANISATIONAL_STRUCTURE:
        structure = essglobal.ORGANISATIONAL_STRUCTURE[form]
        yield me, ESS.organisationalStructure, ESS_STANDARD[f"organisational-structure/{structure}"]
    if form in essglobal.LEGAL_FORM:
        yield me, ESS.legalForm, ESS_STANDARD[f"legal-form/{essglobal.LEGAL_FORM[form]}"]
    yield me, DCTERMS.type, french(record["french"]["kind"])


def _registered(me: URIRef, record: dict) -> Iterator[Triple]:
    """Numbers as they are told; the registered body itself only where somebody verified that it is this one."""
    for key in ("siren", "siret", "rna"):
        if record[key]:
            yield me, ORG.identifier, Literal(f"{key.upper()} {record[key]}")
    if record["siren"] and record["registry_state"] == "verified":
        yield (
            me,
            ROV.hasRegisteredOrganization,
            address(f"https://annuaire-entreprises.data.gouv.fr/entreprise/{record['siren']}"),
        )


def _times(me: URIRef, record: dict) -> Iterator[Triple]:
    if record["founded"]:
        yield me, PAIR.startDate, Literal(record["founded"])
    if record["closed"]:
        yield me, PAIR.endDate, Literal(record["closed"])
    if record["life_status"] != LifeStatus.UNKNOWN:
        year = record["life_status_year"]
        label = record["french"]["life_status"]
        yield me, PAIR.hasStatus, french(f"{label} ({year})" if year else label)
    yield me, DCTERMS.modified, Literal(record["updated_at"], datatype=XSD.dateTime)


def _where(me: URIRef, record: dict) -> Iterator[Triple]:
    """The seat as ESSGlobal's address: a node of its own name, so that two readings of it are one."""
    seat = record["seat"]
    if not seat:
        return
    there = URIRef(f"{me}#siege")
    yield me, ESS.hasAddress, there
    yield me, PAIR.hasLocation, address(seat["uri"])
    yield there, RDF.type, ESS.Address
    yield there, VCARD.locality, french(seat["name"])
    yield there, VCARD["country-name"], Literal("France")
    yield there, DCTERMS.spatial, address(seat["uri"])
    if insee := insee_uri(seat["kind"], seat["code"]):
        yield there, DCTERMS.spatial, URIRef(insee)
    first = next(
        (place for place in record.get("places", ()) if place["territory"]["uri"] == seat["uri"]), None
    )
    if first and first["address"]:
        yield there, VCARD["street-address"], french(first["address"])
    if first and first["postal_code"]:
        yield there, VCARD["postal-code"], Literal(first["postal_code"])
    if point := record["location"]:
        yield there, GEO.lat, Literal(str(point["latitude"]), datatype=XSD.decimal)
        yield there, GEO.long, Literal(str(point["longitude"]), datatype=XSD.decimal)


# -- links -------------------------------------------------------------------------------------------


@lru_cache(maxsize=200)
def _own_terms(base: str, kind: CooperationKind) -> dict[str, URIRef]:
    """Terms that no vocabulary of others has."""
    words = {"kind": f"lien-{kind}", "certainty": "certitude", "attested": "attestation"}
    return {key: URIRef(own_term(base, word)) for key, word in words.items()}


def _cooperation(record: dict, links: Links) -> Iterator[Triple]:
    """A statement about two actors, with its dates, its certainty and its sources.

    The bare triple stands beside it only for what a source states as true: what we deduced, what was only planned and
    what has ended must not be read as a fact of today by who follows bare triples alone.
    """
    me, kind = address(record["uri"]), CooperationKind(record["kind"])
    own = _own_terms(links.base, kind)
    source, target = address(record["source"]["uri"]), address(record["target"]["uri"])
    term = COOPERATION_TERMS[kind]
    yield me, RDF.type, RDF.Statement
    yield me, RDF.subject, source
    yield me, RDF.predicate, term
    yield me, RDF.object, target
    yield me, DCTERMS.type, own["kind"]
    yield me, DCTERMS.description, french(record["sentence"])
    yield me, own["certainty"], Literal(record["certainty"])
    yield me, PAIR.hasStatus, french(record["french"]["status"])
    if record["reason"]:
        yield me, RDFS.comment, french(record["reason"])
    if record["since"]:
        yield me, PAIR.startDate, Literal(record["since"])
    if record["until"]:
        yield me, PAIR.endDate, Literal(record["until"])
    for year in record["attested_years"]:
        yield me, own["attested"], Literal(str(year), datatype=XSD.gYear)
    for each in record["sources"]:
        if each["url"]:
            yield me, DCTERMS.source, address(each["url"])
    if kind in MEMBERSHIPS:
        yield me, RDF.type, PAIR.MembershipAssociation
        yield me, RDF.type, ORG.Membership
        yield from ((me, each, source) for each in (PAIR.membershipActor, ORG.member))
        yield from ((me, each, target) for each in (PAIR.membershipOrganization, ORG.organization))
    if record["certainty"] == Certainty.STATED and record["status"] == CooperationStatus.ACTIVE:
        yield source, term, target
        if record["symmetric"]:
            yield target, term, source
        if kind in MEMBERSHIPS and record["target"]["nature"] == Nature.PTCE:
            yield source, DCTERMS.isPartOf, target
            yield target, DCTERMS.hasPart, source


# -- territories and letters ---------------------------------------------------------------------------


def _territory(record: dict) -> Iterator[Triple]:
    me = address(record["uri"])
    yield me, RDF.type, SDO.AdministrativeArea if record["kind"] in _CODED else SDO.Place
    yield me, RDFS.label, french(record["name"])
    yield me, DCTERMS.identifier, Literal(record["id"])
    yield me, FOAF.page, address(record["url"])
    for alias in record["aliases"]:
        yield me, SKOS.altLabel, french(alias)
    if record["kind"] in _CODED:
        yield me, IGEO.codeINSEE, Literal(record["code"])
    if insee := insee_uri(record["kind"], record["code"]):
        yield me, SKOS.closeMatch, URIRef(insee)
    for each in record["containers"]:
        if each["whole"]:
            yield me, DCTERMS.isPartOf, address(each["uri"])
            yield me, PAIR.containedIn, address(each["uri"])
    for each in record["successors"]:
        yield me, DCTERMS.isReplacedBy, address(each["uri"])
    for each in record["predecessors"]:
        yield me, DCTERMS.replaces, address(each["uri"])
    if point := record["location"]:
        yield me, GEO.lat, Literal(str(point["latitude"]), datatype=XSD.decimal)
        yield me, GEO.long, Literal(str(point["longitude"]), datatype=XSD.decimal)


def _letter(record: dict, links: Links) -> Iterator[Triple]:
    me = address(record["uri"])
    yield me, RDF.type, SDO.PublicationIssue
    yield me, RDF.type, PAIR.Document
    yield me, DCTERMS.title, french(record["label"])
    yield me, DCTERMS.identifier, Literal(record["id"])
    yield me, DCTERMS.issued, Literal(record["date"])
    yield me, FOAF.page, address(record["url"])
    if record["number"]:
        yield me, SDO.issueNumber, Literal(record["number"])
    if record["publisher"]:
        yield me, DCTERMS.publisher, french(record["publisher"])
    if record["web_address"]:
        yield me, RDFS.seeAlso, address(record["web_address"])
    for article in record.get("articles", ()):
        there = address(article["url"])
        yield me, DCTERMS.hasPart, there
        yield there, RDF.type, SDO.Article
        yield there, DCTERMS.title, french(article["title"])
        yield there, DCTERMS.isPartOf, me
        for territory in article["territories"]:
            yield there, DCTERMS.spatial, address(territory["uri"])
        for actor in article["actors"]:
            yield there, PAIR.documents, address(actor["uri"])
