"""Pages are counted as visitors meet them: the snapshot of the present version already read, with its words.

What a process asks once after each change is counted in ``tests/actors/test_index.py``.
"""

import pytest

from actors.index import snapshot


@pytest.fixture
def django_assert_num_queries(django_assert_num_queries):
    def counted(number, **kwargs):
        read = snapshot.current()
        read.words, read.territory_names  # noqa: B018
        return django_assert_num_queries(number, **kwargs)

    return counted
