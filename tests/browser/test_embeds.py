"""Codes once published, each opened on another origin: with and without scripts, on a phone and on a screen.

``tests/partners/published_codes/`` holds codes as the site gave them, of every kind and every month in which one
changed. None is ever edited or removed: they stand in pages of others.
"""

import re
from html import unescape
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PATIENCE
from tests.browser.hosting import Host, hosting

FOLDER = Path(__file__).resolve().parent.parent / "partners" / "published_codes"
CODES = {path.stem: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.html"))}
# The host that the codes were made by.
PUBLISHED_BY = "https://annuaire.exemple.fr"
WIDTHS = [320, 1000]
KB = 1000


@pytest.fixture(scope="module")
def host():
    with hosting() as standing:
        yield standing


class Reader:
    """Opens pages of the host and writes down what the browser complains of."""

    def __init__(self, browser, site: str, host: Host) -> None:
        self.browser, self.site, self.host = browser, site, host
        self.faults: list[str] = []
        self.contexts = []

    def open(self, code: str, *, width=1000, script=True, dark=False, policy="", block=""):
        """The page with a code of the published host, as if that were this site."""
        context = self.browser.new_context(
            viewport={"width": width, "height": 900},
            java_script_enabled=script,
            color_scheme="dark" if dark else "light",
        )
        context.set_default_timeout(PATIENCE)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.faults.append(f"script: {error.error}"))
        context.on("request", self._request)
        context.on("response", self._response)
        if block:
            context.route(block, lambda route: route.abort())
        self.contexts.append(context)
        page = context.new_page()
        page.goto(self.host.show(code.replace(PUBLISHED_BY, self.site), policy=policy), wait_until="load")
        return page

    def _console(self, message) -> None:
        if message.type == "error":
            self.faults.append(f"console: {message.text}")

    def _request(self, request) -> None:
        if not request.url.startswith((f"{self.site}/", f"{self.host.address}/", "data:")):
            self.faults.append(f"request elsewhere: {request.url}")

    def _response(self, response) -> None:
        if response.status >= 400:
            self.faults.append(f"{response.status}: {response.url}")


@pytest.fixture
def reader(browser, site, host):
    reader = Reader(browser, site, host)
    yield reader
    assert [context.cookies() for context in reader.contexts if context.cookies()] == []
    for context in reader.contexts:
        context.close()
    assert not reader.faults, "\n".join(reader.faults)


def frame_of(page):
    """The document inside the only frame of a page, once it is there."""
    page.locator("iframe").scroll_into_view_if_needed()
    inside = page.locator("iframe").element_handle().content_frame()
    inside.wait_for_selector("main.frame")
    return inside


def shadow(page):
    """What the element shows, once it does."""
    page.locator("annuaire-ess section.frame h2").first.wait_for()
    return page.locator("annuaire-ess section.frame")


def inside_width(frame) -> bool:
    return frame.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_every_kind_of_code_has_been_published():
    kinds = {name.split("-", 2)[2] for name in CODES}
    assert kinds >= {
        *("cadre-liste", "cadre-carte", "cadre-reseau", "cadre-fiche", "cadre-seul"),
        *("element-liste", "element-carte", "element-reseau", "element-fiche", "liens"),
    }


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("script", [True, False], ids=["script", "without"])
@pytest.mark.parametrize("name", CODES)
def test_a_published_code_still_shows_what_it_promised(reader, name, script, width):
    code = CODES[name]
    page = reader.open(code, width=width, script=script)
    if "<iframe" in code:
        inside = frame_of(page)
        assert inside.locator("h1").inner_text().strip()
        assert inside.locator("main a").count() > 2
        if script and "cadre.js" in code:
            fixed = re.search(r'height="(\d+)"', code)[1]
            expect(page.locator("iframe")).not_to_have_attribute("height", fixed)
            wanted = inside.evaluate("document.querySelector('main').getBoundingClientRect().height")
            assert abs(float(page.locator("iframe").get_attribute("height")) - wanted) <= 1
        if script:
            assert inside_width(inside)
    elif "<annuaire-ess" in code and script:
        shown = shadow(page)
        assert shown.locator("a").count() > 2
        assert not page.locator("annuaire-ess > a").is_visible()
        # The sheets came: the frame has its own ground, whatever the page around it.
        ground = shown.evaluate("each => getComputedStyle(each).backgroundColor")
        assert ground not in {"rgba(0, 0, 0, 0)", "rgb(255, 255, 255)"}
    elif "<annuaire-ess" in code:
        assert page.locator("annuaire-ess > a").is_visible()
    else:
        links = page.locator("ul a")
        assert links.count() >= 3
        for number in range(links.count()):
            answer = page.request.get(links.nth(number).get_attribute("href"))
            assert answer.status == 200
    if script:
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("name", [name for name in CODES if "cadre-" in name])
def test_a_frame_is_light(reader, name):
    inside = frame_of(reader.open(CODES[name]))
    inside.wait_for_load_state("networkidle")
    files = inside.evaluate(
        """() => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
          .map((each) => [each.name, each.encodedBodySize])"""
    )
    assert len(files) >= 4
    assert all(size for _, size in files)
    assert sum(size for _, size in files) < 20 * KB, files


