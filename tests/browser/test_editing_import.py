"""A small table with lines of every fate: uploaded, sorted, written, looked at, undone."""

import csv
import io
import re

from playwright.sync_api import expect

from tests.browser.axe import assert_accessible
from tests.browser.desk import Desk
from tests.browser.site import COLLEAGUE


def table(*lines: dict[str, str]) -> dict:
    """A CSV file as Excel writes it in France, for a field of files."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(lines[0]), delimiter=";")
    writer.writeheader()
    writer.writerows(lines)
    return {"name": "partenaires.csv", "mimeType": "text/csv", "buffer": text.getvalue().encode("cp1252")}


def test_a_table_is_sorted_written_and_undone(walker, sites):
    desk = Desk(walker, COLLEAGUE)
    visitor = walker.context().new_page()
    desk.create("Scierie Taloupette", summary="Scie.")
    visitor.goto("/acteurs/scierie-taloupette/")
    public_id = re.search(r"/id/([a-z0-9]{8})\b", visitor.content())[1]
    desk.open("/admin/imports/")
    lines = [
        ("", "Menuiserie Gribouvel", "Fabrique des fenêtres.", "Publié", ""),
        (public_id, "Scierie Taloupette", "Scie à façon.", "", ""),
        ("", "Verrerie Moustandre", "Souffle.", "", "12345"),
    ]
    columns = ("Identifiant", "Nom", "En une ligne", "Publication", "SIREN")
    desk.page.set_input_files(
        "input[type=file]", table(*(dict(zip(columns, line, strict=True)) for line in lines))
    )
    desk.press("Déposer")
    # Every column was recognised.
    assert "" not in [each.input_value() for each in desk.page.locator(".matching tbody select").all()]
    assert_accessible(desk.page)
    desk.press("Trier les lignes")
    expect(desk.page.locator("[data-progress]")).to_be_visible()
    sites.write.run_jobs()
    # The page finds out by itself.
    tabs = desk.page.locator(".tabs")
    expect(tabs).to_contain_text("Toutes (3)")
    fates = desk.page.locator("#content-main section table tbody tr")
    assert [" ".join(row.get_attribute("class").split()) for row in fates.all()] == [
        "outcome-create",
        "outcome-change",
        "outcome-error",
    ]
    expect(fates.nth(2)).to_contain_text("SIREN")
    assert_accessible(desk.page)
    assert visitor.goto("/acteurs/menuiserie-gribouvel/").status == 404
    desk.press("Enregistrer")
    sites.write.run_jobs()
    undo = desk.page.get_by_role("button", name="Annuler tout l’import")
    expect(undo).to_be_visible()
    assert visitor.goto("/acteurs/menuiserie-gribouvel/").status == 200
    visitor.goto("/acteurs/scierie-taloupette/")
    expect(visitor.get_by_role("main")).to_contain_text("Scie à façon.")
    desk.press("Annuler tout l’import")
    sites.write.run_jobs()
    expect(desk.page.get_by_role("button", name="Trier de nouveau")).to_be_visible()
    assert visitor.goto("/acteurs/menuiserie-gribouvel/").status in (404, 410)
    visitor.goto("/acteurs/scierie-taloupette/")
    expect(visitor.get_by_role("main")).to_contain_text("Scie.")
