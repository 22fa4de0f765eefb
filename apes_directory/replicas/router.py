"""Reading where this thread reads, writing always on the primary; asked by Django for every query."""

from django.db import DEFAULT_DB_ALIAS

from territories import reading


class Router:
    def db_for_read(self, model, **hints) -> str:
        return reading.database()

    def db_for_write(self, model, **hints) -> str:
        return DEFAULT_DB_ALIAS

    def allow_relation(self, one, other, **hints) -> bool:
        """All of them hold the same rows."""
        return True

    def allow_migrate(self, db: str, app_label: str, **hints) -> bool:
        """Replicas follow by themselves."""
        return db == DEFAULT_DB_ALIAS
