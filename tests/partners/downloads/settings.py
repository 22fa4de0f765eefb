"""An installation that lets go of slow readers soon, so that a test need not wait for half a minute."""

from apes_directory.settings import *  # noqa: F403

READER_PATIENCE = 2
# Nobody looks at the pages: no static files to collect.
STORAGES = STORAGES | {  # noqa: F405
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
