"""The committed data set of the territories: its files, read and written.

Every file is UTF-8, sorted, and the same bytes for the same content. A territory is named by
``kind:code`` throughout.

======================  ===========================================================================
territories.csv         one official or former territory a line, postal codes separated by spaces
names.csv               further names; the official one is in territories.csv
containment.csv         one container a line and kind of member, whole or in part
successions.csv         predecessor, successor, year or nothing, kind
adjacency.csv           one territory a line, with the neighbours whose code is greater
boundaries.json.xz      rings as differences of whole ten-thousandths of a degree
sources.json            packages, vintages, licences
local.json              written by hand: neighbourhoods, informal territories, names the letters print
======================  ===========================================================================
"""

import csv
import io
import json
import lzma
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

from territories import grammar

DIRECTORY = Path(settings.BASE_DIR) / "fixtures" / "territories"
# Boundaries are stored in whole multiples of this many degrees, about eleven metres.
GRID = 10_000

Ring = list[tuple[float, float]]
# Polygons, each its rings, the outer one first; longitude, latitude.
MultiPolygon = list[list[Ring]]


@dataclass
class TerritoryRow:
    """One territory; ``parent`` is a ``kind:code`` or empty."""

    kind: str
    code: str
    slug: str
    name: str
    of_phrase: str
    at_phrase: str
    population: int | None = None
    population_year: int | None = None
    siren: str = ""
    latitude: float | None = None
    longitude: float | None = None
    parent: str = ""
    complete: bool = True
    note: str = ""
    postal_codes: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.code}"


@dataclass(frozen=True, order=True)
class NameRow:
    territory: str
    kind: str
    name: str
    until: int | None = None


@dataclass(frozen=True, order=True)
class SuccessionRow:
    predecessor: str
    successor: str
    year: int | None
    kind: str


@dataclass
class Dataset:
    """Everything ``load_territories`` loads; parents come before their children."""

    territories: list[TerritoryRow] = field(default_factory=list)
    names: list[NameRow] = field(default_factory=list)
    # (container, member): whole
    containment: dict[tuple[str, str], bool] = field(default_factory=dict)
    successions: list[SuccessionRow] = field(default_factory=list)
    # Pairs in the order of their keys.
    adjacency: set[tuple[str, str]] = field(default_factory=set)
    boundaries: dict[str, MultiPolygon] = field(default_factory=dict)


# -- writing ---------------------------------------------------------------------------------------


