"""A server never makes a database: where its disk is not there, an empty one would be served, and leave a log of writes
that SQLite takes for that of the true one when it comes back.

Standard library only: gunicorn's configuration asks before anything of Django is loaded.
"""

import os
import sqlite3


class ExistingDatabase(sqlite3.Connection):
    """A connection to a file that is there; sqlite3.OperationalError where it is not, as where it can't be opened."""

    def __init__(self, database, *args, **kwargs) -> None:
        if not os.path.exists(database):
            error = sqlite3.OperationalError("unable to open database file")
            error.sqlite_errorname = "SQLITE_CANTOPEN"
            raise error
        super().__init__(database, *args, **kwargs)


def only_existing(database: dict) -> None:
    """Have connections by these settings of Django (an item of ``DATABASES``) open what is there, and nothing else."""
    if database["ENGINE"] == "django.db.backends.sqlite3":
        database["OPTIONS"]["factory"] = ExistingDatabase
