"""Without scripts every page is readable and every form works; without style sheets the order makes sense."""

import pytest

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.pages import PAGES

PUBLIC = [kind for kind in PAGES if not kind.path.startswith("/admin/")]
# Buttons of the gallery, in both themes.
SPECIMENS = ["Bouton", ".button-plain"] * 2
# Headings of the content that are seen, from top to bottom as the document has them.
HEADINGS = """() => [...document.querySelectorAll("main h1, main h2, main h3")]
  .filter((each) => each.checkVisibility && each.checkVisibility() && each.getBoundingClientRect().height > 1)
  .map((each) => [each.textContent.trim().slice(0, 60), Math.round(each.getBoundingClientRect().top + scrollY)])
"""


@pytest.mark.parametrize("kind", PUBLIC, ids=lambda kind: kind.name)
def test_without_scripts_a_page_tells_the_same(visitor, kind):
    """Same title, same headings, no part that waits for a script, and no button that does nothing."""
    plain = visitor.see(kind, script=False)
    scripted = visitor.see(kind)
    assert plain.get_by_role("heading", level=1).first.is_visible()
    told, all_told = ({text for text, _ in page.evaluate(HEADINGS)} for page in (plain, scripted))
    assert all_told <= told
    assert len(plain.get_by_role("main").inner_text()) > 60
    dead = plain.evaluate(
        """() => [...document.querySelectorAll("button")]
          .filter((each) => each.checkVisibility({ checkVisibilityCSS: true }) && !(each.form && each.type === "submit"))
          .map((each) => each.textContent.trim())"""
    )
    # The specimens of the gallery are there to be seen.
    assert dead == ([] if kind.name != "composants" else SPECIMENS)


def test_without_scripts_every_form_can_be_sent(visitor):
    """Each form of the site once, as it stands: it has a button of its own and an answer.

    Those that end what other tests look at are sent in ``tests/partners/following``.
    """
    sent = set()
    page = visitor.context(script=False, viewport=DESKTOP).new_page()
    for kind in PUBLIC:
        if kind.ends:
            continue
        page.goto(kind.path)
        for number in range(page.locator("form").count()):
            form = page.locator("form").nth(number)
            action, role = form.evaluate("form => [form.getAttribute('action'), form.className]")
            if (action, role) in sent:
                continue
            sent.add((action, role))
            # Those that stand in a fold are sent by who unfolded it.
            form.evaluate(
                "form => form.querySelectorAll('details').forEach((each) => { each.open = true; })"
                " || [...document.querySelectorAll('details')].forEach((each) => {"
                " if (each.contains(form)) each.open = true; })"
            )
            form.locator("button[type=submit], button:not([type]), input[type=submit]").first.click()
            page.wait_for_load_state()
            assert page.get_by_role("heading", level=1).first.is_visible(), (kind.path, action)
            assert not visitor.faults
            page.goto(kind.path)
    assert len(sent) >= 3


@pytest.mark.parametrize("kind", PUBLIC, ids=lambda kind: kind.name)
def test_without_style_sheets_the_order_makes_sense(visitor, kind):
    """The skip link first, then header, content, footer; and on a phone nothing is seen in another order than read."""
    page = visitor.see(kind, viewport=PHONE)
    seen = page.evaluate(HEADINGS)
    assert [top for _, top in seen] == sorted(top for _, top in seen), seen
    page.evaluate("[...document.styleSheets].forEach((each) => { each.disabled = true; })")
    # A frame is a part of somebody's page, which has these around it.
    if not kind.path.startswith("/integration/v1/"):
        tops = page.evaluate(
            """() => [".skip-link", "header", "main", "footer"].map((each) =>
              Math.round(document.querySelector(each).getBoundingClientRect().top))"""
        )
        assert tops == sorted(tops)
        assert page.evaluate("document.querySelector('a[href]').className") == "skip-link"
    bare = page.evaluate(HEADINGS)
    assert [top for _, top in bare] == sorted(top for _, top in bare), bare
    assert {text for text, _ in seen} <= {text for text, _ in bare}
