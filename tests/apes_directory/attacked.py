"""Settings of the server that is attacked: tables are made at once, since no test here needs what migrations filled in."""

from tests.settings import *  # noqa: F403

MIGRATION_MODULES = {app.rpartition(".")[2]: None for app in INSTALLED_APPS} | {"apes_directory": None}  # noqa: F405
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405
