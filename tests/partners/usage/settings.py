"""An installation that writes its counts every second, so that a test need not wait for a minute."""

from apes_directory.settings import *  # noqa: F403

USAGE_WRITTEN_EVERY = 1
