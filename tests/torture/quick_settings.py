"""The same for the quick forms: tables are made at once, since no test there needs what migrations filled in."""

from tests.torture.settings import *  # noqa: F403

MIGRATION_MODULES = {app.rpartition(".")[2]: None for app in INSTALLED_APPS} | {"apes_directory": None}  # noqa: F405
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405
