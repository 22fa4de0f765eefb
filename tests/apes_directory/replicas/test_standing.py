"""A primary, its streaming replicas and the site under gunicorn: what visitors and editors see while one of them is gone."""

import signal
import time
from collections.abc import Iterator

import pytest
from django.db import connection

from tests.apes_directory.replicas.standing import Standing, cdn, redis, standing
from tests.torture.house import Server
from tests.torture.people import Browser, Refused, Writer, marks

pytestmark = pytest.mark.skipif(
    connection.vendor == "sqlite", reason="SQLite has no replicas; run once, with PostgreSQL’s suite"
)
# Seconds a replica may be behind, and in which what is awaited comes on a machine that does much else.
LAG, PATIENCE = 2, 30
# Seconds a CDN may answer by itself, and as long again while it asks.
CDN = 1
# Machines of one site answer under one name, of which they keep pages.
NAMED = {"Host": "localhost"}
# A page of each kind that strangers read.
PAGES = (
    *(
        "/",
        "/acteurs/",
        "/acteurs/?q=atelier",
        "/territoires/",
        "/carte/",
        "/carte/points/",
        "/cooperations/",
    ),
    *("/cooperations/reseau/", "/lettres/", "/ptce/", "/plan-du-site/", "/sitemap.xml", "/donnees/"),
    *(
        "/donnees/acteurs.csv",
        "/api/",
        "/api/v1/actors",
        "/api/v1/facets",
        "/flux/acteurs.atom",
        "/integration/v1/liste/",
    ),
)


@pytest.fixture(scope="module")
def here() -> Iterator[Standing]:
    with standing(replicas=2) as made:
        yield made


@pytest.fixture(scope="module")
def shared(tmp_path_factory) -> Iterator[dict[str, str]]:
    """What both machines are told: where the pages of both are kept. One process each, so that it is known who is asked."""
    with redis(tmp_path_factory.mktemp("redis")) as address:
        yield {"CACHE_URL": address, "CDN_SECONDS": str(CDN), "WORKERS": "1"}


@pytest.fixture(scope="module")
def site(here, shared) -> Iterator[Server]:
    with here.home.server(REPLICA_LAG_SECONDS=str(LAG), **here.environment, **shared) as server:
        yield server


@pytest.fixture(scope="module")
def neighbour(here, shared) -> Iterator[Server]:
    """Another web machine, which takes no replica that lags."""
    with here.home.server(REPLICA_LAG_SECONDS="0", **here.environment, **shared) as server:
        yield server


@pytest.fixture(scope="module")
def editor(site) -> Writer:
    writer = Writer(site.port, 0)
    writer.enter()
    return writer


@pytest.fixture(scope="module")
def visitor(site) -> Browser:
    return Browser(site.port)


@pytest.fixture
def entry(here):
    return here.home.entries[0]


def until(expected, ask):
    """Waits for an answer that comes by itself."""
    deadline = time.monotonic() + PATIENCE
    while (found := ask()) != expected:
        assert time.monotonic() < deadline, found
        time.sleep(0.05)


def page(entry) -> str:
    return f"/acteurs/{entry.slug}/"


def shown(browser: Browser, entry) -> set[str]:
    """Marks on the page of an entry, which one act writes in three places: of one edit, or the page is a mixture."""
    answer = browser.get(page(entry))
    assert answer.status == 200
    return marks(answer.text)


