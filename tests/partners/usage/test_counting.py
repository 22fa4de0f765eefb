"""Who uses what: counted without a query, written in the background, bounded, and without anything of a person."""

import datetime
import threading

import pytest
from django.db import DatabaseError, InterfaceError
from django.test import RequestFactory
from django.utils import timezone

from apes_directory import settings as site
from partners.models import UsageCount
from partners.usage import counting
from partners.usage.counting import MOST_HOSTS, OTHER_HOSTS, Buffer, buffer, forget_old
from partners.usage.middleware import NUMBERED, UNSAID, host_of
from tests.factories import building

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _empty():
    buffer._counts.clear()
    yield
    buffer._counts.clear()


def counted() -> list[tuple[str, str, str, int]]:
    buffer.write()
    return list(
        UsageCount.objects.values_list("kind", "name", "host", "count").order_by("kind", "name", "host")
    )


def test_what_partners_take_is_counted_by_day_and_nothing_else(client, directory):
    there = {"Referer": "https://www.ville.exemple.fr/solidarites?qui=moi"}
    for _ in range(3):
        assert client.get("/integration/v1/liste/", headers=there).status_code == 200
    client.get("/api/v1/actors")
    client.get("/api/v1/actors/abcdefgh")
    client.get("/flux/acteurs.atom")
    client.get("/acteurs/")
    client.get("/api/")
    client.get("/api/v1/actors?zzz=1")
    client.get("/api/v1/actors/zzzzzzzz")
    client.head("/api/v1/actors")
    assert counted() == [
        ("api", "actor", "", 1),
        ("api", "actors", "", 1),
        ("embed", "liste", "www.ville.exemple.fr", 3),
        ("feed", "acteurs", "", 1),
    ]
    assert set(UsageCount.objects.values_list("day", flat=True)) == {timezone.localdate()}


def test_every_way_of_showing_us_is_counted_by_the_site_that_does(client, directory):
    """A frame by the page around it, the element by the origin of its fetch, oEmbed by whoever says who asks."""
    page = {"referer": "https://ville.fr/actualites/?abonne=marie@exemple.fr", "sec-fetch-dest": "iframe"}
    for address in ("carte/", "reseau/", "acteur/abcdefgh/"):
        assert client.get(f"/integration/v1/{address}", headers=page).status_code == 200
    element = {"origin": "https://agglo.fr", "sec-fetch-mode": "cors"}
    assert client.get("/integration/v1/liste/", headers=element).status_code == 200
    oembed = "/integration/v1/oembed?url=http://testserver/acteurs/die/"
    assert client.get(oembed, headers=page).status_code == 200
    # Programs of other sites ask without saying for whom.
    assert client.get(oembed).status_code == 200
    # What the frame itself loads is no further use.
    assert client.get("/integration/v1/couleurs.css", headers=page).status_code == 200
    # Not shown at all: a mistake, and a card that is gone.
    assert client.get("/integration/v1/liste/?secteur=zzz", headers=page).status_code == 400
    assert counted() == [
        ("embed", "carte", "ville.fr", 1),
        ("embed", "fiche", "ville.fr", 1),
        ("embed", "liste", "agglo.fr", 1),
        ("embed", "oEmbed", UNSAID, 1),
        ("embed", "oEmbed", "ville.fr", 1),
        ("embed", "réseau", "ville.fr", 1),
    ]


def test_nothing_of_a_person_is_kept(client, directory):
    """Neither in memory nor in a row: no page, no address of the network, no program, no account."""
    told = {
        "referer": "https://ville.fr/dossier-de-marie?jeton=secret#ici",
        "user-agent": "Navigateur-de-Marie/1",
        "x-forwarded-for": "203.0.113.7",
        "cookie": "sessionid=marie",
    }
    for address in ("/integration/v1/liste/?q=recyclerie", "/api/v1/actors?q=recyclerie"):
        assert client.get(address, headers=told, REMOTE_ADDR="198.51.100.9").status_code == 200
    kept = repr(buffer._counts)
    assert counted() == [("api", "actors", "", 1), ("embed", "liste", "ville.fr", 1)]
    kept += repr(list(UsageCount.objects.values()))
    for secret in (
        "marie",
        "dossier",
        "secret",
        "jeton",
        "203.0.113",
        "198.51.100",
        "recyclerie",
        "Navigateur",
    ):
        assert secret.lower() not in kept.lower()


def test_downloads_are_counted_by_format(client, directory):
    response = client.get("/donnees/acteurs.csv")
    assert response.status_code == 200
    b"".join(response.streaming_content if response.streaming else [])
    assert counted() == [("download", "acteurs.csv", "", 1)]


def test_who_has_the_present_version_uses_it_too(client, directory):
    etag = client.get("/flux/acteurs.atom").headers["ETag"]
    assert client.get("/flux/acteurs.atom", headers={"If-None-Match": etag}).status_code == 304
    assert counted() == [("feed", "acteurs", "", 2)]


