"""Downloads that nobody reads leave the pages open: few at once, and who stands still is let go."""

import hashlib
import json
import os
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest

from partners.downloads.places import Full, Places
from tests.partners.downloads.reading import leave
from tests.serving import manage, serving

FILE = "/donnees/acteurs.csv"
SETTINGS = "tests.partners.downloads.settings"


@pytest.fixture
def places(monkeypatch) -> Places:
    """Two, for the downloads of a test."""
    own = Places(2)
    monkeypatch.setattr("partners.views.downloads.PLACES", own)
    return own


def is_free(places: Places) -> bool:
    """Whether both are."""
    try:
        taken = [places.take(), places.take()]
    except Full:
        return False
    for place in taken:
        place.leave()
    return True


def test_one_download_too_many_is_told_when_to_come_back(client, directory, places, caplog):
    held = [client.get(FILE) for _ in range(2)]
    assert [response.status_code for response in held] == [200, 200]
    page = client.get(f"{FILE}?nature=ptce", headers={"accept": "text/html"})
    assert (page.status_code, page["Retry-After"]) == (503, "30")
    assert "no-store" in page["Cache-Control"]
    text = page.content.decode()
    assert "Réessayez dans une demi-minute." in text
    assert f'href="{FILE}?nature=ptce"' in text
    problem = client.get(FILE)
    assert problem["Content-Type"] == "application/problem+json"
    assert json.loads(problem.content)["status"] == 503
    assert {record.levelname for record in caplog.records} == {"WARNING"}
    # Neither the pages nor who only asks about the file wait.
    assert client.get("/donnees/").status_code == 200
    assert client.head(FILE).status_code == 200
    assert client.get(FILE, headers={"if-none-match": held[0]["ETag"]}).status_code == 304
    leave(held.pop())
    assert client.get(FILE).status_code == 200


def test_a_place_is_free_once_read(client, directory, places):
    assert client.get(FILE).getvalue()
    assert is_free(places)


def test_a_place_is_free_once_broken_off(client, directory, places):
    response = client.get(FILE)
    next(iter(response.streaming_content))
    assert not is_free(places)
    leave(response)
    assert is_free(places)


def test_a_place_is_left_once(places):
    place = places.take()
    place.leave()
    # A second one would be one too many for the semaphore.
    place.leave()
    assert is_free(places)


def test_a_place_is_free_after_a_fault(client, directory, places, monkeypatch):
    def fail(*args):
        yield b"x"
        raise RuntimeError("fault")

    monkeypatch.setattr("partners.views.downloads.written", fail)
    with pytest.raises(RuntimeError):
        client.get(FILE).getvalue()
    assert is_free(places)


def test_a_place_that_nobody_holds_any_more_is_free(places):
    # As where something fails between its taking and the response.
    place = places.take()
    assert not is_free(places)
    del place
    assert is_free(places)


# -- under gunicorn ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def environment(tmp_path_factory) -> dict[str, str]:
    """One process of four threads over an empty directory with one edition, a file of which no buffer can hold."""
    folder = tmp_path_factory.mktemp("places")
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    own = {"DATA_DIR": str(folder), "WORKERS": "1", "THREADS": "4", "JOBS": "off"}
    own |= {"DJANGO_SETTINGS_MODULE": SETTINGS}
    manage("migrate", "--run-syncdb", "--verbosity", "0", environment=kept | own, quiet=True)
    edition = folder / "editions/2026-11"
    edition.mkdir(parents=True)
    data = os.urandom(30_000_000)
    (edition / "acteurs.jsonl").write_bytes(data)
    sha256 = hashlib.sha256(data).hexdigest()
    listed = {"name": "acteurs.jsonl", "title": "Acteurs", "size": len(data), "sha256": sha256}
    told = {"name": "2026-11", "made_on": "2026-11-22", "version": 1, "base": "http://x", "counts": {}}
    told |= {"since": None, "changes": {}, "files": [listed]}
    (edition / "edition.json").write_text(json.dumps(told))
    return kept | own


def standing_still(port: int, encoding: str) -> tuple[socket.socket, str]:
    """A download that nobody reads beyond its first line, which is given as well."""
    visitor = socket.socket()
    visitor.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    visitor.settimeout(20)
    visitor.connect(("127.0.0.1", port))
    visitor.sendall(
        f"GET /donnees/editions/2026-11/acteurs.jsonl HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
        f"Accept-Encoding: {encoding}\r\n\r\n".encode()
    )
    return visitor, visitor.recv(12).decode()


def status(port: int, address: str) -> int:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{address}", timeout=20) as response:
            return response.status
    except urllib.error.HTTPError as error:
        return error.code


@pytest.fixture(scope="module")
def port(environment) -> Iterator[int]:
    with serving(environment, SETTINGS) as number:
        yield number


def taken(port: int, encoding: str) -> list[socket.socket]:
    """Both places, once whoever had them is let go."""
    held, deadline = [], time.monotonic() + 20
    while len(held) < 2:
        visitor, line = standing_still(port, encoding)
        if line == "HTTP/1.1 200":
            held.append(visitor)
            continue
        visitor.close()
        assert time.monotonic() < deadline
        time.sleep(0.1)
    return held


# Its server has a database of its own, whatever that of the suite: once is enough. Sent by the kernel from the file, or
# written block by block.
@pytest.mark.skipif("DATABASE_URL" in os.environ, reason="asks the server alone: done on SQLite")
@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_downloads_that_nobody_reads_leave_the_pages_open(port, encoding):
    readers = taken(port, encoding)
    try:
        for _ in range(4):
            visitor, line = standing_still(port, encoding)
            readers.append(visitor)
            assert line == "HTTP/1.1 503"
        assert status(port, "/acteurs/") == 200
        # Nobody has read or left: they are let go.
        deadline = time.monotonic() + 20
        while status(port, "/donnees/editions/2026-11/acteurs.jsonl") == 503:
            assert time.monotonic() < deadline
            time.sleep(0.2)
    finally:
        for visitor in readers:
            visitor.close()