def test_an_edit_shows_at_once_to_its_editor_and_whole_to_visitors(here, editor, visitor, entry):
    editor.edit(entry.pk, "marque1x1")
    until({"marque1x1"}, lambda: shown(visitor, entry))
    for replica in here.replicas:
        replica.pause()
    try:
        editor.edit(entry.pk, "marque1x2")
        assert shown(editor.browser, entry) == {"marque1x2"}
        seen = []
        deadline = time.monotonic() + PATIENCE
        # Passed over once they lag too much; nobody lets them go on.
        while seen[-1:] != [{"marque1x2"}]:
            assert time.monotonic() < deadline
            seen.append(shown(visitor, entry))
            record = marks(visitor.get(f"/api/v1/actors/{entry.public_id}").text)
            assert len(seen[-1]) == len(record) == 1
            listed = visitor.get("/acteurs/?q=atelier+des+pannes").text
            assert listed.count("/acteurs/atelier-des-pannes-") >= len(here.home.entries)
        assert seen[0] == {"marque1x1"}
        # Once new, never old again.
        assert seen == sorted(seen, key=lambda each: each == {"marque1x2"})
    finally:
        for replica in here.replicas:
            replica.go_on()
    until({"marque1x2"}, lambda: shown(visitor, entry))


def test_machines_that_share_pages_share_none_past_its_version(here, site, neighbour, editor, entry):
    slow, fast = Browser(site.port), Browser(neighbour.port)
    editor.edit(entry.pk, "marque4x1")
    for machine in (slow, fast):
        until({"marque4x1"}, lambda machine=machine: marks(machine.get(page(entry), **NAMED).text))
    for replica in here.replicas:
        replica.pause()
    try:
        editor.edit(entry.pk, "marque4x2")
        # One machine waits for its replicas a while, and makes pages of the version they have.
        of_slow = slow.get(page(entry) + "?notes=oui", **NAMED)
        assert marks(of_slow.text) == {"marque4x1"}
        # The other reads the primary, and is not given what is there under an earlier version.
        until({"marque4x2"}, lambda: marks(fast.get(page(entry), **NAMED).text))
        of_fast = fast.get(page(entry) + "?notes=oui", **NAMED)
        assert marks(of_fast.text) == {"marque4x2"}
        until({"marque4x2"}, lambda: marks(slow.get(page(entry), **NAMED).text))
        # What the first makes by now is what the second made, and the former is not shown again.
        now = slow.get(page(entry) + "?notes=oui", **NAMED)
        assert (now.headers["etag"], marks(now.text)) == (of_fast.headers["etag"], {"marque4x2"})
        assert now.headers["etag"] != of_slow.headers["etag"]
    finally:
        for replica in here.replicas:
            replica.go_on()


def test_a_cdn_takes_the_load_and_shows_an_edit_within_its_seconds(here, neighbour, editor, entry, tmp_path):
    with cdn(tmp_path, neighbour.port) as port:
        visitor = Browser(port)
        editor.edit(entry.pk, "marque5x1")
        until({"marque5x1"}, lambda: marks(visitor.get(page(entry)).text))
        told = [visitor.get(page(entry)).headers["x-cache"] for _ in range(200)]
        # The site is asked about once a second, whatever is asked of the CDN, and nobody waits for it.
        assert set(told) <= {"HIT", "STALE", "UPDATING"}
        assert told.count("HIT") > 150
        before = time.monotonic()
        editor.edit(entry.pk, "marque5x2")
        edited = time.monotonic()
        seen = [marks(visitor.get(page(entry)).text)]
        while seen[-1] != {"marque5x2"}:
            assert len(seen[-1]) == 1
            assert time.monotonic() < edited + PATIENCE
            seen.append(marks(visitor.get(page(entry)).text))
            time.sleep(0.02)
        # Its seconds, once more while it asks, and the instant that the site took to be told by its replica.
        assert time.monotonic() - edited < 2 * CDN + 1 + (edited - before)
        # Who is signed in passes through.
        signed_in = Browser(port)
        signed_in.cookies = editor.browser.cookies
        answer = signed_in.get(page(entry))
        assert (answer.headers["x-cache"], "private" in answer.headers["cache-control"]) == ("BYPASS", True)


