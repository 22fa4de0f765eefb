"""Settings of the server that is attacked: tables are made at once, since no test here needs what migrations filled in."""

from tests.serving import tables_at_once
from tests.settings import *  # noqa: F403

MIGRATION_MODULES = tables_at_once(INSTALLED_APPS)  # noqa: F405
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405
