"""An editor's hands in the back-office: opening forms, filling them, choosing by typing, pressing buttons."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visitor
from tests.browser.site import Account


class Desk:
    """One person at the back-office, in a browser of their own, on the page they see at the moment."""

    def __init__(self, walker: Visitor, account: Account, **options) -> None:
        self.account = account
        self.page: Page = walker.context(account=account, **options).new_page()

    def open(self, path: str, *, status: int = 200) -> Page:
        """The page at ``path``, of the back-office or of the site; fails on another status."""
        response = self.page.goto(path, wait_until="load")
        assert response.status == status, f"{path} answered {response.status}"
        return self.page

    # -- the form of an entry ------------------------------------------------------------------------

    def new(self, name: str, nature: str = "organisation", **values: str) -> None:
        """The form of a new entry with its name filled in; not saved."""
        self.open(f"/admin/actors/{nature}/add/")
        self.fill(name=name, **values)

    def edit(self, entry: int) -> None:
        """The form of the entry of that number, of whatever nature."""
        self.open(f"/admin/actors/actor/{entry}/change/")

    def entry(self) -> int:
        """The number of the entry whose form is open."""
        return int(re.search(r"/admin/actors/\w+/(\d+)/change/", self.page.url)[1])

    def create(self, name: str, *, press: str = "Enregistrer et publier", **values: str) -> int:
        """A new structure, saved with that button; its number."""
        self.new(name, **values)
        self.press(press)
        assert not self.mistakes(), self.mistakes()
        found = self.page.locator(".messagelist a, .success a").filter(has_text=name).first
        return int(re.search(r"/(\d+)/change/", found.get_attribute("href"))[1])

    def field(self, name: str) -> Locator:
        return self.page.locator(f'[name="{name}"]')

    def fill(self, **values: str) -> None:
        """Each field by its name; the label of a choice."""
        for name, value in values.items():
            field = self.field(name)
            if field.evaluate("element => element.tagName") == "SELECT":
                field.select_option(label=value)
            else:
                field.fill(value)

    def choose(self, name: str, text: str, shown: str = "") -> None:
        """Choose by typing ``text`` the answer that has ``shown`` in it (``text`` unless told)."""
        field = self.field(name)
        field.locator("xpath=following-sibling::span[contains(@class, 'select2')]").locator(
            ".select2-selection"
        ).click()
        self.page.locator(".select2-search__field").last.fill(text)
        answer = self.page.locator(".select2-results__option[aria-selected]").filter(has_text=shown or text)
        answer.first.click()
        expect(field.locator("option:checked")).to_contain_text(shown or text)

    def add_row(self, prefix: str) -> str:
        """One more empty row of that list of the form; what its fields' names begin with."""
        number = self.field(f"{prefix}-TOTAL_FORMS").input_value()
        group = self.page.locator(f"#{prefix}-group")
        folded = group.locator("details:not([open]) > summary")
        if folded.count():
            folded.click()
        group.locator(".add-row a").click()
        expect(self.field(f"{prefix}-TOTAL_FORMS")).to_have_value(str(int(number) + 1))
        return f"{prefix}-{number}"

    def press(self, label: str) -> None:
        """A button or a link that leads to another page, the first of that name."""
        named = self.page.get_by_role("button", name=label, exact=True)
        with self.page.expect_navigation(wait_until="load"):
            named.or_(self.page.get_by_role("link", name=label, exact=True)).first.click()

    # -- what is on the page ---------------------------------------------------------------------------

    def buttons(self) -> set[str]:
        """Words of the buttons at the foot of a form."""
        rows = self.page.locator(".submit-row").last.locator("input[type=submit], button, a")
        return {(each.get_attribute("value") or each.inner_text()).strip() for each in rows.all()}

    def mistakes(self) -> list[str]:
        return self.page.locator(".errornote, .errorlist li").all_inner_texts()

    def told(self) -> str:
        """The messages at the top of the page."""
        return " ".join(self.page.locator(".messagelist li").all_inner_texts())

    def content(self) -> str:
        return self.page.locator("#content").inner_text()
