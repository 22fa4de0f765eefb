"""What search engines are told: one file per kind of page, dates only where they are known."""

import re

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from territories.enums import TerritoryKind
from territories.models import record_change
from tests.factories import building
from tests.factories.actors import make_organisation
from tests.factories.pages import make_page
from tests.factories.sources import make_letter
from tests.factories.territories import make_territory

pytestmark = pytest.mark.django_db
SECTIONS = ["pages", "acteurs", "territoires", "lettres"]


def entries(client, section: str) -> list[tuple[str, str]]:
    """(path, date or '') of each page told."""
    response = client.get(f"/sitemap-{section}.xml")
    assert response.headers["Content-Type"] == "application/xml"
    found = re.findall(
        r"<url><loc>http://testserver(.*?)</loc>(?:<lastmod>(.*?)</lastmod>)?</url>",
        response.content.decode().replace("\n", ""),
    )
    assert response.content.decode().count("<url>") == len(found)
    return found


def test_the_index_leads_to_each_file(client):
    text = client.get("/sitemap.xml").content.decode()
    assert re.findall(r"<loc>http://testserver(.*?)</loc>", text) == [
        f"/sitemap-{section}.xml" for section in SECTIONS
    ]
    for section in SECTIONS:
        assert client.get(f"/sitemap-{section}.xml").status_code == 200
    assert client.get("/sitemap-secrets.xml").status_code == 404


def test_robots_point_to_it_and_leave_the_back_office_alone(client):
    response = client.get(reverse("robots"))
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert response.content.decode() == (
        "User-agent: *\nDisallow: /admin/\n\nSitemap: http://testserver/sitemap.xml\n"
    )


def test_entrances_and_editorial_pages(client):
    make_page(slug="aide")
    told = entries(client, "pages")
    assert {"/", "/acteurs/", "/territoires/", "/lettres/", "/plan-du-site/"} <= {path for path, _ in told}
    assert ("/aide/", "2026-03-01") in told
    assert {date for path, date in told if path != "/aide/"} == {""}
    assert {path: client.get(path).status_code for path, _ in told} == {path: 200 for path, _ in told}


def test_published_actors_with_the_day_of_their_last_change(client):
    actor = make_organisation(slug="vivant")
    make_organisation(slug="cache", publication="draft")
    with building():
        type(actor)._base_manager.filter(pk=actor.pk).update(updated_at="2026-01-02T12:00:00Z")
    assert entries(client, "acteurs") == [("/acteurs/vivant/", "2026-01-02")]
    with transaction.atomic():
        record_change(subject="actor", key=actor.public_id, what="Un lien")
    assert entries(client, "acteurs") == [("/acteurs/vivant/", timezone.localdate().isoformat())]


def test_territories_with_an_actor_and_the_levels_above_communes(client):
    make_territory(TerritoryKind.DEPARTMENT, "62", "Pas-de-Calais")
    make_territory(name="Vide")
    make_organisation(place=make_territory(name="Carvin"))
    assert entries(client, "territoires") == [
        ("/territoires/pas-de-calais/", ""),
        ("/territoires/carvin/", ""),
    ]


def test_letters_with_the_day_of_their_last_change_where_one_is_known(client):
    known, other = make_letter(slug="71"), make_letter(slug="74")
    with transaction.atomic():
        record_change(subject="letter", key=known.slug, what="Modification")
    assert entries(client, "lettres") == [
        (known.get_absolute_url(), timezone.localdate().isoformat()),
        (other.get_absolute_url(), ""),
    ]


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("section", "queries"), [("pages", 1), ("acteurs", 2), ("territoires", 2), ("lettres", 2)]
)
def test_each_file_costs_the_same_for_any_number(client, django_assert_num_queries, rows, section, queries):
    for _ in range(rows):
        make_organisation(place=make_territory())
        make_letter()
        make_page()
    with django_assert_num_queries(queries):
        client.get(f"/sitemap-{section}.xml")


def test_the_index_costs_what_the_files_cost(client, django_assert_num_queries):
    for _ in range(3):
        make_organisation(place=make_territory())
        make_letter()
    with django_assert_num_queries(7):
        client.get("/sitemap.xml")


def test_beyond_fifty_thousand_pages_a_kind_has_several_files(client, monkeypatch):
    """The protocol allows 50,000 in one; the limit is Django's, lowered here."""
    from django.contrib.sitemaps import Sitemap

    assert Sitemap.limit == 50_000
    actors = [make_organisation() for _ in range(5)]
    monkeypatch.setattr(Sitemap, "limit", 2)
    text = client.get("/sitemap.xml").content.decode()
    files = re.findall(r"<loc>http://testserver(/sitemap-acteurs.xml.*?)</loc>", text)
    assert files == ["/sitemap-acteurs.xml", "/sitemap-acteurs.xml?p=2", "/sitemap-acteurs.xml?p=3"]
    found = [
        path
        for file in files
        for path in re.findall(r"<loc>http://testserver(/a.*?)</loc>", client.get(file).content.decode())
    ]
    assert found == [actor.get_absolute_url() for actor in actors]
    assert client.get("/sitemap-acteurs.xml?p=4").status_code == 404
