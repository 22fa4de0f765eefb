"""What every page holds to: one h1, landmarks, no inline style or script, strict policy, no query for nobody."""

import itertools

import pytest
from django.urls import reverse

from tests.factories.actors import make_organisation
from tests.factories.pages import make_page
from tests.factories.sources import make_letter
from tests.factories.territories import make_territory
from tests.pages.html import page


@pytest.fixture
def addresses(db):
    return [
        reverse("home"),
        reverse("actor-list"),
        reverse("actor-print"),
        make_organisation().get_absolute_url(),
        reverse("territory-list"),
        make_territory().get_absolute_url(),
        reverse("ptce-list"),
        reverse("map"),
        reverse("cooperation-list"),
        reverse("network"),
        reverse("network-chains"),
        reverse("letter-list"),
        make_letter().get_absolute_url(),
        make_page(body="# Un\n\n### Deux").get_absolute_url(),
        reverse("site-plan"),
        reverse("suggest-actor"),
        reverse("suggest-correction", args=[make_organisation().slug]),
        reverse("suggest-general"),
        reverse("api-documentation"),
        reverse("data"),
        reverse("download-choice"),
        reverse("download-choice-cooperations"),
        reverse("follow"),
        reverse("follow-sent"),
        "/nulle-part/",
    ]


def test_every_page_has_its_landmarks(client, addresses):
    for address in addresses:
        root = page(client.get(address))
        assert root.one("html").attributes["lang"] == "fr"
        assert len(root.all("h1")) == 1, address
        assert len(root.all("main")) == len(root.one("body").all("header", class_="site-header")) == 1
        assert root.one("a", class_="skip-link").attributes["href"] == "#" + root.one("main").attributes["id"]
        assert root.one("title").text.endswith("– Économie solidaire en Hauts-de-France")
        ids = [element.attributes["id"] for element in root.all() if "id" in element.attributes]
        assert len(ids) == len(set(ids)), address


def test_no_page_has_inline_style_or_script(client, addresses):
    for address in addresses:
        response = client.get(address)
        assert "default-src 'self'" in response.headers["Content-Security-Policy"]
        for element in page(response).all():
            assert element.tag != "style", address
            # Linked data is no script: browsers run none of it.
            if element.tag == "script" and element.attributes["type"] != "application/ld+json":
                assert element.attributes["type"] == "module", address
                assert element.attributes["src"].startswith("/static/js/"), address
                assert element.children == [], address
            assert not {name for name in element.attributes if name == "style" or name.startswith("on")}


def test_headings_skip_no_level(client, addresses):
    for address in addresses:
        levels = [
            int(each.tag[1])
            for each in page(client.get(address)).all()
            if each.tag in {"h1", "h2", "h3", "h4"}
        ]
        assert levels[0] == 1, address
        assert all(after <= before + 1 for before, after in itertools.pairwise(levels)), address


def test_visitors_get_no_cookie(client, addresses):
    for address in addresses:
        assert not client.get(address).cookies, address


def test_the_menu_marks_where_the_visitor_is(client, db):
    actor = make_organisation()
    menus = {
        address: [
            (link.text, link.attributes["aria-current"])
            for link in page(client.get(address)).one("nav", class_="site-nav").all("a")
            if "aria-current" in link.attributes
        ]
        for address in (reverse("home"), reverse("actor-list"), actor.get_absolute_url())
    }
    assert menus == {
        reverse("home"): [],
        reverse("actor-list"): [("Annuaire", "page")],
        actor.get_absolute_url(): [("Annuaire", "true")],
    }
