"""What a page costs a visitor on a slow line: every byte of it and of its files, as they are sent.

Budgets of the first visit, with nothing kept from before. Maps and the network come on demand.
"""

import pytest

from tests.browser.conftest import PHONE
from tests.browser.pages import PAGES

KB = 1000
PATHS = {kind.name: kind.path for kind in PAGES}
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
# Scripts of a page where no map was opened. ``tests/pages/test_css.py`` weighs the style sheets.
SCRIPTS = 25 * KB


def received(visitor, path: str) -> dict[str, tuple[str, int]]:
    """Address -> its kind and the bytes of body that came through the line, of a page and its files."""
    context = visitor.context(viewport=PHONE)
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    files, requests = {}, {}

    def responded(event):
        # What came so far are the heads, which the proxy of an open site compresses (HTTP/2).
        answer = event["response"]
        requests[event["requestId"]] = answer["url"], event["type"], int(answer["encodedDataLength"])

    def finished(event):
        address, kind, head = requests.get(event["requestId"], ("data:", "", 0))
        if not address.startswith("data:"):
            files[address] = kind, int(event["encodedDataLength"]) - head

    session.on("Network.responseReceived", responded)
    session.on("Network.loadingFinished", finished)
    page.goto(path, wait_until="networkidle")
    return files


@pytest.mark.parametrize(("name", "budget"), BUDGETS.items())
def test_a_page_with_all_its_files_keeps_its_budget(visitor, name, budget):
    files = received(visitor, PATHS[name])
    total = sum(size for _, size in files.values())
    assert total <= budget, files
    # The server does compress: a page that came plain would pass while it is small.
    assert len(files) > 4


# The page of the map opens it at once.
WITHOUT_MAP = [kind for kind in PAGES if not kind.path.startswith(("/admin/", "/carte/"))]


@pytest.mark.parametrize("kind", WITHOUT_MAP, ids=lambda kind: kind.name)
def test_scripts_are_light_where_no_map_is_open(visitor, kind):
    scripts = {
        address: size for address, (of, size) in received(visitor, kind.path).items() if of == "Script"
    }
    assert sum(scripts.values()) <= SCRIPTS, scripts
