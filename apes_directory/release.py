"""Which program this is: what it made of the same rows, another release may make otherwise."""

import hashlib
from functools import cache
from pathlib import Path

from django.conf import settings

_APPS = ("apes_directory", "pages", "partners", "actors", "sources", "territories", "templates")
# What pages show that the environment decides.
_SETTINGS = ("CONTACT_EMAIL", "SITE_URL", "TILES_URL", "TILES_ATTRIBUTION", "STATIC_URL", "CDN_SECONDS")


@cache
def release() -> str:
    """Digest of the program, its templates, its settings and the names of its static files.

    Read once for each process (about 50 ms), alike in all of one release: machines that share a cache know by it
    what the others kept for themselves.
    """
    digest = hashlib.sha256()
    base = Path(settings.BASE_DIR)
    for folder in _APPS:
        for path in sorted(base.joinpath(folder).rglob("*")):
            if path.suffix in {".py", ".html", ".txt", ".xml"}:
                digest.update(path.read_bytes())
    manifest = Path(settings.STATIC_ROOT, "staticfiles.json")
    if manifest.exists():
        digest.update(manifest.read_bytes())
    digest.update(repr([getattr(settings, name) for name in _SETTINGS]).encode())
    return digest.hexdigest()[:16]
