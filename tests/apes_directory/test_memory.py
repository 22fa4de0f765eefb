"""What an installation holds before it has read any entry: ``tests/bench/small.py`` says what it takes with 20,000."""

import os
import time
import urllib.request
from pathlib import Path

import pytest

from tests.memory import family, resident
from tests.serving import manage, output, serving

# Its server has a database of its own, whatever that of the suite: once is enough.
pytestmark = [
    pytest.mark.skipif("DATABASE_URL" in os.environ, reason="asks the server alone: done on SQLite"),
    pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="the kernel is not Linux"),
]
SETTINGS = "tests.partners.usage.settings"
# MB: master, two workers and the jobs after a page each, and what one process may hold of its own.
MOST, MOST_OF_ONE = 215, 65
SAYS = """
import sys
import apes_directory.wsgi
print(*sorted({"numpy", "networkx", "pypdf", "shapely"} & sys.modules.keys()))
"""


@pytest.fixture(scope="module")
def environment(tmp_path_factory) -> dict[str, str]:
    """An empty directory in an SQLite file of its own."""
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    own = {"DATA_DIR": str(tmp_path_factory.mktemp("memory")), "WORKERS": "2", "JOBS": "on"}
    own |= {"DJANGO_SETTINGS_MODULE": SETTINGS}
    manage("migrate", "--run-syncdb", "--verbosity", "0", environment=kept | own, quiet=True)
    return kept | own


def settled(before: set[int]) -> set[int]:
    """Processes that came since, once no more of them come and go: at first jobs do, those that are heavy."""
    now: set[int] = set()
    while (others := set(family(os.getpid())) - before) != now:
        now = others
        time.sleep(2)
    return now


def test_an_empty_installation_is_light(environment):
    before = set(family(os.getpid()))
    with serving(environment, SETTINGS) as port:
        for address in ("/sante/", "/api/v1/actors") * 6:
            # Each by whichever worker takes it.
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{address}", timeout=30) as response:
                assert response.status == 200
        processes, deadline = settled(before), time.monotonic() + 30
        # The master, two workers, who looks after the jobs and who does them.
        while len(processes) != 5:
            assert time.monotonic() < deadline
            processes = settled(before)
        sizes = {pid: resident(pid) / 1024**2 for pid in processes}
    assert max(sizes.values()) < MOST_OF_ONE, sizes
    assert sum(sizes.values()) < MOST, sizes


def test_what_serves_pages_loads_nothing_heavy_that_no_page_needs(environment):
    assert output("-c", SAYS, environment=environment).strip() == ""
