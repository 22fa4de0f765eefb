"""Triples as Turtle and JSON-LD: of one record by rdflib, of as many as there are as a stream in flat memory.

rdflib's own serialisers take a whole graph and 3 to 4 ms an actor. A stream is written triple by triple, each term by
rdflib: one triple a line, which is Turtle as well, and JSON-LD's expanded nodes; ten times as fast. Tests read both
back and compare.
"""

import json
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCAT, DCTERMS, RDF, XSD
from rdflib.term import Node

from partners.linked.triples import Triple, french, triples
from partners.linked.vocabulary import LICENCE, PREFIXES
from partners.records import Links

CONTEXT = {prefix: str(namespace) for prefix, namespace in PREFIXES.items()}
# Records sent at once.
_BATCH = 50


def new_graph() -> Graph:
    """An empty graph with our prefixes alone."""
    graph = Graph(bind_namespaces="none")
    for prefix, namespace in PREFIXES.items():
        graph.bind(prefix, namespace)
    return graph


def graph_of(record: dict, links: Links) -> Graph:
    graph = new_graph()
    for triple in triples(record, links):
        graph.add(triple)
    return graph


def turtle(record: dict, links: Links) -> str:
    """One record with all that it holds."""
    return graph_of(record, links).serialize(format="turtle")


def json_ld(record: dict, links: Links) -> str:
    document = {"@context": CONTEXT, "@graph": nodes(triples(record, links))}
    return json.dumps(document, ensure_ascii=False, indent=1)


def about(address: str, title: str, on: str) -> list[Triple]:
    """What a file says of itself: what it is, under which licence, of which day (« 2026-11-22 »)."""
    me = URIRef(address)
    return [
        (me, RDF.type, DCAT.Distribution),
        (me, DCTERMS.title, french(title)),
        (me, DCTERMS.license, URIRef(LICENCE)),
        (me, DCTERMS.issued, Literal(on, datatype=XSD.date)),
    ]


# -- streams -------------------------------------------------------------------------------------------


def turtle_stream(records: Iterable[dict], links: Links, header: Iterable[Triple]) -> Iterator[str]:
    """``header``: what the file says of itself."""
    yield _lines(header)
    records = iter(records)
    while batch := list(islice(records, _BATCH)):
        yield "".join(_lines(triples(record, links)) for record in batch)


def _lines(found: Iterable[Triple]) -> str:
    triples = list(found)
    # A record's terms stand in several triples each; the same object is written once.
    texts = {id(term): term for one, _, three in triples for term in (one, three)}
    texts = {key: term.n3() for key, term in texts.items()}
    return "".join(
        f"{texts[id(one)]} {_predicate(two)[0]} {texts[id(three)]} .\n" for one, two, three in triples
    )


@cache
def _predicate(term: URIRef) -> tuple[str, str]:
    """A predicate, of which there are some fifty, in Turtle and by its prefix in JSON-LD."""
    text = str(term)
    for prefix, namespace in PREFIXES.items():
        if text.startswith(str(namespace)) and text != str(namespace):
            return term.n3(), f"{prefix}:{text.removeprefix(str(namespace))}"
    return term.n3(), text


def json_ld_stream(records: Iterable[dict], links: Links, header: Iterable[Triple]) -> Iterator[str]:
    """``header``: what the file says of itself."""
    context = json.dumps(CONTEXT, ensure_ascii=False)
    yield f'{{"@context": {context},\n"@graph": [\n{_node_lines(header)}'
    records = iter(records)
    while batch := list(islice(records, _BATCH)):
        yield "".join(",\n" + _node_lines(triples(record, links)) for record in batch)
    yield "\n]}\n"


def _node_lines(found: Iterable[Triple]) -> str:
    return ",\n".join(json.dumps(node, ensure_ascii=False) for node in nodes(found))


def nodes(found: Iterable[Triple]) -> list[dict]:
    """Triples as JSON-LD's nodes, expanded but for the prefixes of their keys; one for each subject."""
    by_subject: dict[str, dict] = {}
    for one, two, three in dict.fromkeys(found):
        node = by_subject.setdefault(str(one), {"@id": str(one)})
        if two == RDF.type:
            node.setdefault("@type", []).append(str(three))
        else:
            node.setdefault(_predicate(two)[1], []).append(_value(three))
    return list(by_subject.values())


def _value(term: Node) -> dict | str:
    if isinstance(term, URIRef):
        return {"@id": str(term)}
    assert isinstance(term, Literal)
    if term.language:
        return {"@value": str(term), "@language": term.language}
    return {"@value": str(term), "@type": str(term.datatype)} if term.datatype else str(term)
