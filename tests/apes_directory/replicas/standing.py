"""A primary and its streaming replicas on this machine, and sites in front of them; all gone with the block."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

import psycopg

from tests.postgres import SUPERUSER
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

    def pause(self) -> None:
        """It receives what the primary sends, and shows none of it."""
        self.run("SELECT pg_wal_replay_pause()")

    def go_on(self) -> None:
        self.run("SELECT pg_wal_replay_resume()")


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
def standing(*, replicas: int = 1, entries: int = 3) -> Iterator[Standing]:
    with ExitStack() as stack:
        home = stack.enter_context(prepared("postgresql", writers=1, entries=entries, quick=True))
        made = []
        for _ in range(replicas):
            folder = Path(tempfile.mkdtemp(prefix="apes-pg-", dir="/tmp"))
            stack.callback(shutil.rmtree, folder, ignore_errors=True)
            replica = Replica(folder, home.cluster, home.database_name)
            replica.make()
            replica.start()
            stack.callback(replica.stop)
            made.append(replica)
        yield Standing(home, home.cluster, made)
