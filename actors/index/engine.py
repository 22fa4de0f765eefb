"""The full-text index of the database, beside the table of documents: for the release before this one.

The site finds words in memory (``words.py``). Until every process runs this release, and where an upgrade goes back,
the one before still asks the database, so that the index goes with the release after this one (docs/hosting.md). The
bench compares with it until then.

SQLite: an FTS5 table with the documents as external content, kept by triggers. They are made after
every migration, not in one: an ``AlterField`` rebuilds the table and drops its triggers in silence.
PostgreSQL: a column computed from the words, with its GIN index. A cast in each query would do as
well, were it not read as cheap: common words then cast every document (0.7 s for 20,000).
"""

from django.core import checks
from django.db import connections

from actors.index.documents import refresh
from actors.models import Actor

TABLE = "actors_searchdocument"
_SQLITE = {
    "actors_search_insert": f"""
        CREATE TRIGGER IF NOT EXISTS actors_search_insert AFTER INSERT ON {TABLE} BEGIN
            INSERT INTO actors_search(rowid, words) VALUES (new.actor_id, new.words);
        END""",
    "actors_search_delete": f"""
        CREATE TRIGGER IF NOT EXISTS actors_search_delete AFTER DELETE ON {TABLE} BEGIN
            INSERT INTO actors_search(actors_search, rowid, words) VALUES ('delete', old.actor_id, old.words);
        END""",
    "actors_search_update": f"""
        CREATE TRIGGER IF NOT EXISTS actors_search_update AFTER UPDATE ON {TABLE} BEGIN
            INSERT INTO actors_search(actors_search, rowid, words) VALUES ('delete', old.actor_id, old.words);
            INSERT INTO actors_search(rowid, words) VALUES (new.actor_id, new.words);
        END""",
}


def ensure(using: str) -> None:
    """Make what is missing of the full-text index of one database."""
    connection = connections[using]
    if TABLE not in connection.introspection.table_names():
        return  # before the migration that makes it
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # A later migration that alters ``words`` drops this column first; it is made again after it.
            cursor.execute(
                f"ALTER TABLE {TABLE} ADD COLUMN IF NOT EXISTS vector tsvector "
                "GENERATED ALWAYS AS (words::tsvector) STORED"
            )
            # Beside the row: fetching it from elsewhere makes a common word three times slower.
            cursor.execute(f"ALTER TABLE {TABLE} ALTER COLUMN vector SET STORAGE MAIN")
            cursor.execute(f"CREATE INDEX IF NOT EXISTS actors_search_vector ON {TABLE} USING gin (vector)")
            return
        cursor.execute(
            f"CREATE VIRTUAL TABLE IF NOT EXISTS actors_search USING fts5("
            f"words, content='{TABLE}', content_rowid='actor_id', tokenize='ascii', detail='none')"
        )
        if missing_triggers(using):
            for statement in _SQLITE.values():
                cursor.execute(statement)
            cursor.execute("INSERT INTO actors_search(actors_search) VALUES ('rebuild')")


def missing_triggers(using: str) -> list[str]:
    """Triggers of SQLite's full-text table that are not there (1 query); none on PostgreSQL."""
    connection = connections[using]
    if connection.vendor != "sqlite" or TABLE not in connection.introspection.table_names():
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        present = {name for (name,) in cursor.fetchall()}
    return sorted(set(_SQLITE) - present)


def after_migrate(sender, using: str, **kwargs) -> None:
    """Also writes the documents that are missing: a migration that changes their form empties the table."""
    ensure(using)
    if TABLE in connections[using].introspection.table_names():
        refresh(Actor.objects.using(using).filter(document=None).values_list("pk", flat=True))


def check_triggers(app_configs, databases, **kwargs) -> list[checks.CheckMessage]:
    """Names missing triggers: without them the search goes stale in silence."""
    return [
        checks.Error(
            f"The full-text triggers {', '.join(missing)} are missing in the database {using!r}.",
            hint="Run manage.py migrate: it makes them again.",
            id="actors.E001",
        )
        for using in databases or []
        if (missing := missing_triggers(using))
    ]
