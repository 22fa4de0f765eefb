"""What strangers send to the running server: nothing gets by, nothing stops it, and everybody else is served.

Raw sockets against gunicorn as an installation starts it. ``make torture`` asks the same for longer: TORTURE=1.
"""

import os
import re
import select
import socket
import time
from contextlib import ExitStack, closing

import pytest

from tests.serving import manage, serving

# Its server has a database of its own, whatever that of the suite: once is enough.
pytestmark = pytest.mark.skipif("DATABASE_URL" in os.environ, reason="asks the server alone: done on SQLite")
LONGER = bool(os.environ.get("TORTURE"))
HOST = b"Host: localhost\r\n"


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    """A server of its own, on a database with tables and nothing in them."""
    environment = {
        name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "SECRET_KEY"}
    }
    environment |= {"DATA_DIR": str(tmp_path_factory.mktemp("attacked")), "JOBS": "off"}
    environment["DJANGO_SETTINGS_MODULE"] = settings = "tests.apes_directory.attacked"
    manage("migrate", "--run-syncdb", "--verbosity", "0", environment=environment, quiet=True)
    with serving(environment, settings) as number:
        # What each process reads for its first page is not what is timed here.
        for _ in range(6):
            is_well(number, within=60)
        yield number


def connected(port: int, seconds: float = 15) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=seconds)


def sent(port: int, request: bytes) -> bytes:
    """Everything the server answers until it closes, or is silent for a moment after an answer."""
    answer = b""
    with closing(connected(port)) as client:
        try:
            client.sendall(request)
            while piece := client.recv(65536):
                answer += piece
                client.settimeout(0.4)
        except (TimeoutError, ConnectionError):
            pass
    return answer


def statuses(answer: bytes) -> list[int]:
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3}) ", answer)]


def assert_marked(answer: bytes) -> None:
    """Whoever answers, a worker that could not read the request too, tells the browser to run and to frame nothing."""
    heads = re.findall(rb"HTTP/1\.[01] \d{3} .*?\r\n\r\n", answer, re.DOTALL)
    for head in heads:
        for wanted in (
            b"Content-Security-Policy: ",
            b"X-Frame-Options: ",
            b"X-Content-Type-Options: nosniff",
        ):
            assert wanted in head, head


def one_answer(client: socket.socket) -> bytes:
    """As long as it says it is; the connection stays."""
    answer = b""
    while not (length := re.search(rb"Content-Length: (\d+)", answer)) or b"\r\n\r\n" not in answer:
        answer += client.recv(65536)
    while len(answer.partition(b"\r\n\r\n")[2]) < int(length[1]):
        answer += client.recv(65536)
    return answer


def is_well(port: int, within: float = 5) -> bool:
    """Whether the site answers somebody who asks as browsers do, and how soon."""
    started = time.monotonic()
    answer = sent(port, b"GET /admin/login/ HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n")
    return statuses(answer) == [200] and time.monotonic() - started < within


# -- one request taken for two ----------------------------------------------------------------------------

# What a proxy in front may read otherwise than we do. The second request would be somebody else's.
HIDDEN = b"GET /admin/login/ HTTP/1.1\r\nHost: localhost\r\n\r\n"
SMUGGLED = {
    "both lengths": b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "two lengths": b"Content-Length: 0\r\nContent-Length: 44\r\n\r\n",
    "two lengths in one": b"Content-Length: 0, 44\r\n\r\n",
    "a signed length": b"Content-Length: +0\r\n\r\n",
    "a negative length": b"Content-Length: -1\r\n\r\n",
    "a length in hexadecimal": b"Content-Length: 0x0\r\n\r\n",
    "a length of other digits": "Content-Length: ٠\r\n\r\n".encode(),
    "an unknown encoding": b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "chunked twice": b"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
    "chunked, then identity": b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
    "a space before the colon": b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    "a tab in the name": b"Transfer\tEncoding: chunked\r\n\r\n0\r\n\r\n",
    "a folded line": b"Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n",
    "an underscore for a dash": b"Content_Length: 44\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a bare line feed": b"X: y\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a bare carriage return": b"X: y\rTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a NUL": b"X: y\0z\r\n\r\n",
    "a size of a chunk beyond all": b"Transfer-Encoding: chunked\r\n\r\n" + b"f" * 40 + b"\r\n\r\n",
    "a size of a chunk with a sign": b"Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n",
    "a size of a chunk written as programs do": b"Transfer-Encoding: chunked\r\n\r\n0_0\r\n\r\n",
    "a line feed in what follows a size": b"Transfer-Encoding: chunked\r\n\r\n1;\na\r\nA\r\n0\r\n\r\n",
    "chunks of bare line feeds": b"Transfer-Encoding: chunked\r\n\r\n1\nA\n0\n\n",
    "a length behind the chunks": b"Transfer-Encoding: chunked\r\n\r\n0\r\nContent-Length: 44\r\n\r\n",
    "no encoding": b"Transfer-Encoding: \r\nContent-Length: 0\r\n\r\n",
    "a chunk that ends elsewhere": b"Transfer-Encoding: chunked\r\n\r\n1\r\nAB0\r\n\r\n",
}


