"""The bare SQL beside the pages: same rows, same counts, no template, no Python but the driver.

Run as ``python -m tests.bench.sql ROUNDS SAMPLE`` in the environment of the database; prints as JSON, for each page,
milliseconds of its statements and of what the site does instead: reading the index, counting, fetching the rows.
Also the seconds and the megabytes of the index. Every facet is counted under the list's own criteria: counting each
without its own asks more.
"""

import gc
import json
import os
import re
import statistics
import sys
import time

import django

from tests.bench.pages import Page, Sample, pages

_TERRITORY = """(a.id IN (SELECT p.actor_id FROM actors_place p WHERE p.territory_id IN {inside})
    OR (a.id IN (SELECT r.actor_id FROM actors_areaserved r WHERE r.territory_id IN {inside})
        AND a.id NOT IN (SELECT p.actor_id FROM actors_place p)))"""
_INSIDE = """(SELECT t.id FROM territories_territory t WHERE t.kind = '{kind}' AND t.code = '{code}'
    UNION SELECT c.member_id FROM territories_containment c JOIN territories_territory t ON t.id = c.container_id
    WHERE t.kind = '{kind}' AND t.code = '{code}' AND c.whole)"""
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
        return f"a.id IN ({hits(match[1], vendor)})"

    def territory(match: re.Match) -> str:
        return _TERRITORY.replace("{inside}", _INSIDE.format(kind=match[1], code=match[2]))

    base = re.sub(r"\{words:([\w,;]+)\}", words, page.base)
    base = re.sub(r"\{territory:(\w+):(\w+)\}", territory, base)
    return f"a.publication = 'published' AND {base}"


def hits(words: str, vendor: str) -> str:
    """The statement that finds who holds these words: « a,b » either, « a;b » both."""
    terms = [term.split(",") for term in words.split(";")]
    if vendor == "postgresql":
        asked = " & ".join(f"({' | '.join(term)})" for term in terms)
        return f"SELECT actor_id FROM actors_searchdocument WHERE vector @@ '{asked}'::tsquery"
    either = (" OR ".join(f'"{token}"' for token in term) for term in terms)
    asked = " AND ".join(f"({each})" for each in either)
    return f"SELECT rowid FROM actors_search WHERE actors_search MATCH '{asked}'"


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


def resident() -> float:
    """Megabytes of this process."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def read_index() -> dict[str, float]:
    """Seconds and megabytes of the index of this version, its words and names included."""
    from actors.index import snapshot

    gc.collect()
    before, start = resident(), time.perf_counter()
    read = snapshot.current()
    first = time.perf_counter() - start
    read.words, read.territory_names  # noqa: B018
    seconds = time.perf_counter() - start
    gc.collect()
    return {"seconds": seconds, "first": first, "megabytes": resident() - before, "process": resident()}


def own_work(page: Page) -> tuple[float, float]:
    """Milliseconds of what the site does for a list but rendering, and of finding its words alone."""
    from django.http import QueryDict

    from actors.filters import ActorFilterSet
    from actors.index import ask
    from actors.index.criteria import FACETS
    from actors.models import Actor

    selection = ActorFilterSet(QueryDict(page.address.partition("?")[2])).selection
    start = time.perf_counter()
    answer = ask(selection)
    found = len(answer.matches.ranks) if selection.text else 0
    searched = time.perf_counter() - start if found else 0.0
    offset = 49 * page.rows if "page=50" in page.address else 0
    ids = answer.ids(offset=offset, limit=page.rows)
    for facet in FACETS:
        # As the page and the statement: twenty of those linked with.
        answer.most_of(facet, 20) if facet == "linked" else answer.facet(facet)
    list(Actor.objects.in_bulk(ids))
    return 1000 * (time.perf_counter() - start), 1000 * searched


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.bench.settings")
    django.setup()
    from django.db import connection

    rounds, told = int(sys.argv[1]), {"index": read_index(), "pages": {}}
    with connection.cursor() as cursor:
        for page in pages(Sample(**json.loads(sys.argv[2]))):
            if not page.is_counted:
                continue
            rows, facets = statements(page, connection.vendor)
            words = re.search(r"\{words:([\w,;]+)\}", page.base)
            found = [hits(words[1], connection.vendor)] if words else []
            times = [
                (
                    milliseconds(cursor, rows),
                    milliseconds(cursor, facets),
                    milliseconds(cursor, found),
                    *own_work(page),
                )
                for _ in range(rounds + 1)
            ]
            names = ("rows", "facets", "hits", "own", "searched")
            columns = zip(*times[1:], strict=True)
            told["pages"][page.key] = dict(zip(names, map(statistics.median, columns), strict=True))
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
