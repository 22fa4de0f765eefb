"""The list of actors by keyboard: filters, chips, pages, the way back, and all of it without scripts."""

import re

from tests.browser.conftest import PHONE
from tests.browser.walking import focused, tab_to


def counted(page) -> int:
    """The number of actors that the title tells."""
    return int(re.match(r"[\d\s]+", page.get_by_role("heading", level=1).inner_text())[0].replace(" ", ""))


def shown(page) -> list[str]:
    """Addresses of the actors on the page, in order."""
    return page.locator("#resultats .cards h2 a").evaluate_all("links => links.map((each) => each.pathname)")


def open_facet(page, name: str):
    """Open a fold of the filters by keyboard, where it is not open already."""
    fold = page.locator(f"#filtre-{name}")
    tab_to(page, fold.locator("summary").first)
    if fold.get_attribute("open") is None:
        page.keyboard.press("Enter")
    return fold


def test_a_filter_is_ticked_told_and_taken_back_by_keyboard(visitor):
    page = visitor.open("/acteurs/")
    everybody = counted(page)
    facet = open_facet(page, "secteur")
    box = facet.get_by_role("checkbox").first
    told = int(re.search(r"(\d+) acteurs?$", box.get_attribute("aria-label"))[1])
    tab_to(page, box)
    page.keyboard.press("Space")
    page.wait_for_url("**/acteurs/?secteur=*")
    assert counted(page) == told < everybody
    # Said aloud, and the focus is where it was.
    page.wait_for_function("() => document.querySelector('[data-announce]').textContent.trim() !== ''")
    assert page.locator("[data-announce]").inner_text() == page.get_by_role("heading", level=1).inner_text()
    assert focused(page)["name"] == "secteur"
    chip = page.locator(".criteria a").first
    tab_to(page, chip)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/acteurs/$"))
    assert counted(page) == everybody


def test_the_way_back_shows_what_was(visitor):
    page = visitor.open("/acteurs/")
    first = counted(page), shown(page)
    box = open_facet(page, "secteur").get_by_role("checkbox").nth(1)
    tab_to(page, box)
    page.keyboard.press("Space")
    page.wait_for_url("**/acteurs/?secteur=*")
    filtered = counted(page), shown(page)
    assert filtered != first
    link = page.locator("#resultats .cards h2 a").first
    link.click()
    page.wait_for_url(re.compile(r"/acteurs/[a-z0-9-]+/$"))
    page.go_back()
    page.wait_for_url("**/acteurs/?secteur=*")
    assert (counted(page), shown(page)) == filtered
    page.go_back()
    page.wait_for_url(re.compile(r"/acteurs/$"))
    page.wait_for_function("() => document.querySelectorAll('.criteria').length === 0")
    assert (counted(page), shown(page)) == first
    assert page.locator("[name=secteur]:checked").count() == 0
    page.go_forward()
    page.wait_for_url("**/acteurs/?secteur=*")
    page.wait_for_function("() => document.querySelectorAll('.criteria li').length === 1")
    assert (counted(page), shown(page)) == filtered


def test_pages_are_turned_by_keyboard(visitor):
    page = visitor.open("/acteurs/")
    first = shown(page)
    tab_to(page, page.get_by_role("link", name="Page suivante"), back=True)
    page.keyboard.press("Enter")
    page.wait_for_url("**page=2**")
    assert set(shown(page)).isdisjoint(first)
    tab_to(page, page.get_by_role("link", name="Page précédente"), back=True)
    page.keyboard.press("Enter")
    page.wait_for_load_state()
    page.wait_for_function("() => !document.querySelector('[rel=prev]')")
    assert shown(page) == first


def test_results_are_reached_past_the_filters(visitor):
    page = visitor.open("/acteurs/")
    skip = page.get_by_role("link", name="Passer les filtres")
    tab_to(page, skip)
    page.keyboard.press("Enter")
    assert focused(page)["id"] == "resultats"


def test_on_a_phone_results_come_first_and_filters_unfold(visitor):
    page = visitor.open("/acteurs/", viewport=PHONE)
    assert not page.locator("#filtres-champs").is_visible()
    tab_to(page, page.locator("#filtres > summary"))
    page.keyboard.press("Enter")
    assert page.locator("#filtres-champs").is_visible()


def test_without_scripts_filters_are_sent_with_their_button(visitor):
    page = visitor.open("/acteurs/", script=False)
    everybody = counted(page)
    if not page.locator("#filtres-champs").is_visible():
        page.locator("#filtres > summary").click()
    if page.locator("#filtre-secteur").get_attribute("open") is None:
        page.locator("#filtre-secteur > summary").click()
    box = page.locator("#filtre-secteur").get_by_role("checkbox").first
    told = int(re.search(r"(\d+) acteurs?$", box.get_attribute("aria-label"))[1])
    box.check()
    page.locator(".filters-apply button").click()
    page.wait_for_url("**secteur=**")
    assert counted(page) == told < everybody
    page.locator("#tri").select_option("commune")
    page.locator(".listing-button button").click()
    page.wait_for_url("**tri=commune**")
    names = page.locator("#resultats .cards h2").all_inner_texts()
    assert counted(page) == told
    assert len(names) > 1
    page.locator(".criteria a").first.click()
    page.wait_for_load_state()
    assert counted(page) == everybody
