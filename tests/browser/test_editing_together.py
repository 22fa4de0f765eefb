"""Several people: two editors on one entry, two entries for one thing, a trainee at doors that are closed."""

import pytest
from playwright.sync_api import expect

from tests.browser.axe import assert_accessible
from tests.browser.desk import Desk
from tests.browser.site import COLLEAGUE, CONTRIBUTOR, EDITOR, LOCAL_EDITOR, MODERATOR


def test_two_editors_change_different_fields_of_one_entry(walker):
    first, second = Desk(walker, COLLEAGUE), Desk(walker, MODERATOR)
    entry = first.create("Herboristerie Valdouin", summary="Avant.")
    for desk in (first, second):
        desk.edit(entry)
    first.fill(summary="Cueille des simples.")
    first.press("Enregistrer")
    second.fill(description="Elle tient aussi un jardin.")
    second.press("Enregistrer")
    assert not second.mistakes()
    assert "Nadia Caron avait aussi enregistré cette fiche" in second.told()
    first.edit(entry)
    expect(first.field("summary")).to_have_value("Cueille des simples.")
    expect(first.field("description")).to_have_value("Elle tient aussi un jardin.")


def test_two_editors_change_the_same_field_and_nothing_typed_is_lost(walker):
    first, second = Desk(walker, COLLEAGUE), Desk(walker, MODERATOR)
    entry = first.create("Vannerie Clopinard", summary="Avant.")
    for desk in (first, second):
        desk.edit(entry)
    first.fill(summary="Tresse l’osier.", precision="Watten")
    first.press("Enregistrer")
    second.fill(summary="Tresse le saule.", description="Un texte long à retaper.")
    phone = second.add_row("contacts")
    second.fill(**{f"{phone}-kind": "Téléphone", f"{phone}-value": "03 21 00 00 71"})
    second.press("Enregistrer")
    meeting = second.page.locator(".meeting")
    expect(meeting.get_by_role("heading")).to_have_text(
        "Nadia Caron a enregistré cette fiche pendant que vous la modifiiez"
    )
    # One field is asked; the rest of what both typed is there.
    asked = meeting.locator("tbody tr")
    expect(asked).to_have_count(1)
    assert [text.strip() for text in asked.locator("td").all_inner_texts()] == [
        "Tresse l’osier.",
        "Tresse le saule.",
    ]
    expect(second.field("precision")).to_have_value("Watten")
    expect(second.field("description")).to_have_value("Un texte long à retaper.")
    expect(second.field(f"{phone}-value")).to_have_value("03 21 00 00 71")
    assert_accessible(second.page)
    asked.get_by_label("Tresse le saule.").check()
    second.press("Enregistrer")
    assert not second.mistakes()
    visitor = walker.context().new_page()
    visitor.goto("/acteurs/vannerie-clopinard/")
    for text in ("Tresse le saule.", "Un texte long à retaper.", "Watten", "03 21 00 00 71"):
        expect(visitor.locator("body")).to_contain_text(text)
    assert "osier" not in visitor.locator("body").inner_text()


def test_two_entries_become_one_and_two_again(walker):
    desk = Desk(walker, COLLEAGUE)
    visitor = walker.context().new_page()
    desk.create("Garage Pimprelot", summary="Répare des vélos.")
    desk.create("Pimprelot Mobilités", summary="Loue des vélos.")
    moderator = Desk(walker, MODERATOR)
    moderator.open("/admin/doublons/")
    moderator.choose("une", "Garage Pimprelot")
    moderator.choose("autre", "Pimprelot Mobilités")
    moderator.press("Comparer")
    rows = moderator.page.locator(".comparison tbody tr")
    kept = moderator.page.locator(".comparison thead th").nth(1).text_content()
    if "Garage" not in kept:
        moderator.press("Garder plutôt « Garage Pimprelot »")
    rows.filter(has_text="En une ligne").get_by_label("Loue des vélos.").check()
    assert_accessible(moderator.page)
    moderator.press("Réunir les deux fiches")
    assert "Les deux fiches n’en font plus qu’une." in moderator.told()
    visitor.goto("/acteurs/pimprelot-mobilites/")
    assert visitor.url.endswith("/acteurs/garage-pimprelot/")
    expect(visitor.get_by_role("heading", level=1)).to_have_text("Garage Pimprelot")
    expect(visitor.get_by_role("main")).to_contain_text("Loue des vélos.")
    visitor.goto("/acteurs/?q=Pimprelot+Mobilités")
    found = visitor.get_by_role("main").get_by_role("link", name="Garage Pimprelot", exact=True)
    expect(found).to_be_visible()

    moderator.press("Vous pouvez l’annuler pendant trente jours.")
    moderator.press("Annuler la réunion de Pimprelot Mobilités avec Garage Pimprelot")
    assert "sont de nouveau deux fiches" in moderator.told()
    for slug, summary in (("garage-pimprelot", "Répare"), ("pimprelot-mobilites", "Loue")):
        visitor.goto(f"/acteurs/{slug}/")
        assert visitor.url.endswith(f"/acteurs/{slug}/")
        expect(visitor.get_by_role("main")).to_contain_text(f"{summary} des vélos.")


