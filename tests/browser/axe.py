"""What axe-core finds on a page as it stands."""

from importlib.resources import files

from playwright.sync_api import Page

from tests.browser.conftest import DESKTOP, PHONE

AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
# WCAG 2.2 AA and what axe's authors hold to be good practice: more than the law asks for.
OPTIONS = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"target-size": {"enabled": True}},
    # It would read style sheets through an inline style of its own, which the policy forbids.
    "preload": False,
}
# A theme changes colours and nothing else: the second time, axe is asked for these alone.
COLOURS = {
    "resultTypes": ["violations"],
    "runOnly": {"type": "rule", "values": ["color-contrast"]},
    "preload": False,
}
# A colour on its way to another has the contrast of neither.
AT_ONCE = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("*, *::before, *::after { transition: none !important; animation: none !important; }");
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}"""


def violations(page: Page, options: dict = OPTIONS) -> list[str]:
    """Rule, element and reason of each fault on the page as it stands."""
    if not page.evaluate("Boolean(window.axe)"):
        # The browser's own channel: a script element would break the page's policy.
        page.evaluate(AXE)
    result = page.evaluate("options => axe.run(document, options)", options)
    return [
        f"{fault['id']}: {node['target'][0]} – {node['failureSummary'].splitlines()[1].strip()}"
        for fault in result["violations"]
        for node in fault["nodes"]
    ]


def assert_accessible(page: Page) -> None:
    """Nothing is found on a phone and on a wide screen, light and dark; the page is then as wide as before."""
    before = page.viewport_size
    page.evaluate(AT_ONCE)
    found = []
    for name, viewport in (("phone", PHONE), ("desktop", DESKTOP)):
        page.set_viewport_size(viewport)
        for scheme, options in (("light", OPTIONS), ("dark", COLOURS)):
            page.emulate_media(color_scheme=scheme)
            found += [f"{name}, {scheme}: {fault}" for fault in violations(page, options)]
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(before)
    assert not found, "\n".join(found)
