"""Whether what is stored agrees with itself and with what is shown: asked of the database beside the site, and of the site."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import NamedTuple

import psycopg
from django.db.backends.sqlite3._functions import register

from tests.torture.house import Entry, Home
from tests.torture.people import Browser, marks, record

# An entry in five tables, read in one statement, hence of one moment.
_STATE = """
SELECT a.id, a.summary, a.description, l.name, d.text,
  (SELECT v.serialized_data FROM reversion_version v
    WHERE v.object_id = CAST(a.id AS {text}) AND v.format = 'entry' ORDER BY v.id DESC LIMIT 1),
  (SELECT count(*) FROM reversion_version v WHERE v.object_id = CAST(a.id AS {text}) AND v.format = 'entry'),
  (SELECT count(*) FROM territories_change c WHERE c.subject = 'actor' AND c.key = a.public_id),
  (SELECT count(*) FROM actors_alias l2 WHERE l2.actor_id = a.id)
FROM actors_actor a JOIN actors_alias l ON l.actor_id = a.id JOIN actors_searchdocument d ON d.actor_id = a.id
WHERE a.id IN ({ids})
"""


class State(NamedTuple):
    """``marks``: of the row, its alias, its words and its last version together: one, unless something is half written."""

    marks: frozenset[str]
    versions: int
    changes: int
    aliases: int

    def faults(self) -> Iterator[str]:
        if len(self.marks) != 1:
            yield f"half a write: {', '.join(sorted(self.marks))} together"
        # The first version is that of the beginning.
        if self.versions != self.changes + 1:
            yield f"{self.versions} versions for {self.changes} changes"
        if self.aliases != 1:
            yield f"{self.aliases} other names for one"


@contextmanager
def reading(home: Home):
    """A connection that only reads, of a process that is no part of the site."""
    if home.database == "postgresql":
        with psycopg.connect(home.environment["DATABASE_URL"], autocommit=True) as connection:
            yield connection
    else:
        with closing(sqlite3.connect(f"file:{home.file}?mode=ro", uri=True, timeout=30)) as connection:
            yield connection


def states(connection, entries: list[Entry]) -> dict[int, State]:
    text = "text" if isinstance(connection, psycopg.Connection) else "TEXT"
    ids = ", ".join(str(entry.pk) for entry in entries)
    found = {}
    for pk, *texts, version, versions, changes, aliases in connection.execute(
        _STATE.format(text=text, ids=ids)
    ):
        said = [marks(each) for each in (*texts, _present(version))]
        # Each of them says exactly one; words of the search have it in folded form, which is the same.
        found[pk] = State(frozenset().union(*(each or {"none"} for each in said)), versions, changes, aliases)
    return found


def _present(version: str) -> str:
    return version or ""


def names_beginning(connection, beginning: str) -> list[str]:
    """Names of entries, twice where two bear the same."""
    sign = "%s" if isinstance(connection, psycopg.Connection) else "?"
    rows = connection.execute(f"SELECT name FROM actors_actor WHERE name LIKE {sign}", (f"{beginning}%",))
    return [name for (name,) in rows]


def shown(browser: Browser, entry: Entry) -> dict[str, set[str]]:
    """The marks that each public form of an entry shows."""
    told = record(browser, entry.public_id)
    return {
        "API": marks(f"{told['summary']} {told['description']} {' '.join(told['aliases'])}"),
        "page": marks(browser.get(f"/acteurs/{entry.slug}/").text),
    }


def found_by(browser: Browser, mark: str) -> list[str]:
    """Addresses of the actors that a search for a mark finds."""
    answer = browser.get(f"/acteurs/?q={mark}")
    return sorted(set(re.findall(r'href="/acteurs/(atelier-des-pannes-\d+)/"', answer.text)))


def is_sound(home: Home) -> str:
    """« ok », or what SQLite says of its file; PostgreSQL has no such question."""
    if home.database == "postgresql":
        return "ok"
    with closing(sqlite3.connect(home.file)) as connection:
        # Constraints call functions that Django gives its own connections.
        register(connection)
        return "; ".join(row[0] for row in connection.execute("PRAGMA quick_check"))
