"""The measured limits of docs/scaling.md: ``python -m tests.bench.scaling DATA_DIR``, over a copy of that directory.

    manage.py seed_demo --actors 20000        (with a DATA_DIR of its own)

Processor time per answer, of every process that took part, told apart: what a machine can answer in a second is its
processors divided by that, on a machine that does nothing else as on one that is shared. Takes about three minutes.
"""

import os
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from itertools import count
from pathlib import Path

import psycopg
from psycopg import sql

from tests.apes_directory.replicas.standing import Replica, cdn
from tests.bench import copying
from tests.bench.server import Visitor, family
from tests.browser.site import new_database
from tests.postgres import find_programs
from tests.run import OWN
from tests.serving import manage, output
from tests.torture.cluster import Cluster
from tests.torture.house import Entry, Home, Server
from tests.torture.people import Browser, Writer

# Of each kind of page, and edits.
ASKED, EDITS = 40, 10
_SEQUENCES = """
    SELECT table_name, column_name, pg_get_serial_sequence(quote_ident(table_name), column_name) FROM information_schema.columns
    WHERE table_schema = 'public' AND pg_get_serial_sequence(quote_ident(table_name), column_name) IS NOT NULL
"""


def main() -> None:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="apes-scaling-", dir="/tmp")))
        folder.chmod(0o755)
        home, slugs = _home(Path(sys.argv[1]), folder / "site")
        told("one machine, SQLite", one_machine(home, slugs, {}))
        told("one machine behind a CDN", behind_cdn(home, folder))
        primary, replica = _postgresql(home, folder, stack)
        for added, name in (
            ({}, "PostgreSQL"),
            ({"DATABASE_REPLICA_URL": replica.url}, "PostgreSQL and a replica"),
        ):
            own = {"DATABASE_URL": primary.url.removesuffix("postgres") + "site"} | added
            told(name, one_machine(home, slugs, own, primary=primary, replica=replica))


def told(name: str, lines: Iterator[str]) -> None:
    sys.stdout.write(f"\n{name}\n")
    for line in lines:
        sys.stdout.write(f"  {line}\n")
        sys.stdout.flush()


