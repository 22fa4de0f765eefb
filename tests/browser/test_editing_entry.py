"""One editor and one entry: drafted, previewed, published, renamed, linked, taken back, deleted, restored."""

from playwright.sync_api import expect

from tests.browser.desk import Desk
from tests.browser.site import COLLEAGUE, LOCAL_EDITOR


def test_a_draft_is_previewed_then_published(walker):
    desk = Desk(walker, COLLEAGUE)
    visitor = walker.context().new_page()
    desk.new("Brouettes du Marlois", summary="Prête des brouettes aux jardins partagés.")
    desk.choose(f"{desk.add_row('places')}-territory", "Raismes", "Raismes")
    desk.press("Enregistrer comme brouillon")
    assert not desk.mistakes()
    assert visitor.goto("/acteurs/brouettes-du-marlois/").status == 404
    assert visitor.goto("/acteurs/?q=brouettes").status == 200
    assert "Brouettes du Marlois" not in visitor.get_by_role("main").inner_text()

    desk.press("Brouettes du Marlois")
    entry = desk.entry()
    desk.fill(description="Ses brouettes viennent de vélos mis au rebut.")
    desk.page.get_by_role("button", name="Aperçu").last.click()
    preview = desk.page.frame_locator("iframe[name=apercu]")
    expect(preview.get_by_role("heading", level=1)).to_have_text("Brouettes du Marlois")
    expect(preview.get_by_role("main")).to_contain_text("vélos mis au rebut")
    expect(preview.get_by_role("main")).to_contain_text("Raismes")
    # Seen, not kept.
    other = Desk(walker, COLLEAGUE)
    other.edit(entry)
    expect(other.field("description")).to_have_value("")

    desk.press("Enregistrer et publier")
    assert "La fiche est en ligne" in desk.told()
    page = visitor.goto("/acteurs/brouettes-du-marlois/")
    assert page.status == 200
    expect(visitor.get_by_role("main")).to_contain_text("vélos mis au rebut")
    visitor.goto("/acteurs/?territoire=raismes&q=brouettes")
    visitor.get_by_role("main").get_by_role("link", name="Brouettes du Marlois", exact=True).click()
    visitor.wait_for_url("**/acteurs/brouettes-du-marlois/")


def test_a_renamed_entry_keeps_its_old_address_and_goes_back_to_an_earlier_version(walker):
    desk = Desk(walker, COLLEAGUE)
    visitor = walker.context().new_page()
    entry = desk.create("Quincaillerie Zénobie", summary="Vend des vis à l’unité.")
    desk.edit(entry)
    desk.fill(name="Droguerie Zénobie", slug="droguerie-zenobie", summary="Vend des vis et des clous.")
    desk.press("Enregistrer")
    assert not desk.mistakes()
    assert visitor.goto("/acteurs/quincaillerie-zenobie/").status == 200
    assert visitor.url.endswith("/acteurs/droguerie-zenobie/")
    expect(visitor.get_by_role("heading", level=1)).to_have_text("Droguerie Zénobie")

    desk.edit(entry)
    desk.press("Historique")
    steps = desk.page.locator(".timeline tbody tr")
    expect(steps).to_have_count(2)
    for told in ("Quincaillerie Zénobie → Droguerie Zénobie", "Nadia Caron"):
        expect(steps.first).to_contain_text(told)
    desk.press("Comparer les deux versions choisies")
    compared = desk.page.locator(".comparison tbody tr").filter(has_text="En une ligne")
    assert compared.locator("td").all_inner_texts() == [
        "Vend des vis à l’unité.",
        "Vend des vis et des clous.",
    ]
    desk.press("Revenir à cette version")
    assert "La fiche est revenue à cette version." in desk.told()
    # The name is the old one again, and both addresses lead to it.
    for slug in ("quincaillerie-zenobie", "droguerie-zenobie"):
        visitor.goto(f"/acteurs/{slug}/")
        expect(visitor.get_by_role("heading", level=1)).to_have_text("Quincaillerie Zénobie")
    expect(visitor.get_by_role("main")).to_contain_text("Vend des vis à l’unité.")


def test_a_link_told_on_one_side_shows_on_both(walker):
    desk = Desk(walker, COLLEAGUE)
    visitor = walker.context().new_page()
    laundry = desk.create("Blanchisserie Tifaine")
    desk.create("Fripes Ouldouze")
    desk.edit(laundry)
    row = desk.add_row("links_out")
    desk.fill(**{f"{row}-kind": "Partenaires", f"{row}-since": "2021"})
    desk.choose(f"{row}-target", "Ouldouze", "Fripes Ouldouze")
    desk.press("Enregistrer")
    assert not desk.mistakes()
    for slug, other in (
        ("blanchisserie-tifaine", "Fripes Ouldouze"),
        ("fripes-ouldouze", "Blanchisserie Tifaine"),
    ):
        visitor.goto(f"/acteurs/{slug}/")
        links = visitor.get_by_role("main").get_by_role("link", name=other, exact=True)
        expect(links.first).to_be_visible()
    # And the history of the other one tells it.
    visitor.goto("/cooperations/?acteur=fripes-ouldouze")
    expect(visitor.get_by_role("main")).to_contain_text("Blanchisserie Tifaine")


def test_a_deleted_entry_says_so_and_comes_back_from_the_bin(walker):
    desk = Desk(walker, COLLEAGUE)
    visitor = walker.context().new_page()
    entry = desk.create("Cordonnerie Bruyandet", summary="Ressemelle.")
    desk.edit(entry)
    desk.press("Mettre à la corbeille")
    assert "La fiche ira dans la corbeille" in desk.content()
    desk.page.locator("#content form [type=submit]").click()
    desk.page.wait_for_url("**/admin/actors/organisation/**")
    gone = visitor.goto("/acteurs/cordonnerie-bruyandet/")
    assert gone.status == 410
    # Whoever deleted it takes it back; another editor finds nothing to press.
    other = Desk(walker, LOCAL_EDITOR)
    other.open("/admin/actors/binnedactor/?q=Bruyandet")
    expect(other.page.get_by_role("button", name="Restaurer")).to_have_count(0)
    desk.open("/admin/actors/binnedactor/?q=Bruyandet")
    desk.press("Restaurer")
    assert "La fiche « Cordonnerie Bruyandet » est revenue." in desk.told()
    assert visitor.goto("/acteurs/cordonnerie-bruyandet/").status == 200
    expect(visitor.get_by_role("main")).to_contain_text("Ressemelle.")
