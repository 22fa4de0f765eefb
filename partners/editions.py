"""Dated editions of all data: files that never change, to be cited and compared. Made by ``make_edition``.

One folder for each, ``DATA_DIR/editions/2026-11/``: the files, their SHA-256, how to cite them, what changed since the
last one. ``edition.json`` lists them, and nothing that it does not list is ever served.
"""

import csv
import datetime
import hashlib
import io
import json
import logging
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from partners.downloads.columns import CLOSING, LICENCE_NAME
from partners.downloads.datasets import DATASETS
from partners.downloads.files import NOT_OFFICIAL, File, written
from partners.downloads.request import Request
from partners.linked.vocabulary import LICENCE
from partners.records import Links
from territories.models import Change

_NAME = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_INDEX = "edition.json"
CHANGES = "changements.csv"
_SUMS = "SHA256SUMS"
_READ_ME = "LISEZ-MOI.txt"
# Columns that change without anything having changed: those with addresses do when the site moves.
_IGNORED = {"modifie_le", "information_de", "page", "adresse_permanente", *(name for name, _ in CLOSING)}
# Times an edition is written anew since the directory changed meanwhile.
_ATTEMPTS = 5
_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class EditionFile:
    """``size`` in bytes; ``sha256`` in hexadecimal."""

    name: str
    title: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Edition:
    """``counts``: rows of each dataset; ``changes``: entries added, removed and changed since ``since``, an edition."""

    name: str
    made_on: str
    version: int
    base: str
    counts: dict[str, int]
    since: str | None
    changes: dict[str, int]
    files: tuple[EditionFile, ...]

    @property
    def day(self) -> datetime.date:
        return datetime.date.fromisoformat(self.made_on)

    @property
    def citation(self) -> str:
        return (
            f"Annuaire de l’économie solidaire en Hauts-de-France, édition {self.name} (extraite le {self.made_on}), "
            f"d’après les lettres de l’Apes. {LICENCE_NAME}. {self.base}/donnees/editions/{self.name}/"
        )


class StillChanging(Exception):
    """The directory changed each time an edition was made; the text says so in French."""


class Editions:
    """Those of a folder, which need not be there."""

    def __init__(self, folder: Callable[[], Path]) -> None:
        self._folder = folder

    def all(self) -> list[Edition]:
        """The latest first."""
        folder = self._folder()
        names = [path.name for path in folder.iterdir()] if folder.is_dir() else []
        return [found for name in sorted(names, reverse=True) if (found := self.get(name))]

    def get(self, name: str) -> Edition | None:
        """By its name, « 2026-11 »; None for anything else, whatever it looks like, and for one that is damaged."""
        if not _NAME.fullmatch(name):
            return None
        try:
            told = json.loads((self._folder() / name / _INDEX).read_text(encoding="utf-8"))
            return Edition(**{**told, "files": tuple(EditionFile(**each) for each in told["files"])})
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError, KeyError):
            # Half copied, say: the other editions and the page of data go on.
            _logger.exception("The edition %s cannot be read", name)
            return None

    def folder_of(self, edition: Edition) -> Path:
        return self._folder() / edition.name

    def path(self, edition: Edition, name: str) -> Path | None:
        """Where one of its files is; None for a name that it does not list: what was asked never becomes a path."""
        listed = next((each.name for each in edition.files if each.name == name), None)
        return self._folder() / edition.name / listed if listed else None

    def make(self, name: str, on: str, base: str, progress: Callable[[str], None]) -> Edition:
        """Write all files, then give the folder its name in one step: an edition is there whole or not at all.

        All of them are of one version of the directory. Raises FileExistsError for an edition that is there,
        :class:`StillChanging` where editors leave no time.
        """
        folder = self._folder()
        if (folder / name).exists():
            raise FileExistsError(name)
        last = next(iter(self.all()), None)
        folder.mkdir(parents=True, exist_ok=True)
        making = Path(tempfile.mkdtemp(prefix=".en-cours-", dir=folder))
        try:
            version, counts = _write_of_one_version(making, name, on, base, progress)
            before = self._folder() / last.name / "acteurs.csv" if last else None
            changes = _write_changes(making, before) if before else {}
            edition = Edition(name, on, version, base, counts, last.name if last else None, changes, ())
            _write_read_me(making, edition)
            edition = Edition(**{**vars(edition), "files": tuple(_listed(making))})
            _write_index(making, edition)
            making.chmod(0o755)
            # Another run may have been faster: a folder that is there and not empty is never replaced.
            os.rename(making, folder / name)
        except BaseException:
            shutil.rmtree(making, ignore_errors=True)
            raise
        return edition


