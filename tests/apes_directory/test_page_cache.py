"""Pages kept for everybody: once per version and address, for nobody in particular."""

import datetime
import gzip
import threading
import time

import pytest
from django.contrib.auth.models import User
from django.core.cache import caches
from django.db import connection, transaction
from django.http import HttpResponse, StreamingHttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from redis.exceptions import ConnectionError

from actors.actions.record import actor_changed
from actors.history import act
from actors.network.job import refresh_layout
from apes_directory import page_cache, page_store
from apes_directory.page_cache import PageCacheMiddleware
from apes_directory.page_store import PageStore
from pages.kept import KEPT
from partners.models import UsageKind
from partners.usage import counting
from territories.models import record_change
from tests.factories.actors import make_organisation, make_ptce
from tests.factories.sources import make_letter
from tests.factories.territories import make_territory

pytestmark = pytest.mark.django_db
CONTROL = "public, max-age=0, s-maxage=60, stale-while-revalidate=60"


@pytest.fixture(autouse=True)
def keeping(settings):
    settings.PAGES_KEPT = 100
    caches["pages"].clear()
    yield
    caches["pages"].clear()


def rename(actor, name: str) -> None:
    with transaction.atomic(), act(what="Modification"):
        actor.name = name
        actor.save()
        actor_changed(actor=actor, what="Modification", was_public=True)


def published(name: str = "Ressourcerie Pas à Pas"):
    actor = make_organisation(name=name)
    with transaction.atomic():
        record_change(subject="actor", key=actor.public_id, what="Publication")
    return actor


def queries(client, address: str, **headers) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address, **headers).status_code in {200, 304}
    return len(captured)


def test_a_page_asked_twice_is_made_once(client):
    actor = published()
    first = client.get(actor.get_absolute_url())
    with CaptureQueriesContext(connection) as captured:
        second = client.get(actor.get_absolute_url())
    assert len(captured) == 1
    assert "territories_change" in captured[0]["sql"]
    assert second.content == first.content
    assert dict(second.items()) == dict(first.items())
    assert "Content-Security-Policy" in second.headers
    assert "X-Frame-Options" in second.headers
    assert not second.cookies


def test_an_edit_shows_at_once_and_everywhere(client):
    actor = published()
    for address in ("/acteurs/", actor.get_absolute_url()):
        assert "Ressourcerie Pas à Pas" in client.get(address).text
    tag = client.get("/acteurs/")["ETag"]
    rename(actor, "La Trouvaille")
    for address in ("/acteurs/", actor.get_absolute_url()):
        told = client.get(address, headers={"if-none-match": tag})
        assert told.status_code == 200
        assert "La Trouvaille" in told.text
        assert "Ressourcerie Pas à Pas" not in told.text


