"""Pictures of the back-office for the editors' guide, all of one size, what matters on them in a frame."""

import base64
from pathlib import Path

from playwright.sync_api import Locator, Page

from tests.browser.conftest import Visitor
from tests.browser.desk import Desk
from tests.browser.site import Account, Site

# A window in which text is still large enough in a column of the guide.
FRAME = {"width": 1180, "height": 700}
# The menu at the side folded away, as Django's own script remembers it.
FOLDED = "localStorage.setItem('django.admin.navSidebarIsOpen', 'false')"
# Of WebP: letters stay sharp, a picture weighs some 25 kB.
QUALITY = 82
# Space above what a picture shows.
MARGIN = 90
MARK = """element => {
  const box = element.getBoundingClientRect();
  const frame = document.createElement("div");
  frame.className = "guide-frame";
  for (const [name, value] of Object.entries({
    position: "absolute", left: `${box.left + scrollX - 6}px`, top: `${box.top + scrollY - 6}px`,
    width: `${box.width + 12}px`, height: `${box.height + 12}px`, boxSizing: "border-box",
    border: "4px solid #d2232a", borderRadius: "8px", zIndex: 9999, pointerEvents: "none",
  })) frame.style[name] = value;
  document.body.append(frame);
}"""


class Studio:
    """Walks of several people through one site, and what is photographed on the way."""

    def __init__(self, walker: Visitor, site: Site, folder: Path) -> None:
        self.site = site
        self._walker = walker
        self._folder = folder

    def desk(self, account: Account) -> Desk:
        desk = Desk(self._walker, account, viewport=FRAME, reduced_motion="reduce")
        desk.page.add_init_script(FOLDED)
        return desk

    def visitor(self) -> Page:
        """Somebody without an account."""
        return self._walker.context(viewport=FRAME, reduced_motion="reduce").new_page()

    def picture(self, page: Page, name: str, *marked: Locator, top: Locator | None = None) -> None:
        """Photograph the window with a frame around each of ``marked``, ``top`` or the first of them high in it."""
        start = top or (marked[0] if marked else None)
        if start is not None:
            box = start.evaluate("element => element.getBoundingClientRect().top + scrollY")
            page.evaluate("top => window.scrollTo(0, top)", max(0, box - MARGIN))
        else:
            page.evaluate("window.scrollTo(0, 0)")
        for each in marked:
            each.evaluate(MARK)
        # Chromium itself writes WebP, which Playwright does not offer.
        session = page.context.new_cdp_session(page)
        shot = session.send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY})
        (self._folder / f"{name}.webp").write_bytes(base64.b64decode(shot["data"]))
        session.detach()
        page.evaluate("document.querySelectorAll('.guide-frame').forEach(each => each.remove())")