def test_a_replica_that_is_gone_is_not_noticed(here, editor, visitor, entry):
    for path in PAGES:
        assert visitor.get(path).status == 200, path
    for replica in here.replicas:
        # As if its machine had lost its power.
        replica.stop(signal.SIGQUIT)
        for path in (page(entry), *PAGES):
            assert visitor.get(path).status == 200, path
    # None is left: the primary is read.
    editor.edit(entry.pk, "marque2x1")
    assert shown(visitor, entry) == {"marque2x1"}
    for replica in here.replicas:
        replica.start()
    # Back in use, and nothing but them was started again.
    until(True, lambda: is_read(here, visitor, entry))


def is_read(here, visitor, entry) -> bool:
    """Whether a visitor is answered from a replica: requests end in a COMMIT, the watch's questions don't."""
    moments = [replica.run("SELECT clock_timestamp()") for replica in here.replicas]
    assert shown(visitor, entry)
    asked = (
        "SELECT count(*) FROM pg_stat_activity WHERE query = 'COMMIT' AND query_start > "
        f"timestamptz '{moment.isoformat()}'"
        for moment in moments
    )
    return any(replica.run(question) for replica, question in zip(here.replicas, asked, strict=True))


def test_a_replica_that_freezes_lets_its_readers_go_elsewhere(here, site, visitor, entry):
    until(True, lambda: is_read(here, visitor, entry))
    for replica in here.replicas:
        replica.signal(signal.SIGSTOP)
    try:
        started = time.monotonic()
        assert shown(visitor, entry)
        # Two of them, each held until it was silent for too long; without that, for ever.
        assert time.monotonic() - started < PATIENCE
        started = time.monotonic()
        assert shown(visitor, entry)
        assert time.monotonic() - started < 5
    finally:
        for replica in here.replicas:
            replica.signal(signal.SIGCONT)


def test_without_the_primary_reading_goes_on_and_who_writes_is_told(here, site, editor, visitor, entry):
    until("ok", lambda: visitor.get("/sante/").text)
    mark = shown(editor.browser, entry)
    until(mark, lambda: shown(visitor, entry))
    here.primary.stop(signal.SIGQUIT)
    try:
        for path in PAGES:
            assert visitor.get(path).status == 200, path
        assert shown(visitor, entry) == mark
        # Who is signed in reads as a stranger does.
        assert shown(editor.browser, entry) == mark
        for answer in (
            editor.browser.get("/admin/"),
            editor.browser.post("/admin/", {"q": "a"}),
            visitor.get("/proposer/"),
            visitor.post("/proposer/message/", {"message": "Bonjour"}),
            visitor.get("/suivre/"),
        ):
            assert (answer.status, answer.headers["retry-after"]) == (503, "30")
            assert "base de données" in answer.text
            assert "Consulter l’annuaire en attendant" in answer.text
        with pytest.raises(Refused) as refused:
            editor.edit(entry.pk, "marque3x1")
        assert refused.value.answer.status == 503
        health = visitor.get("/sante/")
        assert (health.status, health.text.partition(" :")[0]) == (200, "lecture seule")
        assert visitor.get("/sante/vivant/").text == "ok"
        # What is known to be gone costs nobody a wait, so that no thread is held.
        started = time.monotonic()
        for _ in range(20):
            assert visitor.post("/proposer/message/", {}).status == 503
        assert time.monotonic() - started < PATIENCE / 3
    finally:
        here.primary.start()
    until("ok", lambda: visitor.get("/sante/").text)
    edit_again(editor, entry, "marque3x2")
    assert shown(editor.browser, entry) == {"marque3x2"}
    until({"marque3x2"}, lambda: shown(visitor, entry))
    assert "Internal Server Error" not in site.said()


def edit_again(editor: Writer, entry, mark: str) -> None:
    """As somebody does who is asked to wait a little: nothing was started again but the database."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            return editor.edit(entry.pk, mark)
        except Refused as refused:
            if refused.answer.status != 503:
                raise
            time.sleep(0.3)
    raise AssertionError("no edit passes any more")
