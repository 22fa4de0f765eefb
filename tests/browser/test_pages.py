"""The table of pages is complete, and nothing on any page makes the browser complain."""

import pytest
from django.urls import resolve

from editing.admin.page import PAGES as ADMIN_PAGES
from editing.freshness.urls import urlpatterns as freshness
from editing.suggestions.urls import urlpatterns as suggestions
from pages.urls import editorial
from pages.urls import urlpatterns as pages
from partners.urls import urlpatterns as partners
from tests.browser.pages import PAGES
from tests.browser.test_bytes import SCRIPTS, WITHOUT_MAP, weight

# Addresses that are no page, and why.
NO_PAGE = {
    "suggestions": "JSON for the search box, seen in its test",
    "robots": "plain text",
    "short-article": "leads to the letter's page",
    "short-letter": "leads there too; what it says before the letter is out is seen in test_letter_entry.py",
    "styleguide-themes": "CSS of the page of components",
    "map-points": "JSON for the map, seen in its test",
    "map-contours": "JSON for the map, seen in its test",
    "embed-colours": "CSS of frames",
    "embed-script": "scripts for hosts",
    "oembed": "JSON or XML for programs",
    "sitemap": "XML for search engines",
    "sitemap-section": "XML for search engines",
    "feed-actors": "Atom",
    "feed-letters": "Atom",
    "opensearch": "XML for the browser's search box",
    "share-image": "a picture",
    "share-image-of-site": "a picture",
    "catalogue": "Turtle or JSON-LD for catalogues of open data",
    "table-schema": "JSON",
    "editions": "leads to their part of the page of data",
    "edition-file": "a file",
    "suggestion-thanks": "its address is drawn when something is sent: seen in test_editing_public.py",
    **dict.fromkeys(
        [
            each.name
            for each in partners
            if (each.name or "").startswith("api-") and each.name != "api-documentation"
        ],
        "JSON for programs",
    ),
}
# Pages of the back-office that need rows the committed data has none of, or that are none.
NO_ADMIN_PAGE = {
    "completeness_table": "a CSV file",
    "import_batch": "seen in test_editing_import.py",
    "import_rejected": "a CSV file",
    "known_entries": "JSON for the name of a new entry",
    "letter_check_ignore": "what a button of « Vérifier ma saisie » asks",
    "letter_code_image": "an SVG file",
    "letter_preview": "the public page of a letter",
    "letter_proposals": "JSON for the fields of a letter's pages",
    "suggestion": "seen in test_editing_public.py",
}


def test_every_public_address_has_its_row():
    matches = [resolve(kind.path.partition("?")[0]) for kind in PAGES if kind.path != "/nulle-part/"]
    # An address of the back-office may bear the name of a public one.
    named = {match.url_name for match in matches if not match.namespace}
    # Addresses without a name only lead to one that has one, or say in JSON that they are none.
    public = {pattern.name for pattern in (*pages, *editorial, *partners, *suggestions, *freshness)} - {None}
    assert public - named == set(NO_PAGE)
    assert len({kind.name for kind in PAGES}) == len({kind.path for kind in PAGES}) == len(PAGES)


def test_every_page_of_the_back_office_has_its_row():
    named = {resolve(kind.path.partition("?")[0]).url_name for kind in PAGES if kind.staff}
    assert {page.name for page in ADMIN_PAGES} - named == set(NO_ADMIN_PAGE)


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
