"""What pages need and Django loads at the first of them: loaded before the workers split off, it is held once by all.

Otherwise each worker would hold it, and the first visitor of each would wait for it, a second in all.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

from django.template import engines
from django.urls import get_resolver

from apes_directory import health


def load() -> None:
    """Addresses, compiled templates, migrations (asked for by « /sante/ ») and openpyxl (files of partners)."""
    get_resolver().url_patterns  # noqa: B018
    _load_templates()
    health.needed_migrations()
    # openpyxl takes numpy along where it finds it, for types that no cell of ours has: 14 MB, and threads that no
    # process may have which splits.
    with _absent("numpy"):
        import_module("openpyxl")


def _load_templates() -> None:
    for engine in engines.all():
        if engine.name == "jinja2":
            for name in engine.env.list_templates():
                engine.env.get_template(name)
        else:
            # Tags and filters; what is parsed of a template is kept as it is asked for.
            engine.engine.template_libraries  # noqa: B018


@contextmanager
def _absent(name: str) -> Iterator[None]:
    """Importing ``name`` fails in here, as where it is not installed, unless it is loaded already."""
    if name in sys.modules:
        yield
        return
    sys.modules[name] = None
    try:
        yield
    finally:
        del sys.modules[name]
