"""Plain functions that make rows for tests: ``make_<noun>(**overrides)``.

Each is decorated with :func:`building`, as is whatever a test arranges by hand: what it writes only
sets the scene, and the watch over the directory's version (``tests/watch.py``) lets it pass.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_arranging: ContextVar[bool] = ContextVar("arranging", default=False)


@contextmanager
def building() -> Iterator[None]:
    """Writes made inside only set the scene; they are not the act under test.

    ``with building(): actor.delete()`` in a test, ``@building()`` above a factory.
    """
    token = _arranging.set(True)
    try:
        yield
    finally:
        _arranging.reset(token)


def is_building() -> bool:
    return _arranging.get()
