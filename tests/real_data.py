"""The committed data sets for tests: read and loaded once, and written again, row by row, for each module that asks for them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, transaction

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


class Written:
    """The rows of every table as they were once written, as the database itself gives and takes them."""

    def __init__(self) -> None:
        models = (model for model in apps.get_models(include_auto_created=True) if model._meta.managed)
        # Columns that the database works out for itself are not written.
        self._columns = {
            model._meta.db_table: [
                field.column for field in model._meta.local_concrete_fields if not field.generated
            ]
            for model in models
            if not model._meta.proxy
        }
        self._rows: dict[str, list] = {}

    def keep(self) -> None:
        self._rows = {table: rows for table in self._columns if (rows := self._read(table))}

    def write(self) -> None:
        """In place of what migrations filled in, which is among it."""
        with connection.cursor() as cursor:
            for table in self._columns:
                cursor.execute(f'DELETE FROM "{table}"')
            for table, rows in self._rows.items():
                if connection.vendor == "postgresql":
                    with cursor.copy(f"COPY {self._target(table)} FROM STDIN") as copy:
                        for row in rows:
                            copy.write(row)
                else:
                    marks = ", ".join(["%s"] * len(self._columns[table]))
                    cursor.executemany(f"INSERT INTO {self._target(table)} VALUES ({marks})", rows)

    def _target(self, table: str) -> str:
        columns = ", ".join(f'"{column}"' for column in self._columns[table])
        return f'"{table}" ({columns})'

    def _read(self, table: str) -> list:
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with cursor.copy(f"COPY {self._target(table)} TO STDOUT") as copy:
                    return [bytes(piece) for piece in copy]
            columns = ", ".join(f'"{column}"' for column in self._columns[table])
            return cursor.execute(f'SELECT {columns} FROM "{table}"').fetchall()


_WRITTEN: dict[str, Written] = {}


def written_once(name: str, load: Callable[[], object]) -> None:
    """``load()`` the first time, which takes seconds; then what it wrote.

    Beside what another fixture of the module wrote it is loaded each time: rows are kept, and take the place of
    others, for all tables together.
    """
    if connection.savepoint_ids:
        load()
        return
    if name in _WRITTEN:
        _WRITTEN[name].write()
        return
    load()
    _WRITTEN[name] = Written()
    _WRITTEN[name].keep()


@pytest.fixture(scope="module")
def territories_loaded(dataset, django_db_setup, django_db_blocker):
    """All territories in the database."""
    with taken_back(django_db_blocker):
        with django_db_blocker.unblock():
            written_once("territories", lambda: load_dataset(dataset, wet_run=True))
        yield


@pytest.fixture(scope="module")
def directory_loaded(dataset, django_db_setup, django_db_blocker):
    """All territories, letters and actors in the database."""
    with taken_back(django_db_blocker):
        with django_db_blocker.unblock():
            written_once("directory", lambda: _load(dataset))
        yield


def _load(dataset: Dataset) -> None:
    load_dataset(dataset, wet_run=True)
    load_fixtures(settings.FIXTURES_DIR, wet_run=True)
