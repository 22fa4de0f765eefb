"""Several processes keep pages of one directory: what an editor saves through one, the others show at once."""

import os
import urllib.error
import urllib.request

import pytest

from tests.browser.desk import Desk
from tests.browser.site import COLLEAGUE
from tests.serving import serving

LISTS = ("/acteurs/?q=chaudronnerie", "/acteurs/")


@pytest.fixture
def neighbour(sites):
    """Address of another server of one process over the same database."""
    environment = os.environ | sites.write.environment | {"WORKERS": "1"}
    with serving(environment, environment["DJANGO_SETTINGS_MODULE"]) as port:
        yield f"http://127.0.0.1:{port}"


def ask(address: str, tag: str = "") -> tuple[int, str, str]:
    """(status, tag, text) as a stranger without cookies is answered."""
    request = urllib.request.Request(address, headers={"If-None-Match": tag} if tag else {})
    try:
        with urllib.request.urlopen(request) as response:
            return response.status, response.headers["ETag"], response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers.get("ETag", ""), ""


def test_an_edit_through_one_process_shows_at_once_in_another(walker, sites, neighbour):
    desk = Desk(walker, COLLEAGUE)
    visitor = walker.context().new_page()
    entry = desk.create("Chaudronnerie Anatole", summary="Répare des chaudrons.")
    page = "/acteurs/chaudronnerie-anatole/"
    servers = (sites.write.address, neighbour)
    tags = {}
    for server in servers:
        for path in (page, *LISTS):
            # Asked twice: kept now, by one of its processes at least.
            for _ in range(2):
                status, tags[server + path], text = ask(server + path)
                assert status == 200
        assert "Répare des chaudrons" in ask(server + page)[2]
        assert ask(server + page, tags[server + page])[0] == 304
    visitor.goto(page)

    desk.edit(entry)
    desk.fill(name="Chaudronnerie Barnabé", summary="Répare et loue des chaudrons.")
    desk.press("Enregistrer")
    assert not desk.mistakes()
    for server in servers:
        for path in (page, *LISTS):
            # Whatever process answers, eight times over.
            for _ in range(8):
                status, tag, text = ask(server + path, tags[server + path])
                assert (status, tag != tags[server + path]) == (200, True), path
                assert "Chaudronnerie Anatole" not in text
        assert "Répare et loue des chaudrons" in ask(server + page)[2]
        assert "Chaudronnerie Barnabé" in ask(server + LISTS[0])[2]
    # Neither does a browser that was there before show what it had.
    visitor.goto("/lettres/")
    visitor.goto(page)
    assert "Répare et loue des chaudrons" in visitor.get_by_role("main").inner_text()
