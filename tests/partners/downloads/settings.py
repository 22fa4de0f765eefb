"""An installation that lets go of slow readers soon, so that a test need not wait for half a minute."""

from apes_directory.settings import *  # noqa: F403
from tests.serving import tables_at_once

READER_PATIENCE = 2
# Nobody looks at the pages: no static files to collect.
STORAGES = STORAGES | {  # noqa: F405
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
MIGRATION_MODULES = tables_at_once(INSTALLED_APPS)  # noqa: F405
