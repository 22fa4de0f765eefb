"""The installation's settings, with one more address: a view that does nothing."""

from apes_directory.settings import *  # noqa: F403

ROOT_URLCONF = "tests.bench.urls"
# Thousands of requests a minute come from this machine.
API_RATE = 0
