"""The search box by keyboard alone, with its suggestions and without scripts."""

import re

import pytest

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.walking import focused, tab_to


def test_suggestions_are_walked_with_arrows_and_taken_with_enter(visitor):
    page = visitor.open("/")
    field = (
        page.get_by_role("main")
        .get_by_role("searchbox")
        .or_(page.get_by_role("main").get_by_role("combobox"))
        .first
    )
    tab_to(page, field)
    page.keyboard.type("henin", delay=20)
    options = page.get_by_role("option")
    options.first.wait_for()
    assert focused(page)["aria-expanded"] == "true"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    chosen = page.locator("[role=option][aria-selected=true]")
    assert chosen.count() == 1
    # The focus stays in the field, which says which option is meant.
    assert (
        focused(page)["aria-activedescendant"]
        == chosen.get_attribute("id")
        == options.nth(1).get_attribute("id")
    )
    page.keyboard.press("ArrowUp")
    assert options.first.get_attribute("aria-selected") == "true"
    page.keyboard.press("Escape")
    assert options.count() == 0 or not options.first.is_visible()
    assert focused(page)["aria-expanded"] == "false"
    page.keyboard.press("ArrowDown")
    options.first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/(acteurs|territoires)/[^?]+/$"))
    assert page.get_by_role("heading", level=1).is_visible()


def test_words_are_searched_with_enter(visitor):
    page = visitor.open("/")
    field = page.get_by_role("main").locator("[name=q]").first
    tab_to(page, field)
    page.keyboard.type("insertion")
    page.keyboard.press("Enter")
    page.wait_for_url("**/acteurs/?q=insertion**")
    assert page.locator("#resultats .card, #resultats article").count() > 3


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_every_page_has_a_search_that_works_without_scripts(visitor, viewport):
    page = visitor.open("/lettres/", viewport=viewport, script=False)
    page.locator("form[role=search] [name=q]").first.fill("vélo")
    page.keyboard.press("Enter")
    page.wait_for_url("**/acteurs/?q=v*")
    assert "vélo" in page.get_by_role("heading", level=1).inner_text()
