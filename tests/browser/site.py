"""A site of its own for the browser: prepared by ``manage.py prepare``, served by gunicorn and WhiteNoise.

>>> with standing(environment) as address:
...     browser.goto(address + "/acteurs/")
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import psycopg

from tests.serving import SiteFailed, manage, run, serving

SETTINGS = "tests.browser.settings"
__all__ = ["ADDRESS", "DELETED", "EDITOR", "SiteFailed", "new_database", "standing"]
# Where ``make test`` tells pytest the address of the site that stands already.
ADDRESS = "BROWSER_SITE"
# Public id of an actor that is no more.
DELETED = "retires1"


class Editor(NamedTuple):
    name: str
    password: str


EDITOR = Editor("editrice", "un mot de passe de test")


def new_database(url: str, name: str) -> str:
    """Address of an empty database beside the one of ``url``, in the same PostgreSQL."""
    server = url.rpartition("/")[0]
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return f"{server}/{name}"


@contextmanager
def standing(environment: dict[str, str]) -> Iterator[str]:
    """Yield its address. ``environment`` names an empty DATA_DIR and, for PostgreSQL, an empty database."""
    # Files compressed as on the open web, or the bytes that are counted would not be those of visitors.
    # Background jobs run once, before, so that no test meets a drawing that is still being prepared.
    environment = environment | {
        "STATIC_COMPRESSION": "on",
        "JOBS": "off",
        "DJANGO_SETTINGS_MODULE": SETTINGS,
    }
    manage("prepare", environment=environment, quiet=True)
    run("-m", "tests.browser.scene", environment=environment, quiet=True)
    manage("run_jobs", "--once", environment=environment, quiet=True)
    with serving(environment, SETTINGS) as port:
        yield f"http://127.0.0.1:{port}"
