"""On every page the focus is seen, comes in reading order, is hidden by nothing, and leaves again."""

import pytest

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.pages import PAGES
from tests.browser.walking import focused, tab_to

PUBLIC = [kind for kind in PAGES if not kind.path.startswith("/admin/")]
# Stops looked at on each page; the lists repeat themselves after that.
STOPS = 40
# The element with the focus: what it is, whether its ring can be seen, whether something lies over it.
FOCUS = """() => {
  // Inside a frame of ours: the element there, among what lies there.
  const frame = document.activeElement && document.activeElement.contentDocument;
  const within = frame && frame.activeElement && frame.activeElement !== frame.body ? frame : document;
  const element = within.activeElement;
  if (!element || element === document.body) return null;
  const style = getComputedStyle(element);
  const ringed = (each) => {
    const of = getComputedStyle(each);
    return (of.outlineStyle !== "none" && parseFloat(of.outlineWidth) >= 2) || of.boxShadow !== "none";
  };
  // A shape of a map and a field inside its frame show it on themselves or on the label around.
  const label = element.closest("label");
  // Of a link over two lines, the first: the middle of both may be beside it.
  const box = element.getClientRects()[0] || element.getBoundingClientRect();
  const seen = within.defaultView;
  const x = Math.min(Math.max(box.left + box.width / 2, 0), seen.innerWidth - 1);
  const y = Math.min(Math.max(box.top + Math.min(box.height, 20) / 2, 0), seen.innerHeight - 1);
  const over = within.elementFromPoint(x, y);
  const inSvg = Boolean(element.closest("svg"));
  const stuck = element === window.lastStop;
  window.lastStop = element;
  return {
    stuck,
    name: element.tagName.toLowerCase() + (element.id ? "#" + element.id : "")
      + " " + (element.getAttribute("aria-label") || element.textContent).trim().slice(0, 40),
    ringed: ringed(element) || Boolean(label && ringed(label)) || inSvg,
    onScreen: box.bottom > 0 && box.top < seen.innerHeight && box.width > 0,
    covered: !inSvg && !(over && (over === element || element.contains(over) || over.contains(element)
      || (label && label.contains(over)))),
  };
}"""


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("kind", [kind for kind in PUBLIC if kind.shown], ids=lambda kind: kind.name)
def test_the_focus_is_seen_wherever_it_goes(visitor, kind, viewport):
    page = visitor.see(kind, viewport=viewport, reduced_motion="reduce")
    seen = []
    for _ in range(STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUS)
        if stop is None:
            break
        seen.append(stop)
    assert len(seen) > 5
    assert [stop["name"] for stop in seen if not stop["ringed"]] == []
    assert [stop["name"] for stop in seen if not stop["onScreen"]] == []
    assert [stop["name"] for stop in seen if stop["covered"]] == []
    # No trap: every press goes on.
    assert [stop["name"] for stop in seen if stop["stuck"]] == []


def test_the_first_stop_skips_to_the_content(visitor):
    page = visitor.open("/lettres/")
    page.keyboard.press("Tab")
    assert focused(page)["href"] == "#contenu"
    page.keyboard.press("Enter")
    assert focused(page)["id"] == "contenu"
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("script", [True, False], ids=["scripts", "no scripts"])
def test_the_menu_is_walked_by_keyboard(visitor, viewport, script):
    page = visitor.open("/", viewport=viewport, script=script)
    menu = page.get_by_role("navigation", name="Menu principal")
    link = menu.get_by_role("link", name="Lettres", exact=True)
    if not link.is_visible():
        # Folded on a phone: its button stands before it.
        tab_to(page, page.locator("header summary, header button[aria-expanded]").first)
        page.keyboard.press("Enter")
        link.wait_for(state="visible")
    tab_to(page, link)
    page.keyboard.press("Enter")
    page.wait_for_url("**/lettres/")
    assert page.locator("[aria-current=page]").first.inner_text().strip()
