"""What every answer tells a browser to refuse, whatever answers: pages, the back-office, frames, files, errors.

Addresses are found in the URL patterns: a new page is asked with the others.
"""

import pytest
from django.test import Client, override_settings

from editing.roles import ADMINISTRATOR
from tests.apes_directory.addresses import Rows, addresses, let_go
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


@pytest.mark.parametrize("https", [False, True])
def test_every_answer_has_every_header(https):
    rows = Rows.made()
    public, inside = Client(), logged_in(make_user(ADMINISTRATOR))
    for client in (public, inside):
        client.raise_request_exception = False
    secure = {
        "SECURE_HSTS_SECONDS": 31536000,
        "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
        "SECURE_HSTS_PRELOAD": True,
    }
    wrong, opened = {}, {}
    with override_settings(**(secure if https else {})):
        public.handler.load_middleware()
        inside.handler.load_middleware()
        for address in addresses(rows):
            if address.route.name == "admin:logout":
                continue
            client = (
                inside if address.route.of_admin or address.route.name.startswith("styleguide") else public
            )
            if https and address.route.name not in {
                "home",
                "actor",
                "admin:index",
                "embed-list",
                "download",
                "admin:login",
            }:
                continue
            answer = client.get(address.path, secure=https)
            let_go(answer)
            opened[str(address)] = answer.status_code
            found = faults(address, answer)
            hsts = answer.headers.get("Strict-Transport-Security")
            if hsts != ("max-age=31536000; includeSubDomains; preload" if https else None):
                found.append(f"HSTS {hsts}")
            if found:
                wrong[str(address)] = found
    assert wrong == {}
    # A crawl that only met addresses of nothing would show little.
    there = [name for name, status in opened.items() if status in {200, 302}]
    assert len(there) > len(opened) * 2 / 3
    assert https or len(opened) > 300


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
