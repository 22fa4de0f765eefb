"""Copying a PostgreSQL database with its own tools, and putting a copy in its place."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.db import connection
from psycopg import sql

from apes_directory.backups.errors import BackupFailed
from apes_directory.backups.waiting import WAITING
from apes_directory.jobs import connection_parameters

NAME = "database.pgdump"
# Comment on ``django_migrations`` of a database that came back and from which nobody was taken out again yet.
MARK = "annuaire : retour à finir"
# What Django gives psycopg and libpq knows by another name, or not at all.
_VARIABLES = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
}
_SSL = ("sslmode", "sslrootcert", "sslcert", "sslkey")


def dump(target: Path) -> dict[str, int]:
    """Have ``pg_dump`` write the database into ``target``; rows by table, counted in the very same snapshot."""
    with _own_connection() as own, own.transaction():
        own.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        (snapshot,) = own.execute("SELECT pg_export_snapshot()").fetchone()
        # No owners and no rights: it comes back into whatever database the restoring account owns. The archive
        # around it is compressed.
        _run(
            *("pg_dump", "--format=custom", "--compress=0", "--no-owner", "--no-privileges", "--no-comments"),
            *(f"--snapshot={snapshot}", "--schema=public", f"--file={target}"),
        )
        return _counts(own)


def check(source: Path) -> None:
    """Raise BackupFailed where ``pg_restore`` can't read the copy's list of contents."""
    _run("pg_restore", "--list", str(source))


def bring_back(source: Path, counts: dict[str, int]) -> None:
    """Replace every table by the copy's in one transaction: all of it or nothing, the number of rows included, but for
    sessions and the mail that waited; the new rows bear the mark.

    Visitors wait meanwhile.
    """
    # Beside the copy: /tmp may be a small disk in memory, and others' as well.
    with _own_connection() as own, tempfile.TemporaryDirectory(dir=source.parent) as folder:
        statements, script = Path(folder) / "before.sql", Path(folder) / "after.sql"
        statements.write_text(_dropping(own), encoding="utf-8")
        script.write_text(_counting(own, counts) + _ending(own, counts), encoding="utf-8")
        # As a file, not a stream: one that ends too early must not pass for a whole one.
        copied = Path(folder) / "copy.sql"
        contents = _contents(source, Path(folder))
        _run(
            "pg_restore",
            "--no-owner",
            "--no-privileges",
            f"--use-list={contents}",
            f"--file={copied}",
            str(source),
        )
        own.close()
        connection.close()
        _run(
            *(
                "psql",
                "--no-psqlrc",
                "--quiet",
                "--set=ON_ERROR_STOP=1",
                "--single-transaction",
                "--output=/dev/null",
            ),
            *(f"--file={statements}", f"--file={copied}", f"--file={script}"),
        )
    connection.close()


def _dropping(own: psycopg.Connection) -> str:
    tables = own.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1").fetchall()
    names = sql.SQL(", ").join(sql.Identifier("public", name) for (name,) in tables)
    return sql.SQL("DROP TABLE {} CASCADE;\n").format(names).as_string(own) if tables else ""


def _counting(own: psycopg.Connection, counts: dict[str, int]) -> str:
    """A script that fails, and takes the transaction with it, where a table has another number of rows."""
    checks = [
        sql.SQL("IF (SELECT count(*) FROM {}) <> {} THEN RAISE EXCEPTION {}; END IF;")
        .format(
            sql.Identifier("public", name),
            sql.Literal(number),
            sql.Literal(f"{name} : autre nombre de lignes"),
        )
        .as_string(own)
        for name, number in counts.items()
    ]
    return "DO $count$ BEGIN\n" + "\n".join(checks) + "\nEND $count$;\n"


def _ending(own: psycopg.Connection, counts: dict[str, int]) -> str:
    statements = [
        sql.SQL("DELETE FROM {} WHERE ").format(sql.Identifier("public", table)) + sql.SQL(condition)
        for table, condition in WAITING.items()
        if table in counts
    ]
    statements.append(sql.SQL("COMMENT ON TABLE public.django_migrations IS {}").format(sql.Literal(MARK)))
    return "".join(f"{each.as_string(own)};\n" for each in statements)


def is_marked() -> bool:
    """Whether rows came back that still need what ``restoring.finish()`` does (1 query)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT obj_description(to_regclass('public.django_migrations'), 'pg_class')")
        return cursor.fetchone()[0] == MARK


def unmark() -> None:
    """Inside the transaction that does it."""
    with connection.cursor() as cursor:
        cursor.execute("COMMENT ON TABLE public.django_migrations IS NULL")


def _contents(source: Path, folder: Path) -> Path:
    """What of the copy is brought back, as a list for ``pg_restore``: all but the schema, which is there already."""
    entries = _run("pg_restore", "--list", str(source)).splitlines()
    kept = folder / "contents"
    kept.write_text("\n".join(each for each in entries if " SCHEMA - " not in each), encoding="utf-8")
    return kept


def _counts(own: psycopg.Connection) -> dict[str, int]:
    tables = own.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1").fetchall()
    return {
        name: own.execute(
            sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier("public", name))
        ).fetchone()[0]
        for (name,) in tables
    }


@contextmanager
def _own_connection() -> Iterator[psycopg.Connection]:
    try:
        with psycopg.connect(**connection_parameters(), autocommit=True) as own:
            yield own
    except psycopg.Error as error:
        raise BackupFailed(f"PostgreSQL ne répond pas comme il faut : {str(error).strip()}") from error


def _run(name: str, *arguments: str) -> str:
    """What one of PostgreSQL's programs says of this database; the password goes by the environment, unseen by others."""
    parameters = connection_parameters()
    environment = dict(os.environ)
    for key, value in parameters.items():
        if key in _VARIABLES or key in _SSL:
            environment[_VARIABLES.get(key, f"PG{key.upper()}")] = str(value)
    done = subprocess.run(
        [program(name), *arguments], env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["sans un mot"]
        raise BackupFailed(f"{name} a échoué : {' '.join(said[-3:])}")
    return done.stdout


def program(name: str, roots: str = "/usr/lib/postgresql") -> str:
    """The newest of its versions here: an older one refuses a newer server's database."""
    folders = [each for each in Path(roots).glob("*/bin") if re.fullmatch(r"\d+", each.parent.name)]
    for folder in sorted(folders, key=lambda each: int(each.parent.name), reverse=True):
        if (folder / name).exists():
            return str(folder / name)
    if found := shutil.which(name):
        return found
    raise BackupFailed(
        f"« {name} » manque : installez le paquet postgresql-client, de la version du serveur."
    )
