"""The committed data set, read once, and the database that holds all of it, filled once per module."""

import pytest
from django.db import transaction

from territories.importers.dataset import Dataset, TerritoryRow, read_dataset
from territories.importers.load import load_dataset


@pytest.fixture(scope="session")
def dataset() -> Dataset:
    return read_dataset()


@pytest.fixture(scope="session")
def rows(dataset) -> dict[str, TerritoryRow]:
    """Territories of the data set by ``kind:code``."""
    return {row.key: row for row in dataset.territories}


@pytest.fixture(scope="module")
def territories_loaded(dataset, django_db_setup, django_db_blocker):
    """All territories in the database, for the tests of one module: a transaction around it takes them back."""
    with django_db_blocker.unblock():
        outer = transaction.atomic()
        outer.__enter__()
        load_dataset(dataset, wet_run=True)
    yield
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        outer.__exit__(None, None, None)
