"""axe-core finds nothing on any kind of page: light and dark, on a phone and on a wide screen."""

from importlib.resources import files

import pytest

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.pages import PAGES

AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
# WCAG 2.2 AA and what axe's authors hold to be good practice: more than the law asks for.
OPTIONS = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"target-size": {"enabled": True}},
    # It would read style sheets through an inline style of its own, which the policy forbids.
    "preload": False,
}
# A colour on its way to another has the contrast of neither.
AT_ONCE = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("*, *::before, *::after { transition: none !important; animation: none !important; }");
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}"""
# A theme changes colours and nothing else: the second time, axe is asked for these alone.
COLOURS = {
    "resultTypes": ["violations"],
    "runOnly": {"type": "rule", "values": ["color-contrast"]},
    "preload": False,
}


def violations(page, options: dict) -> list[str]:
    """Rule, element and reason of each fault on the page as it stands."""
    result = page.evaluate("options => axe.run(document, options)", options)
    return [
        f"{fault['id']}: {node['target'][0]} – {node['failureSummary'].splitlines()[1].strip()}"
        for fault in result["violations"]
        for node in fault["nodes"]
    ]


@pytest.mark.parametrize("kind", PAGES, ids=lambda kind: kind.name)
def test_axe_finds_nothing(visitor, kind):
    page = visitor.see(kind, viewport=PHONE, reduced_motion="reduce")
    # The browser's own channel: a script element would break the page's policy.
    page.evaluate(AXE)
    page.evaluate(AT_ONCE)
    found = []
    for name, viewport in (("phone", PHONE), ("desktop", DESKTOP)):
        page.set_viewport_size(viewport)
        for scheme, options in (("light", OPTIONS), ("dark", COLOURS)):
            page.emulate_media(color_scheme=scheme)
            found += [f"{name}, {scheme}: {fault}" for fault in violations(page, options)]
    assert not found, "\n".join(found)


def test_axe_finds_what_is_planted(visitor):
    """The test above can fail: a picture without alternative, and grey on grey."""
    page = visitor.open("/nulle-part/", status=404)
    page.evaluate(AXE)
    page.evaluate(
        """() => {
            document.querySelector("main").innerHTML += '<img src="/static/x.svg"><p class="planted">gris</p>';
            document.querySelector(".planted").style.cssText = "color: #888; background: #999";
        }"""
    )
    found = {fault.partition(":")[0] for fault in violations(page, OPTIONS)}
    visitor.faults.clear()
    assert {"image-alt", "color-contrast"} <= found
