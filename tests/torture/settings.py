"""An installation's settings, for a machine from which one tester asks for hundreds of people."""

from apes_directory.settings import *  # noqa: F403

# Logging in shall not be what takes time.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MIDDLEWARE = ["tests.torture.inside.Inside", *MIDDLEWARE]  # noqa: F405
