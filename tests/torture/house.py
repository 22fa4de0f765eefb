"""Sites that may be broken: each a copy of one that was prepared, with a server that can be killed and started again.

>>> with prepared("sqlite", writers=4, entries=20) as base, base.copy("kill") as home, home.server() as server:
...     os.kill(server.workers()[0], signal.SIGKILL)
"""

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from tests.browser.site import new_database
from tests.run import OWN
from tests.serving import ROOT, manage, output, run
from tests.torture.cluster import Cluster

# Seconds; a machine that does much else starts slowly.
START_TIMEOUT = 90
# What gunicorn_conf.py calls the process that does background jobs.
_RUNNER = "annuaire-jobs"


class Entry(NamedTuple):
    """One of the entries that writers change."""

    pk: int
    public_id: str
    slug: str


@dataclass
class Home:
    """A database and a folder of one site. ``environment``: what its processes are given."""

    database: str
    folder: Path
    environment: dict[str, str]
    entries: list[Entry]
    cluster: Cluster | None = None
    _copies: int = field(default=0)

    @property
    def file(self) -> Path:
        """SQLite's file."""
        return self.folder / "directory.sqlite3"

    def manage(self, *arguments: str) -> str:
        return output("manage.py", *arguments, environment=self.environment)

    def said(self, *command: str, **added: str) -> subprocess.CompletedProcess:
        """A command of this Python, whatever becomes of it, with what it said."""
        return subprocess.run(
            [sys.executable, *command],
            cwd=ROOT,
            env=self.environment | added,
            capture_output=True,
            text=True,
            timeout=300,
        )

    @contextmanager
    def copy(self, name: str, folder: Path | None = None) -> Iterator["Home"]:
        """The same site once more, in ``folder`` if one is given, gone with the block; nobody may serve this one."""
        self._copies += 1
        there = folder or self.folder.parent / f"{name}-{self._copies}"
        there.mkdir(exist_ok=True)
        (there / "static").symlink_to(self.folder / "static")
        environment = self.environment | {"DATA_DIR": str(there)}
        if self.database == "postgresql":
            url = self.environment["DATABASE_URL"]
            environment["DATABASE_URL"] = new_database(
                url, f"{self.database_name}_{name}", template=self.database_name
            )
        else:
            with (
                closing(sqlite3.connect(self.file)) as original,
                closing(sqlite3.connect(there / self.file.name)) as to,
            ):
                original.backup(to)
        try:
            yield Home(self.database, there, environment, self.entries, self.cluster)
        finally:
            for path in there.iterdir():
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()

    def release(self) -> str:
        """Of PostgreSQL, « 15.18 »; empty on SQLite."""
        if self.cluster is None:
            return ""
        return self.cluster.program("postgres", "--version").decode().split()[2]

    @property
    def database_name(self) -> str:
        return self.environment["DATABASE_URL"].rpartition("/")[2]

    @contextmanager
    def server(self, **added: str) -> Iterator["Server"]:
        server = Server(self, added)
        server.start()
        try:
            yield server
        finally:
            server.stop()


