"""A throw-away PostgreSQL: made in a temporary folder, reached by a socket there, gone at the end.

Standard library only, since it runs before and beside the suite. Nothing to prepare by hand:

>>> with cluster() as (url, version):
...     run_tests(DATABASE_URL=url)
"""

import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

SUPERUSER = "apes"
# Data is thrown away anyway: no flush to disk, no listening port.
OPTIONS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    # A test's rows are never committed: autovacuum would find empty tables, and have joins and foreign
    # keys planned for that (100 s instead of 4 for loading the territories).
    "autovacuum": "off",
    # Compiling a query of a test takes longer than the query, and unanalysed tables make it look long.
    "jit": "off",
    "max_connections": "60",
    "log_min_messages": "warning",
}
START_TIMEOUT = 30  # seconds


class PostgresMissing(RuntimeError):
    """No PostgreSQL here, and no way to install one; the text tells how to get it."""


def find_programs(path: str | None = None, roots: str = "/usr/lib/postgresql") -> Path | None:
    """The folder that holds ``initdb`` and ``postgres``: on PATH, else the newest of Debian's, else None."""
    folders = []
    if found := shutil.which("initdb", path=path):
        folders.append(Path(found).resolve().parent)
    versions = [folder for folder in Path(roots).glob("*/bin") if folder.parent.name.isdigit()]
    folders += sorted(versions, key=lambda folder: int(folder.parent.name), reverse=True)
    for folder in folders:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    return None


def install() -> None:
    """Install Debian's package, as root; raise PostgresMissing where that is not possible."""
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        raise PostgresMissing(
            "PostgreSQL is not installed: install its server (Debian: apt-get install postgresql; "
            "macOS: brew install postgresql), or test SQLite alone with TEST_DATABASES=sqlite."
        )
    print("PostgreSQL: not installed, installing Debian’s package…", flush=True)  # noqa: T201
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update"], ["install", "--yes", "--no-install-recommends", "postgresql"]):
        done = subprocess.run(
            [apt, "--quiet", "--quiet", *arguments], env=environment, capture_output=True, text=True
        )
        if done.returncode:
            raise PostgresMissing(f"apt-get {arguments[0]} failed: {(done.stderr or done.stdout).strip()}")


def unprivileged() -> dict:
    """Who runs the server, as arguments of Popen: PostgreSQL refuses root, others run it themselves."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    raise PostgresMissing("PostgreSQL refuses root, and there is no user « postgres » nor « nobody ».")


@contextmanager
def cluster() -> Iterator[tuple[str, str]]:
    """Yield the address (DATABASE_URL) and the version of a fresh server; stop and erase it in the end.

    It ends with this process however that ends: by ``finally``, on SIGTERM and SIGHUP, and by the
    kernel's parent-death signal where ``setpriv`` can set it (a SIGKILL then leaves only its folder).
    """
    programs = find_programs()
    if programs is None:
        install()
        programs = find_programs()
        if programs is None:
            raise PostgresMissing("The package postgresql was installed, yet initdb is nowhere to be found.")
    identity = unprivileged()
    # Directly under /tmp: a short socket path (107 bytes at most) in a folder every user can enter.
    folder = Path(tempfile.mkdtemp(prefix="apes-pg-", dir="/tmp"))
    before = {number: signal.signal(number, _leave) for number in (signal.SIGTERM, signal.SIGHUP)}
    server = None
    try:
        if identity:
            os.chown(folder, identity["user"], identity["group"])
        _init(programs, folder, identity)
        server = _start(programs, folder, identity)
        version = subprocess.run(
            [programs / "postgres", "--version"], capture_output=True, text=True, check=True
        ).stdout
        yield (
            f"postgresql://{SUPERUSER}@{quote(str(folder), safe='')}/directory",
            re.search(r"\d+(\.\d+)*", version)[0],
        )
    finally:
        if server is not None:
            _stop(server)
        shutil.rmtree(folder, ignore_errors=True)
        for number, handler in before.items():
            signal.signal(number, handler)


def _leave(number, frame) -> None:
    sys.exit(128 + number)


def _init(programs: Path, folder: Path, identity: dict) -> None:
    options = ["--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
    done = subprocess.run(
        [programs / "initdb", "--pgdata", folder / "data", "--username", SUPERUSER, *options],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        **identity,
    )
    if done.returncode:
        raise RuntimeError(f"initdb failed: {done.stderr.strip()}")


def _start(programs: Path, folder: Path, identity: dict) -> subprocess.Popen:
    command = [programs / "postgres", "-D", folder / "data", "-k", folder]
    for name, value in OPTIONS.items():
        command += ["-c", f"{name}={value}"]
    if setpriv := shutil.which("setpriv"):
        command = [setpriv, "--pdeathsig", "QUIT", *command]
    log = folder / "server.log"
    with log.open("w") as output:
        # A session of its own: Ctrl+C reaches the runner, which then stops the server in order.
        server = subprocess.Popen(
            command, cwd=folder, stdout=output, stderr=output, start_new_session=True, **identity
        )
    end = time.monotonic() + START_TIMEOUT
    while time.monotonic() < end and server.poll() is None:
        # The eighth line of the server's own file tells its state, as pg_ctl reads it.
        try:
            lines = (folder / "data" / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            lines = []
        if len(lines) >= 8 and lines[7].strip() == "ready":
            return server
        time.sleep(0.05)
    _stop(server)
    raise RuntimeError(f"PostgreSQL did not start: {log.read_text().strip()}")


def _stop(server: subprocess.Popen) -> None:
    """Fast shutdown (SIGINT), then at once (SIGQUIT) when ten seconds were not enough."""
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        if server.poll() is not None:
            return
        server.send_signal(number)
        try:
            server.wait(timeout=10)
        except subprocess.TimeoutExpired:
            continue
