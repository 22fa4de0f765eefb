"""Two sites, one Chromium; a visitor whose pages fail the test when the browser complains of anything."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.pages import PageKind
from tests.browser.site import EDITOR, Account, Sites, standing
from tests.programs import CHROMIUM
from tests.run import OWN

# No look at other hosts at the start, no graphics card, and root may run it.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = {"width": 360, "height": 740}
TABLET = {"width": 768, "height": 1024}
DESKTOP = {"width": 1440, "height": 900}
# Milliseconds; a machine that does much else answers slowly.
PATIENCE = 15_000


def pytest_configure(config) -> None:
    # Playwright keeps an event loop in the thread of the tests, where Django then refuses the database
    # to tests that come after in the same process.
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def sites() -> Iterator[Sites]:
    """Those that stand, or two of their own on SQLite."""
    if told := Sites.from_environment():
        yield told
        return
    with tempfile.TemporaryDirectory(prefix="apes-browser-") as folder:
        plain = {name: value for name, value in os.environ.items() if name not in OWN}
        with standing(plain | {"DATA_DIR": folder}) as own:
            yield own


@pytest.fixture(scope="session")
def site(sites) -> str:
    """Address of the site that nobody changes."""
    return sites.read.address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM.path(), args=ARGUMENTS)
        yield browser
        browser.close()


def sign_in(browser: Browser, site: str, account: Account = EDITOR) -> dict:
    """What a browser keeps of somebody who has signed in."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{site}/admin/login/?next=/sante/")
    page.fill("[name=username]", account.name)
    page.fill("[name=password]", account.password)
    page.locator("form [type=submit]").last.click()
    page.wait_for_url("**/sante/")
    state = context.storage_state()
    context.close()
    return state


class SignedIn:
    """What browsers keep of each account, which signs in once per site and run."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._states: dict[tuple[str, str], dict] = {}

    def __call__(self, site: str, account: Account) -> dict:
        key = (site, account.name)
        if key not in self._states:
            self._states[key] = sign_in(self._browser, site, account)
        return self._states[key]


@pytest.fixture(scope="session")
def signed_in(browser) -> SignedIn:
    return SignedIn(browser)


class Visitor:
    """Opens pages as visitors do and writes down every fault the browser tells of."""

    def __init__(self, browser: Browser, site: str, signed_in: SignedIn) -> None:
        self.site = site
        self.faults: list[str] = []
        self._browser = browser
        self._signed_in = signed_in
        self._contexts: list[BrowserContext] = []

    def context(
        self, *, viewport=DESKTOP, dark=False, script=True, account: Account | None = None, **options
    ) -> BrowserContext:
        """A browser without past, or one in which ``account`` has signed in; its faults are written down."""
        context = self._browser.new_context(
            base_url=self.site,
            locale="fr-FR",
            viewport=viewport,
            color_scheme="dark" if dark else "light",
            java_script_enabled=script,
            storage_state=self._signed_in(self.site, account) if account else None,
            **options,
        )
        context.set_default_timeout(PATIENCE)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.faults.append(f"script: {error.error}"))
        context.on("request", self._request)
        context.on("response", self._response)
        self._contexts.append(context)
        return context

    def open(self, path: str, *, status: int = 200, **options) -> Page:
        """The page at ``path``, once all its files are there; fails on another status."""
        page = self.context(**options).new_page()
        response = page.goto(path, wait_until="load")
        assert response.status == status, f"{path} answered {response.status}"
        return page

    def see(self, kind: PageKind, **options) -> Page:
        """A page of the table."""
        return self.open(kind.path, status=kind.status, account=EDITOR if kind.staff else None, **options)

    def close(self) -> None:
        for context in self._contexts:
            context.close()

    def _console(self, message) -> None:
        # Answers of files are judged one by one below, the page's own by who opened it.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.faults.append(f"console: {message.text} ({message.page.url if message.page else '?'})")

    def _request(self, request) -> None:
        if not request.url.startswith((f"{self.site}/", "data:", "blob:")):
            self.faults.append(f"request to another origin: {request.url}")

    def _response(self, response) -> None:
        if response.status >= 400 and not response.request.is_navigation_request():
            self.faults.append(f"{response.status}: {response.url}")


@contextmanager
def watching(visitor: Visitor) -> Iterator[Visitor]:
    """Fails with everything the browser complained of meanwhile."""
    try:
        yield visitor
    finally:
        visitor.close()
    assert not visitor.faults, "\n".join(visitor.faults)


@pytest.fixture
def visitor(browser, site, signed_in) -> Iterator[Visitor]:
    """A visitor of the site that nobody changes; the test fails with everything the browser complained of."""
    with watching(Visitor(browser, site, signed_in)) as visitor:
        yield visitor


@pytest.fixture
def walker(browser, sites, signed_in) -> Iterator[Visitor]:
    """The same on the site where tests write: each entries that no other test counts on."""
    with watching(Visitor(browser, sites.write.address, signed_in)) as walker:
        yield walker
