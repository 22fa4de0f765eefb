"""An installation that writes its counts every second, so that a test need not wait for a minute."""

from apes_directory.settings import *  # noqa: F403
from tests.serving import tables_at_once

USAGE_WRITTEN_EVERY = 1
MIGRATION_MODULES = tables_at_once(INSTALLED_APPS)  # noqa: F405
