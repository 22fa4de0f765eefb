"""How one address is asked: every way a site can answer, and none by which it could reach our own network."""

import time

import pytest

from editing.freshness.reaching import MOST_REDIRECTS, Reacher, _judged, is_public
from editing.freshness.turns import Turns
from tests.editing.freshness.site import NAMES, make_certificate, resolve, standing, this_machine_alone


@pytest.fixture(scope="module")
def site():
    with standing() as one:
        yield one


def make_reacher(**more):
    options = {"turns": Turns(pause=0), "allows": this_machine_alone, "resolve": resolve, "deadline": 0.6}
    return Reacher("Essai/1.0 (+http://annuaire.exemple/)", **{**options, **more})


def told(site, path, host="bon.exemple", **more):
    outcome = make_reacher(**more).reach(site.url(path, host))
    return outcome.state, outcome.fault, outcome.status


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/good", ("good", "", 200)),
        ("/", ("good", "", 200)),
        ("/get-only", ("good", "", 200)),
        ("/head-hangs-up", ("good", "", 200)),
        ("/for-now", ("good", "", 200)),
        ("/cookie-wall", ("good", "", 200)),
        ("/no-place", ("good", "", 302)),
        ("/moved", ("moved", "", 200)),
        ("/renamed", ("moved", "", 200)),
        ("/missing", ("failing", "not_found", 404)),
        ("/gone", ("failing", "not_found", 410)),
        ("/moved-to-gone", ("failing", "not_found", 410)),
        ("/accents", ("failing", "not_found", 404)),
        ("/error", ("failing", "server", 500)),
        ("/robots", ("unsure", "refused", 403)),
        ("/slow", ("failing", "timeout", None)),
        ("/drip", ("failing", "timeout", None)),
        ("/loop", ("failing", "loop", 302)),
        ("/ping", ("failing", "loop", 302)),
        ("/many-headers", ("failing", "connection", None)),
        ("/nonsense", ("failing", "connection", None)),
        ("/to-private", ("failing", "private", 302)),
        ("/to-metadata", ("failing", "private", 302)),
        ("/to-loopback", ("failing", "private", 302)),
        ("/to-file", ("failing", "wrong", 302)),
    ],
)
def test_every_kind_of_answer(site, path, expected):
    def also_numbers(host, port):
        return [host] if host.replace(".", "").isdigit() else resolve(host, port)

    assert told(site, path, resolve=also_numbers) == expected


def test_where_it_moved_to_is_told(site):
    assert make_reacher().reach(site.url("/moved")).final == site.url("/good?a=b", "autre.exemple")
    assert make_reacher().reach(site.url("/renamed")).final == site.url("/good")
    assert make_reacher().reach(site.url("/good")).final == ""


def test_a_slow_or_dripping_site_costs_no_more_than_the_deadline(site):
    for path in ("/slow", "/drip"):
        start = time.monotonic()
        told(site, path, deadline=0.3)
        # HEAD, then GET.
        assert time.monotonic() - start < 1.5


def test_of_a_huge_page_only_the_beginning_is_read(site):
    site.sent.clear()
    assert told(site, "/huge") == ("good", "", 200)
    time.sleep(0.2)
    # What the system's own buffers took, of 400 MB.
    assert site.sent["huge"] < 20_000_000


def test_a_loop_ends(site):
    site.asked.clear()
    told(site, "/loop")
    assert site.methods("/loop") == ["HEAD"] * (MOST_REDIRECTS + 1)


def test_we_say_who_we_are_and_ask_for_little(site):
    site.asked.clear()
    told(site, "/get-only")
    (head, _, headers), (get, _, more) = site.asked
    assert (head, get) == ("HEAD", "GET")
    assert headers["User-Agent"] == "Essai/1.0 (+http://annuaire.exemple/)"
    assert headers["Host"] == f"bon.exemple:{site.port}"
    assert more["Range"] == "bytes=0-2047"


@pytest.mark.parametrize("host", ["inconnu.exemple", "prive.exemple", "double.exemple"])
def test_a_name_without_a_public_address_is_never_connected_to(site, host):
    site.asked.clear()
    fault = "name" if host.startswith("inconnu") else "private"
    assert told(site, "/good", host) == ("failing", fault, None)
    assert site.asked == []


def test_the_connection_goes_to_the_address_that_was_judged(site):
    """A name that means something else a moment later (DNS rebinding) leads nowhere else."""
    meanings = iter([["127.0.0.1"], ["10.0.0.1"]])
    outcome = make_reacher(resolve=lambda host, port: next(meanings)).reach(site.url("/good"))
    assert outcome.state == "good"
    assert next(meanings) == ["10.0.0.1"]


def test_a_name_with_accents(site):
    NAMES["café.exemple"] = []
    assert told(site, "/good", "café.exemple") == ("good", "", 200)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "bonjour",
        "ftp://bon.exemple/",
        "http://",
        "http://[::1",
        "http://bon.exemple:99999/",
        "http://bon.exemple:abc/",
        f"http://{'a' * 64}.exemple/",
        "http://..exemple/",
        "http://bon.exemple\0/",
        "http:///chemin",
        "javascript:alert(1)",
    ],
)
def test_what_is_no_address(address):
    outcome = make_reacher().reach(address)
    assert (outcome.state, outcome.status) == ("failing", None)
    assert outcome.fault in {"wrong", "name"}


@pytest.mark.parametrize(
    "ip",
    [
        *("127.0.0.1", "127.8.8.8", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0"),
        *("100.64.0.1", "224.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "240.0.0.1"),
        *("::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1", "fec0::1"),
        *("::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe"),
        *("2002:7f00:1::", "::127.0.0.1", "2001:db8::1"),
    ],
)
def test_what_is_not_public(ip):
    assert not is_public(ip)


@pytest.mark.parametrize(
    "ip", ["93.184.216.34", "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_what_is_public(ip):
    assert is_public(ip)


def test_by_default_this_machine_is_refused(site):
    """Nothing but the arguments above opens it: what check_links builds has none of them."""
    site.asked.clear()
    outcome = Reacher("Essai").reach(f"http://127.0.0.1:{site.port}/good")
    assert (outcome.state, outcome.fault) == ("failing", "private")
    assert site.asked == []


@pytest.mark.parametrize(
    ("named", "trusted", "expected"),
    [
        ("bon.exemple", True, ("good", "", 200)),
        # Signed by nobody we know.
        ("bon.exemple", False, ("failing", "tls", None)),
        # Another site's certificate.
        ("autre.exemple", True, ("failing", "tls", None)),
    ],
)
def test_certificates(tmp_path, named, trusted, expected):
    certificate = make_certificate(tmp_path, named)
    with standing(certificate) as secure:
        reacher = make_reacher(authorities=str(certificate) if trusted else "", deadline=3)
        outcome = reacher.reach(secure.url("/good", scheme="https"))
    assert (outcome.state, outcome.fault, outcome.status) == expected


def test_a_site_that_speaks_no_tls(site):
    assert make_reacher().reach(site.url("/good", scheme="https")).fault in {"tls", "connection"}


@pytest.mark.parametrize(
    ("address", "final", "state"),
    [
        ("/", "/accueil", "good"),
        ("/nous", "/a-propos", "moved"),
    ],
)
def test_a_start_page_is_no_new_address(address, final, state):
    outcome = _judged(f"http://exemple.fr{address}", f"https://www.exemple.fr{final}", 200, True)
    assert outcome.state == state