def test_a_link_leaves_the_frame_for_the_site(reader, site):
    page = reader.open(CODES["2026-11-cadre-liste"])
    link = frame_of(page).locator("h2 a").first
    href = link.get_attribute("href")
    assert href.startswith(f"{site}/acteurs/")
    link.click()
    page.wait_for_url(href)


@pytest.mark.parametrize("name", ["2026-11-cadre-carte", "2026-11-cadre-liste", "2026-11-element-liste"])
def test_the_keyboard_goes_in_and_out(reader, name):
    page = reader.open(CODES[name])
    if "<iframe" in CODES[name]:
        frame_of(page)
    else:
        shadow(page)
    page.focus("#avant")
    went_in = False
    for _ in range(80):
        page.keyboard.press("Tab")
        at = page.evaluate("document.activeElement.id || document.activeElement.localName")
        went_in = went_in or at in {"iframe", "annuaire-ess"}
        if at == "apres":
            break
    assert went_in
    assert at == "apres"


def test_it_is_dark_for_who_reads_in_the_dark(reader):
    grounds = [
        frame_of(reader.open(CODES["2026-11-cadre-liste"], dark=dark)).evaluate(
            "getComputedStyle(document.body).backgroundColor"
        )
        for dark in (False, True)
    ]
    assert grounds == ["rgb(247, 241, 230)", "rgb(17, 25, 29)"]


def test_nobody_else_sets_the_height(reader):
    """Neither the page itself nor a frame of another origin, and no number out of bounds."""
    page = reader.open(CODES["2026-11-cadre-liste"])
    inside = frame_of(page)
    page.wait_for_function("document.querySelector('iframe').height !== '600'")
    height = page.locator("iframe").get_attribute("height")
    page.evaluate("window.postMessage({ annuaireEss: 1, hauteur: 77 }, '*')")
    inside.evaluate("window.parent.postMessage({ annuaireEss: 1, hauteur: 1e9 }, '*')")
    inside.evaluate("window.parent.postMessage({ annuaireEss: 1, hauteur: '99' }, '*')")
    inside.evaluate("window.parent.postMessage({ annuaireEss: 2, hauteur: 99 }, '*')")
    page.wait_for_timeout(300)
    assert page.locator("iframe").get_attribute("height") == height
    inside.evaluate("window.parent.postMessage({ annuaireEss: 1, hauteur: 99 }, '*')")
    page.wait_for_function("document.querySelector('iframe').height === '99'")


def test_the_element_keeps_what_stands_in_it_where_the_site_does_not_answer(reader):
    page = reader.open(CODES["2026-11-element-liste"], block="**/integration/v1/liste/**")
    page.wait_for_function("!document.querySelector('annuaire-ess').hasAttribute('aria-busy')")
    assert page.locator("annuaire-ess > a").is_visible()
    # What was refused on purpose is no fault.
    reader.faults = [fault for fault in reader.faults if "ERR_FAILED" not in fault]


def test_the_element_follows_its_attributes(reader):
    page = reader.open(CODES["2026-11-element-liste"])
    shown = shadow(page)
    before = shown.locator("h2").inner_text()
    page.evaluate("document.querySelector('annuaire-ess').setAttribute('secteur', 'culture')")
    page.wait_for_function(
        "before => document.querySelector('annuaire-ess').shadowRoot.querySelector('h2').innerText !== before",
        arg=before,
    )