def _write_of_one_version(
    folder: Path, name: str, on: str, base: str, progress: Callable[[str], None]
) -> tuple[int, dict[str, int]]:
    """The datasets with the version they are of: written anew if something changed meanwhile.

    A transaction as long as the files take would keep editors of an SQLite database from writing.
    """
    for _ in range(_ATTEMPTS):
        version = Change.objects.version()
        counts = _write_datasets(folder, name, on, base, progress)
        if Change.objects.version() == version:
            return version, counts
        progress(
            "L’annuaire vient de changer : on recommence, pour que tous les fichiers disent la même chose."
        )
    raise StillChanging(
        f"l’annuaire a changé {_ATTEMPTS} fois pendant qu’elle se faisait : refaites-la plus tard."
    )


def _write_datasets(
    folder: Path, name: str, on: str, base: str, progress: Callable[[str], None]
) -> dict[str, int]:
    links = Links(base)
    counts = {}
    for dataset in DATASETS.values():
        for suffix in dataset.formats:
            file_name = f"{dataset.name}.{suffix}"
            progress(file_name)
            address = f"{base}/donnees/editions/{name}/{file_name}"
            file = File(dataset, Request(), links, on, address)
            with (folder / file_name).open("wb") as target:
                for block in written(file, suffix):
                    target.write(block)
        counts[dataset.name] = sum(1 for _ in _table(folder / f"{dataset.name}.csv"))
    return counts


def _table(path: Path) -> Iterator[dict[str, str]]:
    # A description may be longer than the module takes by itself; the files are our own.
    csv.field_size_limit(2**31 - 1)
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _columns(path: Path) -> list[str]:
    with path.open(encoding="utf-8", newline="") as file:
        return next(csv.reader(file))


def _digests(path: Path, columns: list[str]) -> dict[str, tuple[str, str]]:
    """Identifier -> (name, digest of what these columns tell of it): 200,000 of them are some 60 MB."""
    found = {}
    for row in _table(path):
        told = [row[name] for name in columns]
        digest = hashlib.blake2b("\x1f".join(told).encode(), digest_size=12).hexdigest()
        found[row["identifiant"]] = (row["nom"], digest)
    return found


def _write_changes(folder: Path, before: Path) -> dict[str, int]:
    """``changements.csv``: entries that came, went or changed since the last edition."""
    after = folder / "acteurs.csv"
    there = set(_columns(after))
    # What both editions tell: a column that came or went changed no entry.
    columns = [name for name in _columns(before) if name in there and name not in _IGNORED]
    old, new = _digests(before, columns), _digests(after, columns)
    fates = {
        "ajoute": sorted(new.keys() - old.keys()),
        "retire": sorted(old.keys() - new.keys()),
        "modifie": sorted(key for key in new.keys() & old.keys() if new[key][1] != old[key][1]),
    }
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(["identifiant", "nom", "changement"])
    for fate, identifiers in fates.items():
        # Who is gone is told by identifier alone: perhaps it asked to be forgotten.
        writer.writerows((each, new[each][0] if each in new else "", fate) for each in identifiers)
    (folder / CHANGES).write_text(buffer.getvalue(), encoding="utf-8", newline="")
    return {fate: len(identifiers) for fate, identifiers in fates.items()}


def _write_read_me(folder: Path, edition: Edition) -> None:
    lines = [
        f"Annuaire de l’économie solidaire en Hauts-de-France, édition {edition.name}",
        "",
        f"Extraite le {edition.made_on}. Licence : {LICENCE_NAME}, {LICENCE}",
        NOT_OFFICIAL,
        "",
        "Comment citer",
        edition.citation,
        "",
        "Ces fichiers ne changeront jamais. SHA256SUMS donne leur empreinte : sha256sum -c SHA256SUMS",
        f"Ce que veut dire chaque colonne : {edition.base}/donnees/#colonnes",
    ]
    if edition.since:
        counted = ", ".join(f"{fate} : {count}" for fate, count in edition.changes.items())
        lines += ["", f"Depuis l’édition {edition.since} ({CHANGES}) : {counted}"]
    (folder / _READ_ME).write_text("\n".join([*lines, ""]), encoding="utf-8")


def _listed(folder: Path) -> Iterator[EditionFile]:
    """Every file with its digest; writes ``SHA256SUMS`` of those before it."""
    titles = {f"{each.name}.{suffix}": each.title for each in DATASETS.values() for suffix in each.formats}
    titles |= {CHANGES: "Changements depuis l’édition précédente", _READ_ME: "Comment citer"}
    found = [_described(folder / name, titles[name]) for name in titles if (folder / name).exists()]
    sums = "".join(f"{each.sha256}  {each.name}\n" for each in found)
    (folder / _SUMS).write_text(sums, encoding="utf-8")
    yield from found
    yield _described(folder / _SUMS, "Empreintes SHA-256")


def _described(path: Path, title: str) -> EditionFile:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    path.chmod(0o444)
    return EditionFile(path.name, title, path.stat().st_size, digest)


def _write_index(folder: Path, edition: Edition) -> None:
    told = {**vars(edition), "files": [vars(each) for each in edition.files]}
    (folder / _INDEX).write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")


EDITIONS = Editions(lambda: Path(settings.DATA_DIR) / "editions")
