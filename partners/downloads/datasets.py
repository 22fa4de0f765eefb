"""What can be taken: actors, cooperations, who is in the network, territories, letters. One line each."""

from array import array
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from actors.models import Actor
from partners.downloads import columns
from partners.downloads.columns import Column
from partners.downloads.request import Request
from partners.records import ActorReader, CooperationReader, LetterReader, Links, TerritoryReader
from partners.records.dictionary import ACTOR_PARTS, LETTER_PARTS
from sources.models import Letter


@dataclass(frozen=True)
class Dataset:
    """``read(request, links, whole)``: its records one by one, with all their parts where ``whole``."""

    name: str
    title: str
    about: str
    columns: tuple[Column, ...]
    read: Callable[[Request, Links, bool], Iterator[dict]]
    # Suffixes of its formats.
    formats: tuple[str, ...]


def _actors(request: Request, links: Links, whole: bool) -> Iterator[dict]:
    reader = ActorReader(links, include=ACTOR_PARTS if whole else ())
    for record in reader.walk(request.actor_ids()):
        if whole:
            record["cooperations"] = [link for link in record["cooperations"] if request.is_certain(link)]
        yield record


def _cooperations(request: Request, links: Links, whole: bool) -> Iterator[dict]:
    yield from CooperationReader(links).walk(request.cooperation_ids())


def _nodes(request: Request, links: Links, whole: bool) -> Iterator[dict]:
    """Actors of the links of the same request, by permanent id."""
    linked = request.linked_actor_ids()
    # One walk over all of them rather than a query that names 200,000.
    everybody = Actor.objects.published().order_by("public_id").values_list("pk", flat=True)
    found = array("q", (pk for pk in everybody.iterator() if pk in linked))
    return ActorReader(links, keys=_NODE_KEYS).walk(found)


_NODE_KEYS = {
    *(
        "id",
        "full_name",
        "nature",
        "kind",
        "sphere",
        "sectors",
        "seat",
        "location",
        "life_status",
        "url",
        "uri",
    )
}


def _territories(request: Request, links: Links, whole: bool) -> Iterator[dict]:
    return TerritoryReader(links).walk()


def _letters(request: Request, links: Links, whole: bool) -> Iterator[dict]:
    reader = LetterReader(links, include=list(LETTER_PARTS) if whole else ())
    yield from reader.read(list(Letter.objects.published().order_by("slug").values_list("pk", flat=True)))


_TABLES = ("csv", "xlsx")
_GRAPHS = ("ttl", "jsonld")
DATASETS: dict[str, Dataset] = {
    each.name: each
    for each in (
        Dataset(
            "acteurs",
            "Acteurs",
            "Structures, initiatives et PTCE, avec leurs lieux, leurs domaines, leurs coordonnées et leurs sources.",
            columns.ACTORS,
            _actors,
            (*_TABLES, "geojson", "jsonl", *_GRAPHS),
        ),
        Dataset(
            "cooperations",
            "Coopérations",
            "Qui porte, gère, soutient, accompagne quoi : chaque lien avec son état, sa certitude, ses années et ses sources.",
            columns.COOPERATIONS,
            _cooperations,
            (*_TABLES, "jsonl", *_GRAPHS, "graphml"),
        ),
        Dataset(
            "reseau-acteurs",
            "Acteurs du réseau",
            "Les acteurs qui ont un lien, pour dessiner le réseau avec les coopérations.",
            columns.NODES,
            _nodes,
            _TABLES,
        ),
        Dataset(
            "territoires",
            "Territoires",
            "Communes, intercommunalités, départements, régions, quartiers et pays, avec ce qui les contient.",
            columns.TERRITORIES,
            _territories,
            (*_TABLES, "geojson", "jsonl", *_GRAPHS),
        ),
        Dataset(
            "lettres",
            "Lettres",
            "Les lettres d’où viennent les informations ; jamais leurs auteurs.",
            columns.LETTERS,
            _letters,
            (*_TABLES, "jsonl", *_GRAPHS),
        ),
    )
}


def rows(dataset: Dataset, records: Iterable[dict], on: str) -> Iterator[list[columns.Value]]:
    """The names of the columns, then one row for each record."""
    yield [*(column.name for column in dataset.columns), *(name for name, _ in columns.CLOSING)]
    closing = [columns.LICENCE_NAME, on]
    for record in records:
        yield [*(column.value(record) for column in dataset.columns), *closing]
