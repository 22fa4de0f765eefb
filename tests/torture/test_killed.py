"""Workers killed while people write: what was acknowledged is there, whole, and nothing else is."""

import os

import pytest

from tests.torture.faults import killed
from tests.torture.house import prepared


@pytest.fixture(scope="module")
def base():
    """A site with bare tables, on the suite's own PostgreSQL where there is one."""
    url = os.environ.get("DATABASE_URL", "")
    database = "postgresql" if url else "sqlite"
    with prepared(database, writers=2, entries=2, quick=True, url=url) as base:
        yield base


def test_processes_that_are_killed_lose_nothing_that_was_acknowledged(base):
    """make torture: hundreds of edits, imports, and a look at every entry in every form."""
    told = killed.run(base, edits=4, kills=2, tables=0, writers=2, order=("worker",))
    assert told.losses == []
    # Both kills, and of each entry its rows, its pages and the search.
    assert told.tried >= 2 + 3 * 2