@pytest.mark.parametrize("lines", SMUGGLED.values(), ids=SMUGGLED)
def test_no_request_hides_in_another(port, lines):
    """What can be read in two ways is refused, and whatever follows it is not read."""
    answer = sent(port, b"POST /admin/login/ HTTP/1.1\r\n" + HOST + lines + HIDDEN)
    assert len(statuses(answer)) <= 1
    assert not {200, 302} & set(statuses(answer))
    assert_marked(answer)


def test_two_requests_one_after_the_other_are_two(port):
    """What the tests above would find: the same tail, after a request that ends where it says."""
    answer = sent(port, b"GET /admin/login/ HTTP/1.1\r\n" + HOST + b"\r\n" + HIDDEN)
    assert statuses(answer) == [200, 200]


NONSENSE = {
    "no version": b"GET /\r\n\r\n",
    "another version": b"GET / HTTP/9.9\r\n" + HOST + b"\r\n",
    "the beginning of HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "TLS": bytes.fromhex("16030100") + os.urandom(60) + b"\r\n\r\n",
    "zeros": bytes(300) + b"\r\n\r\n",
    "no address": b"GET  HTTP/1.1\r\n" + HOST + b"\r\n",
    "two hosts": b"GET / HTTP/1.1\r\n" + HOST + b"Host: ailleurs.example\r\n\r\n",
    "another host": b"GET / HTTP/1.1\r\nHost: ailleurs.example\r\n\r\n",
    "another host in the address": b"GET http://ailleurs.example/ HTTP/1.1\r\nHost: ailleurs.example\r\n\r\n",
    "a line end in the address": b"GET /\rX: y HTTP/1.1\r\n" + HOST + b"\r\n",
    "a tunnel": b"CONNECT ailleurs.example:443 HTTP/1.1\r\n" + HOST + b"\r\n",
    "an unknown method": b"BREW /admin/ HTTP/1.1\r\n" + HOST + b"\r\n",
    "too many lines": b"GET / HTTP/1.1\r\n"
    + HOST
    + b"".join(b"X-%d: y\r\n" % n for n in range(300))
    + b"\r\n",
    "a line without end": b"GET / HTTP/1.1\r\n" + HOST + b"X: " + b"y" * 70_000 + b"\r\n\r\n",
    "an address without end": b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n" + HOST + b"\r\n",
    "a path that climbs": b"GET /static/../../../../etc/passwd HTTP/1.1\r\n" + HOST + b"\r\n",
    "a path that climbs, written otherwise": b"GET /static/%2e%2e/%2e%2e/secret_key HTTP/1.1\r\n"
    + HOST
    + b"\r\n",
}


@pytest.mark.parametrize("request_", NONSENSE.values(), ids=NONSENSE)
def test_nonsense_is_refused(port, request_):
    answer = sent(port, request_)
    assert all(400 <= status < 500 or status in {501, 505} for status in statuses(answer)), answer[:200]
    assert_marked(answer)
    assert b"root:" not in answer
    assert b"Traceback" not in answer


def test_nobody_says_under_which_address_the_site_stands(port):
    """A proxy that passes such a header on would let a visitor write the addresses in pages kept for everybody."""
    for name in (b"SCRIPT_NAME", b"SCRIPT-NAME"):
        answer = sent(
            port, b"GET ///admin/login/ HTTP/1.1\r\n" + HOST + name + b": //\r\nConnection: close\r\n\r\n"
        )
        assert statuses(answer) == [404]


def test_a_trace_shows_no_cookie(port):
    answer = sent(port, b"TRACE /admin/ HTTP/1.1\r\n" + HOST + b"Cookie: sessionid=secret\r\n\r\n")
    assert statuses(answer)
    assert b"secret" not in answer


# -- too much -----------------------------------------------------------------------------------------------


def test_a_body_beyond_all_is_refused_before_it_comes(port):
    head = b"POST /admin/login/ HTTP/1.1\r\n" + HOST + b"Content-Length: 10000000000\r\n\r\n"
    started = time.monotonic()
    answer = sent(port, head + b"x" * 1000)
    assert statuses(answer) == [413]
    assert "Un fichier envoyé a 25 Mo au plus" in answer.decode()
    assert time.monotonic() - started < 5


