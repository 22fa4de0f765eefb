"""Which requests may be answered from a replica, and in which order databases are tried."""

import re

import pytest
from django.test import RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver
from django.views.generic import RedirectView
from django.views.generic.edit import ProcessFormView

from apes_directory.replicas import choosing
from apes_directory.replicas.choosing import PRIMARY_READ, is_anonymous, only_reads, sources
from apes_directory.replicas.router import Router
from apes_directory.replicas.watch import Watch
from territories import reading

ask = RequestFactory()


@pytest.mark.parametrize(
    "path",
    [
        *(
            "/",
            "/acteurs/",
            "/acteurs/qui/?notes=oui",
            "/carte/points/",
            "/sitemap.xml",
            "/nulle/part/",
            "/mentions/",
        ),
        *(
            "/api/v1/actors",
            "/api/v1/nulle-part",
            "/id/aaaaaaaa",
            "/donnees/acteurs.csv",
            "/flux/acteurs.atom",
        ),
        *(
            "/integration/v1/liste",
            "/integration/oembed",
            "/partage/annuaire.png",
            "/l/12",
            "/opensearch.xml",
        ),
    ],
)
def test_what_everybody_is_shown_may_come_from_a_replica(path):
    assert only_reads(ask.get(path))
    assert only_reads(ask.head(path))
    assert not only_reads(ask.post(path))


@pytest.mark.parametrize(
    "path",
    [
        *(
            "/admin/",
            "/admin/login/",
            "/admin/actors/organisation/",
            "/admin/nulle-part/",
            "/sante/",
            "/sante/mesures/",
        ),
        *("/proposer/", "/proposer/merci/abc/", "/fiche/abc/", "/mes-donnees/", "/mes-donnees/abc/"),
        *("/suivre/", "/suivre/verifiez/", "/suivre/confirmer/abc/", "/suivre/mes-suivis/abc/"),
    ],
)
def test_where_people_write_is_read_where_they_wrote(path):
    assert not only_reads(ask.get(path))


def test_every_address_of_forms_is_among_them():
    """Whatever takes a POST of ours from the public."""
    written = {
        re.sub(r"<[^>]+>", "a", str(pattern.pattern))
        for pattern in patterns(get_resolver())
        if is_form(getattr(pattern.callback, "view_class", object))
    }
    assert len(written) > 5
    for path in written:
        assert not only_reads(ask.get(f"/{path}")), path


def is_form(view: type) -> bool:
    return issubclass(view, ProcessFormView) or ("post" in vars(view) and view is not RedirectView)


def patterns(resolver):
    for each in resolver.url_patterns:
        if isinstance(each, URLPattern):
            yield each
        elif isinstance(each, URLResolver) and each.namespace != "admin":
            yield from patterns(each)


@pytest.mark.parametrize("cookie", ["sessionid", "messages"])
def test_who_has_a_session_is_somebody(cookie):
    request = ask.get("/acteurs/")
    assert is_anonymous(request)
    request.COOKIES[cookie] = "a"
    assert not is_anonymous(request)
    assert not is_anonymous(ask.get("/acteurs/", headers={"authorization": "Bearer a"}))


def test_databases_are_tried_from_the_best_to_whatever_is_left(monkeypatch):
    watch = Watch(["replica_1", "replica_2"], 5)
    monkeypatch.setattr(choosing.os, "getpid", lambda: 4)
    assert [alias for alias, _ in sources(watch)] == ["replica_1", "replica_2", PRIMARY_READ]
    # Another process begins with another one.
    monkeypatch.setattr(choosing.os, "getpid", lambda: 5)
    assert [alias for alias, _ in sources(watch)] == ["replica_2", "replica_1", PRIMARY_READ]
    watch.replicas[0].failed()
    assert [alias for alias, _ in sources(watch)] == ["replica_2", PRIMARY_READ]
    watch.primary.failed()
    assert [alias for alias, _ in sources(watch)] == ["replica_2"]
    watch.replicas[1].failed()
    assert [alias for alias, _ in sources(watch)] == []


def test_one_that_lags_is_better_than_nothing(monkeypatch):
    watch = Watch(["replica_1"], 0)
    watch.heard(watch.primary, False, 9)
    watch.heard(watch.replicas[0], True, 7)
    tried = []
    for alias, server in sources(watch):
        tried.append(alias)
        if server is watch.primary:
            server.failed()
    assert tried == [PRIMARY_READ, "replica_1"]


def test_queries_go_where_the_thread_reads_and_writes_to_the_primary():
    router = Router()
    assert (router.db_for_read(None), router.db_for_write(None)) == ("default", "default")
    with reading.reading("replica_1"):
        assert (router.db_for_read(None), router.db_for_write(None)) == ("replica_1", "default")
        pieces = reading.read_from("replica_2", (router.db_for_read(None) for _ in range(2)))
        assert [next(pieces), router.db_for_read(None)] == ["replica_2", "replica_1"]
    # Who leaves a long answer in the middle leaves nothing behind, whenever it is closed.
    pieces.close()
    assert router.db_for_read(None) == "default"
    assert (router.allow_migrate("default", "actors"), router.allow_migrate("replica_1", "actors")) == (
        True,
        False,
    )
    assert router.allow_relation(None, None)
