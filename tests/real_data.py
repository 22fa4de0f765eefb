"""The committed data sets for tests: read once, and loaded once per module that asks for them."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.conf import settings
from django.db import transaction

from actors.importers.fixture_loader import load_fixtures
from territories.importers.dataset import Dataset, TerritoryRow, read_dataset
from territories.importers.load import load_dataset


@pytest.fixture(scope="session")
def dataset() -> Dataset:
    return read_dataset()


@pytest.fixture(scope="session")
def rows(dataset) -> dict[str, TerritoryRow]:
    """Territories of the data set by ``kind:code``."""
    return {row.key: row for row in dataset.territories}


@contextmanager
def taken_back(django_db_blocker) -> Iterator[None]:
    """Writes made inside stay for the module's tests; the transaction around them takes them back."""
    with django_db_blocker.unblock():
        outer = transaction.atomic()
        # Nobody's transaction for the program: what it remembers, it remembers in here as well.
        outer._from_testcase = True
        outer.__enter__()
        try:
            with django_db_blocker.block():
                yield
        finally:
            transaction.set_rollback(True)
            outer.__exit__(None, None, None)


@pytest.fixture(scope="module")
def territories_loaded(dataset, django_db_setup, django_db_blocker):
    """All territories in the database."""
    with taken_back(django_db_blocker):
        with django_db_blocker.unblock():
            load_dataset(dataset, wet_run=True)
        yield


@pytest.fixture(scope="module")
def directory_loaded(dataset, django_db_setup, django_db_blocker):
    """All territories, letters and actors in the database."""
    with taken_back(django_db_blocker):
        with django_db_blocker.unblock():
            load_dataset(dataset, wet_run=True)
            load_fixtures(settings.FIXTURES_DIR, wet_run=True)
        yield