def test_a_form_beyond_all_is_refused(port):
    """No file, hence kept in memory: Django's own limit of 2.5 MB."""
    body = b"username=" + b"x" * 3_000_000
    head = b"POST /admin/login/ HTTP/1.1\r\n" + HOST + b"Content-Type: application/x-www-form-urlencoded\r\n"
    answer = sent(port, head + b"Content-Length: %d\r\n\r\n" % len(body) + body)
    assert statuses(answer) in ([400], [403])


def poured_into(client: socket.socket, most: int = 400_000_000) -> int:
    """How many bytes of a body the other side takes before it hangs up."""
    taken, piece = 0, b"100000\r\n" + b"y" * 0x100000 + b"\r\n"
    try:
        while taken < most:
            client.sendall(piece)
            taken += len(piece)
    except OSError:
        pass
    return taken


def test_a_body_in_pieces_without_end_is_cut(port):
    with closing(connected(port)) as client:
        client.sendall(
            b"POST /admin/login/ HTTP/1.1\r\n" + HOST + b"Content-Type: multipart/form-data; boundary=x\r\n"
            b'Transfer-Encoding: chunked\r\n\r\n63\r\n--x\r\nContent-Disposition: form-data; name="a"; filename="a"\r\n'
            b"Content-Type: text/plain\r\n\r\n" + b"y" * 8 + b"\r\n"
        )
        taken = poured_into(client)
    assert taken < 130_000_000
    assert is_well(port)


# -- too slow -----------------------------------------------------------------------------------------------


def held(port: int, stack: ExitStack, count: int, beginning: bytes) -> list[socket.socket]:
    """So many clients that say how they begin, and no more."""
    clients = [stack.enter_context(closing(connected(port))) for _ in range(count)]
    for client in clients:
        if beginning:
            client.sendall(beginning)
    return clients


def closed(client: socket.socket) -> bool:
    """Whether the server sent this one away, or said something; waits for nothing."""
    look = select.poll()
    look.register(client, select.POLLIN)
    return bool(look.poll(0))


SLOW = {
    "say nothing": b"",
    "say one letter": b"G",
    "stop in the head": b"GET / HTTP/1.1\r\nHost: localhost\r\nX-",
    "go on and on": b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 5_000,
    "stop in a form": b"POST /admin/login/ HTTP/1.1\r\n" + HOST + b"Content-Length: 1000\r\n\r\nusername=",
    "stop in a file": b"POST /admin/login/ HTTP/1.1\r\n" + HOST + b"Content-Length: 90000\r\n\r\nusername=",
    "stop in a piece": b"POST /admin/login/ HTTP/1.1\r\n"
    + HOST
    + b"Transfer-Encoding: chunked\r\n\r\n9\r\na",
}


@pytest.mark.parametrize("beginning", SLOW.values(), ids=SLOW)
def test_hundreds_that_wait_keep_nobody_waiting(port, beginning):
    """Eight threads serve: as many such clients were enough to stop gunicorn's own worker."""
    with ExitStack() as stack:
        clients = held(port, stack, 1_000 if LONGER else 200, beginning)
        for _ in range(3):
            for client in clients[:50]:
                if beginning and not closed(client):
                    client.sendall(b"a")
            assert is_well(port, within=20 if LONGER else 3)
            time.sleep(0.1)


@pytest.mark.skipif(not LONGER, reason="takes as long as patience lasts: make torture")
@pytest.mark.parametrize(("beginning", "answer"), [(b"G", b"HTTP/1.1 408 "), (b"", b"")])
def test_who_says_no_more_is_shown_out(port, beginning, answer):
    with closing(connected(port, 20)) as client:
        client.sendall(beginning)
        started = time.monotonic()
        assert client.recv(65536).startswith(answer)
        assert 8 < time.monotonic() - started < 14


def test_a_head_in_two_pieces_is_one_request(port):
    with closing(connected(port)) as client:
        client.sendall(b"GET /admin/login/ HTTP/1.1\r\nHost: local")
        time.sleep(0.3)
        client.sendall(b"host\r\nConnection: close\r\n\r\n")
        assert client.recv(65536).startswith(b"HTTP/1.1 200 ")


def test_a_body_in_many_pieces_is_one_form(port):
    with closing(connected(port)) as client:
        body = b"username=a&password=b"
        client.sendall(b"POST /admin/login/ HTTP/1.1\r\n" + HOST + b"Content-Length: %d\r\n\r\n" % len(body))
        for start in range(0, len(body), 7):
            client.sendall(body[start : start + 7])
            time.sleep(0.05)
        # Without the cookie against forged forms.
        assert statuses(client.recv(65536)) == [403]


def test_a_connection_serves_several_requests(port):
    with closing(connected(port)) as client:
        for _ in range(3):
            client.sendall(b"GET /admin/login/ HTTP/1.1\r\n" + HOST + b"\r\n")
            assert statuses(one_answer(client)) == [200]


def test_the_server_is_well_after_all_this(port):
    assert is_well(port)