def _home(source: Path, folder: Path) -> tuple[Home, list[str]]:
    folder.mkdir()
    file = folder / "directory.sqlite3"
    with closing(sqlite3.connect(source / file.name)) as original, closing(sqlite3.connect(file)) as copy:
        original.backup(copy)
    environment = {name: value for name, value in os.environ.items() if name not in OWN}
    environment |= {"DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "tests.bench.settings", "JOBS": "off"}
    manage("prepare", environment=environment, quiet=True)
    said = output("-m", "tests.torture.scene", "1", "3", environment=environment)
    entries = [Entry(int(pk), *rest) for pk, *rest in map(str.split, said.splitlines())]
    with closing(sqlite3.connect(file)) as database:
        slugs = [
            slug
            for (slug,) in database.execute(
                "SELECT slug FROM actors_actor WHERE publication = 'published' ORDER BY id"
            )
        ]
    return Home("sqlite", folder, environment, entries), slugs


def _postgresql(home: Home, folder: Path, stack: ExitStack) -> tuple[Cluster, Replica]:
    if find_programs() is None:
        sys.exit("PostgreSQL is not installed.")
    places = [Path(tempfile.mkdtemp(prefix="apes-pg-", dir="/tmp")) for _ in range(2)]
    for place in places:
        stack.callback(shutil.rmtree, place, ignore_errors=True)
        stack.callback(Path(f"{place}.log").unlink, missing_ok=True)
    primary = Cluster(places[0])
    primary.make()
    primary.start()
    stack.callback(primary.stop)
    url = new_database(primary.url, "site")
    copying.into_postgresql(home.folder, url, home.environment | {"DATABASE_URL": url})
    with psycopg.connect(url, autocommit=True) as database:
        # Rows came with their numbers: the next ones begin after them.
        for table, column, sequence in database.execute(_SEQUENCES).fetchall():
            largest = sql.SQL("(SELECT max({}) FROM {})").format(
                sql.Identifier(column), sql.Identifier(table)
            )
            database.execute(sql.SQL("SELECT setval(%s, coalesce({}, 1))").format(largest), [sequence])
    replica = Replica(places[1], primary, "site")
    replica.make()
    replica.start()
    stack.callback(replica.stop)
    return primary, replica


def one_machine(
    home: Home,
    slugs: list[str],
    added: dict[str, str],
    primary: Cluster | None = None,
    replica: Replica | None = None,
) -> Iterator[str]:
    roots = {"primary": primary, "replica": replica}
    roots = {name: _postmaster(each) for name, each in roots.items() if each is not None}
    with home.server(PAGES_KEPT="0", **added) as server:
        meter = Meter(server, roots)
        for kind, addresses in pages(slugs).items():
            yield meter.of(
                f"{kind}, made", [lambda address=address: meter.visitor.ask(address) for address in addresses]
            )
    with home.server(**added) as server:
        meter = Meter(server, roots)
        address = "/acteurs/"
        # Kept by both processes.
        tags = {_tag(meter.visitor.ask(address)[1]) for _ in range(20)}
        yield meter.of("a list that is kept", [lambda: meter.visitor.ask(address)] * 200)
        yield meter.of("304", [lambda: meter.visitor.ask(address, tag=tags.copy().pop(), status=304)] * 200)
        writer = Writer(server.port, 0)
        writer.enter()
        entry, numbers = home.entries[0], count()
        edit = lambda: writer.edit(entry.pk, f"marque{time.time_ns() % 10**9}x{next(numbers)}")  # noqa: E731
        yield meter.of("an edit", [edit] * EDITS)
        alone = meter.milliseconds([edit] * EDITS)
        # A new connection each time: whichever process has not read it yet.
        asked = Browser(server.port)
        both = meter.milliseconds([lambda: (edit(), [asked.get(address) for _ in range(6)])] * EDITS)
        yield f"{'after an edit, both processes and their lists':45} {(sum(both.values()) - sum(alone.values())) / EDITS:9.2f} ms"
        yield f"{'memory of all its processes (PSS)':45} {sum(map(_pss, family(server.master))) / 1024:9.0f} MB"


def behind_cdn(home: Home, folder: Path) -> Iterator[str]:
    with home.server() as server, cdn(folder, server.port) as port:
        front = Browser(port)
        pid = int((folder / "nginx.pid").read_text())
        meter = Meter(server, {"CDN": pid}, port)
        front.get("/acteurs/")
        yield meter.of("a page it has", [lambda: meter.visitor.ask("/acteurs/")] * 500)


def pages(slugs: list[str]) -> dict[str, list[str]]:
    """Addresses of each kind, none twice."""
    step = len(slugs) // ASKED
    some = slugs[::step][:ASKED]
    return {
        "list": [f"/acteurs/?page={number}" for number in range(2, ASKED + 2)],
        "search": [f"/acteurs/?q={slug.split('-')[0]}" for slug in some],
        "actor": [f"/acteurs/{slug}/" for slug in some],
    }


class Meter:
    """What the site's processes and its databases' take."""

    def __init__(self, server: Server, roots: dict[str, int], port: int = 0) -> None:
        self.visitor = Visitor(port or server.port, [])
        self._meters = {name: Visitor(0, [pid]) for name, pid in {"site": server.master, **roots}.items()}

    def milliseconds(self, acts: list[Callable]) -> dict[str, float]:
        for act in acts[:4]:
            act()
        before = {name: meter.processor() for name, meter in self._meters.items()}
        for act in acts:
            act()
        return {name: meter.processor() - before[name] for name, meter in self._meters.items()}

    def of(self, what: str, acts: list[Callable]) -> str:
        took = {name: value / len(acts) for name, value in self.milliseconds(acts).items()}
        parts = ", ".join(f"{name} {value:.2f}" for name, value in took.items())
        return f"{what:45} {sum(took.values()):9.2f} ms ({parts})"


def _postmaster(cluster: Cluster) -> int:
    return int((cluster.folder / "data" / "postmaster.pid").read_text().split()[0])


def _tag(head: bytes) -> str:
    return next(
        line.partition(": ")[2] for line in head.decode().split("\r\n") if line.lower().startswith("etag")
    )


def _pss(pid: int) -> int:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    return 0


if __name__ == "__main__":
    main()