def write_dataset(dataset: Dataset, directory: Path, sources: dict) -> dict[str, int]:
    """Write every file but local.json; sizes in bytes by file name."""
    directory.mkdir(parents=True, exist_ok=True)
    files = {
        "territories.csv": _csv(_TERRITORY_COLUMNS, (_territory_cells(row) for row in dataset.territories)),
        "names.csv": _csv(
            ("territory", "kind", "name", "until"),
            ((row.territory, row.kind, row.name, _cell(row.until)) for row in _sorted_names(dataset.names)),
        ),
        "containment.csv": _csv(("container", "whole", "kind", "members"), _containment_lines(dataset)),
        "successions.csv": _csv(
            ("predecessor", "successor", "year", "kind"),
            (
                (row.predecessor, row.successor, _cell(row.year), row.kind)
                for row in sorted(dataset.successions, key=lambda row: (row.predecessor, row.successor))
            ),
        ),
        "adjacency.csv": _csv(("territory", "neighbours"), _adjacency_lines(dataset)),
        "boundaries.json.xz": lzma.compress(
            _encode_boundaries(dataset.boundaries), preset=9 | lzma.PRESET_EXTREME
        ),
        "sources.json": (json.dumps(sources, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode(),
    }
    for name, content in files.items():
        (directory / name).write_bytes(content)
    return {name: len(content) for name, content in files.items()}


_TERRITORY_COLUMNS = (
    "kind",
    "code",
    "slug",
    "name",
    "of_phrase",
    "at_phrase",
    "population",
    "population_year",
    "siren",
    "latitude",
    "longitude",
    "parent",
    "complete",
    "note",
    "postal_codes",
)


def _territory_cells(row: TerritoryRow) -> list[str]:
    return [
        *(row.kind, row.code, row.slug, row.name, row.of_phrase, row.at_phrase),
        *(_cell(row.population), _cell(row.population_year), row.siren),
        *(_cell(row.latitude), _cell(row.longitude), row.parent, "1" if row.complete else "0", row.note),
        " ".join(row.postal_codes),
    ]


def _cell(value: float | None) -> str:
    return "" if value is None else str(value)


def _csv(header: Iterable[str], lines: Iterable[Iterable[str]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(lines)
    return out.getvalue().encode()


def _sorted_names(names: Iterable[NameRow]) -> list[NameRow]:
    return sorted(names, key=lambda row: (row.territory, row.kind, row.name))


def _containment_lines(dataset: Dataset) -> list[tuple[str, str, str, str]]:
    groups: dict[tuple[str, str, str], list[str]] = {}
    for (container, member), whole in dataset.containment.items():
        kind, code = member.split(":", 1)
        groups.setdefault((container, "1" if whole else "0", kind), []).append(code)
    return [(*group, " ".join(sorted(codes))) for group, codes in sorted(groups.items())]


def _adjacency_lines(dataset: Dataset) -> list[tuple[str, str]]:
    groups: dict[str, list[str]] = {}
    for first, second in dataset.adjacency:
        groups.setdefault(first, []).append(second.split(":", 1)[1])
    return [(first, " ".join(sorted(codes))) for first, codes in sorted(groups.items())]


def _encode_boundaries(boundaries: dict[str, MultiPolygon]) -> bytes:
    lines = []
    for key in sorted(boundaries):
        polygons = [[_encode_ring(ring) for ring in polygon] for polygon in boundaries[key]]
        lines.append(f"{json.dumps(key)}:{json.dumps(polygons, separators=(',', ':'))}")
    return ("{" + ",\n".join(lines) + "}\n").encode()


def _encode_ring(ring: Ring) -> list[int]:
    flat, last_x, last_y = [], 0, 0
    for longitude, latitude in ring:
        x, y = round(longitude * GRID), round(latitude * GRID)
        flat += [x - last_x, y - last_y]
        last_x, last_y = x, y
    return flat


# -- reading ---------------------------------------------------------------------------------------


def read_dataset(directory: Path = DIRECTORY) -> Dataset:
    """The built files and local.json together. FileNotFoundError where a file is missing."""
    dataset = Dataset(
        territories=[_read_territory(cells) for cells in _read_csv(directory / "territories.csv")],
        names=[
            NameRow(cells["territory"], cells["kind"], cells["name"], _int(cells["until"]))
            for cells in _read_csv(directory / "names.csv")
        ],
        successions=[
            SuccessionRow(cells["predecessor"], cells["successor"], _int(cells["year"]), cells["kind"])
            for cells in _read_csv(directory / "successions.csv")
        ],
        boundaries=_decode_boundaries(directory / "boundaries.json.xz"),
    )
    for cells in _read_csv(directory / "containment.csv"):
        for code in cells["members"].split():
            dataset.containment[cells["container"], f"{cells['kind']}:{code}"] = cells["whole"] == "1"
    for cells in _read_csv(directory / "adjacency.csv"):
        kind = cells["territory"].split(":", 1)[0]
        for code in cells["neighbours"].split():
            dataset.adjacency.add((cells["territory"], f"{kind}:{code}"))
    _add_local(dataset, read_local(directory))
    return dataset


def read_local(directory: Path = DIRECTORY) -> dict:
    return json.loads((directory / "local.json").read_text(encoding="utf-8"))


def _read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _int(cell: str) -> int | None:
    return int(cell) if cell else None


def _float(cell: str) -> float | None:
    return float(cell) if cell else None


def _read_territory(cells: dict[str, str]) -> TerritoryRow:
    return TerritoryRow(
        kind=cells["kind"],
        code=cells["code"],
        slug=cells["slug"],
        name=cells["name"],
        of_phrase=cells["of_phrase"],
        at_phrase=cells["at_phrase"],
        population=_int(cells["population"]),
        population_year=_int(cells["population_year"]),
        siren=cells["siren"],
        latitude=_float(cells["latitude"]),
        longitude=_float(cells["longitude"]),
        parent=cells["parent"],
        complete=cells["complete"] == "1",
        note=cells["note"],
        postal_codes=tuple(cells["postal_codes"].split()),
    )


def _decode_boundaries(path: Path) -> dict[str, MultiPolygon]:
    encoded = json.loads(lzma.decompress(path.read_bytes()))
    return {
        key: [[_decode_ring(ring) for ring in polygon] for polygon in polygons]
        for key, polygons in encoded.items()
    }


def _decode_ring(flat: list[int]) -> Ring:
    ring, x, y = [], 0, 0
    for dx, dy in zip(flat[::2], flat[1::2], strict=True):
        x, y = x + dx, y + dy
        ring.append((x / GRID, y / GRID))
    return ring


# -- what is written by hand -----------------------------------------------------------------------


def _add_local(dataset: Dataset, local: dict) -> None:
    """Add neighbourhoods, informal territories, and the names the letters print."""
    containers: dict[str, list[str]] = {}
    members: dict[str, list[str]] = {}
    for (container, member), whole in dataset.containment.items():
        if whole:
            containers.setdefault(member, []).append(container)
            members.setdefault(container, []).append(member)
    for item in local["neighbourhoods"]:
        phrases = grammar.neighbourhood_phrases(item["name"])
        row = TerritoryRow(
            kind="neighbourhood",
            code=item["code"],
            slug=item["code"],
            name=item["name"],
            of_phrase=phrases.of,
            at_phrase=phrases.at,
            parent=item["parent"],
            note=item["note"],
        )
        dataset.territories.append(row)
        for container in (item["parent"], *containers.get(item["parent"], ())):
            dataset.containment[container, row.key] = True
            members.setdefault(container, []).append(row.key)
    for item in local["informal"]:
        phrases = grammar.article_phrases(item.get("in_phrases", item["name"]), item["article"], item["at"])
        row = TerritoryRow(
            kind="informal",
            code=item["code"],
            slug=item["code"],
            name=item["name"],
            of_phrase=phrases.of,
            at_phrase=phrases.at,
            note=item["note"],
        )
        dataset.territories.append(row)
        for placed in item.get("contains", ()):
            dataset.containment[row.key, placed["territory"]] = placed["whole"]
            if placed["whole"]:
                dataset.containment |= {
                    (row.key, member): True for member in members.get(placed["territory"], ())
                }
        dataset.names += [NameRow(row.key, name["kind"], name["name"]) for name in item.get("names", ())]
    dataset.names += [NameRow(item["territory"], item["kind"], item["name"]) for item in local["names"]]
