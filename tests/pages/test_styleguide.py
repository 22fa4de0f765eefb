"""The gallery of components: for staff alone, both themes, colours that can be told apart."""

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse

from pages.presenters.styleguide import Tokens, contrast
from tests.factories.actors import make_initiative, make_organisation, make_ptce
from tests.pages.html import main, page

URL = reverse("styleguide")
THEMES = reverse("styleguide-themes")


@pytest.fixture
def staff(client, db):
    client.force_login(get_user_model().objects.create_user("ed", is_staff=True))
    return client


@pytest.mark.django_db
@pytest.mark.parametrize("address", [URL, THEMES])
def test_strangers_are_sent_to_the_login(client, address):
    response = client.get(address)
    assert (response.status_code, response.headers["Location"]) == (302, f"/admin/login/?next={address}")


@pytest.mark.django_db
@pytest.mark.parametrize("address", [URL, THEMES])
def test_accounts_without_the_back_office_are_refused(client, address):
    client.force_login(get_user_model().objects.create_user("visitor"))
    assert client.get(address).status_code == 403


def test_every_nature_is_shown_in_both_themes(staff):
    make_organisation(name="Une structure")
    make_initiative(name="Une initiative")
    make_ptce(name="Un pôle")
    root = main(staff.get(URL))
    for theme in ("theme-light", "theme-dark"):
        assert root.one("section", class_=theme).texts("h4") == ["Une structure", "Une initiative", "Un pôle"]
    ids = [element.attributes["id"] for element in root.all() if "id" in element.attributes]
    assert len(ids) == len(set(ids))


def test_it_stands_without_any_actor_and_out_of_search_engines(staff):
    root = page(staff.get(URL))
    assert root.one("meta", name="robots").attributes["content"] == "noindex"
    assert "non" not in main(staff.get(URL)).one("table").texts("td")


def test_the_themes_are_those_of_the_tokens(staff):
    response = staff.get(THEMES)
    assert response.headers["Content-Type"] == "text/css; charset=utf-8"
    light, dark, *swatches = response.content.decode().splitlines()
    assert light.startswith(".theme-light { --paper: #f7f1e6;")
    assert dark.startswith(".theme-dark { --paper: #11191d;")
    assert len(swatches) == len(Tokens().light)


def test_contrast_is_that_of_wcag():
    assert contrast("#000000", "#ffffff") == contrast("#ffffff", "#000000") == 21
    assert contrast("#777777", "#ffffff") == 4.48
    assert contrast("#123456", "#123456") == 1


@pytest.mark.parametrize("pair", Tokens().pairs, ids=lambda pair: f"{pair.colour} on {pair.ground}")
def test_each_pair_of_colours_can_be_told_apart(pair):
    assert pair.light >= pair.least
    assert pair.dark >= pair.least
