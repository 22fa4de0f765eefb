"""The network as GraphML, written as a stream; Gephi, yEd, igraph and networkx read it."""

from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape, quoteattr

from partners.downloads.columns import COOPERATIONS, NODES, Column, Value
from territories.text import without_controls

_TYPES = {"integer": "int", "year": "int", "number": "double", "boolean": "boolean"}
# Attributes of an element itself rather than data of it.
_OWN = {"Id", "Source", "Target", "Type"}


def _keys(columns: Iterable[Column], what: str) -> dict[str, Column]:
    return {f"{what[0]}{at}": column for at, column in enumerate(columns) if column.name not in _OWN}


_NODE_KEYS, _EDGE_KEYS = _keys(NODES, "node"), _keys(COOPERATIONS, "edge")


def graphml_stream(nodes: Iterable[dict], links: Iterable[dict], notes: dict[str, str]) -> Iterator[str]:
    """``notes``: what the graph says of itself, licence and date among it.

    Edges are all directed, as readers want them alike: « symetrique » tells those that read both ways.
    """
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n'
    for at, name in enumerate(notes):
        yield f'<key id="g{at}" for="graph" attr.name={_quoted(name)} attr.type="string"/>\n'
    for what, keys in (("node", _NODE_KEYS), ("edge", _EDGE_KEYS)):
        for key, column in keys.items():
            kind = _TYPES.get(column.kind, "string")
            yield f'<key id="{key}" for="{what}" attr.name={_quoted(column.name)} attr.type="{kind}"/>\n'
    yield '<key id="es" for="edge" attr.name="symetrique" attr.type="boolean"/>\n'
    yield '<graph id="reseau" edgedefault="directed">\n'
    for at, text in enumerate(notes.values()):
        yield _data(f"g{at}", text)
    for record in nodes:
        yield f"<node id={_quoted(record['id'])}>{_all(_NODE_KEYS, record)}</node>\n"
    for record in links:
        ends = f"source={_quoted(record['source']['id'])} target={_quoted(record['target']['id'])}"
        symmetric = _data("es", record["symmetric"])
        yield f"<edge id={_quoted(record['id'])} {ends}>{_all(_EDGE_KEYS, record)}{symmetric}</edge>\n"
    yield "</graph>\n</graphml>\n"


def _all(keys: dict[str, Column], record: dict) -> str:
    return "".join(_data(key, column.value(record)) for key, column in keys.items())


def _data(key: str, value: Value) -> str:
    """Nothing for what is not known: an empty number is none."""
    if value is None or value == "":
        return ""
    text = {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)
    return f'<data key="{key}">{escape(without_controls(text))}</data>'


def _quoted(text: str) -> str:
    return quoteattr(without_controls(text))
