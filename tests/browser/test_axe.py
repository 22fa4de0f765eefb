"""axe-core finds nothing on any kind of page: light and dark, on a phone and on a wide screen."""

import pytest

from tests.browser.axe import assert_accessible, violations
from tests.browser.conftest import PHONE
from tests.browser.pages import PAGES


@pytest.mark.parametrize("kind", PAGES, ids=lambda kind: kind.name)
def test_axe_finds_nothing(visitor, kind):
    assert_accessible(visitor.see(kind, viewport=PHONE, reduced_motion="reduce"))


def test_axe_finds_what_is_planted(visitor):
    """The test above can fail: a picture without alternative, and grey on grey."""
    page = visitor.open("/nulle-part/", status=404)
    page.evaluate(
        """() => {
            document.querySelector("main").innerHTML += '<img src="/static/x.svg"><p class="planted">gris</p>';
            document.querySelector(".planted").style.cssText = "color: #888; background: #999";
        }"""
    )
    found = {fault.partition(":")[0] for fault in violations(page)}
    visitor.faults.clear()
    assert {"image-alt", "color-contrast"} <= found
