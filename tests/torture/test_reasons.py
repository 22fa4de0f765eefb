"""What visitors and editors are told when the disk is full or the database spoilt; and a server that makes no database."""

import errno
import sqlite3

import psycopg
import pytest
from django.db import DatabaseError, OperationalError, connection

from apes_directory.existing import ExistingDatabase, only_existing
from apes_directory.outage import Reason, is_outage, reason_of
from tests.pages.html import main


def caused(name: str, kind: type[Exception] = OperationalError) -> Exception:
    """As Django tells an error of SQLite's."""
    cause = sqlite3.OperationalError(name)
    cause.sqlite_errorname = name
    error = kind(name)
    error.__cause__ = cause
    return error


def of_postgresql(cause: Exception) -> Exception:
    error = OperationalError()
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (caused("SQLITE_FULL"), Reason.FULL),
        (caused("SQLITE_IOERR_WRITE"), Reason.FULL),
        (of_postgresql(psycopg.errors.DiskFull()), Reason.FULL),
        (OSError(errno.ENOSPC, "No space left on device"), Reason.FULL),
        (caused("SQLITE_CORRUPT", DatabaseError), Reason.SPOILT),
        (caused("SQLITE_CORRUPT_VTAB", DatabaseError), Reason.SPOILT),
        (caused("SQLITE_NOTADB", DatabaseError), Reason.SPOILT),
        (of_postgresql(psycopg.errors.DataCorrupted()), Reason.SPOILT),
        (caused("SQLITE_BUSY"), Reason.BUSY),
        (caused("SQLITE_CANTOPEN"), Reason.GONE),
        (caused("SQLITE_READONLY_DBMOVED"), Reason.GONE),
        (caused("SQLITE_IOERR_READ"), Reason.GONE),
        (of_postgresql(psycopg.errors.AdminShutdown()), Reason.GONE),
        (caused("SQLITE_ERROR"), None),
        (caused("SQLITE_CONSTRAINT_UNIQUE", DatabaseError), None),
        (OSError(errno.ENOENT, "No such file"), None),
        (ValueError(), None),
        (None, None),
    ],
)
def test_what_errors_tell(error, expected):
    assert reason_of(error) == expected


@pytest.mark.parametrize(
    ("name", "sentence", "advice"),
    [
        ("SQLITE_FULL", "Le disque de l’annuaire est plein.", "il faut libérer de la place"),
        ("SQLITE_CORRUPT", "La base de données de l’annuaire est abîmée.", "une sauvegarde est à remettre"),
        ("SQLITE_BUSY", "D’autres enregistrements sont en cours", "Réessayez dans quelques minutes"),
        (
            "SQLITE_CANTOPEN",
            "La base de données de l’annuaire ne répond pas.",
            "Réessayez dans quelques minutes",
        ),
    ],
)
def test_an_editor_is_told_what_is_wrong_and_what_to_do(client, db, name, sentence, advice, caplog):
    def refuse(*args):
        raise caused(name, DatabaseError if name == "SQLITE_CORRUPT" else OperationalError)

    client.raise_request_exception = False
    client.cookies["sessionid"] = "a" * 32
    with connection.execute_wrapper(refuse):
        response = client.get("/admin/")
    assert (response.status_code, response["Retry-After"]) == (503, "30")
    text = main(response).text
    assert sentence in text
    assert advice in text
    assert "Ce que vous veniez d’envoyer n’est pas enregistré." in text
    # Only where the database is gone may another one answer in its place.
    assert is_outage(response) == (name == "SQLITE_CANTOPEN")
    # Whoever keeps the site finds what only they can mend among the errors.
    assert {record.levelname for record in caplog.records} == {
        "ERROR" if name in {"SQLITE_FULL", "SQLITE_CORRUPT"} else "WARNING"
    }


@pytest.mark.skipif(connection.vendor != "sqlite", reason="a limit that SQLite's own connections have")
def test_a_database_that_may_not_grow_loses_nothing_and_goes_on(client, db, settings):
    """SQLite's own error of a full disk, from the statement to the page; tests/torture/faults/disk.py fills one."""
    client.raise_request_exception = False
    with connection.cursor() as cursor:
        pages = cursor.execute("PRAGMA page_count").fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count = {pages}")
        try:
            with pytest.raises(OperationalError) as full:
                cursor.execute("CREATE TABLE filler AS SELECT zeroblob(9000000) AS held")
            assert reason_of(full.value) is Reason.FULL
            assert client.get("/acteurs/").status_code == 200
        finally:
            cursor.execute("PRAGMA max_page_count = 1073741823")
        cursor.execute("CREATE TABLE filler AS SELECT 1 AS one")
        cursor.execute("DROP TABLE filler")


def test_a_server_makes_no_database(tmp_path):
    settings = {"ENGINE": "django.db.backends.sqlite3", "OPTIONS": {"timeout": 20}}
    only_existing(settings)
    assert settings["OPTIONS"] == {"timeout": 20, "factory": ExistingDatabase}
    missing = tmp_path / "directory.sqlite3"
    with pytest.raises(sqlite3.OperationalError, match="unable to open") as error:
        sqlite3.connect(missing, factory=ExistingDatabase)
    assert reason_of(of_sqlite(error.value)) is Reason.GONE
    assert not missing.exists()
    sqlite3.connect(missing).close()
    sqlite3.connect(missing, factory=ExistingDatabase).close()
    of_others = {"ENGINE": "django.db.backends.postgresql"}
    only_existing(of_others)
    assert of_others == {"ENGINE": "django.db.backends.postgresql"}


def of_sqlite(cause: Exception) -> Exception:
    error = OperationalError()
    error.__cause__ = cause
    return error
