"""A PostgreSQL that may be stopped, killed and started again. Unlike the suite's own, it keeps what it says it keeps."""

import os
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import psycopg

from tests.postgres import SUPERUSER, PostgresMissing, find_programs, install, unprivileged

START_TIMEOUT = 60
# As Debian sets it up, but for the port: small, and every commit is on the disk before it is told.
_OPTIONS = {"listen_addresses": "", "max_connections": "80", "max_wal_size": "32MB", "min_wal_size": "4MB"}


class Cluster:
    """Its data stands in ``folder``, which the caller erases."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        # Beside it: the folder may be on a disk that is full.
        self.log = Path(f"{folder}.log")
        self._identity = unprivileged()
        self._server: subprocess.Popen | None = None
        if (programs := find_programs()) is None:
            install()
            programs = find_programs()
        if programs is None:
            raise PostgresMissing("initdb is nowhere to be found.")
        self._programs = programs

    @property
    def url(self) -> str:
        return f"postgresql://{SUPERUSER}@{quote(str(self.folder), safe='')}/postgres"

    def make(self) -> None:
        if self._identity:
            os.chown(self.folder, self._identity["user"], self._identity["group"])
        # Small segments: a disk that is filled on purpose is a small one.
        options = ["--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--wal-segsize=1"]
        subprocess.run(
            [self._programs / "initdb", "--pgdata", self.folder / "data", "--username", SUPERUSER, *options],
            cwd=self.folder,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
            capture_output=True,
            check=True,
            **self._identity,
        )

    def start(self) -> None:
        command = [self._programs / "postgres", "-D", self.folder / "data", "-k", self.folder]
        for name, value in _OPTIONS.items():
            command += ["-c", f"{name}={value}"]
        if setpriv := shutil.which("setpriv"):
            # It ends with the tester, however that ends.
            command = [setpriv, "--pdeathsig", "QUIT", *command]
        with self.log.open("ab") as log:
            self._server = subprocess.Popen(
                command, cwd=self.folder, stdout=log, stderr=log, start_new_session=True, **self._identity
            )
        deadline = time.monotonic() + START_TIMEOUT
        while time.monotonic() < deadline and self.is_up():
            with suppress(psycopg.OperationalError), psycopg.connect(self.url):
                return
            time.sleep(0.1)
        raise RuntimeError(f"PostgreSQL did not start: {self.said()}")

    def program(self, name: str, *arguments: str, given: bytes = b"") -> bytes:
        """What one of PostgreSQL's programs prints, of what it is given."""
        command = [self._programs / name, *arguments]
        return subprocess.run(command, input=given, capture_output=True, check=True).stdout

    def is_up(self) -> bool:
        return self._server is not None and self._server.poll() is None

    def said(self) -> str:
        return self.log.read_text(errors="replace")[-2000:]

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """SIGINT: at once and in order; SIGQUIT: as if its machine had lost its power, but for what the disk holds."""
        if not self.is_up():
            return
        self._server.send_signal(how)
        try:
            self._server.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self._server.kill()
            self._server.wait()
