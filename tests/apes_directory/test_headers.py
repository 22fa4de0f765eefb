"""What every answer tells a browser to refuse, whatever answers: pages, the back-office, frames, files, errors.

Addresses are found in the URL patterns: a new page is asked with the others.
"""

import pytest
from django.test import Client, override_settings

from editing.roles import ADMINISTRATOR
from tests.apes_directory.addresses import Rows, addresses, let_go
from tests.apes_directory.poison import SHOWN, breaks_out, poison
from tests.factories.editors import logged_in, make_user

pytestmark = pytest.mark.django_db

POLICY = {
    "default-src 'self'",
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
}
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
}
# Pages whose address holds a secret word tell other sites nothing at all.
REFERRERS = {"strict-origin-when-cross-origin", "same-origin", "no-referrer"}
OFF = ("camera", "microphone", "payment", "usb", "display-capture", "publickey-credentials-get")


def policy_of(answer) -> set[str]:
    return set(answer.headers["Content-Security-Policy"].split("; "))


def faults(address, answer) -> list[str]:
    """What is missing or too much in the headers of one answer."""
    # Frames are pages; scripts and style sheets beside them are nobody's frame.
    framed = address.path.startswith("/integration/v1/") and "html" in answer.headers["Content-Type"]
    wanted = POLICY | {"frame-ancestors *" if framed else "frame-ancestors 'self'"}
    found = []
    if policy_of(answer) != wanted:
        found.append(f"policy {answer.headers['Content-Security-Policy']}")
    if not framed and answer.headers.get("X-Frame-Options") not in {"DENY", "SAMEORIGIN"}:
        found.append("may be framed")
    found += [name for name, value in ALWAYS.items() if answer.headers.get(name) != value]
    if answer.headers.get("Referrer-Policy") not in REFERRERS:
        found.append("Referrer-Policy")
    permissions = answer.headers.get("Permissions-Policy", "").split(", ")
    found += [feature for feature in OFF if f"{feature}=()" not in permissions]
    if "geolocation=(self)" not in permissions:
        found.append("geolocation")
    return found


SECURE = {
    "SECURE_HSTS_SECONDS": 31536000,
    "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
    "SECURE_HSTS_PRELOAD": True,
}
# One of each kind, asked by https as well.
BY_HTTPS = {"home", "actor", "admin:index", "embed-list", "download", "admin:login"}


class Crawl:
    """Every address asked once, as an administrator where it is of the back-office."""

    def __init__(self) -> None:
        self.wrong: dict[str, list[str]] = {}
        self.statuses: list[int] = []
        self.showing = 0
        self._rows = Rows.made()
        assert poison() > 400
        self._public, self._inside = Client(), logged_in(make_user(ADMINISTRATOR))

    def go(self, *, hsts: str | None = None, only: frozenset[str] = frozenset()) -> None:
        for client in (self._public, self._inside):
            client.raise_request_exception = False
            client.handler.load_middleware()
        for address in addresses(self._rows):
            if address.route.name == "admin:logout" or (only and address.route.name not in only):
                continue
            found = self._ask(address, hsts)
            if found:
                self.wrong[str(address)] = found

    def _ask(self, address, hsts: str | None) -> list[str]:
        inside = address.route.of_admin or address.route.name.startswith("styleguide")
        answer = (self._inside if inside else self._public).get(address.path, secure=bool(hsts))
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        let_go(answer)
        self.statuses.append(answer.status_code)
        self.showing += SHOWN in content
        found = faults(address, answer) + breaks_out(content, answer.headers.get("Content-Type", ""))
        if answer.status_code == 500:
            found.append("500")
        if answer.headers.get("Strict-Transport-Security") != hsts:
            found.append(f"HSTS {answer.headers.get('Strict-Transport-Security')}")
        return found


def test_every_answer_has_every_header_and_no_text_of_people_is_markup():
    """Texts of all rows try to break out of wherever they are shown."""
    crawl = Crawl()
    crawl.go()
    assert crawl.wrong == {}
    # A crawl that only met addresses of nothing, or pages that show nothing, would tell little.
    assert len(crawl.statuses) > 300
    assert sum(status in {200, 302} for status in crawl.statuses) > len(crawl.statuses) * 2 / 3
    assert crawl.showing > 100
    with override_settings(**SECURE):
        crawl.go(hsts="max-age=31536000; includeSubDomains; preload", only=frozenset(BY_HTTPS))
    assert crawl.wrong == {}


def test_markup_is_found():
    for broken in (b"<p>a<xss></p>", b'<a title="a" onxss=1>', b"<a title='x' onxss=1>"):
        assert breaks_out(broken, "text/html"), broken
    assert not breaks_out(b'<p title="&quot;&#x27; onxss=1&gt;">"\' onxss=1&gt;&lt;xss&gt;</p>', "text/html")
    assert not breaks_out(b"<xss>", "application/json")


@pytest.mark.parametrize(
    ("path", "status"),
    [("/nulle-part/", 404), ("/admin/nulle-part/", 302), ("/integration/v1/nulle-part/", 404)],
)
def test_an_error_has_them_too(client, path, status):
    answer = client.get(path)
    assert answer.status_code == status
    assert policy_of(answer) >= POLICY
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("how", "status"),
    [
        ({"headers": {"host": "ailleurs.example"}, "secure": True}, 400),
        ({"headers": {"host": "ailleurs.example"}}, 400),
        ({}, 301),
    ],
)
def test_what_answers_in_place_of_a_page_has_them_too(client, settings, how, status):
    """Where pages are kept and https is asked for, both ask for the host before any page does."""
    settings.PAGES_KEPT, settings.SECURE_SSL_REDIRECT = 500, True
    client.raise_request_exception = False
    answer = client.get("/acteurs/", **how)
    assert answer.status_code == status
    assert (policy_of(answer), answer["X-Frame-Options"]) == (POLICY | {"frame-ancestors 'self'"}, "DENY")
    assert "camera=()" in answer["Permissions-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_a_frame_kept_for_everybody_may_be_framed_as_before(client, settings):
    settings.PAGES_KEPT = 500
    first, kept = client.get("/integration/v1/liste/"), client.get("/integration/v1/liste/")
    assert first["ETag"] == kept["ETag"]
    assert "frame-ancestors *" in policy_of(kept)
    assert "X-Frame-Options" not in kept.headers


def test_a_failure_has_them_too(client, monkeypatch):
    client.raise_request_exception = False
    monkeypatch.setattr("pages.views.home.HomeView.get", lambda *arguments, **named: 1 / 0)
    answer = client.get("/")
    assert answer.status_code == 500
    assert policy_of(answer) >= POLICY


def test_nothing_unsafe_is_ever_allowed(settings):
    told = str(settings.CONTENT_SECURITY_POLICY)
    assert "unsafe" not in told
    assert "*" not in told
    assert "http" not in told
