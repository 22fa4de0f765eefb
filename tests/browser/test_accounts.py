"""The pages around the door that no address alone leads to: shut out, recovery codes, the code after the password."""

import re
from base64 import b32decode

from django_otp.oath import TOTP
from playwright.sync_api import Page, expect

from tests.browser.axe import assert_accessible
from tests.browser.conftest import PHONE
from tests.browser.test_layout import CUT_OFF, TOO_WIDE

PASSWORD = "une pomme de reinette grise"
# Of nobody else: a second step ends the sessions of its person.
MADE = f"""
from editing.roles import CONTRIBUTOR, give_role
from django.contrib.auth import get_user_model
give_role(get_user_model().objects.create_user("porte", password="{PASSWORD}"), CONTRIBUTOR)
"""


def enter(page: Page, name: str, password: str) -> None:
    page.goto("/admin/login/")
    page.fill("[name=username]", name)
    page.fill("[name=password]", password)
    page.locator("form [type=submit]").last.click()


def give(page: Page, code: str) -> None:
    page.fill("[name=code]", code)
    page.press("[name=code]", "Enter")


def assert_well(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate(TOO_WIDE) == []
    assert page.evaluate(CUT_OFF) == []
    page.set_viewport_size(PHONE)
    assert_accessible(page)


def test_shut_out(walker):
    page = walker.context(viewport=PHONE).new_page()
    for _ in range(5):
        enter(page, "personne", "faux")
    expect(page.get_by_role("heading", level=1).last).to_have_text("Entrée fermée pour le moment")
    assert_well(page)


def test_a_telephone_handed_over_and_asked(walker, sites):
    sites.write.manage("shell", "--command", MADE)
    page = walker.context(viewport=PHONE).new_page()
    enter(page, "porte", PASSWORD)
    page.goto("/admin/deux-etapes/activer/")
    spoken = re.search(r"(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}", page.get_by_role("main").inner_text())[0]
    give(page, f"{TOTP(b32decode(spoken.replace(' ', ''))).token():06}")
    codes = page.locator(".two-steps-codes code")
    expect(codes).to_have_count(10)
    assert_well(page)

    first = codes.first.inner_text()
    page.context.clear_cookies()
    enter(page, "porte", PASSWORD)
    page.wait_for_url("**/admin/deux-etapes/code/**")
    give(page, "000000")
    expect(page.get_by_text("Ce code n’est pas le bon")).to_be_visible()
    assert_well(page)
    give(page, first)
    page.wait_for_url("**/admin/")
    expect(page.get_by_text("Un code de secours vient de servir : il vous en reste 9.")).to_be_visible()
