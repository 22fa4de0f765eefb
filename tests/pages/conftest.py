"""Pages are counted as visitors meet them: the snapshot of the present version already read, with its words,
its network and the foot of every page.

What a process asks once after each change is counted in ``tests/actors/test_index.py``.
"""

import pytest

from actors.index import snapshot
from actors.network import graph
from pages.presenters import menu


@pytest.fixture
def django_assert_num_queries(django_assert_num_queries):
    def counted(number, **kwargs):
        read = snapshot.current()
        read.words, read.territory_names  # noqa: B018
        graph.current()
        menu.footer()
        return django_assert_num_queries(number, **kwargs)

    return counted
