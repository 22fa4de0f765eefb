"""Makes a directory of its own per database, asks each page in turn, and prints the table of docs/performance.md.

The pages are interleaved, so that a machine whose speed drifts slows them all alike; the ratio to the
constant view is what to compare between machines. ``--actors``, ``--rounds`` and ``--database`` shorten it.
"""

import argparse
import json
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from tests import postgres
from tests.bench import readable
from tests.bench.pages import CONSTANT, PAGES, SLOW
from tests.bench.server import Visitor
from tests.run import OWN
from tests.serving import ROOT, manage, serving

# A fresh process reads the snapshot at its first answers.
WARM_UP = 5


@contextmanager
def database(name: str, folder: str) -> Iterator[tuple[dict[str, str], str]]:
    """Environment and title of an empty database."""
    plain = {key: value for key, value in os.environ.items() if key not in OWN}
    # As on the open web: what a browser waits for depends on it.
    plain |= {"DATA_DIR": folder, "STATIC_COMPRESSION": "on"}
    if name == "sqlite":
        yield plain, f"SQLite {sqlite3.sqlite_version}"
        return
    with postgres.cluster() as (url, version):
        with psycopg.connect(url.removesuffix("/directory") + "/postgres", autocommit=True) as connection:
            connection.execute("CREATE DATABASE directory")
        yield plain | {"DATABASE_URL": url}, f"PostgreSQL {version}"


def measure(environment: dict[str, str], rounds: int) -> dict[str, tuple[list[float], int]]:
    """Address -> milliseconds of each round, bytes."""
    times: dict[str, list[float]] = {page.address: [] for page in PAGES}
    sizes: dict[str, int] = {}
    with serving(environment, "tests.bench.settings") as port:
        visitor = Visitor(port)
        for number in range(WARM_UP + rounds):
            for address in times:
                elapsed, sizes[address] = visitor.ask(address)
                if number >= WARM_UP:
                    times[address].append(elapsed)
    return {address: (times[address], sizes[address]) for address in times}


def bare_sql(environment: dict[str, str], rounds: int) -> dict[str, list[float]]:
    """Label -> milliseconds of the rows and of the facets."""
    command = [sys.executable, "-m", "tests.bench.sql", str(max(3, rounds // 10))]
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


def table(title: str, measured: dict, sql: dict) -> str:
    constant = statistics.median(measured[CONSTANT][0])
    lines = [
        f"### {title}",
        "",
        "| page | p50 ms | p95 ms | × constante | ko | SQL nu, lignes | SQL nu, facettes |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    for page in PAGES:
        times, size = measured[page.address]
        median, p95 = statistics.median(times), statistics.quantiles(times, n=20)[18]
        bare = " | ".join(f"{each:.1f}" for each in sql.get(page.label, ())) or " | "
        lines.append(
            f"| {page.label} | {median:.1f} | {p95:.1f} | {median / constant:.1f} | {size / 1000:.0f} | {bare} |"
        )
    return "\n".join(lines)


def slow_line(environment: dict[str, str]) -> str:
    """The table of what a visitor with a poor line and an old phone waits for."""
    with serving(environment, "tests.bench.settings") as port:
        found = readable.measure(f"http://127.0.0.1:{port}", SLOW)
    lines = ["| page | premier affichage, s | plus grand bloc, s |", "|---|--:|--:|"]
    return "\n".join(
        [*lines, *(f"| {label} | {first:.1f} | {largest:.1f} |" for label, (first, largest) in found.items())]
    )


def main() -> None:
    options = argparse.ArgumentParser(prog="make bench")
    options.add_argument("--actors", type=int, default=20_000)
    options.add_argument("--rounds", type=int, default=100)
    options.add_argument("--database", choices=["sqlite", "postgresql"], action="append")
    asked = options.parse_args()
    for name in asked.database or ["sqlite", "postgresql"]:
        with (
            tempfile.TemporaryDirectory(prefix="apes-bench-") as folder,
            database(name, folder) as (environment, title),
        ):
            manage("seed_demo", f"--actors={asked.actors}", environment=environment)
            manage("prepare", environment=environment)
            sql = bare_sql(environment, asked.rounds)
            measured = measure(environment, asked.rounds)
            # A browser sees no difference between the databases: asked once.
            slow = slow_line(environment) if name == "sqlite" else ""
        sys.stdout.write(f"\n{table(f'{title}, {asked.actors} acteurs', measured, sql)}\n")
        if slow:
            sys.stdout.write(f"\n### 400 kbit/s, 400 ms, processeur quatre fois plus lent\n\n{slow}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
