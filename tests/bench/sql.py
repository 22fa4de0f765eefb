"""The bare SQL beside the pages: same rows, same counts, no template, no Python but the driver.

Run as ``python -m tests.bench.sql ROUNDS`` in the environment of the database; prints milliseconds as JSON.
Every facet is counted under the list's own criteria: counting each without its own asks more.
"""

import json
import os
import re
import statistics
import sys
import time

import django

from tests.bench.pages import PAGES, Page

_TERRITORY = """(a.id IN (SELECT p.actor_id FROM actors_place p WHERE p.territory_id IN {inside})
    OR (a.id IN (SELECT r.actor_id FROM actors_areaserved r WHERE r.territory_id IN {inside})
        AND a.id NOT IN (SELECT p.actor_id FROM actors_place p)))"""
_INSIDE = """(SELECT t.id FROM territories_territory t WHERE t.kind = 'department' AND t.code = '62'
    UNION SELECT c.member_id FROM territories_containment c JOIN territories_territory t ON t.id = c.container_id
    WHERE t.kind = 'department' AND t.code = '62' AND c.whole)"""
_COLUMNS = ("nature", "organisation_kind", "initiative_kind", "legal_form", "sphere", "life_status")
_LINKS = """(SELECT source_id AS one, target_id AS other, kind FROM actors_cooperation
    UNION ALL SELECT target_id, source_id, kind FROM actors_cooperation)"""
_FACETS = [
    *(f"SELECT a.{column}, count(*) FROM found a GROUP BY 1" for column in _COLUMNS),
    "SELECT s.sector, count(*) FROM actors_actorsector s JOIN found a ON a.id = s.actor_id GROUP BY 1",
    "SELECT s.label, count(*) FROM actors_actorlabel s JOIN found a ON a.id = s.actor_id GROUP BY 1",
    "SELECT s.activity_id, count(*) FROM actors_actor_activities s JOIN found a ON a.id = s.actor_id GROUP BY 1",
    "SELECT count(DISTINCT s.actor_id) FROM actors_cooperationwish s JOIN found a ON a.id = s.actor_id",
    "SELECT c.letter_id, count(DISTINCT s.actor_id) FROM actors_citation s JOIN found a ON a.id = s.actor_id "
    "JOIN sources_source o ON o.id = s.source_id JOIN sources_article c ON c.id = o.article_id GROUP BY 1",
    "SELECT s.role, count(DISTINCT s.actor_id) FROM actors_citation s JOIN found a ON a.id = s.actor_id GROUP BY 1",
    f"SELECT l.kind, count(DISTINCT l.one) FROM {_LINKS} l JOIN found a ON a.id = l.one GROUP BY 1",
    f"SELECT l.other, count(DISTINCT l.one) FROM {_LINKS} l JOIN found a ON a.id = l.one GROUP BY 1 "
    "ORDER BY 2 DESC LIMIT 20",
]


def condition(page: Page, vendor: str) -> str:
    def words(match: re.Match) -> str:
        tokens = match[1].split(",")
        if vendor == "postgresql":
            return f"a.id IN (SELECT actor_id FROM actors_searchdocument WHERE vector @@ '{'|'.join(tokens)}'::tsquery)"
        asked = " OR ".join(f'"{token}"' for token in tokens)
        return f"a.id IN (SELECT rowid FROM actors_search WHERE actors_search MATCH '{asked}')"

    base = re.sub(r"\{words:([\w,]+)\}", words, page.base)
    base = base.replace("{territory}", _TERRITORY.replace("{inside}", _INSIDE))
    return f"a.publication = 'published' AND {base}"


def statements(page: Page, vendor: str) -> tuple[list[str], list[str]]:
    """(rows with their count, facets)."""
    where = condition(page, vendor)
    offset = 49 * page.rows if "page=50" in page.address else 0
    rows = [
        f"SELECT count(*) FROM actors_actor a WHERE {where}",
        f"SELECT a.* FROM actors_actor a WHERE {where} ORDER BY {page.order} LIMIT {page.rows} OFFSET {offset}",
    ]
    found = f"WITH found AS (SELECT a.* FROM actors_actor a WHERE {where}) "
    return rows, [found + facet for facet in _FACETS]


def milliseconds(cursor, queries: list[str]) -> float:
    start = time.perf_counter()
    for query in queries:
        cursor.execute(query)
        cursor.fetchall()
    return 1000 * (time.perf_counter() - start)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.bench.settings")
    django.setup()
    from django.db import connection

    rounds, told = int(sys.argv[1]), {}
    with connection.cursor() as cursor:
        for page in PAGES:
            if page.base:
                rows, facets = statements(page, connection.vendor)
                times = [
                    (milliseconds(cursor, rows), milliseconds(cursor, facets)) for _ in range(rounds + 1)
                ][1:]
                told[page.label] = [statistics.median(column) for column in zip(*times, strict=True)]
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