def test_the_element_passes_over_what_others_write_on_it(reader):
    code = CODES["2026-11-element-liste"].replace(
        "<annuaire-ess ",
        '<annuaire-ess translate="no" nonce="a" itemprop="b" x-data="{}" v-pre accesskey="q" spellcheck="false" '
        'xml:lang="fr" height="300" width="100%" _ngcontent-c12 onclick="" ',
    )
    page = reader.open(code)
    before = shadow(page).locator("h2").inner_text()
    assert "acteur" in before
    # Translators mark what stands on the page already.
    page.evaluate("document.querySelector('annuaire-ess').setAttribute('_msttexthash', '12')")
    page.wait_for_timeout(300)
    assert shadow(page).locator("h2").inner_text() == before
    page.evaluate("document.querySelector('annuaire-ess').setAttribute('secteurs', 'culture')")
    shadow(page).get_by_text("secteurs").first.wait_for()
    reader.faults = [fault for fault in reader.faults if "400" not in fault]


@pytest.mark.parametrize(
    ("name", "policy"),
    [
        ("2026-11-cadre-liste", "frame-src {site}; script-src {site}"),
        ("2026-11-cadre-seul", "frame-src {site}"),
        ("2026-11-element-carte", "script-src {site}; connect-src {site}; style-src {site}"),
    ],
)
def test_the_lines_of_the_technical_sheet_are_enough(reader, site, name, policy):
    """With everything else refused; « style » is the frame's own border, which the code sets in an attribute."""
    strict = f"default-src 'none'; img-src data:; {policy.format(site=site)}"
    if "<iframe" in CODES[name]:
        strict += "; style-src 'unsafe-inline'"
    page = reader.open(CODES[name], policy=strict)
    if "<iframe" in CODES[name]:
        assert frame_of(page).locator("h1").inner_text()
    else:
        shadow(page)


def test_nothing_else_of_the_site_may_be_framed(reader, site):
    page = reader.open('<iframe title="Annuaire"></iframe>')
    # The browser puts its own page of an error there, and says why.
    with page.expect_event("framenavigated", lambda frame: frame.url.startswith("chrome-error:")):
        page.evaluate("address => { document.querySelector('iframe').src = address }", f"{site}/acteurs/")
    told, reader.faults = reader.faults, []
    assert len(told) == 1
    assert "violates the following Content Security Policy directive: \"frame-ancestors 'self'\"" in told[0]


class TestTheBuilder:
    def test_the_preview_follows_each_choice(self, visitor):
        page = visitor.open("/integration/")
        page.fill("[name=territoire]", "62427")
        preview = page.locator(".making-preview")
        expect(preview).to_have_attribute("src", re.compile("henin-beaumont"))
        page.click("summary:has-text('Les autres codes')")
        code = page.locator("#code-element").input_value()
        assert 'territoire="henin-beaumont"' in unescape(code)
        # Another choice leaves open what was opened.
        page.fill("[name=q]", "recyclerie")
        expect(preview).to_have_attribute("src", re.compile("recyclerie"))
        expect(page.locator("#code-element")).to_be_visible()
        assert "territoire=62427" in page.url
        expect(preview).not_to_have_attribute("height", "600")

    def test_colours_are_judged_before_they_are_asked(self, visitor):
        page = visitor.open("/integration/")
        page.click("summary:has-text('Apparence')")
        page.fill("[name=couleur]", "ffff00")
        told = page.locator("[data-contrast]")
        assert "Il en faut au moins 4,5." in told.inner_text()
        page.locator(".notice-error").wait_for()
        page.fill("[name=couleur]", "005500")
        assert told.inner_text().startswith("Contraste des liens")
        page.locator(".making-preview").wait_for()
        page.fill("[name=fond]", "808080")
        assert "les textes n’auraient" in told.inner_text()

    def test_it_works_without_a_script(self, visitor):
        page = visitor.open("/integration/", script=False)
        page.fill("[name=territoire]", "62427")
        page.click("form.making-form button")
        assert "henin-beaumont" in page.locator(".making-preview").get_attribute("src")
