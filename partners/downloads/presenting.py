"""What the pages about data show: what there is, in which formats, how it was coded."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from django.urls import reverse

from actors import index
from actors.enums import CooperationFamily, CooperationKind
from actors.index import Selection
from actors.models import Actor
from actors.network import graph
from actors.network.graph import HUB_DEGREE
from actors.phrases import PHRASES
from actors.wording import title
from partners.downloads.columns import CLOSING, LICENCE_NAME, Column
from partners.downloads.datasets import DATASETS, Dataset
from partners.downloads.files import FORMATS
from partners.downloads.request import Request
from partners.editions import Edition
from partners.records import Links
from sources.models import Letter

_FOR_EXCEL = {"separateur": "point-virgule", "bom": "oui"}


@dataclass(frozen=True)
class Offer:
    """One file: its format, what it holds, where it is."""

    label: str
    about: str
    href: str


def offers(dataset: Dataset, parameters: list[tuple[str, str]]) -> list[Offer]:
    """What most people open comes first."""
    found = []
    for suffix in sorted(dataset.formats, key=lambda suffix: suffix != "xlsx"):
        kind = FORMATS[suffix]
        found.append(Offer(kind.label, kind.about, _address(dataset, suffix, parameters)))
        if suffix == "csv":
            href = _address(dataset, suffix, [*parameters, *_FOR_EXCEL.items()])
            found.append(
                Offer("CSV à point-virgule", "Celui qu’un Excel en français ouvre tout droit.", href)
            )
    return found


def _address(dataset: Dataset, suffix: str, parameters: list[tuple[str, str]]) -> str:
    query = urlencode(parameters)
    return reverse("download", args=[dataset.name, suffix]) + (f"?{query}" if query else "")


@dataclass(frozen=True)
class Offered:
    """A dataset with its files and its columns."""

    dataset: Dataset
    offers: list[Offer]
    columns: list[tuple[str, str]]
    schema: str


@dataclass(frozen=True)
class CodedKind:
    """One kind of link: how many there are, and how many of them we deduced."""

    anchor: str
    label: str
    verb: str
    family: str
    count: int
    inferred: int

    @property
    def share(self) -> int:
        """Hundredths."""
        return round(100 * self.inferred / self.count) if self.count else 0


class DataPage:
    """Of ``/donnees/``: 5 queries, whatever there is."""

    licence = LICENCE_NAME
    formats = tuple(FORMATS.values())
    hub_degree = HUB_DEGREE

    def __init__(self, links: Links, editions: list[Edition]) -> None:
        self.base = links.base
        self.editions = editions
        self.datasets = [
            Offered(
                each, offers(each, []), _described(each.columns), reverse("table-schema", args=[each.name])
            )
            for each in DATASETS.values()
        ]
        self.letters = list(Letter.objects.published().for_list())
        self.actor_count = index.count(Selection())
        self._links = graph.current().links

    @cached_property
    def kinds(self) -> list[CodedKind]:
        """Every kind of link, those nobody has told yet included; by family."""
        counts = Counter(link.kind for link in self._links)
        inferred = Counter(link.kind for link in self._links if link.inferred)
        return [
            CodedKind(
                f"lien-{kind.value}",
                kind.label,
                PHRASES[kind].singular if not PHRASES[kind].symmetric else PHRASES[kind].plural,
                PHRASES[kind].family.label,
                counts[kind.value],
                inferred[kind.value],
            )
            for family in CooperationFamily
            for kind in CooperationKind
            if PHRASES[kind].family == family
        ]

    @property
    def link_count(self) -> int:
        return len(self._links)

    @property
    def inferred_share(self) -> int:
        """Of all links, in hundredths."""
        inferred = sum(link.inferred for link in self._links)
        return round(100 * inferred / len(self._links)) if self._links else 0


def _described(columns: tuple[Column, ...]) -> list[tuple[str, str]]:
    return [*((column.name, column.about) for column in columns), *CLOSING]


class Choice:
    """What a selection can be taken as (1 query beside those of the index)."""

    def __init__(self, asked: Request, dataset: Dataset) -> None:
        self.dataset = dataset
        self.is_of_actors = dataset.name == "acteurs"
        parameters = [*asked.parameters, *asked.told_links]
        # Which links the files tell of each actor; the list they come from shows none.
        self.told_links = asked.certainty.label if asked.certainty else ""
        self.offers = offers(dataset, parameters)
        self.network = [] if self.is_of_actors else offers(DATASETS["reseau-acteurs"], parameters)
        self.back = reverse("actor-list" if self.is_of_actors else "cooperation-list")
        if asked.parameters:
            self.back += f"?{urlencode(asked.parameters)}"
        self.is_whole = not asked.parameters
        if self.is_of_actors:
            self.count = (
                index.count(asked.selection) if asked.selection else Actor.objects.published().count()
            )
            self.ceased = 0 if asked.selection else self.count - index.count(Selection())
            self.title = title(asked.selection or Selection(), self.count)
        else:
            network = graph.current()
            self.count = len(network.find(asked.links) if asked.links else network.links)
            self.ceased = 0
            self.title = f"{self.count} coopération{'s' if self.count > 1 else ''}"