class Server:
    """gunicorn as an installation starts it, on a port that stays the same over its lives."""

    def __init__(self, home: Home, added: dict[str, str]) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self._environment = home.environment | added | {"PORT": str(self.port), "HOST": "127.0.0.1"}
        self.log = home.folder.with_name(f"{home.folder.name}.log")
        self._process: subprocess.Popen | None = None
        self.starts = 0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """As systemd does with Restart=always: again while the old one's children still hold the port."""
        deadline = time.monotonic() + START_TIMEOUT
        while True:
            with self.log.open("ab") as log:
                self._process = subprocess.Popen(
                    [sys.executable, "-m", "gunicorn", "--config", "apes_directory/gunicorn_conf.py"],
                    cwd=ROOT,
                    env=self._environment,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
            self.starts += 1
            while self._process.poll() is None:
                # Listening is not enough: workers of a master that was killed still do.
                if self.workers() and self._listens():
                    return
                if time.monotonic() > deadline:
                    raise RuntimeError(f"gunicorn does not listen: {self.said()}")
                time.sleep(0.05)
            if time.monotonic() > deadline:
                raise RuntimeError(f"gunicorn did not start: {self.said()}")
            time.sleep(0.2)

    def _listens(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        except OSError:
            return False
        return True

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")[-3000:]

    @property
    def master(self) -> int:
        return self._process.pid

    def is_up(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def _children(self) -> dict[int, str]:
        found = {}
        with suppress(OSError):
            for pid in Path(f"/proc/{self.master}/task/{self.master}/children").read_text().split():
                with suppress(OSError):
                    found[int(pid)] = Path(f"/proc/{pid}/comm").read_text().strip()
        return found

    def workers(self) -> list[int]:
        return [pid for pid, name in self._children().items() if name != _RUNNER]

    def runner(self) -> int | None:
        """The process that does background jobs, or has them done by its own children."""
        return next((pid for pid, name in self._children().items() if name == _RUNNER), None)

    def kill(self, pid: int) -> None:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)

    def kill_master(self) -> None:
        """Its children find out by themselves, or are ended here as systemd would end them."""
        self.kill(self.master)
        self._process.wait()

    def kill_everything(self) -> None:
        """The whole of it at once, as a machine that has no memory left, or KillMode=mixed after a master that died."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        if self._process.poll() is None:
            self._process.wait()

    def stop(self) -> None:
        if self.is_up():
            self._process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(timeout=40)
        self.kill_everything()


@contextmanager
def copied_cluster(base: Home, folder: Path) -> Iterator[Home]:
    """The same site on a PostgreSQL of its own, whose data stands in ``folder``."""
    cluster = Cluster(folder)
    data = base.folder.parent / "of-own-cluster"
    data.mkdir()
    (data / "static").symlink_to(base.folder / "static")
    cluster.make()
    cluster.start()
    try:
        url = new_database(cluster.url, "directory")
        dump = cluster.program("pg_dump", "--no-owner", base.environment["DATABASE_URL"])
        cluster.program("psql", "--quiet", "--no-psqlrc", url, given=dump)
        environment = base.environment | {"DATABASE_URL": url, "DATA_DIR": str(data)}
        yield Home(base.database, data, environment, base.entries, cluster)
    finally:
        cluster.stop()


@contextmanager
def prepared(
    database: str, *, writers: int, entries: int, quick: bool = False, url: str = ""
) -> Iterator[Home]:
    """A site to copy from: as ``manage.py prepare`` leaves it, or for quick forms with bare tables; gone with the block.

    ``url``: a PostgreSQL that stands, where none of its own is to be made.
    """
    environment = {name: value for name, value in os.environ.items() if name not in OWN}
    environment["DJANGO_SETTINGS_MODULE"] = f"tests.torture.{'quick_settings' if quick else 'settings'}"
    environment |= {"STATIC_COMPRESSION": "off", "DATABASE_URL": "", "API_RATE": "0", "CHECK_LINKS": "off"}
    with tempfile.TemporaryDirectory(prefix="apes-torture-") as temporary:
        folder = Path(temporary) / "base"
        folder.mkdir()
        (folder / "static").mkdir()
        environment["DATA_DIR"] = str(folder)
        # One that stays the same: copies must know the sessions of the base.
        environment["SECRET_KEY"] = os.urandom(40).hex()
        cluster = None
        if url:
            environment["DATABASE_URL"] = new_database(url, f"torture_{os.getpid()}")
        elif database == "postgresql":
            cluster = Cluster(Path(tempfile.mkdtemp(prefix="apes-pg-", dir="/tmp")))
        try:
            if cluster is not None:
                cluster.make()
                cluster.start()
                environment["DATABASE_URL"] = new_database(cluster.url, "base")
            if quick:
                manage("migrate", "--run-syncdb", "--verbosity", "0", environment=environment, quiet=True)
            else:
                manage("prepare", environment=environment, quiet=True)
            said = output("-m", "tests.torture.scene", str(writers), str(entries), environment=environment)
            made = [Entry(int(pk), *rest) for pk, *rest in map(str.split, said.splitlines())]
            yield Home(database, folder, environment, made, cluster)
        finally:
            if cluster is not None:
                cluster.stop()
                shutil.rmtree(cluster.folder, ignore_errors=True)
                Path(f"{cluster.folder}.log").unlink(missing_ok=True)
                cluster.log.unlink(missing_ok=True)


__all__ = ["Entry", "Home", "Server", "prepared", "run"]
