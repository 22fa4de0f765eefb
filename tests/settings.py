"""Settings of the suite: the site's own, in a folder of their own, so that no developer's data is touched.

``make test`` gives ``DATA_DIR`` and ``DATABASE_URL``; a bare ``pytest`` gets a folder that goes with it.
"""

import atexit
import os
import shutil
import tempfile

from tests.undefined import UndefinedVariable

if "DATA_DIR" not in os.environ:
    os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="apes-tests-")
    atexit.register(shutil.rmtree, os.environ["DATA_DIR"], ignore_errors=True)
# What a developer's shell sets for their own server must not change what is tested.
for name in ("DEBUG", "HTTPS", "ALLOWED_HOSTS", "HOST", "PORT", "CONTACT_EMAIL", "EMAIL_HOST", "SITE_URL"):
    os.environ.pop(name, None)
for name in ("CACHE_URL", "DATABASE_REPLICA_URL", "PROXIES", "SECOND_FACTOR_REQUIRED", "SESSION_HOURS"):
    os.environ.pop(name, None)

from apes_directory.settings import *  # noqa: E402, F403

# Hashed names need a collection; what is tested here needs names only.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
# WhiteNoise warns where there is nothing to serve.
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405
TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = UndefinedVariable()  # noqa: F405
# Thousands of requests a minute come from this machine; tests/partners/test_throttle.py sets a limit.
API_RATE = 0
# Each test has rows of its own, and counts their queries; tests/apes_directory/test_page_cache.py keeps pages.
PAGES_KEPT = 0
# A test that reads no file it asks for holds a place; tests/partners/downloads/test_places.py sets a limit.
DOWNLOADS_AT_ONCE = 1000
# No test writes behind another one's back.
USAGE_WRITTEN_EVERY = 0
# Slow hashing protects passwords; in tests it only protects slowness.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