def test_the_preview_on_our_own_page_is_no_use(client, directory):
    client.get("/integration/v1/liste/", headers={"Referer": "http://testserver/integration/"})
    assert counted() == []


@pytest.mark.parametrize(
    ("headers", "host"),
    [
        ({"Referer": "https://Ville.Exemple.fr:8443/a/b?c#d"}, "ville.exemple.fr"),
        ({"Origin": "https://a.fr", "Referer": "https://b.fr/"}, "a.fr"),
        ({"Origin": "null", "Referer": "https://b.fr/"}, "b.fr"),
        ({"Referer": "https://qui:secret@b.fr/"}, "b.fr"),
        ({"Referer": "https://b.fr./"}, "b.fr"),
        ({"Referer": "http://192.168.1.20/page"}, NUMBERED),
        ({"Referer": "http://127.1/"}, NUMBERED),
        ({"Referer": "http://[2001:db8::1]/"}, NUMBERED),
        ({"Referer": "http://[2001:db8/"}, UNSAID),
        ({"Referer": "about:srcdoc"}, UNSAID),
        ({"Referer": "https://" + "a" * 300 + ".fr/"}, UNSAID),
        ({"Referer": "https://<script>/"}, UNSAID),
        ({"Referer": "https://a b.fr/"}, UNSAID),
        ({}, UNSAID),
    ],
)
def test_of_a_site_its_name_alone_is_kept(headers, host):
    assert host_of(RequestFactory().get("/", headers=headers)) == host


def test_counting_costs_no_query_and_a_write_adds(django_assert_num_queries):
    with django_assert_num_queries(0):
        for _ in range(100):
            buffer.add("api", "actors")
    assert counted() == [("api", "actors", "", 100)]
    buffer.add("api", "actors")
    with django_assert_num_queries(4):  # begin, hosts, one sum, commit
        buffer.write()
    assert counted() == [("api", "actors", "", 101)]
    with django_assert_num_queries(0):
        assert buffer.write() == 0


def test_two_processes_add_to_one_row():
    one, other = Buffer(), Buffer()
    one.add("api", "actors")
    other.add("api", "actors")
    other.add("api", "actors")
    assert (one.write(), other.write()) == (1, 1)
    assert counted() == [("api", "actors", "", 3)]


def test_names_made_up_fill_no_disk():
    for number in range(MOST_HOSTS + 50):
        buffer.add("embed", "liste", f"site{number}.exemple.fr")
    buffer.write()
    for number in range(50):
        buffer.add("embed", "liste", f"encore{number}.exemple.fr")
    buffer.write()
    assert UsageCount.objects.exclude(host=OTHER_HOSTS).count() == MOST_HOSTS
    assert UsageCount.objects.get(host=OTHER_HOSTS).count == 100
    # A site known that day still counts under its name.
    buffer.add("embed", "liste", "site0.exemple.fr")
    buffer.write()
    assert UsageCount.objects.get(host="site0.exemple.fr").count == 2


def test_a_buffer_that_is_never_written_stays_small(monkeypatch):
    monkeypatch.setattr(counting, "_MOST_KEPT", 10)
    for number in range(100):
        buffer.add("embed", "liste", f"site{number}.exemple.fr")
    assert len(buffer._counts) == 10


@pytest.mark.parametrize("error", [DatabaseError, InterfaceError, MemoryError])
def test_what_could_not_be_written_waits(monkeypatch, error):
    buffer.add("api", "actors")

    def fail(counts):
        raise error

    with monkeypatch.context() as patched:
        patched.setattr(counting, "_written", fail)
        with pytest.raises(error):
            buffer.write()
    assert counted() == [("api", "actors", "", 1)]


def test_the_first_count_starts_one_clock_that_writes(settings, monkeypatch):
    settings.USAGE_WRITTEN_EVERY = 0.01
    written = threading.Event()
    monkeypatch.setattr(Buffer, "_due", lambda self: written.set())
    fresh = Buffer()
    monkeypatch.setattr(counting.atexit, "register", lambda call: None)
    fresh.add("api", "actors")
    clock = fresh._timer
    fresh.add("api", "actors")
    assert fresh._timer is clock
    assert clock.daemon
    assert written.wait(5)


def test_counts_are_kept_twenty_five_months(monkeypatch):
    monkeypatch.setattr(counting.timezone, "localdate", lambda: datetime.date(2026, 11, 22))
    with building():
        for day in (datetime.date(2024, 9, 30), datetime.date(2024, 10, 1), datetime.date(2026, 11, 22)):
            UsageCount.objects.create(day=day, kind="api", name="actors", count=1)
    assert forget_old()
    assert not forget_old()
    assert UsageCount.objects.count() == 2
    assert "partners.usage.counting.forget_old" in site.JOBS
