"""Going through a page with the keyboard, as people do who have no mouse."""

from playwright.sync_api import Locator, Page

# Stops of the tabulator after which nobody would go on.
MOST_STOPS = 150


def focused(page: Page) -> dict[str, str]:
    """Attributes of the element that has the focus."""
    return page.evaluate(
        "() => Object.fromEntries([...document.activeElement.attributes].map((each) => [each.name, each.value]))"
    )


def tab_to(page: Page, wanted: Locator, *, back: bool = False) -> int:
    """Press the tabulator until ``wanted`` has the focus; the number of stops. Fails when it is not reached."""
    for stop in range(1, MOST_STOPS + 1):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            return stop
    raise AssertionError(f"{wanted} is not reached by keyboard")
