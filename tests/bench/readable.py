"""How soon a page can be read on a poor line and an old phone: 400 kbit/s, 400 ms, a processor four times slower.

First visit, nothing kept from before. *First*: text is on the screen, in its style. *Largest*: the largest
block of the first screen too. The aim is three seconds for both.
"""

import statistics

from playwright.sync_api import Browser, sync_playwright

from tests.programs import CHROMIUM

VISITS = 3
LINE = {"offline": False, "latency": 400, "downloadThroughput": 400_000 / 8, "uploadThroughput": 400_000 / 8}
SLOWER = 4
PHONE = {"width": 360, "height": 740}
PAINTS = """
window.paints = {};
for (const type of ["paint", "largest-contentful-paint"]) {
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      window.paints[entry.entryType === "paint" ? entry.name : entry.entryType] = entry.startTime;
    }
  }).observe({ type, buffered: true });
}
"""


def measure(site: str, paths: dict[str, str]) -> dict[str, tuple[float, float]]:
    """Label -> seconds until the first and the largest paint, medians of some visits."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM.path(), args=["--no-sandbox"])
        found = {}
        for label, path in paths.items():
            visits = [_visit(browser, site + path) for _ in range(VISITS)]
            found[label] = tuple(statistics.median(times) for times in zip(*visits, strict=True))
        browser.close()
    return found


def _visit(browser: Browser, address: str) -> tuple[float, float]:
    context = browser.new_context(viewport=PHONE, locale="fr-FR")
    context.add_init_script(PAINTS)
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", LINE)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(address, wait_until="load", timeout=60_000)
    page.wait_for_timeout(300)
    paints = page.evaluate("window.paints")
    context.close()
    return paints["first-contentful-paint"] / 1000, paints["largest-contentful-paint"] / 1000
