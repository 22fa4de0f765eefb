"""Sites for the browser: prepared by ``manage.py prepare``, served by gunicorn and WhiteNoise.

>>> with standing(environment) as sites:
...     browser.goto(sites.read.address + "/acteurs/")

Two stand side by side with the same data: what one test writes on the second must not change what another
counts on the first. Standard library and psycopg only, since the runner asks before Django is there.
"""

import json
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import NamedTuple, Self

import psycopg

from tests.serving import SiteFailed, manage, output, run, serving

SETTINGS = "tests.browser.settings"
__all__ = ["ACCOUNTS", "DELETED", "EDITOR", "Site", "SiteFailed", "Sites", "new_database", "standing"]
# Public id of an actor that is no more.
DELETED = "retires1"


class Account(NamedTuple):
    """Somebody of the back-office. ``role``: its key in ``editing/roles.py``; « » for a superuser."""

    name: str
    first_name: str
    last_name: str
    role: str
    # Slugs of the territories confided to a local editor.
    territories: tuple[str, ...] = ()
    password: str = "un mot de passe de test"


EDITOR = Account("editrice", "Hélène", "Martin", "")
CONTRIBUTOR = Account("stagiaire", "Zoé", "Petit", "contributor")
LOCAL_EDITOR = Account("locale", "Samir", "Leroy", "local_editor", ("raismes",))
COLLEAGUE = Account("collegue", "Nadia", "Caron", "editor")
MODERATOR = Account("moderatrice", "Claire", "Dubois", "moderator")
ACCOUNTS = (EDITOR, CONTRIBUTOR, LOCAL_EDITOR, COLLEAGUE, MODERATOR)


class Site(NamedTuple):
    """One that is served. ``environment``: what a command of manage.py needs to work on its database."""

    address: str
    environment: dict[str, str]

    def manage(self, *arguments: str) -> str:
        """Run a command of manage.py on its database; what it printed."""
        return output("manage.py", *arguments, environment=os.environ | self.environment)

    def run_jobs(self) -> None:
        """Do what waits for the runner of background jobs, which no site here has."""
        self.manage("run_jobs", "--once")


class Sites(NamedTuple):
    """``read``: nobody changes it. ``write``: each test changes entries of its own there."""

    read: Site
    write: Site

    # Where ``make test`` tells pytest of the sites that stand already.
    VARIABLE = "BROWSER_SITES"

    def told(self) -> dict[str, str]:
        """The variable that :meth:`from_environment` reads."""
        return {self.VARIABLE: json.dumps(self)}

    @classmethod
    def from_environment(cls) -> Self | None:
        if not (text := os.environ.get(cls.VARIABLE)):
            return None
        return cls(*(Site(*site) for site in json.loads(text)))


def new_database(url: str, name: str, template: str = "") -> str:
    """Address of a database beside the one of ``url``, in the same PostgreSQL: empty, or a copy of ``template``."""
    server = url.rpartition("/")[0]
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{template}"' if template else ""))
    return f"{server}/{name}"


def own(environment: dict[str, str], folder: Path, database: str) -> dict[str, str]:
    """``environment`` for a site of its own: an empty folder and, on PostgreSQL, an empty database."""
    found = environment | {"DATA_DIR": str(folder)}
    if url := environment.get("DATABASE_URL"):
        found["DATABASE_URL"] = new_database(url, database)
    return found


@contextmanager
def standing(environment: dict[str, str]) -> Iterator[Sites]:
    """Yield both sites. ``environment`` names an empty DATA_DIR and, for PostgreSQL, an empty database."""
    environment = as_installed(environment)
    manage("prepare", environment=environment, quiet=True)
    run("-m", "tests.browser.scene", environment=environment, quiet=True)
    manage("run_jobs", "--once", environment=environment, quiet=True)
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="apes-browser-"))
        second = copied(environment, Path(folder))
        yield Sites(*(stack.enter_context(served(each)) for each in (environment, second)))


def as_installed(environment: dict[str, str]) -> dict[str, str]:
    """The environment of an installation on the open web, whose background jobs are run by hand."""
    # Files compressed as on the open web, or the bytes that are counted would not be those of visitors.
    # Background jobs run once, before, so that no test meets a drawing that is still being prepared.
    added = {"STATIC_COMPRESSION": "on", "JOBS": "off", "DJANGO_SETTINGS_MODULE": SETTINGS}
    return environment | added


@contextmanager
def served(environment: dict[str, str]) -> Iterator[Site]:
    with serving(environment, SETTINGS) as port:
        kept = ("DATA_DIR", "DATABASE_URL", "JOBS", "DJANGO_SETTINGS_MODULE")
        store = {name: environment[name] for name in kept if name in environment}
        yield Site(f"http://127.0.0.1:{port}", store)


def copied(environment: dict[str, str], folder: Path) -> dict[str, str]:
    """The environment of a copy in ``folder`` of a site that is prepared and not yet served."""
    source = Path(environment["DATA_DIR"])
    found = environment | {"DATA_DIR": str(folder)}
    share_files(source, folder)
    if url := environment.get("DATABASE_URL"):
        name = url.rpartition("/")[2]
        found["DATABASE_URL"] = new_database(url, f"{name}-2", template=name)
        return found
    original, copy = (sqlite3.connect(where / "directory.sqlite3") for where in (source, folder))
    with closing(original), closing(copy):
        original.backup(copy)
    return found


def share_files(source: Path, folder: Path) -> None:
    """Serve the static files of another site, which takes long to gather and to compress."""
    (folder / "static").symlink_to(source / "static")