# -- the wrong side ------------------------------------------------------------------------------------------

# What a trainee may type into the line of addresses.
CLOSED = [
    "/admin/actors/organisation/1/delete/",
    "/admin/actors/binnedactor/",
    "/admin/doublons/",
    "/admin/doublons/1/2/reunir/",
    "/admin/doublons/ecartes/",
    "/admin/reunions/",
    "/admin/sources/letter/add/",
    "/admin/territories/territory/add/",
    "/admin/pages/editorialpage/1/change/",
    "/admin/auth/user/",
    "/admin/auth/user/add/",
]


def test_a_trainee_is_shown_no_door_that_is_closed_and_finds_it_closed(walker):
    desk = Desk(walker, CONTRIBUTOR)
    desk.open("/admin/")
    # The menu too, folded as it is.
    menu = desk.page.locator("#container").text_content()
    assert "Structures" in menu
    for closed in (
        "Corbeille",
        "Doublons probables",
        "Réunions de fiches",
        "Utilisateurs",
        "Tableaux importés",
    ):
        assert closed not in menu
    for path in CLOSED:
        response = desk.page.goto(path)
        assert response.status == 403, f"{path} answered {response.status}"
        # In words of ours, with a way back.
        assert "Forbidden" not in desk.page.locator("body").inner_text()
    # A published entry is read, and has no button that writes.
    desk.open("/admin/actors/organisation/1/change/")
    assert desk.buttons() <= {"Fermer"}
    assert desk.page.locator("[name=name]").count() == 0


def test_a_trainee_prepares_a_draft_and_can_only_hand_it_over(walker):
    desk = Desk(walker, CONTRIBUTOR)
    desk.new("Tonnellerie Ragoulade")
    assert desk.buttons() == {
        "Enregistrer comme brouillon",
        "Proposer à la relecture",
        "Enregistrer et continuer",
        "Aperçu",
    }
    # The button an editor has, made by hand.
    desk.page.locator("[name=_draft]").last.evaluate("button => { button.name = '_publish'; }")
    with desk.page.expect_navigation() as answer:
        desk.page.locator("[name=_publish]").last.click()
    assert answer.value.status == 403
    desk.new("Tonnellerie Ragoulade")
    desk.press("Proposer à la relecture")
    assert not desk.mistakes()
    visitor = walker.context().new_page()
    assert visitor.goto("/acteurs/tonnellerie-ragoulade/").status == 404
    # An editor finds it and brings it out; from then on it is no longer the trainee's.
    editor = Desk(walker, COLLEAGUE)
    editor.open("/admin/actors/organisation/?q=Ragoulade")
    editor.press("Tonnellerie Ragoulade")
    entry = editor.entry()
    editor.press("Enregistrer et publier")
    assert visitor.goto("/acteurs/tonnellerie-ragoulade/").status == 200
    desk.edit(entry)
    assert desk.buttons() <= {"Fermer"}


@pytest.mark.parametrize("account", [EDITOR, COLLEAGUE, MODERATOR], ids=lambda account: account.name)
def test_who_keeps_all_entries_may_save_any(walker, account):
    """The refusals above are the role's, not the page's."""
    desk = Desk(walker, account)
    desk.open("/admin/actors/organisation/1/change/")
    assert "Enregistrer" in desk.buttons()


def test_a_local_editor_publishes_at_home_alone(walker):
    desk = Desk(walker, LOCAL_EDITOR)
    desk.new("Ruches Bellanchon")
    desk.choose(f"{desk.add_row('places')}-territory", "Soissons", "Soissons")
    desk.press("Enregistrer et publier")
    assert any("territoires qui vous sont confiés" in mistake for mistake in desk.mistakes())
    # Nothing typed is lost; with a place at home it is published.
    expect(desk.field("name")).to_have_value("Ruches Bellanchon")
    expect(desk.field("places-0-territory").locator("option:checked")).to_contain_text("Soissons")
    desk.choose("places-0-territory", "Raismes", "Raismes")
    desk.press("Enregistrer et publier")
    assert not desk.mistakes()
    visitor = walker.context().new_page()
    assert visitor.goto("/acteurs/ruches-bellanchon/").status == 200
