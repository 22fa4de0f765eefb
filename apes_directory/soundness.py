"""Whether an SQLite database is whole, as far as it can tell: asked before a site starts, and by `manage.py diagnostic`.

A commit is on the disk before anybody is told of it, in the log of writes beside the database (« -wal »). A log that was
cut still opens, as far as its commits are whole. What is missing then can be known only by who remembers it: the
runner of jobs notes the directory's version in a file of its own.
"""

import os
import sqlite3
import struct
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.db import DatabaseError, connection

from apes_directory.backups import sqlite as files
from territories.models import Change

SPOILT = (
    "La base de données est abîmée : des pages du fichier {name} ne se lisent plus. Le site ne démarre pas, pour ne rien "
    "écrire par-dessus. Remettez la dernière sauvegarde par « manage.py restore latest », qui garde le fichier "
    "abîmé à côté ; si cela recommence, le disque est à changer."
)
# Layout of the log: https://www.sqlite.org/fileformat2.html#the_write_ahead_log (of 2024-05-07).
_HEADER, _FRAME = 32, 24


class Log(NamedTuple):
    """What stands in a log of writes: pages of its present use, and whether it ends in the middle of one."""

    pages: int
    is_cut: bool


def read_log(path: Path) -> Log:
    """Count by the heads of pages alone, a few bytes each; a log that is not there holds nothing."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            header = file.read(_HEADER)
            if len(header) < _HEADER:
                return Log(0, is_cut=bool(header))
            page_size, salts = struct.unpack(">I", header[8:12])[0], header[16:24]
            if not 512 <= page_size <= 65_536:
                return Log(0, is_cut=True)
            pages = 0
            for at in range(_HEADER, size, _FRAME + page_size):
                file.seek(at)
                head = file.read(_FRAME)
                # What an earlier use of the same file left has other salts.
                if len(head) == _FRAME and head[8:16] != salts:
                    return Log(pages, is_cut=not pages)
                if at + _FRAME + page_size > size:
                    return Log(pages, is_cut=True)
                pages += 1
    except OSError:
        return Log(0, is_cut=False)
    # A header is written with the first page.
    return Log(pages, is_cut=not pages)


def database_file() -> Path | None:
    """SQLite's file; None on PostgreSQL, and of a database that is in memory."""
    if connection.vendor != "sqlite" or connection.is_in_memory_db():
        return None
    return Path(connection.settings_dict["NAME"])


def said_of_log() -> Iterator[str]:
    """A French sentence where the log of writes breaks off; to be asked before anything opens the database, and while
    nobody serves."""
    if path := database_file():
        yield from said_of_file(path)


def said_of_file(path: Path) -> Iterator[str]:
    """The same of a database by its file: SQLite takes in what is whole of its log, and is asked how much that was."""
    log = read_log(Path(f"{path}-wal"))
    if log == Log(0, is_cut=False) or not path.exists():
        return
    try:
        with closing(sqlite3.connect(path)) as opened:
            _, taken_in, _ = opened.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
    except sqlite3.DatabaseError:
        # is_spoilt() tells that.
        return
    if log.is_cut or taken_in < log.pages:
        yield (
            "le journal des écritures s’arrêtait au milieu de l’une d’elles, après un arrêt brutal. Celle-là n’est pas "
            "reprise ; celles qui la précèdent le sont, entières."
        )


def said_of_version() -> Iterator[str]:
    """A French sentence where the database is of before what was noted of it (1 query)."""
    noted = noted_version()
    if noted is None:
        return
    present = Change.objects.version()
    if present < noted:
        yield (
            f"elle s’arrête à la modification n° {present}, alors qu’elle en avait enregistré {noted} : les dernières manquent, "
            "parce que le journal des écritures a été coupé ou qu’un ancien fichier a été remis. Une sauvegarde les a "
            "peut-être : voyez « manage.py restore »."
        )


def is_spoilt() -> bool:
    """Whether SQLite can't read all of the present database; one that is not there yet is not spoilt."""
    path = database_file()
    return path is not None and path.exists() and files.is_spoilt()


def _note() -> Path:
    return Path(settings.DATA_DIR) / "version-enregistree"


def noted_version() -> int | None:
    """The version that was noted last, None where none was."""
    try:
        return int(_note().read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


def note_version() -> bool:
    """The job that notes the directory's version, once it is on the disk; never « something was done » (1 query)."""
    if database_file() is None:
        return False
    try:
        version = Change.objects.version()
    except DatabaseError:
        return False
    if version != noted_version():
        part = _note().with_suffix(".part")
        part.write_text(str(version), encoding="ascii")
        os.replace(part, _note())
    return False
