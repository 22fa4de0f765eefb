"""What a page costs a visitor on a slow line: the bytes of it and of its files, compressed as they are sent.

Budgets of the first visit, with nothing kept from before; heads are not counted, which the proxy of an open site
compresses. Maps and the network come on demand. ``tests/pages/test_css.py`` weighs the style sheets.
"""

import pytest

from tests.browser.conftest import PHONE
from tests.browser.pages import PAGES

KB = 1000
KINDS = {kind.name: kind for kind in PAGES}
BUDGETS = {
    "accueil": 60 * KB,
    "liste": 40 * KB,
    "liste-filtree": 40 * KB,
    "recherche": 40 * KB,
    "acteur-riche": 30 * KB,
    "acteur-initiative": 30 * KB,
    "acteur-pauvre": 30 * KB,
    "ptce": 30 * KB,
}
# Scripts of a page where no map was opened; the page of the map opens it at once.
SCRIPTS = 25 * KB
WITHOUT_MAP = [kind.name for kind in PAGES if not kind.path.startswith(("/admin/", "/carte/"))]


def weight(page) -> dict[str, int]:
    """Address -> compressed bytes of the page and of each of its files."""
    return dict(
        page.evaluate(
            """() => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
              .map((each) => [each.name, each.encodedBodySize])"""
        )
    )


@pytest.mark.parametrize(("name", "budget"), BUDGETS.items())
def test_a_page_with_all_its_files_keeps_its_budget(visitor, name, budget):
    page = visitor.see(KINDS[name], viewport=PHONE)
    page.wait_for_load_state("networkidle")
    files = weight(page)
    assert sum(files.values()) <= budget, files
    # Nothing is counted as empty, and the page itself did come compressed.
    assert len(files) > 4
    assert all(files.values())
    assert files[page.url] < len(page.content()) / 3
