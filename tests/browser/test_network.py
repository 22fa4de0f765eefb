"""The drawing of the cooperations and its twin in sentences are one selection; both work by keyboard."""

import re

from tests.browser.conftest import PHONE
from tests.browser.walking import focused, tab_to

PATH = "/cooperations/reseau/"
DRAWN = "links => links.map((each) => [each.getAttribute('data-n'), each.getAttribute('transform')])"


def counted(page) -> tuple[int, int]:
    """Actors and links as the page says them."""
    actors, links = re.search(
        r"(\d+) acteurs?, (\d+) liens?", page.locator("#reseau-compte").inner_text()
    ).groups()
    return int(actors), int(links)


def test_drawing_and_sentences_agree(visitor):
    page = visitor.open(PATH)
    signs = page.locator("[data-network] a[data-n]")
    actors, links = counted(page)
    assert signs.count() == actors > 50
    # One line for all that two actors do together.
    assert 0 < page.locator("[data-network] [data-e]").count() <= links
    assert page.locator(".network-told li").count() >= links
    drawn = set(signs.evaluate_all("links => links.map((each) => each.getAttribute('href'))"))
    written = page.locator(".network-told h3 a").evaluate_all(
        "links => links.map((each) => each.getAttribute('href'))"
    )
    assert set(written) <= drawn


def test_a_filter_hides_and_moves_nothing(visitor):
    page = visitor.open(PATH)
    everybody = counted(page)
    places = dict(page.locator("[data-network] a[data-n]").evaluate_all(DRAWN))
    hrefs = "links => links.map((each) => [each.getAttribute('href'), each.getAttribute('transform').split(' scale')[0]])"
    before = dict(page.locator("[data-network] a[data-n]").evaluate_all(hrefs))
    assert len(places) == len(before) == everybody[0]
    summary = page.locator(".network-filters > summary")
    tab_to(page, summary)
    page.keyboard.press("Enter")
    box = page.locator("[name=type]").first
    tab_to(page, box)
    page.keyboard.press("Space")
    page.wait_for_url("**type=**")
    page.wait_for_function(
        "count => !document.querySelector('#reseau-compte').textContent.startsWith(count)",
        arg=f"{everybody[0]} ",
    )
    after = dict(page.locator("[data-network] a[data-n]").evaluate_all(hrefs))
    assert 0 < len(after) == counted(page)[0] < everybody[0]
    assert set(after) < set(before)
    # The focus is still on the box that was ticked.
    assert focused(page)["name"] == "type"
    page.go_back()
    page.wait_for_function(
        "count => document.querySelector('#reseau-compte').textContent.startsWith(count)",
        arg=f"{everybody[0]} ",
    )
    assert counted(page) == everybody


def test_arrows_go_from_actor_to_actor(visitor):
    page = visitor.open(PATH)
    page.evaluate("document.querySelector('[data-network-frame]').scrollIntoView()")
    reached = None
    for _ in range(60):
        page.keyboard.press("Tab")
        attributes = focused(page)
        if "data-n" in attributes:
            reached = attributes
            break
    assert reached, "no sign of the drawing is reached by keyboard"
    seen = {reached["data-n"]}
    for key in ("ArrowLeft", "ArrowUp", "ArrowRight", "ArrowDown", "ArrowLeft"):
        page.keyboard.press(key)
        seen.add(focused(page)["data-n"])
    assert len(seen) > 2
    page.keyboard.press("+")
    page.keyboard.press("0")
    # One stop for the whole drawing: the next one leaves it.
    page.keyboard.press("Tab")
    assert "data-n" not in focused(page)


def test_the_drawing_is_passed_by(visitor):
    page = visitor.open(PATH, viewport=PHONE)
    skip = page.get_by_role("link", name="Passer le dessin")
    tab_to(page, skip)
    page.keyboard.press("Enter")
    assert focused(page)["id"] == "en-phrases"


def test_how_two_actors_are_linked_is_asked_by_keyboard(visitor):
    page = visitor.open("/cooperations/comment-sont-ils-lies/")
    first = page.locator("#acteur-1")
    tab_to(page, first)
    for typed in ("phare", "afeji"):
        page.keyboard.type(typed, delay=20)
        page.get_by_role("option").first.wait_for()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.get_by_role("option").first.wait_for(state="detached")
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**acteur=**")
    page.locator("#chaines").wait_for()
    assert page.locator("#cites-ensemble").is_visible()


def test_without_scripts_the_network_is_filtered(visitor):
    page = visitor.open(PATH, script=False)
    everybody = counted(page)
    page.locator(".network-filters > summary").click()
    page.locator("[name=type]").first.check()
    page.get_by_role("button", name="Filtrer").click()
    page.wait_for_url("**type=**")
    assert counted(page)[1] < everybody[1]
