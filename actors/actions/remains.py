"""What a database keeps of rows that are gone, below what any query shows."""

import logging

from django.db import DatabaseError, connection

logger = logging.getLogger(__name__)


def leave_no_remains() -> None:
    """Once an erasure is committed, on SQLite: no word of the person in the full-text index, which only marks words as gone
    until it is merged, nor in the log of writes, which holds pages as they were. (Freed pages are overwritten:
    ``secure_delete``.) A moment for 20,000 entries.

    PostgreSQL overwrites what is gone in its own time; ``entretien`` has it do so once a week.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        return
    try:
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO actors_search(actors_search) VALUES ('optimize')")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except DatabaseError:
        # Somebody writes for longer than one waits: the person is gone from every row, `entretien` does the rest.
        logger.warning("The full-text index could not be merged after an erasure.", exc_info=True)
