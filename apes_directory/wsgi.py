"""WSGI entry point, served by gunicorn."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "apes_directory.settings")

application = get_wsgi_application()
# Read once, before the workers split off, rather than by each of them while its first visitor waits: a second, and memory.
get_resolver().url_patterns  # noqa: B018
