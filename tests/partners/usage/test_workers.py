"""Counting under gunicorn: several processes of several threads add up, ending writes, a crash loses a moment."""

import os
import signal
import sqlite3
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from tests.serving import manage, serving

# Its server has a database of its own, whatever that of the suite: once is enough.
pytestmark = pytest.mark.skipif("DATABASE_URL" in os.environ, reason="asks the server alone: done on SQLite")
SETTINGS = "tests.partners.usage.settings"


@pytest.fixture(scope="module")
def environment(tmp_path_factory) -> dict[str, str]:
    """An empty directory in an SQLite file of its own."""
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    own = {"DATA_DIR": str(tmp_path_factory.mktemp("usage")), "WORKERS": "3", "JOBS": "off"}
    own |= {"DJANGO_SETTINGS_MODULE": SETTINGS}
    manage("migrate", "--run-syncdb", "--verbosity", "0", environment=kept | own, quiet=True)
    return kept | own


def written(environment: dict[str, str]) -> int:
    file = next(Path(environment["DATA_DIR"]).glob("*.sqlite3"))
    with closing(sqlite3.connect(file)) as database:
        (total,) = database.execute("SELECT coalesce(sum(count), 0) FROM partners_usagecount").fetchone()
    return total


def ask(port: int, times: int) -> None:
    """From eight connections at once."""

    def once(_) -> None:
        address = f"http://127.0.0.1:{port}/integration/v1/oembed?url=http://127.0.0.1:{port}/acteurs/"
        request = urllib.request.Request(address, headers={"Referer": "https://ville.exemple.fr/page"})
        with urllib.request.urlopen(request, timeout=20) as response:
            assert response.status == 200

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(once, range(times)))


def children(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_no_process_loses_what_it_counted(environment):
    before = set(children(os.getpid()))
    with serving(environment, SETTINGS) as port:
        (master,) = set(children(os.getpid())) - before
        ask(port, 60)
        deadline = time.monotonic() + 20
        while written(environment) < 60:
            assert time.monotonic() < deadline, written(environment)
            time.sleep(0.2)
        # Killed without a word: what was written stays, what came in the last second may go.
        ask(port, 10)
        for worker in children(master):
            os.kill(worker, signal.SIGKILL)
        time.sleep(0.5)
        kept = written(environment)
        assert 60 <= kept <= 70
        ask(port, 30)
    # Ended by its master: every process writes first.
    assert kept + 30 <= written(environment) <= 100
