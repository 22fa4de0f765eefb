"""Plain functions that make rows for tests: ``make_<noun>(**overrides)``.

Every write made by a module of this package is arrangement: the watch over the directory's version
(``tests/watch.py``) lets it pass. A test that arranges by hand says so with :func:`building`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_arranging: ContextVar[bool] = ContextVar("arranging", default=False)


@contextmanager
def building() -> Iterator[None]:
    """Writes made inside only set the scene; they are not the act under test.

    ``with building(): actor.delete()`` in a test, or ``@building()`` above a helper.
    """
    token = _arranging.set(True)
    try:
        yield
    finally:
        _arranging.reset(token)


def is_building() -> bool:
    return _arranging.get()