def test_who_has_the_page_is_told_so_in_few_bytes_and_one_query(client):
    published()
    first = client.get("/acteurs/")
    assert first["Cache-Control"] == CONTROL
    assert first["ETag"].startswith('W/"')
    caches["pages"].clear()
    assert queries(client, "/acteurs/", headers={"if-none-match": first["ETag"]}) == 1
    again = client.get("/acteurs/", headers={"if-none-match": f'"autre", {first["ETag"]}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == first["ETag"]
    assert again["Cache-Control"] == CONTROL
    # Of another address it says nothing.
    assert client.get("/ptce/", headers={"if-none-match": first["ETag"]}).status_code == 200


def test_a_page_travels_packed_for_who_takes_it_so(client):
    published()
    plain = client.get("/acteurs/")
    for _ in range(2):
        packed = client.get("/acteurs/", headers={"accept-encoding": "br, gzip"})
        assert packed["Content-Encoding"] == "gzip"
        assert packed["Content-Length"] == str(len(packed.content))
        assert gzip.decompress(packed.content) == plain.content
    assert not plain.has_header("Content-Encoding")
    assert plain["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize(
    ("route", "one", "other"),
    [
        (
            "actor-list",
            "secteur=reemploi&secteur=sport&q=v%C3%A9lo",
            "utm_source=x&q=v%C3%A9lo&secteur=sport&secteur=reemploi",
        ),
        ("actor-list", "", "q=&nature=&page="),
        ("actor-list", "q=caf%C3%A9+solidaire", "q=caf%c3%a9%20solidaire"),
        ("actor", "notes=oui", "foo=bar&notes=oui&fbclid=1"),
        ("home", "", "anything=1&at=all"),
        ("territory", "", "q=x"),
    ],
)
def test_addresses_that_ask_the_same_are_one(route, one, other):
    assert KEPT[route].normal(one) == KEPT[route].normal(other)


@pytest.mark.parametrize(
    ("route", "one", "other"),
    [
        ("actor-list", "secteur=reemploi", "secteur=sport"),
        ("actor-list", "", "secteurs=reemploi"),
        ("actor-list", "page=2", "page=2&page="),
        ("network-chains", "acteur=a&acteur=b", "acteur=b&acteur=a"),
        ("actor", "notes=oui", "notes=non"),
    ],
)
def test_addresses_that_may_ask_otherwise_are_two(route, one, other):
    assert KEPT[route].normal(one) != KEPT[route].normal(other)


def test_what_means_nothing_in_an_address_shows_on_no_page(client):
    actor = published()
    address = actor.get_absolute_url()
    marked = client.get(f"{address}?utm_source=lettre&x=%22%3E")
    assert "utm_source" not in marked.text
    assert queries(client, address) == 1
    assert queries(client, f"{address}?pk_campaign=y") == 1
    # A filter nobody knows is still told, each by its name.
    assert "secteurs\xa0» n’est pas un filtre" in client.get("/acteurs/?secteurs=sport").text
    assert "domaine\xa0» n’est pas un filtre" in client.get("/acteurs/?domaine=sport").text


def test_nothing_personal_is_kept_nor_answered_from_what_is_kept(client):
    actor = published()
    draft = make_organisation(name="Brouillon", publication="draft")
    somebody = Client()
    somebody.force_login(User.objects.create_superuser("chef"))
    address, secret = actor.get_absolute_url(), draft.get_absolute_url()
    assert somebody.get(secret).status_code == 200
    assert client.get(secret).status_code == 404
    for each in (secret, address):
        told = somebody.get(each)
        assert "public" not in told["Cache-Control"]
        assert "s-maxage" not in told["Cache-Control"]
    # Whoever is signed in is answered by the view each time, and leaves nothing.
    assert queries(somebody, address) > 1
    assert queries(client, address) > 1
    assert queries(client, address) == 1
    assert queries(somebody, address) > 1
    assert queries(Client(headers={"Authorization": "Basic eA=="}), address) > 1


def test_what_sets_or_reads_a_cookie_or_failed_is_not_kept(rf):
    def answering(make):
        made = []

        def view(request):
            made.append(make())
            return made[-1]

        middleware = PageCacheMiddleware(view)
        for _ in range(2):
            middleware(rf.get("/ptce/"))
        return len(made)

    def cookie():
        response = HttpResponse("x")
        response.set_cookie("a", "b")
        return response

    assert answering(lambda: HttpResponse("x")) == 1
    caches["pages"].clear()
    assert answering(cookie) == 2
    assert answering(lambda: HttpResponse("x", headers={"Vary": "Accept, Cookie"})) == 2
    assert answering(lambda: HttpResponse("x", headers={"Cache-Control": "private"})) == 2
    assert answering(lambda: HttpResponse("x", headers={"Cache-Control": "no-store"})) == 2
    assert answering(lambda: HttpResponse("x", status=404)) == 2
    assert answering(lambda: HttpResponse("x", status=302)) == 2
    assert answering(lambda: StreamingHttpResponse(["x"])) == 2
    assert answering(lambda: HttpResponse(b"".join(str(each).encode() for each in range(10_000)))) == 1


def test_a_page_too_large_is_made_each_time(rf, monkeypatch):
    made = []
    monkeypatch.setattr(page_store, "LARGEST", 100)
    middleware = PageCacheMiddleware(lambda request: made.append(1) or HttpResponse(str(list(range(999)))))
    for _ in range(2):
        assert middleware(rf.get("/ptce/")).status_code == 200
    assert len(made) == 2


def test_other_hosts_and_schemes_have_pages_of_their_own(client, settings):
    settings.ALLOWED_HOSTS = ["un.exemple.fr", "deux.exemple.fr"]
    actor = published()
    for host in settings.ALLOWED_HOSTS:
        told = client.get(actor.get_absolute_url(), headers={"host": host}).text
        assert f"http://{host}{actor.get_absolute_url()}" in told
    assert (
        "https://un.exemple.fr/"
        in client.get(actor.get_absolute_url(), headers={"host": "un.exemple.fr"}, secure=True).text
    )
    assert client.get("/acteurs/", headers={"host": "trois.exemple.fr"}).status_code == 400


def test_another_day_makes_the_page_anew(client, monkeypatch):
    published()
    client.get("/")
    assert queries(client, "/") == 1
    monkeypatch.setattr(page_cache.timezone, "localdate", lambda: datetime.date(2031, 1, 1))
    assert queries(client, "/") > 1


def test_another_release_makes_the_page_anew(client, monkeypatch):
    published()
    client.get("/ptce/")
    monkeypatch.setattr(page_cache, "release", lambda: "autre")
    assert queries(client, "/ptce/") > 1


def test_a_new_drawing_of_the_network_shows_though_no_fact_changed(client):
    published()
    before = client.get("/cooperations/reseau/")
    assert queries(client, "/cooperations/reseau/") == 2
    assert refresh_layout()
    after = client.get("/cooperations/reseau/", headers={"if-none-match": before["ETag"]})
    assert after.status_code == 200
    assert after["ETag"] != before["ETag"]


def test_a_frame_is_kept_and_still_counted(client, monkeypatch):
    published()
    counted = []
    monkeypatch.setattr(counting.buffer, "add", lambda *told: counted.append(told))
    frame = "/integration/v1/liste/"
    first, second = (client.get(frame, headers={"referer": "https://ville.exemple.fr/x"}) for _ in range(2))
    assert second.content == first.content
    assert second["Cache-Control"] == first["Cache-Control"] == "public, max-age=60"
    assert "frame-ancestors *" in second["Content-Security-Policy"]
    assert not second.has_header("X-Frame-Options")
    assert counted == [(UsageKind.EMBED, "liste", "ville.exemple.fr")] * 2
    kept = client.get(frame, headers={"if-none-match": first["ETag"], "referer": "https://ville.exemple.fr/"})
    assert kept.status_code == 304
    assert len(counted) == 3


def test_every_public_page_is_kept(client):
    """Whatever a page of the table reads, it looks at no cookie; and other addresses are left out on purpose."""
    actor = published()
    make_ptce(name="PTCE du Marlois")
    territory = make_territory()
    letter = make_letter()
    told = {"actor": actor, "territory": territory, "letter": letter}
    for route in KEPT:
        if route in {"page", "embed-actor", "sitemap-section", "map-contours"}:
            continue
        address = told[route].get_absolute_url() if route in told else reverse(route)
        assert client.get(address).status_code == 200, route
        assert queries(client, address) <= 2, route


def test_whoever_asks_what_is_being_made_waits_for_it(rf, settings):
    made, told = [], []

    def slow(request):
        made.append(1)
        time.sleep(0.2)
        return HttpResponse("fait")

    middleware = PageCacheMiddleware(slow)
    middleware._store.set = lambda name, page: keeping_in_memory.update({name: page})
    keeping_in_memory = {}
    middleware._store.get = keeping_in_memory.get
    tag = page_cache._tag
    page_cache._tag = lambda request, asked: "1-abc"
    try:
        threads = [
            threading.Thread(target=lambda: told.append(middleware(rf.get("/ptce/")).content))
            for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        page_cache._tag = tag
    assert told == [b"fait"] * 4
    assert len(made) == 1
    assert not middleware._making._pages


class Failing:
    """A cache whose server is gone."""

    __module__ = "django.core.cache.backends.redis"

    def __init__(self) -> None:
        self.asked = 0

    def get(self, name):
        self.asked += 1
        raise ConnectionError("redis://:motdepasse@cache/0")

    set = get


def test_a_shared_cache_that_is_gone_costs_nobody_a_page(caplog, monkeypatch):
    cache = Failing()
    store = PageStore(cache)
    assert store.get("page") is None
    assert store.get("page") is None
    assert cache.asked == 1
    assert len(caplog.records) == 1
    assert "motdepasse" not in caplog.text
    now = time.monotonic()
    monkeypatch.setattr(page_store.time, "monotonic", lambda: now + 60)
    assert store.get("page") is None
    assert cache.asked == 2


def test_a_mistake_of_ours_is_not_taken_for_a_cache_that_is_gone():
    class Broken:
        def get(self, name):
            raise KeyError(name)

    with pytest.raises(KeyError):
        PageStore(Broken()).get("page")
