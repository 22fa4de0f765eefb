"""20,000 actors on the smallest machine one can hire: ``make test-slow``, which no other run collects.

The site, two workers and the runner of jobs, is held to one processor and 512 MB by the kernel (a control group, hence as
root on Linux), asked for every kind of page and file by several visitors at once, and takes in an import of 5,000 lines
meanwhile, beside which likely twins are counted. The kernel must end nothing, and what the processes hold together stays under
``MOST``: their proportional sizes (PSS), in which memory that several share is counted once, many times a second. 400 MB
are wanted (docs/performance.md says what is left). Where no control group can be made, sizes alone are asked.
"""

import os
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from itertools import count
from pathlib import Path
from statistics import median

import pytest
from django.db import connection

from tests.apes_directory.test_deploy import free_port
from tests.memory import family, resident
from tests.serving import ROOT, manage, output

pytestmark = pytest.mark.skipif(connection.vendor == "postgresql", reason="the small machine runs SQLite")
ACTORS, LINES = 20_000, 5_000
# Bytes that the kernel gives, MB that have to be enough.
LIMIT, MOST = 512 * 1024**2, 500
VISITORS = 4
ADDRESSES = [
    "/",
    "/acteurs/",
    "/acteurs/?page=50",
    "/acteurs/?q=solidaire",
    "/acteurs/?q=resourcerie+befroi",
    "/acteurs/?secteur=reuse",
    "/territoires/",
    "/territoires/nord/",
    "/ptce/",
    "/cooperations/",
    "/carte/",
    "/carte/points/",
    "/lettres/",
    "/api/v1/actors?par=100",
    "/donnees/acteurs.csv",
    "/donnees/acteurs.xlsx",
    "/donnees/acteurs.geojson",
    "/donnees/cooperations.ttl",
    "/sitemap.xml",
]


class Group:
    """A control group of the kernel, of its first or second kind, with a limit to memory; ``folder``: None without one."""

    def __init__(self, name: str) -> None:
        first = Path("/sys/fs/cgroup/memory")
        self._second = not first.is_dir()
        # The process that serves.
        self.site = 0
        self.folder: Path | None = (Path("/sys/fs/cgroup") if self._second else first) / name
        try:
            self.folder.mkdir()
            (self.folder / ("memory.max" if self._second else "memory.limit_in_bytes")).write_text(str(LIMIT))
        except OSError as error:
            warnings.warn(f"No limit is set, which wants root and a control group ({error}).", stacklevel=2)
            self.folder = None

    @property
    def command(self) -> list[str]:
        """What is written before a command that is to run in the group, on one processor."""
        enter = f"echo $$ > {self.folder}/cgroup.procs && " if self.folder else ""
        return ["sh", "-c", f'{enter}exec taskset --cpu-list 0 "$@"', "sh"]

    def pids(self) -> list[int]:
        if self.folder is None:
            with suppress(OSError):
                return list(family(self.site))
            return []
        return [int(line) for line in (self.folder / "cgroup.procs").read_text().split()]

    def killed(self) -> int:
        """Processes that the kernel ended for want of memory."""
        if self.folder is None:
            return 0
        text = (self.folder / ("memory.events" if self._second else "memory.oom_control")).read_text()
        return int(dict(line.split() for line in text.splitlines())["oom_kill"])

    def resident(self) -> int:
        """Bytes that its processes hold; what several share is counted once."""
        total = 0
        for pid in self.pids():
            # One that has just ended.
            with suppress(OSError, StopIteration):
                total += resident(pid)
        return total

    def remove(self) -> None:
        if self.folder is None:
            return
        for _ in range(50):
            with suppress(OSError):
                self.folder.rmdir()
                return
            time.sleep(0.1)


@pytest.fixture(scope="module")
def environment(tmp_path_factory) -> dict[str, str]:
    return os.environ | {
        "DATA_DIR": str(tmp_path_factory.mktemp("small")),
        "DATABASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "apes_directory.settings",
        "PYTHONPATH": str(ROOT),
        "JOBS": "on",
        "WORKERS": "2",
        "API_RATE": "0",
    }


@pytest.fixture(scope="module")
def group() -> Iterator[Group]:
    group = Group(f"annuaire-{os.getpid()}")
    yield group
    group.remove()


@contextmanager
def small_site(environment: dict[str, str], group: Group) -> Iterator[int]:
    port = free_port()
    site = subprocess.Popen(
        [*group.command, sys.executable, "-m", "gunicorn", "--config", "apes_directory/gunicorn_conf.py"],
        cwd=ROOT,
        env=environment | {"PORT": str(port)},
        stdout=subprocess.DEVNULL,
    )
    group.site = site.pid
    try:
        deadline = time.monotonic() + 120
        while not ask(port, "/sante/"):
            assert site.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.2)
        yield port
    finally:
        site.terminate()
        site.wait(timeout=60)


def ask(port: int, address: str) -> int:
    """Bytes of the answer; 0 where there is none, or another than was to be expected.

    A file that others are just fetching may have to wait.
    """
    line = HTTPConnection("127.0.0.1", port, timeout=300)
    try:
        line.request("GET", address, headers={"Connection": "close"})
        answer = line.getresponse()
        size = len(answer.read())
        waits = answer.status == 503 and answer.getheader("Retry-After") and address.startswith("/donnees/")
        return size if answer.status == 200 or waits else 0
    except (OSError, HTTPException):
        return 0
    finally:
        line.close()


@dataclass
class Told:
    """``sizes``: MB that all processes held together, five times a second; ``missing``: addresses without an answer."""

    sizes: list[float] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    answered: int = 0
    made: int = 0


def measured(environment: dict[str, str], group: Group, lines: int, calm: float = 20) -> Told:
    """Four visitors walk through the addresses, each from another one on, while ``lines`` are imported."""
    told, over = Told(), threading.Event()

    def visit(number: int) -> None:
        for turn in count(number * len(ADDRESSES) // VISITORS):
            if over.is_set():
                return
            address = ADDRESSES[turn % len(ADDRESSES)]
            if ask(port, address):
                told.answered += 1
            else:
                told.missing.append(address)

    def watch() -> None:
        while not over.wait(0.2):
            told.sizes.append(group.resident() / 1024**2)

    with small_site(environment, group) as port:
        threads = [
            threading.Thread(target=watch),
            *(threading.Thread(target=visit, args=[number]) for number in range(VISITORS)),
        ]
        for thread in threads:
            thread.start()
        try:
            made = output("-m", "tests.bench.small_import", str(lines), environment=environment)
            told.made = int(made.split()[-1])
            # Both workers have read the new version by now, and again once it is calm.
            time.sleep(calm)
        finally:
            over.set()
            for thread in threads:
                thread.join()
    return told


def test_everything_fits_into_the_smallest_machine(environment, group, capsys):
    manage("seed_demo", "--actors", str(ACTORS), environment=environment, quiet=True)
    manage("prepare", environment=environment, quiet=True)
    told = measured(environment, group, LINES)
    with capsys.disabled():
        print(  # noqa: T201
            f"\nOne processor, 512 MB, {ACTORS} actors, {told.made} more: at most {max(told.sizes):.0f} MB resident, "
            f"{median(told.sizes):.0f} MB most of the time; {told.answered} answers."
        )
    assert told.missing == []
    assert told.made == LINES
    assert group.killed() == 0
    assert max(told.sizes) <= MOST
