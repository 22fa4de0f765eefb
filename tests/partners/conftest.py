import pytest

from tests.partners.directory import Directory, make_directory
from tests.real_data import taken_back


@pytest.fixture(scope="module")
def standing(django_db_setup, django_db_blocker):
    """The small directory, made once for a module; what a test writes into it goes with the test."""
    with taken_back(django_db_blocker):
        with django_db_blocker.unblock():
            made = make_directory()
        yield made


@pytest.fixture
def directory(standing, db) -> Directory:
    return standing
