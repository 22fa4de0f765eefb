"""A primary and its streaming replicas on this machine, and sites in front of them; all gone with the block."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import psycopg

from tests.postgres import SUPERUSER
from tests.programs import NGINX, REDIS
from tests.torture.cluster import Cluster
from tests.torture.house import Home, prepared


class Replica(Cluster):
    """A PostgreSQL that follows another one. Unlike a killed site's, its data need not be on the disk."""

    def __init__(self, folder: Path, primary: Cluster, database: str) -> None:
        super().__init__(folder)
        self._primary, self._database = primary, database

    @property
    def url(self) -> str:
        return super().url.removesuffix("postgres") + self._database

    def make(self) -> None:
        if self._identity:
            os.chown(self.folder, self._identity["user"], self._identity["group"])
        options = ["--write-recovery-conf", "--checkpoint=fast", "--wal-method=stream", "--no-sync"]
        subprocess.run(
            [
                *(self._programs / "pg_basebackup", "--pgdata", self.folder / "data"),
                *("--host", self._primary.folder, "--username", SUPERUSER, *options),
            ],
            cwd=self.folder,
            capture_output=True,
            check=True,
            **self._identity,
        )

    def run(self, statement: str):
        """The first value of a statement's first row."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            return connection.execute(statement).fetchone()[0]

    def signal(self, number: signal.Signals) -> None:
        """Send it to every process of the server: SIGSTOP and SIGCONT are not passed on."""
        for pid in (self._server.pid, *map(int, _children(self._server.pid))):
            with suppress(ProcessLookupError):
                os.kill(pid, number)

    def pause(self) -> None:
        """It receives what the primary sends, and shows none of it."""
        self.run("SELECT pg_wal_replay_pause()")

    def go_on(self) -> None:
        self.run("SELECT pg_wal_replay_resume()")


def _children(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


class Standing(NamedTuple):
    home: Home
    primary: Cluster
    replicas: list[Replica]

    @property
    def environment(self) -> dict[str, str]:
        """What a site in front of them is told."""
        urls = ",".join(each.url for each in self.replicas)
        return {"DATABASE_REPLICA_URL": urls, "JOBS": "off"}


@contextmanager
def redis(folder: Path) -> Iterator[str]:
    """Address (CACHE_URL) of a Redis of its own."""
    path = folder / "redis.sock"
    command = [REDIS.path(), "--port", "0", "--unixsocket", str(path), "--save", "", "--dir", str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        _wait_for(path.exists)
        yield f"unix://{path}"
    finally:
        process.kill()
        process.wait()


_CDN = """
pid {folder}/nginx.pid;
daemon off;
error_log {folder}/error.log crit;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    proxy_cache_path {folder}/kept keys_zone=kept:1m;
    server {{
        listen 127.0.0.1:{port};
        location / {{
            proxy_pass http://127.0.0.1:{site};
            proxy_set_header Host $host;
            proxy_cache kept;
            # One request at a time for each page; meanwhile everybody gets the one there is, as the site allows.
            proxy_cache_lock on;
            proxy_cache_use_stale updating;
            proxy_cache_background_update on;
            proxy_cache_bypass $cookie_sessionid;
            proxy_no_cache $cookie_sessionid;
            add_header X-Cache $upstream_cache_status always;
        }}
    }}
}}
"""


@contextmanager
def cdn(folder: Path, site: int) -> Iterator[int]:
    """nginx in front of the site on a port, as a CDN that keeps pages for as long as the site says; its own port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(user + _CDN.format(folder=folder, port=port, site=site))
    process = subprocess.Popen(
        [NGINX.path(), "-p", folder, "-c", folder / "nginx.conf"], stderr=subprocess.DEVNULL
    )
    try:
        _wait_for(lambda: _listens(port))
        yield port
    finally:
        process.terminate()
        process.wait()


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def _wait_for(ready: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not ready():
        if time.monotonic() > deadline:
            raise RuntimeError("it does not start")
        time.sleep(0.02)


@contextmanager
def standing(*, replicas: int = 1, entries: int = 3) -> Iterator[Standing]:
    with ExitStack() as stack:
        home = stack.enter_context(prepared("postgresql", writers=1, entries=entries, quick=True))
        made = []
        for _ in range(replicas):
            folder = Path(tempfile.mkdtemp(prefix="apes-pg-", dir="/tmp"))
            stack.callback(shutil.rmtree, folder, ignore_errors=True)
            stack.callback(Path(f"{folder}.log").unlink, missing_ok=True)
            replica = Replica(folder, home.cluster, home.database_name)
            replica.make()
            replica.start()
            stack.callback(replica.stop)
            made.append(replica)
        yield Standing(home, home.cluster, made)
