"""The map and its list are one selection; the map is used by keyboard, passed by, and done without."""

import json
import re
from urllib.request import urlopen

from tests.browser.conftest import DESKTOP
from tests.browser.test_filters import counted, open_facet
from tests.browser.walking import focused, tab_to

ALL, FILTERED = "/carte/", "/carte/?territoire=62&secteur=culture"


def points(site: str, query: str = "") -> dict:
    with urlopen(f"{site}/carte/points/{query}", timeout=30) as response:
        return json.load(response)


def on_map(page) -> int:
    """Actors that the numbers on the map add up to, groups of points counted once."""
    page.locator(".leaflet-marker-icon").first.wait_for()
    return sum(int(text) for text in page.locator(".leaflet-marker-icon").all_inner_texts())


def told(page) -> tuple[int, int]:
    """Actors, and those without a place, as the sentence under the map's title says."""
    numbers = re.findall(r"\d+", page.locator("[data-map-said]").inner_text())
    return int(numbers[0]), int(numbers[1]) if len(numbers) > 1 else 0


def test_map_and_list_agree(visitor, site):
    for path in (ALL, FILTERED):
        page = visitor.open(path)
        page.locator(".leaflet-marker-icon").first.wait_for()
        everybody, nowhere = told(page)
        assert everybody == counted(page)
        query = path.partition("?")[1] + path.partition("?")[2]
        drawn = points(site, query)
        placed = sum(each["count"] for each in drawn["communes"] + drawn["pins"])
        # One with places in two communes stands in both.
        assert placed >= everybody - nowhere > 0
        assert on_map(page) <= placed
        aside = page.locator("#non-localises summary")
        if nowhere:
            assert str(nowhere) in aside.inner_text() or nowhere == 1


def test_a_filter_moves_map_and_list_together(visitor):
    page = visitor.open(ALL, viewport=DESKTOP)
    page.locator(".leaflet-marker-icon").first.wait_for()
    before = told(page)
    said = page.locator("[data-map-said]").inner_text()
    tab_to(page, open_facet(page, "secteur").get_by_role("checkbox").first)
    page.keyboard.press("Space")
    page.wait_for_url("**secteur=**")
    page.wait_for_function("said => document.querySelector('[data-map-said]').textContent !== said", arg=said)
    assert told(page)[0] == counted(page) < before[0]
    page.go_back()
    page.wait_for_function(
        "count => document.querySelector('[data-map-said]').textContent.startsWith(count)", arg=str(before[0])
    )
    assert counted(page) == before[0]


def test_the_map_is_used_by_keyboard(visitor):
    page = visitor.open(FILTERED)
    marker = page.locator(".leaflet-marker-icon").first
    marker.wait_for()
    tab_to(page, marker)
    assert focused(page)["role"] == "button"
    assert re.search(r"\d|[a-zé]", focused(page)["aria-label"])
    # Groups part with Enter, a point opens its list.
    for _ in range(8):
        if page.locator(".map-popup").count():
            break
        page.keyboard.press("Enter")
        page.wait_for_timeout(150)
        if not page.locator(".map-popup").count():
            spots = page.locator(".leaflet-marker-icon:visible")
            spots.first.wait_for()
            spots.first.focus()
    popup = page.locator(".map-popup")
    assert popup.count() == 1
    assert popup.get_by_role("link").count() >= 1
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.leaflet-popup') !== null")
    page.keyboard.press("Escape")
    popup.wait_for(state="detached")


def test_the_map_is_passed_by(visitor):
    page = visitor.open(ALL)
    skip = page.get_by_role("link", name="Passer la carte")
    tab_to(page, skip)
    page.keyboard.press("Enter")
    assert focused(page)["id"] == "resultats"


def test_the_list_opens_its_map_when_asked(visitor):
    page = visitor.open("/acteurs/?territoire=62")
    assert page.evaluate("typeof window.L") == "undefined"
    opener = page.locator("[data-map-open]")
    tab_to(page, opener)
    assert focused(page)["aria-expanded"] == "false"
    page.keyboard.press("Enter")
    page.locator(".leaflet-marker-icon").first.wait_for()
    assert opener.get_attribute("aria-expanded") == "true"
    assert told(page)[0] == counted(page)


def test_without_scripts_the_map_is_drawn_with_links(visitor):
    page = visitor.open(ALL, script=False)
    shapes = page.locator("[data-map-box] svg a")
    assert shapes.count() > 3
    names = shapes.evaluate_all(
        "links => links.map((each) => (each.getAttribute('aria-label') || each.textContent).trim())"
    )
    assert all(names)
    # A real person looks for what can be pressed: the shape itself.
    page.goto(shapes.first.get_attribute("href"))
    assert page.get_by_role("heading", level=1).is_visible()
