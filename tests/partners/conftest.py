import pytest

from tests.partners.directory import Directory, make_directory


@pytest.fixture
def directory(db) -> Directory:
    return make_directory()
