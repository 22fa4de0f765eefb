"""Every page keeps inside the screen, does not jump while it loads, and stays usable when enlarged."""

import pytest

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.pages import PAGES

PUBLIC = [kind for kind in PAGES if not kind.path.startswith("/admin/")]
# Above it people press the wrong link; half of what browsers' makers call good.
LARGEST_SHIFT = 0.05
# Sums every shift that no key or click caused, from the first one on.
WATCH_SHIFTS = """
window.shifts = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    if (!entry.hadRecentInput) window.shifts.push(entry.value);
  }
}).observe({ type: "layout-shift", buffered: true });
"""
# What is wider than the screen, outside of parts that scroll by themselves.
TOO_WIDE = """() => {
  const root = document.scrollingElement;
  if (root.scrollWidth <= root.clientWidth) return [];
  const scrolls = (element) => {
    for (let each = element.parentElement; each && each !== root; each = each.parentElement) {
      if (["auto", "scroll", "hidden", "clip"].includes(getComputedStyle(each).overflowX)) return true;
    }
    return false;
  };
  return [...document.querySelectorAll("body *")]
    .filter((each) => each.getBoundingClientRect().right > root.clientWidth + 0.5 && !scrolls(each))
    .map((each) => each.tagName.toLowerCase() + (each.className ? "." + each.className : "")
      + " " + Math.round(each.getBoundingClientRect().right))
    .concat(["page " + root.scrollWidth]);
}"""
# Words cut off: text wider than its box, where the box hides what is over.
CUT_OFF = """() => [...document.querySelectorAll("h1, h2, h3, a, button, label, summary, td, th")]
  .filter((each) => each.scrollWidth > each.clientWidth + 1 && each.clientWidth > 1
    && ["hidden", "clip"].includes(getComputedStyle(each).overflowX)
    && !each.closest(".visually-hidden"))
  .map((each) => each.textContent.trim().slice(0, 60))
"""


@pytest.mark.parametrize("kind", PUBLIC, ids=lambda kind: kind.name)
def test_nothing_scrolls_sideways(visitor, kind):
    """At 320 px, at 200 % of a window of 1280, and with letters twice as large, as a browser's settings make them."""
    page = visitor.see(kind, viewport={"width": 320, "height": 640})
    assert page.evaluate(TOO_WIDE) == []
    assert page.evaluate(CUT_OFF) == []
    page.set_viewport_size({"width": 640, "height": 450})
    assert page.evaluate(TOO_WIDE) == []
    page.set_viewport_size({"width": 1280, "height": 900})
    session = page.context.new_cdp_session(page)
    session.send("Page.enable")
    session.send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})
    page.reload()
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "32px"
    assert page.evaluate(TOO_WIDE) == []
    assert page.evaluate(CUT_OFF) == []


# On a phone everywhere; on a wide screen one page of each kind, for variants share its layout.
WATCHED = [(PHONE, kind) for kind in PUBLIC] + [(DESKTOP, kind) for kind in PUBLIC if kind.shown]


@pytest.mark.parametrize(
    ("viewport", "kind"),
    WATCHED,
    ids=[f"{kind.name}-{'phone' if viewport is PHONE else 'desktop'}" for viewport, kind in WATCHED],
)
def test_nothing_jumps(visitor, kind, viewport):
    context = visitor.context(viewport=viewport)
    context.add_init_script(WATCH_SHIFTS)
    page = context.new_page()
    # The map fetches its points when everything else is there.
    page.goto(kind.path, wait_until="networkidle" if kind.path.startswith("/carte/") else "load")
    # What the page was before its scripts, and what they made of it, are on the screen by now.
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    # To the end and back, for what is only drawn when it is seen.
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    page.wait_for_timeout(150)
    assert sum(page.evaluate("window.shifts")) <= LARGEST_SHIFT


def test_a_jump_is_seen(visitor):
    """The test above can fail."""
    context = visitor.context()
    context.add_init_script(WATCH_SHIFTS)
    page = context.new_page()
    page.goto("/", wait_until="networkidle")
    page.evaluate("document.querySelector('main').style.marginTop = '300px'")
    page.wait_for_function("most => window.shifts.reduce((a, b) => a + b, 0) > most", arg=LARGEST_SHIFT)
