"""WSGI entry point, served by gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "apes_directory.settings")

application = get_wsgi_application()

# Only now: it asks the settings.
from apes_directory.preloading import load  # noqa: E402

load()
