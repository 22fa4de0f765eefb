"""What comes from outside: a visitor proposes, a moderator takes a part of it; an organisation answers its mail."""

from playwright.sync_api import Page, expect

from tests.browser.axe import assert_accessible
from tests.browser.desk import Desk
from tests.browser.links import entry_token
from tests.browser.site import COLLEAGUE, MODERATOR

# A form sent faster than anybody reads is taken for a machine's (editing/suggestions/guard.py).
READING = 3_200


def propose(page: Page, slug: str, **values: str) -> None:
    """Correct the entry as a visitor does, from its page on."""
    page.goto(f"/acteurs/{slug}/")
    page.get_by_role("link", name="Corriger, compléter, signaler une fermeture").first.click()
    page.wait_for_url(f"**/proposer/correction/{slug}/")
    page.wait_for_timeout(READING)
    for name, value in values.items():
        page.locator(f"main [name={name}]").fill(value)
    page.get_by_role("button", name="Envoyer la proposition").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Merci !")


def test_a_visitor_proposes_and_a_moderator_accepts_a_part(walker):
    desk = Desk(walker, COLLEAGUE)
    desk.create("Filature Borduchon", summary="File la laine.")
    visitor = walker.context().new_page()
    propose(visitor, "filature-borduchon", name="Filature Borduchon et filles", summary="File le lin.")
    visitor.goto("/acteurs/filature-borduchon/")
    expect(visitor.get_by_role("heading", level=1)).to_have_text("Filature Borduchon")
    expect(visitor.get_by_role("main")).to_contain_text("File la laine.")

    moderator = Desk(walker, MODERATOR)
    moderator.open("/admin/propositions/")
    moderator.press("Filature Borduchon")
    taken = moderator.page.locator("[name=take]")
    assert {each.get_attribute("value") for each in taken.all()} == {"name", "summary"}
    moderator.page.locator("[name=take][value=name]").uncheck()
    assert_accessible(moderator.page)
    moderator.press("Accepter ce qui est coché")
    assert not moderator.mistakes()
    visitor.goto("/acteurs/filature-borduchon/")
    expect(visitor.get_by_role("heading", level=1)).to_have_text("Filature Borduchon")
    expect(visitor.get_by_role("main")).to_contain_text("File le lin.")
    assert "et filles" not in visitor.locator("body").inner_text()
    assert "la laine" not in visitor.locator("body").inner_text()


def test_an_editor_without_that_right_sees_no_queue(walker):
    desk = Desk(walker, COLLEAGUE)
    desk.open("/admin/propositions/", status=403)
    desk.open("/admin/")
    assert "Propositions reçues" not in desk.page.locator("#container").text_content()


def test_an_organisation_confirms_its_entry_by_the_link_of_a_mail(walker):
    """The link of ``links.py``, as its mail would hold it; looking at the page changes nothing."""
    organisation = walker.context().new_page()
    visitor = walker.context().new_page()
    for _ in range(2):
        assert organisation.goto(f"/fiche/{entry_token()}/").status == 200
    visitor.goto("/acteurs/la-locomotive/")
    assert "par la structure" not in visitor.get_by_role("main").inner_text()
    organisation.get_by_role("button", name="Confirmer que c’est à jour").click()
    expect(organisation.get_by_role("status").first).to_contain_text("Merci")
    visitor.goto("/acteurs/la-locomotive/")
    expect(visitor.get_by_role("main")).to_contain_text("par la structure")
    # Once is enough; what may still be wanted is offered.
    organisation.reload()
    expect(organisation.get_by_role("button", name="Confirmer que c’est à jour")).to_have_count(0)
    organisation.get_by_role("link", name="Corriger la fiche").click()
    expect(organisation.get_by_role("main")).to_contain_text("Vous répondez par le lien envoyé")


def test_an_editor_confirms_in_one_click(walker):
    desk = Desk(walker, COLLEAGUE)
    entry = desk.create("Lutherie Vaspignol")
    desk.edit(entry)
    desk.press("Confirmer que c’est à jour")
    assert "l’Apes a vérifié la fiche aujourd’hui" in desk.told()
    visitor = walker.context().new_page()
    visitor.goto("/acteurs/lutherie-vaspignol/")
    expect(visitor.get_by_role("main")).to_contain_text("par l’Apes")
