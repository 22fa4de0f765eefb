"""The form of an entry without a mouse: fields, choices found by typing, rows added, buttons."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.desk import Desk
from tests.browser.site import COLLEAGUE
from tests.browser.walking import tab_to


@pytest.mark.parametrize(
    ("viewport", "name"),
    [(DESKTOP, "Tissage Arboussin"), (PHONE, "Poterie Ménichou")],
    ids=["desktop", "phone"],
)
def test_an_entry_is_made_with_the_keyboard_alone(walker, viewport, name):
    desk = Desk(walker, COLLEAGUE, viewport=viewport)
    page = desk.open("/admin/actors/organisation/add/")
    # What comes after the menu is reached at once.
    tab_to(page, desk.field("name"))
    page.keyboard.type(name)
    tab_to(page, desk.field("summary"))
    page.keyboard.type("Travaille de ses mains.")
    # What is folded is opened, a row added, and its territory found by postal code.
    tab_to(page, page.locator("#places-group summary"))
    page.keyboard.press("Enter")
    tab_to(page, page.locator("#places-group .add-row a"))
    page.keyboard.press("Enter")
    place = desk.field("places-0-territory")
    choice = place.locator("xpath=following-sibling::span").locator(".select2-selection")
    tab_to(page, choice, back=not_yet(page, choice))
    page.keyboard.press("Enter")
    # Select2 moves the focus in a task of its own: what is typed before would be lost.
    expect(page.locator(".select2-dropdown .select2-search__field")).to_be_focused()
    page.keyboard.type("62790")
    answers = page.locator(".select2-results__option[aria-selected]")
    expect(answers.first).to_contain_text("Leforest")
    page.keyboard.press("Enter")
    expect(place.locator("option:checked")).to_contain_text("Leforest")
    # The focus is back where it was, and goes on from there.
    expect(choice).to_be_focused()
    tab_to(page, page.locator(".submit-row").last.get_by_role("button", name="Enregistrer comme brouillon"))
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert not desk.mistakes()
    assert name in desk.told()
    desk.press(name)
    expect(desk.field("places-0-territory").locator("option:checked")).to_contain_text("Leforest")


def not_yet(page, wanted) -> bool:
    """Whether ``wanted`` comes before what has the focus."""
    return wanted.evaluate(
        "element => Boolean(document.activeElement.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_PRECEDING)"
    )


def test_a_choice_is_left_with_escape_and_nothing_is_chosen(walker):
    desk = Desk(walker, COLLEAGUE)
    page = desk.open("/admin/actors/organisation/add/")
    choice = (
        desk.field("activities").locator("xpath=following-sibling::span").locator(".select2-search__field")
    )
    tab_to(page, choice)
    page.keyboard.type("vélo")
    expect(page.locator(".select2-results__option[aria-selected]").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".select2-results")).to_have_count(0)
    expect(desk.field("activities").locator("option:checked")).to_have_count(0)
    page.keyboard.press("Tab")
    expect(choice).not_to_be_focused()
