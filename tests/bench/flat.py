"""The same rows as one flat table for Datasette, which knows no relations: ``python -m tests.bench.flat FILE``.

Each actor is a row; what it has several of is a column of JSON, which Datasette counts by value; the words of its
search document are indexed by FTS5. Read from the SQLite database of the environment.
"""

import os
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

_ACTORS = """SELECT
    a.id, a.slug, a.name, a.name_key, a.precision, a.nature,
    coalesce(nullif(a.organisation_kind, ''), a.initiative_kind) AS kind,
    a.legal_form, a.sphere, a.life_status, a.summary, a.description,
    (SELECT json_group_array(s.sector) FROM d.actors_actorsector s WHERE s.actor_id = a.id) AS sectors,
    (SELECT json_group_array(l.label) FROM d.actors_actorlabel l WHERE l.actor_id = a.id) AS labels,
    (SELECT json_group_array(t.activity_id) FROM d.actors_actor_activities t WHERE t.actor_id = a.id) AS activities,
    (SELECT json_group_array(DISTINCT r.letter_id) FROM d.actors_citation c JOIN d.sources_source o ON o.id = c.source_id
        JOIN d.sources_article r ON r.id = o.article_id WHERE c.actor_id = a.id) AS letters,
    (SELECT e.code FROM d.actors_place p JOIN d.territories_containment k ON k.member_id = p.territory_id AND k.whole
        JOIN d.territories_territory e ON e.id = k.container_id AND e.kind = 'epci'
        WHERE p.actor_id = a.id LIMIT 1) AS epci,
    (SELECT e.code FROM d.actors_place p JOIN d.territories_containment k ON k.member_id = p.territory_id AND k.whole
        JOIN d.territories_territory e ON e.id = k.container_id AND e.kind = 'department'
        WHERE p.actor_id = a.id LIMIT 1) AS department,
    w.words
FROM d.actors_actor a LEFT JOIN d.actors_searchdocument w ON w.actor_id = a.id WHERE a.publication = 'published'
"""
_REST = [
    "CREATE INDEX actors_name ON actors (name_key)",
    "CREATE VIRTUAL TABLE actors_fts USING fts5(words, content='actors', content_rowid='id')",
    "INSERT INTO actors_fts (actors_fts) VALUES ('rebuild')",
]


def flatten(directory: Path, file: Path) -> None:
    file.unlink(missing_ok=True)
    with closing(sqlite3.connect(file)) as database:
        database.execute("ATTACH ? AS d", [str(directory)])
        _fill(database, "actors", _ACTORS, "id INTEGER PRIMARY KEY")
        _fill(database, "territories", "SELECT * FROM d.territories_territory", "slug TEXT PRIMARY KEY")
        for statement in _REST:
            database.execute(statement)
        database.commit()
        database.execute("DETACH d")
        database.execute("ANALYZE")
        database.commit()


def _fill(database: sqlite3.Connection, table: str, rows: str, key: str) -> None:
    names = [row[0] for row in database.execute(f"{rows} LIMIT 0").description]
    typed = ", ".join(key if name == key.split()[0] else f"{name} TEXT" for name in names)
    database.execute(f"CREATE TABLE {table} ({typed})")
    database.execute(f"INSERT INTO {table} {rows}")


if __name__ == "__main__":
    flatten(Path(os.environ["DATA_DIR"], "directory.sqlite3"), Path(sys.argv[1]))
