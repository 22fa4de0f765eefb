"""A dataset in a format: one file, streamed; used by the site and by the dated editions."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from django.utils.text import slugify

from partners.downloads import columns
from partners.downloads.datasets import DATASETS, Dataset, rows
from partners.downloads.graphml import graphml_stream
from partners.downloads.request import Request
from partners.downloads.tables import csv_stream, xlsx_stream
from partners.linked.serialising import about, json_ld_stream, turtle_stream
from partners.linked.vocabulary import LICENCE
from partners.records import Links

NOT_OFFICIAL = "Ceci n’est pas la liste officielle des entreprises de l’économie sociale et solidaire."
# Lines of small records sent at once.
_BATCH = 50


@dataclass(frozen=True)
class File:
    """``on``: day of the extract, « 2026-11-22 »; ``address``: where it was asked for, whole."""

    dataset: Dataset
    request: Request
    links: Links
    on: str
    address: str

    @property
    def title(self) -> str:
        return f"{self.dataset.title} – annuaire de l’économie solidaire en Hauts-de-France"

    @property
    def notes(self) -> dict[str, str]:
        return {
            "titre": self.title,
            "licence": f"{columns.LICENCE_NAME}, {LICENCE}",
            "extrait_le": self.on,
            "adresse": self.address,
            "avertissement": NOT_OFFICIAL,
        }

    def records(self, whole: bool = False) -> Iterator[dict]:
        return self.dataset.read(self.request, self.links, whole)

    def name(self, suffix: str) -> str:
        """« annuaire-ess-acteurs-henin-carvin-2026-11-22.csv »: what and of which day."""
        words = slugify(" ".join(self.request.words))[:60].strip("-")
        return "-".join(filter(None, ["annuaire-ess", self.dataset.name, words, self.on])) + f".{suffix}"


def _csv(file: File) -> Iterator[bytes]:
    told = rows(file.dataset, file.records(), file.on)
    return csv_stream(told, file.request.separator, file.request.mark)


def _xlsx(file: File) -> Iterator[bytes]:
    told = rows(file.dataset, file.records(), file.on)
    return xlsx_stream(told, file.dataset.title, file.notes.items(), file.dataset.columns)


def _jsonl(file: File) -> Iterator[str]:
    """One record a line, each with licence and day: a line taken out of the file still says them."""
    closing = {"licence": LICENCE, "extracted_on": file.on}
    lines = (json.dumps(record | closing, ensure_ascii=False) + "\n" for record in file.records(whole=True))
    return _joined(lines)


def _geojson(file: File) -> Iterator[str]:
    """A FeatureCollection (RFC 7946); whoever has no known place has a null geometry, so that none is missing."""
    notes = json.dumps(file.notes, ensure_ascii=False)[1:-1]
    yield f'{{"type": "FeatureCollection", {notes}, "features": [\n'
    yield from _joined(
        _separated(json.dumps(_feature(file, record), ensure_ascii=False) for record in file.records())
    )
    yield "\n]}\n"


def _feature(file: File, record: dict) -> dict:
    point = record["location"]
    geometry = point and {"type": "Point", "coordinates": [point["longitude"], point["latitude"]]}
    properties = {column.name: column.value(record) for column in file.dataset.columns}
    return {"type": "Feature", "id": record["id"], "geometry": geometry, "properties": properties}


def _separated(texts: Iterator[str]) -> Iterator[str]:
    for number, text in enumerate(texts):
        yield f",\n{text}" if number else text


def _joined(texts: Iterator[str]) -> Iterator[str]:
    while batch := list(islice(texts, _BATCH)):
        yield "".join(batch)


def _turtle(file: File) -> Iterator[str]:
    header = about(file.address, file.title, file.on)
    return turtle_stream(file.records(whole=True), file.links, header)


def _json_ld(file: File) -> Iterator[str]:
    header = about(file.address, file.title, file.on)
    return json_ld_stream(file.records(whole=True), file.links, header)


def _graphml(file: File) -> Iterator[str]:
    nodes = DATASETS["reseau-acteurs"].read(file.request, file.links, False)
    return _joined(graphml_stream(nodes, file.records(), file.notes))


@dataclass(frozen=True)
class FileFormat:
    suffix: str
    media_type: str
    label: str
    about: str
    write: Callable[[File], Iterator[bytes | str]]


FORMATS: dict[str, FileFormat] = {
    each.suffix: each
    for each in (
        FileFormat("csv", "text/csv; charset=utf-8", "CSV", "Tableau en texte, que tout logiciel lit.", _csv),
        FileFormat(
            "xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "Excel",
            "Le même tableau, avec une feuille qui explique les colonnes.",
            _xlsx,
        ),
        FileFormat(
            "geojson", "application/geo+json", "GeoJSON", "Les mêmes colonnes, sur une carte.", _geojson
        ),
        FileFormat(
            "jsonl",
            "application/jsonl; charset=utf-8",
            "JSON Lines",
            "Tout ce qui est public, avec les sources de chaque fait, une fiche par ligne.",
            _jsonl,
        ),
        FileFormat("ttl", "text/turtle; charset=utf-8", "Turtle", "Données liées (RDF).", _turtle),
        FileFormat("jsonld", "application/ld+json", "JSON-LD", "Les mêmes données liées, en JSON.", _json_ld),
        FileFormat(
            "graphml",
            "application/graphml+xml; charset=utf-8",
            "GraphML",
            "Le réseau entier, acteurs et liens, pour Gephi et d’autres.",
            _graphml,
        ),
    )
}


def written(file: File, suffix: str) -> Iterator[bytes]:
    """The bytes of a file, as they are made."""
    for block in FORMATS[suffix].write(file):
        yield block.encode() if isinstance(block, str) else block
