"""The menu at the foot of every page: made by editors, kept in memory, asked of nobody by an error."""

import pytest
from django.template.loader import get_template
from django.urls import reverse

from actors.index import snapshot
from pages.presenters import menu
from tests.factories.pages import make_page
from tests.factories.sources import make_letter
from tests.pages.html import page


def foot(response) -> list[tuple[str, str]]:
    return page(response).one("footer").one("nav").links()


@pytest.mark.django_db
def test_the_pages_in_their_order_then_what_partners_take_and_the_plan(client):
    make_page(slug="b", title="Bé", footer_rank=20)
    make_page(slug="a", title="À", footer_rank=30, footer_label="Libellé : oui")
    make_page(slug="c", title="Cachée")
    make_page(slug="d", title="Dé", footer_rank=10)
    assert foot(client.get(reverse("home")))[-5:] == [
        ("/d/", "Dé"),
        ("/b/", "Bé"),
        ("/a/", "Libellé : oui"),
        ("/donnees/", "Données et intégration"),
        ("/plan-du-site/", "Plan du site"),
    ]


@pytest.mark.django_db
def test_it_marks_where_the_visitor_is(client):
    make_page(slug="a", title="À", footer_rank=1)
    links = page(client.get("/a/")).one("footer").one("nav").all("a", aria_current="page")
    assert [link.text for link in links] == ["À"]


@pytest.mark.django_db
def test_it_is_read_once_per_version(client, django_assert_num_queries):
    make_page(footer_rank=1)
    snapshot.current()
    with django_assert_num_queries(0):
        menu.footer()
        menu.footer()


@pytest.mark.django_db
def test_a_page_that_asks_no_index_has_it_too(client):
    make_page(slug="a", title="À", footer_rank=1)
    assert ("/a/", "À") in foot(client.get(make_letter().get_absolute_url()))


def test_an_error_asks_nothing():
    assert "<h1>" in get_template("500.html").render()
