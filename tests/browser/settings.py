"""An installation's settings, where an undefined variable in a template of ours is an error, as in the suite."""

from apes_directory.settings import *  # noqa: F403
from tests.browser.links import KEY
from tests.undefined import UndefinedVariable

# So that the table of pages can hold links of mails.
SECRET_KEY = KEY
TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = UndefinedVariable()  # noqa: F405
# Pages that are not found are asked for on purpose.
LOGGING["loggers"]["django.request"] = {"level": "ERROR"}  # noqa: F405
# Logging in shall not be what takes time.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
