"""Copying an SQLite database while it is in use, and putting a copy in its place."""

import os
import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from django.db import DatabaseError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.sqlite3._functions import register

from apes_directory.backups.errors import BackupFailed, is_full
from apes_directory.backups.waiting import WAITING

NAME = "database.sqlite3"
# ``user_version`` of a database that came back and from which nobody was taken out again yet.
MARK = 7_225
# In the names of files put aside: « directory.sqlite3.abimee-20261122T031000Z ».
SPOILT = "abimee"


def dump(target: Path) -> dict[str, int]:
    """Copy the database page by page into ``target``, in one reading, so that other processes go on writing meanwhile.

    Rows by table. Raises BackupFailed where the copy is not sound: a page of the original is spoilt.
    """
    connection.ensure_connection()
    try:
        with closing(sqlite3.connect(target)) as copy:
            connection.connection.backup(copy)
            # One file without companions, whatever the original was.
            copy.execute("PRAGMA journal_mode=DELETE")
            return _sound(copy)
    except (sqlite3.DatabaseError, DatabaseError) as error:
        if is_full(error):
            raise BackupFailed(
                f"La sauvegarde ne s’écrit pas dans {target.parent.parent} : il n’y a plus de place sur le disque. Celles "
                "d’avant restent."
            ) from error
        raise BackupFailed(
            f"La base de données est abîmée ({error}). Aucune sauvegarde n’est faite ni effacée : voyez « manage.py "
            "diagnostic », puis « manage.py restore »."
        ) from error


def counts_of(path: Path) -> dict[str, int]:
    """Rows by table of a copy; raises BackupFailed where it is not sound."""
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as copy:
            return _sound(copy)
    except sqlite3.DatabaseError as error:
        raise BackupFailed(f"La base de cette sauvegarde est abîmée ({error}).") from error


def _sound(copy: sqlite3.Connection) -> dict[str, int]:
    # The check evaluates constraints, which call what Django gives its own connections.
    register(copy)
    answer = [row[0] for row in copy.execute("PRAGMA integrity_check(3)")]
    if answer != ["ok"]:
        raise BackupFailed(f"La base de données est abîmée : {' ; '.join(answer)}.")
    tables = copy.execute(
        # Those of the full-text index are its own business: integrity_check judges them.
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
        "AND name NOT LIKE 'actors\\_search' ESCAPE '\\' AND name NOT LIKE 'actors\\_search\\_%' ESCAPE '\\' "
        "ORDER BY name"
    ).fetchall()
    return {name: copy.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for (name,) in tables}


def is_spoilt(database: BaseDatabaseWrapper = connection) -> bool:
    """Whether the present database can't be read whole; one that is not there, or empty, is not spoilt."""
    try:
        with database.cursor() as cursor:
            cursor.execute("PRAGMA quick_check(1)")
            return cursor.fetchone()[0] != "ok"
    except DatabaseError:
        return True


def bring_back(source: Path) -> None:
    """Write a sound copy over the present database, in one transaction of its own: all of it or nothing.

    Processes that serve meanwhile see the old rows, then the new ones, which bear the mark. ``source`` itself loses its
    sessions and the mail that waited, so that neither is there for a moment.
    """
    connection.ensure_connection()
    _without_what_waits(source)
    try:
        with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as copy:
            copy.backup(connection.connection)
    except sqlite3.DatabaseError as error:
        raise BackupFailed(
            "La base n’a pas pu être remise en place, l’ancienne y est toujours : "
            f"{'il n’y a plus de place sur le disque' if is_full(error) else error}."
        ) from error


def _without_what_waits(source: Path) -> None:
    with closing(sqlite3.connect(source)) as copy:
        register(copy)
        tables = {name for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        for table, condition in WAITING.items():
            if table in tables:
                copy.execute(f'DELETE FROM "{table}" WHERE {condition}')
        copy.execute(f"PRAGMA user_version = {MARK}")
        copy.commit()


def is_marked() -> bool:
    """Whether rows came back that still need what ``restoring.finish()`` does (no query of a table)."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA user_version")
        return cursor.fetchone()[0] == MARK


def unmark() -> None:
    """Inside the transaction that does it."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA user_version = 0")


def put_in_place(source: Path, moment: str) -> Path:
    """Exchange the file of a spoilt database for a sound copy; nobody may serve meanwhile.

    Where the old one is now: it may still hold what no copy has. Killed anywhere in here, either of both stands.
    """
    connection.close()
    _without_what_waits(source)
    path = Path(connection.settings_dict["NAME"])
    aside, new = (path.with_name(f"{path.name}.{ending}") for ending in (f"{SPOILT}-{moment}", "nouvelle"))
    shutil.copyfile(source, new)
    new.chmod(0o600)
    with new.open("rb") as file:
        os.fsync(file.fileno())
    for ending in ("-wal", "-shm"):
        # Beside the new file they would be taken for its own.
        with suppress(FileNotFoundError):
            Path(f"{path}{ending}").rename(f"{aside}{ending}")
    try:
        aside.hardlink_to(path)
    except OSError:
        # A disk that knows no second names.
        shutil.copyfile(path, aside)
    new.replace(path)
    return aside
