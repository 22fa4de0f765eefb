"""The table of pages is complete, and nothing on any page makes the browser complain."""

import pytest
from django.urls import resolve

from pages.urls import urlpatterns
from tests.browser.pages import PAGES
from tests.browser.test_bytes import SCRIPTS, WITHOUT_MAP, weight

# Addresses that are no page, and why.
NO_PAGE = {
    "suggestions": "JSON for the search box, seen in its test",
    "robots": "plain text",
    "styleguide-themes": "CSS of the page of components",
    "map-points": "JSON for the map, seen in its test",
    "map-contours": "JSON for the map, seen in its test",
    "embed-colours": "CSS of frames",
    "embed-script": "scripts for hosts",
    "oembed": "JSON or XML for programs",
    "short-letter": "leads to the letter",
    "short-article": "leads to the article",
    "sitemap": "XML for search engines",
    "sitemap-section": "XML for search engines",
}


def test_every_public_address_has_its_row():
    named = {resolve(kind.path.partition("?")[0]).url_name for kind in PAGES if kind.path != "/nulle-part/"}
    assert {pattern.name for pattern in urlpatterns} - set(NO_PAGE) <= named
    assert len({kind.name for kind in PAGES}) == len({kind.path for kind in PAGES}) == len(PAGES)


@pytest.mark.parametrize("kind", PAGES, ids=lambda kind: kind.name)
def test_every_page_is_quiet_and_its_scripts_are_light(visitor, kind):
    """No error of a script, no broken policy, no request elsewhere: the visitor watches for all of them."""
    page = visitor.see(kind)
    assert page.locator("h1").count() == 1
    assert page.title()
    if kind.name in WITHOUT_MAP:
        scripts = {address: size for address, size in weight(page).items() if address.endswith(".js")}
        assert len(scripts) >= 1
        assert sum(scripts.values()) <= SCRIPTS, scripts
