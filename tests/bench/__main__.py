"""Measures the site beside its peers, writes docs/performance.md, and exits 1 where a named ratio is missed.

Directories of 1,000, 20,000 and 200,000 made-up actors, on SQLite and PostgreSQL. For each, side by side on this machine:
the site without pages kept and with them, a constant view under the same gunicorn, Datasette over the same rows, nginx
with a file, and the bare SQL. They are asked in turn, so that a machine whose speed drifts slows them all alike.
``--sizes``, ``--database`` and ``--rounds`` shorten it; ``--data`` keeps the directories for another run.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path

from tests import postgres
from tests.bench import copying, peers, ratios, readable, report
from tests.bench.measures import Measures, Target, interleaved
from tests.bench.pages import CONSTANT, SLOW, Sample, pages
from tests.browser.site import new_database
from tests.run import OWN
from tests.serving import ROOT, manage, serving

# Rounds of Datasette, which takes seconds a page where we take milliseconds.
SLOW_ROUNDS = {1_000: 5, 20_000: 3, 200_000: 1}


def main() -> None:
    options = argparse.ArgumentParser(prog="make bench")
    options.add_argument("--sizes", type=int, nargs="+", choices=copying.SIZES, default=list(copying.SIZES))
    options.add_argument("--rounds", type=int, default=25)
    options.add_argument("--database", choices=["sqlite", "postgresql"], action="append")
    options.add_argument("--data", help="folder of the directories, kept afterwards")
    options.add_argument("--no-browser", action="store_true", help="leave out the poor line")
    asked = options.parse_args()
    plain = {key: value for key, value in os.environ.items() if key not in OWN}
    plain |= {"STATIC_COMPRESSION": "off", "DATABASE_URL": "", "CDN_SECONDS": "60"}
    measures, started = Measures(), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="apes-bench-") as temporary, ExitStack() as stack:
        folder = copying.folder_of(asked.data, temporary)
        kinds = asked.database or ["sqlite", "postgresql"]
        cluster = stack.enter_context(postgres.cluster()) if "postgresql" in kinds else None
        for size in asked.sizes:
            say(f"{size} actors: making the directory…", started)
            environment = copying.made(folder, size, plain)
            for kind in kinds:
                say(f"{size} actors, {kind}…", started)
                with on(kind, folder / str(size), environment, cluster) as (there, server):
                    measures.versions[kind] = server
                    measure(measures, size, kind, folder / str(size), there, asked.rounds, cluster)
                # A run that is stopped leaves what it knows.
                judged = ratios.judge(measures)
                report.write(measures, judged, minutes=(time.monotonic() - started) / 60)
        if not asked.no_browser:
            say("A poor line…", started)
            measures.slow = poor_line(folder, plain)
    judged = ratios.judge(measures)
    report.write(measures, judged, minutes=(time.monotonic() - started) / 60)
    for ratio in judged:
        sys.stdout.write(f"{ratio.line}\n")
    sys.exit(any(ratio.missed for ratio in judged))


@contextmanager
def on(kind: str, home: Path, environment: dict[str, str], cluster) -> Iterator[tuple[dict[str, str], str]]:
    """(environment of the directory on that database, its name and release)."""
    if kind == "sqlite":
        import sqlite3

        manage("prepare", environment=environment, quiet=True)
        yield environment, f"SQLite {sqlite3.sqlite_version}"
        return
    url, version = cluster
    address = new_database(url, f"directory_{home.name}")
    there = environment | {"DATABASE_URL": address}
    copying.into_postgresql(home, address, there)
    manage("prepare", environment=there, quiet=True)
    yield there, f"PostgreSQL {version}"


def measure(
    measures: Measures, size: int, kind: str, home: Path, environment: dict[str, str], rounds: int, cluster
) -> None:
    chosen = copying.sample(home)
    asked = pages(chosen)
    done = bare_sql(environment, chosen, max(2, rounds // (40 if size > 100_000 else 8)))
    measures.index[size, kind], measures.sql[size, kind] = done["index"], done["pages"]
    database = [postmaster(cluster)] if kind == "postgresql" else []
    with ExitStack() as stack:
        cold = stack.enter_context(peers.site(environment, kept=0, more=database))
        warm = stack.enter_context(peers.site(environment, kept=500, more=[]))
        _, _, body = cold.ask("/acteurs/")
        file = stack.enter_context(peers.nginx(body))
        targets = [Target("site", cold, page.key, page.addresses) for page in asked]
        targets += [Target("warm", warm, page.key, page.addresses) for page in asked if page.key != "suggest"]
        targets += [
            Target("warm", warm, "constant", (CONSTANT,)),
            Target("nginx", file, "list", ("/page.html",)),
        ]
        head = warm.ask("/acteurs/")[1].decode()
        tag = next(line.partition(": ")[2] for line in head.split("\r\n") if line.lower().startswith("etag"))
        targets.append(Target("304", warm, "list", ("/acteurs/",), tag=tag, status=304))
        slow = []
        # A database of ours changes nothing of Datasette's: asked once for each size.
        if kind == "sqlite":
            peer = stack.enter_context(peers.datasette(home / "flat.db"))
            for page in asked:
                if page.peer:
                    (slow if page.is_counted else targets).append(
                        Target("datasette", peer, page.key, page.peers)
                    )
        interleaved(measures, size, kind, targets, slow, rounds, SLOW_ROUNDS[size])


def postmaster(cluster) -> int:
    """The process of PostgreSQL from which all of its others come."""
    from urllib.parse import unquote, urlsplit

    folder = unquote(urlsplit(cluster[0]).hostname or "")
    return int(Path(folder, "data", "postmaster.pid").read_text().split()[0])


def bare_sql(environment: dict[str, str], chosen: Sample, rounds: int) -> dict:
    command = [sys.executable, "-m", "tests.bench.sql", str(rounds), json.dumps(asdict(chosen))]
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


def poor_line(folder: Path, plain: dict[str, str]) -> dict[str, tuple[float, float]]:
    """What a visitor with a poor line and an old phone waits for, over the fixtures."""
    environment = plain | {"DATA_DIR": str(folder / "fixtures"), "STATIC_COMPRESSION": "on"}
    manage("prepare", environment=environment, quiet=True)
    with serving(environment, "tests.bench.settings") as port:
        return readable.measure(f"http://127.0.0.1:{port}", SLOW)


def say(text: str, started: float) -> None:
    sys.stderr.write(f"{(time.monotonic() - started) / 60:5.1f} min  {text}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    main()
