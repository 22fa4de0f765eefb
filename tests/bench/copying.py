"""Directories of each size, made once: by ``seed_demo`` and ``grow`` in SQLite, from there into PostgreSQL as they are."""

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg

from tests.bench.flat import flatten
from tests.bench.pages import Sample
from tests.serving import manage, run

# Actors that are asked, of each sort: (condition, how many). They are spread over the directory, with as many links
# as it happens; the head of the network, with which hundreds are linked, is no example of anybody.
_LINKED = "EXISTS (SELECT 1 FROM actors_cooperation c WHERE c.source_id = a.id) OR EXISTS "
_LINKED += "(SELECT 1 FROM actors_cooperation c WHERE c.target_id = a.id)"
_ASKED_ACTORS = [
    (f"a.nature = 'organisation' AND a.slug <> 'apes' AND ({_LINKED})", 20),
    (f"a.nature = 'initiative' AND ({_LINKED})", 10),
    ("a.nature = 'ptce'", 3),
    (f"a.nature <> 'ptce' AND NOT ({_LINKED})", 7),
]
# Territories that are asked, of each level, beside the largest EPCI.
_ASKED_TERRITORIES = {
    "region": 1,
    "department": 3,
    "epci": 6,
    "commune": 6,
    "delegated_commune": 1,
    "associated_commune": 1,
    "former": 1,
}
_HOME_REGION = "32"
# Actors -> (how many are made one by one, copies of each).
SIZES = {1_000: (1_000, 0), 20_000: (5_000, 3), 200_000: (5_000, 39)}


def made(folder: Path, size: int, plain: dict[str, str]) -> dict[str, str]:
    """The environment of a SQLite directory of about ``size`` actors in ``folder``, made unless it stands there."""
    home = folder / str(size)
    environment = plain | {"DATA_DIR": str(home)}
    if not (home / "flat.db").exists():
        seeded, copies = SIZES[size]
        base = folder / f"base-{seeded}"
        if not base.exists():
            manage("seed_demo", f"--actors={seeded}", environment=plain | {"DATA_DIR": str(base)}, quiet=True)
        if not home.exists():
            shutil.copytree(base, home)
            if copies:
                run("-m", "tests.bench.grow", str(copies), environment=environment, quiet=True)
        flatten(home / "directory.sqlite3", home / "flat.db")
    return environment


def sample(home: Path) -> Sample:
    """Who and what to ask of a directory: its largest EPCI, one with a fiftieth of that, some forty actors and twenty
    territories of all sorts, the most frequent pair of kind and sector."""
    with (
        closing(sqlite3.connect(home / "flat.db")) as flat,
        closing(sqlite3.connect(home / "directory.sqlite3")) as directory,
    ):
        epci = flat.execute(
            "SELECT epci, count(*) FROM actors WHERE epci <> '' GROUP BY 1 ORDER BY 2 DESC"
        ).fetchall()
        large, most = epci[0]
        small = next((code for code, number in epci if number <= max(3, most / 50)), epci[-1][0])
        actors = _actors(directory)
        territories = _territories(directory, large)
        kind, sector = directory.execute(
            "SELECT a.organisation_kind, s.sector FROM actors_actor a JOIN actors_actorsector s ON s.actor_id = a.id "
            "WHERE a.publication = 'published' AND a.organisation_kind <> '' GROUP BY 1, 2 "
            "ORDER BY count(*) DESC, 1, 2 LIMIT 1"
        ).fetchone()
        name, pk = flat.execute(
            "SELECT name_key, id FROM actors ORDER BY name_key, id LIMIT 1 OFFSET 979"
        ).fetchone()
    return Sample(large, small, actors, territories, f"{_tilde(name)},{pk}", kind, sector)


def _actors(directory: sqlite3.Connection) -> list[tuple[str, int]]:
    found = [
        _spread(
            directory.execute(
                "SELECT a.slug, a.id FROM actors_actor a "
                f"WHERE a.publication = 'published' AND {condition} ORDER BY a.slug"
            ).fetchall(),
            number,
        )
        for condition, number in _ASKED_ACTORS
    ]
    return [row for rows in found for row in rows]


def _territories(directory: sqlite3.Connection, large: str) -> list[str]:
    """The EPCI of the code ``large``, then others of the region and the region itself; communes such as have actors."""
    rows = directory.execute(
        "SELECT t.kind, t.slug FROM territories_territory t WHERE (t.kind, t.code) <> ('epci', :large) AND "
        "(t.kind <> 'commune' OR t.id IN (SELECT territory_id FROM actors_place)) AND (t.code = :home OR t.id IN "
        "(SELECT k.member_id FROM territories_containment k JOIN territories_territory r ON r.id = k.container_id "
        "WHERE r.kind = 'region' AND r.code = :home)) ORDER BY t.kind, t.code",
        {"large": large, "home": _HOME_REGION},
    ).fetchall()
    first = directory.execute(
        "SELECT slug FROM territories_territory WHERE kind = 'epci' AND code = ?", [large]
    ).fetchone()
    others = [
        _spread([slug for each, slug in rows if each == kind], number)
        for kind, number in _ASKED_TERRITORIES.items()
    ]
    return [*first, *(slug for slugs in others for slug in slugs)]


def _spread(rows: list, number: int) -> list:
    """As many of them at even distances; all where there are no more."""
    return [rows[len(rows) * at // number] for at in range(number)] if len(rows) > number else rows


def _tilde(text: str) -> str:
    """As Datasette writes a value in an address."""
    plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"
    return "".join(
        char if char in plain else "+" if char == " " else "".join(f"~{each:02X}" for each in char.encode())
        for char in text
    )


def into_postgresql(home: Path, url: str, environment: dict[str, str]) -> None:
    """Every row of the SQLite directory in a new PostgreSQL database, by COPY."""
    manage("migrate", "--verbosity=0", environment=environment, quiet=True)
    with closing(sqlite3.connect(home / "directory.sqlite3")) as source, psycopg.connect(url) as target:
        tables = [
            name
            for (name,) in target.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'django_migrations'"
            )
        ]
        target.execute("SET session_replication_role = replica")
        target.execute(f"TRUNCATE {', '.join(tables)}")
        for table in tables:
            _copy(source, target, table)
        target.execute("SET session_replication_role = DEFAULT")
    with psycopg.connect(url, autocommit=True) as target:
        target.execute("VACUUM ANALYZE")


def _copy(source: sqlite3.Connection, target: psycopg.Connection, table: str) -> None:
    columns = [
        name
        for (name,) in target.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = %s "
            "AND is_generated = 'NEVER'",
            [table],
        )
    ]
    names = ", ".join(f'"{name}"' for name in columns)
    with target.cursor().copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
        for row in source.execute(f'SELECT {names} FROM "{table}"'):
            copy.write_row(row)


def folder_of(path: str | None, temporary: str) -> Path:
    folder = Path(path or temporary)
    folder.mkdir(parents=True, exist_ok=True)
    os.chmod(folder, 0o755)
    return folder
