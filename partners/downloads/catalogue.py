"""What there is, for programs: DCAT for catalogues of open data, Frictionless' table schema for tables."""

import json

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF, RDF, XSD

from partners.downloads.columns import CLOSING, LICENCE_NAME
from partners.downloads.datasets import DATASETS, Dataset
from partners.downloads.files import FORMATS
from partners.editions import Edition
from partners.linked.serialising import CONTEXT, new_graph
from partners.linked.triples import french
from partners.linked.vocabulary import LICENCE
from partners.records import Links

TITLE = "Annuaire de l’économie solidaire en Hauts-de-France"


def table_schema(dataset: Dataset, links: Links) -> dict:
    """https://specs.frictionlessdata.io/table-schema/, with the licence and where the table is."""
    key = next(column.name for column in dataset.columns if column.name in {"identifiant", "Id"})
    fields = [
        {"name": column.name, "type": column.kind, "description": column.about, **_values(column.kind)}
        for column in dataset.columns
    ]
    fields += [
        {"name": name, "type": "date" if name == "extrait_le" else "string", "description": about}
        for name, about in CLOSING
    ]
    return {
        "$schema": "https://specs.frictionlessdata.io/schemas/table-schema.json",
        "name": f"annuaire-ess-{dataset.name}",
        "title": f"{dataset.title} – {TITLE}",
        "description": dataset.about,
        "homepage": f"{links.base}/donnees/",
        "path": f"{links.base}/donnees/{dataset.name}.csv",
        "licenses": [{"name": "etalab-2.0", "title": LICENCE_NAME, "path": LICENCE}],
        "fields": fields,
        "primaryKey": key,
        "missingValues": [""],
    }


def _values(kind: str) -> dict:
    return {"trueValues": ["oui"], "falseValues": ["non"]} if kind == "boolean" else {}


def catalogue(links: Links, editions: list[Edition], suffix: str) -> str:
    """The catalogue in Turtle (« ttl ») or JSON-LD (« jsonld »)."""
    graph = _graph(links, editions)
    if suffix == "ttl":
        return graph.serialize(format="turtle")
    document = json.loads(graph.serialize(format="json-ld", context=CONTEXT, auto_compact=False))
    return json.dumps(document, ensure_ascii=False, indent=1)


def _graph(links: Links, editions: list[Edition]) -> Graph:
    graph = new_graph()
    here = f"{links.base}/donnees/"
    me, publisher = URIRef(f"{here}#catalogue"), BNode("editeur")
    graph.add((me, RDF.type, DCAT.Catalog))
    graph.add((me, DCTERMS.title, french(TITLE)))
    graph.add((me, DCTERMS.license, URIRef(LICENCE)))
    graph.add((me, DCTERMS.publisher, publisher))
    graph.add((me, DCTERMS.language, Literal("fr")))
    graph.add((me, FOAF.homepage, URIRef(here)))
    graph.add((publisher, RDF.type, FOAF.Organization))
    graph.add((publisher, FOAF.name, french("Apes, Acteurs pour une économie solidaire – Hauts-de-France")))
    for dataset in DATASETS.values():
        _add_dataset(graph, me, dataset, here, editions)
    return graph


def _add_dataset(
    graph: Graph, catalogue: URIRef, dataset: Dataset, here: str, editions: list[Edition]
) -> None:
    me = URIRef(f"{here}#{dataset.name}")
    graph.add((catalogue, DCAT.dataset, me))
    graph.add((me, RDF.type, DCAT.Dataset))
    graph.add((me, DCTERMS.title, french(f"{dataset.title} – {TITLE}")))
    graph.add((me, DCTERMS.description, french(dataset.about)))
    graph.add((me, DCTERMS.license, URIRef(LICENCE)))
    graph.add(
        (
            me,
            DCTERMS.accrualPeriodicity,
            URIRef("http://publications.europa.eu/resource/authority/frequency/CONT"),
        )
    )
    graph.add((me, DCTERMS.spatial, URIRef("http://id.insee.fr/geo/region/32")))
    graph.add((me, DCTERMS.conformsTo, URIRef(f"{here}{dataset.name}.schema.json")))
    graph.add((me, DCAT.landingPage, URIRef(here)))
    for word in ("économie sociale et solidaire", "Hauts-de-France", "annuaire", "coopération"):
        graph.add((me, DCAT.keyword, french(word)))
    for suffix in dataset.formats:
        _add_file(graph, me, f"{here}{dataset.name}.{suffix}", suffix, None)
        for edition in editions:
            if any(each.name == f"{dataset.name}.{suffix}" for each in edition.files):
                _add_file(
                    graph,
                    me,
                    f"{here}editions/{edition.name}/{dataset.name}.{suffix}",
                    suffix,
                    edition.made_on,
                )


def _add_file(graph: Graph, dataset: URIRef, address: str, suffix: str, issued: str | None) -> None:
    me, kind = URIRef(address), FORMATS[suffix]
    graph.add((dataset, DCAT.distribution, me))
    graph.add((me, RDF.type, DCAT.Distribution))
    graph.add((me, DCTERMS.title, french(kind.label)))
    graph.add((me, DCTERMS.license, URIRef(LICENCE)))
    graph.add((me, DCAT.downloadURL, me))
    graph.add((me, DCAT.accessURL, URIRef(str(dataset).partition("#")[0])))
    media = kind.media_type.partition(";")[0]
    graph.add((me, DCAT.mediaType, URIRef(f"https://www.iana.org/assignments/media-types/{media}")))
    if issued:
        graph.add((me, DCTERMS.issued, Literal(issued, datatype=XSD.date)))
