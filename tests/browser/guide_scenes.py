"""What the pictures of the editors' guide show, chapter by chapter. All names and addresses typed here are invented.

Scenes come in their order: a later one may use what an earlier one entered.
"""

from playwright.sync_api import expect

from tests.browser.desk import Desk
from tests.browser.site import COLLEAGUE, MODERATOR
from tests.browser.studio import Studio

# A letter that does not exist, and who is in it.
LETTER = "180"
WORKSHOP = "Atelier des Deux Moulins"


def signing_in(studio: Studio) -> None:
    page = studio.visitor()
    page.goto("/admin/login/")
    page.fill("[name=username]", COLLEAGUE.name)
    page.fill("[name=password]", COLLEAGUE.password)
    studio.picture(page, "connexion")


def home(studio: Studio) -> None:
    desk = studio.desk(MODERATOR)
    desk.open("/admin/")
    studio.picture(desk.page, "accueil")


def finding(studio: Studio) -> None:
    desk = studio.desk(COLLEAGUE)
    desk.open("/admin/actors/actor/?q=ferme")
    studio.picture(desk.page, "trouver", desk.page.locator("#searchbar"))


def entering(studio: Studio) -> None:
    """A new entry: its name, a place, a contact, a link, a look at it, the buttons."""
    desk = studio.desk(COLLEAGUE)
    desk.new(WORKSHOP, summary="Répare et prête des outils de jardin.")
    page = desk.page
    studio.picture(page, "fiche", desk.field("name"), desk.field("summary"), top=page.locator("h1"))
    place = desk.field(f"{desk.add_row('places')}-territory")
    box = place.locator("xpath=following-sibling::span[contains(@class, 'select2')]")
    box.locator(".select2-selection").click()
    page.locator(".select2-search__field").last.fill("62790")
    answer = page.locator(".select2-results__option[aria-selected]").filter(has_text="Leforest").first
    expect(answer).to_be_visible()
    studio.picture(page, "lieu", page.locator(".select2-dropdown"), top=page.locator("#places-group"))
    answer.click()
    row = desk.add_row("contacts")
    desk.fill(**{f"{row}-kind": "Courriel", f"{row}-value": "bonjour@exemple.fr"})
    row = desk.add_row("contacts")
    desk.fill(**{f"{row}-kind": "Téléphone", f"{row}-value": "03 53 01 00 10"})
    studio.picture(page, "coordonnees", desk.field(f"{row}-value"), top=page.locator("#contacts-group"))
    row = desk.add_row("links_out")
    desk.fill(**{f"{row}-kind": "Partenaires"})
    desk.choose(f"{row}-target", "La Locomotive")
    studio.picture(
        page,
        "lien",
        desk.field(f"{row}-kind").locator("xpath=ancestor::div[contains(@class, 'form-row')][1]"),
        top=page.locator("#links_out-group"),
    )
    studio.picture(page, "boutons", page.locator(".submit-row").last, top=page.locator("#cooperations"))
    page.get_by_role("button", name="Aperçu").last.click()
    preview = page.frame_locator("iframe[name=apercu]")
    expect(preview.get_by_role("heading", level=1)).to_have_text(WORKSHOP)
    studio.picture(page, "apercu", page.get_by_role("button", name="Aperçu").last)
    desk.press("Enregistrer et publier")
    # Once more, as somebody who does not know of the first would.
    desk.new(f"L’{WORKSHOP}")
    desk.choose(f"{desk.add_row('places')}-territory", "Leforest", "Leforest")
    desk.press("Enregistrer et publier")
    studio.picture(
        page, "existe-deja", page.get_by_role("button", name="Créer quand même"), top=page.locator("h1")
    )
    desk.press("Créer quand même")


def a_letter(studio: Studio) -> None:
    """An invented letter from its number to the day it comes out."""
    desk = studio.desk(COLLEAGUE)
    page = desk.open("/admin/saisie/nouvelle-lettre/")
    desk.fill(number=LETTER, title="Réparer ensemble", start="2026-10")
    studio.picture(page, "lettre-nouvelle", desk.field("number"), desk.field("start"), top=page.locator("h1"))
    page.locator("form [type=submit]").last.click()
    page.wait_for_url(f"**/lettres/{LETTER}/")
    for rank, title in enumerate(("Des outils qui circulent", "Le mot de la rédaction")):
        desk.fill(**{f"form-{rank}-title": title})
    studio.picture(page, "lettre-articles", desk.field("form-0-title"), top=page.locator("#article-lines"))
    page.locator("[name=articles]").click()
    page.get_by_role("link", name="Des outils qui circulent").click()
    desk.fill(name=WORKSHOP)
    studio.picture(
        page,
        "article-acteur",
        desk.field("name"),
        page.get_by_role("button", name="Ajouter cet acteur"),
        top=page.locator("h1"),
    )
    desk.press("Ajouter cet acteur")
    chosen = page.locator("button[name=chosen]").first
    if chosen.count():
        chosen.click()
    page.wait_for_url("**acteur=*")
    desk.fill(**{"figure-0-low": "12", "figure-0-what": "bénévoles", "figure-0-year": "2026"})
    studio.picture(page, "article-faits", page.locator("[data-rows=figure]"))
    page.locator("[name=facts]").click()
    page.wait_for_load_state()
    desk.open(f"/admin/saisie/lettres/{LETTER}/verifier/")
    page.locator("textarea").fill(
        "L’Atelier des Deux Moulins, à Leforest, prête des outils.\n"
        "Pour le joindre : bonjour@exemple.fr ou 03 53 01 00 99."
    )
    desk.press("Comparer")
    studio.picture(page, "verifier", page.locator("#findings"), top=page.locator("h1"))
    desk.open(f"/admin/saisie/lettres/{LETTER}/parution/")
    studio.picture(page, "parution", page.locator("[name=publish]"), top=page.locator("#pending"))


def twins(studio: Studio) -> None:
    desk = studio.desk(MODERATOR)
    page = desk.open("/admin/doublons/")
    studio.picture(
        page, "doublons", page.get_by_role("link", name="Comparer et réunir").first, top=page.locator("h1")
    )
    desk.press("Comparer et réunir")
    studio.picture(
        page, "reunir", page.locator(".comparison tbody tr").first, top=page.locator(".comparison")
    )
    desk.press("Réunir les deux fiches")


def going_back(studio: Studio) -> None:
    desk = studio.desk(COLLEAGUE)
    entry = find(desk, WORKSHOP)
    desk.fill(summary="Répare, prête et vend des outils.")
    desk.press("Enregistrer")
    page = desk.open(f"/admin/fiches/{entry}/historique/")
    studio.picture(
        page,
        "historique",
        page.get_by_role("button", name="Revenir à cette version").first,
        top=page.locator("h1"),
    )


def colliding(studio: Studio) -> None:
    first, second = studio.desk(COLLEAGUE), studio.desk(MODERATOR)
    entry = find(first, WORKSHOP)
    second.edit(entry)
    first.fill(summary="Répare et loue des outils de jardin.")
    first.press("Enregistrer")
    second.fill(summary="Répare et échange des outils de jardin.")
    second.press("Enregistrer")
    studio.picture(
        second.page,
        "collision",
        second.page.locator(".meeting tbody tr").first,
        top=second.page.locator("h1"),
    )


def the_bin(studio: Studio) -> None:
    desk = studio.desk(MODERATOR)
    entry = desk.create("Fabrique du Grand Pré")
    desk.edit(entry)
    desk.press("Mettre à la corbeille")
    desk.page.locator("#content form [type=submit]").click()
    desk.page.wait_for_url("**/admin/actors/organisation/**")
    page = desk.open("/admin/actors/binnedactor/")
    studio.picture(
        page, "corbeille", page.get_by_role("button", name="Restaurer").first, top=page.locator("h1")
    )


def a_proposal(studio: Studio) -> None:
    """A visitor corrects the invented entry; the moderator looks at it."""
    visitor = studio.visitor()
    visitor.goto("/proposer/correction/atelier-des-deux-moulins/")
    # Faster than anybody reads, it would be taken for a machine's.
    visitor.wait_for_timeout(3_200)
    visitor.locator("main [name=summary]").fill("Répare, prête et vend des outils de jardin et de cuisine.")
    visitor.get_by_role("button", name="Envoyer la proposition").click()
    visitor.wait_for_url("**/proposer/merci/**")
    desk = studio.desk(MODERATOR)
    page = desk.open("/admin/propositions/")
    desk.press(WORKSHOP)
    accept = page.get_by_role("button", name="Accepter ce qui est coché")
    studio.picture(page, "proposition", accept, top=page.locator(".suggestion-decide"))


# No real site is told to be dead in a picture.
MOVED = """
from editing.freshness.checking import record
from editing.freshness.reaching import Outcome
from editing.models import LinkCheck
LinkCheck.objects.all().delete()
record("https://ancienne-adresse.exemple/", Outcome("moved", "", 200, "https://nouvelle-adresse.exemple/"))
"""


def a_dead_link(studio: Studio) -> None:
    desk = studio.desk(COLLEAGUE)
    find(desk, WORKSHOP)
    row = desk.add_row("contacts")
    desk.fill(**{f"{row}-kind": "Site web", f"{row}-value": "https://ancienne-adresse.exemple/"})
    desk.press("Enregistrer")
    studio.site.manage("shell", "-c", MOVED)
    page = desk.open("/admin/liens-morts/")
    take_over = page.get_by_role("button", name="Prendre la nouvelle adresse")
    studio.picture(page, "liens-morts", take_over, top=page.locator("h1"))


def a_table(studio: Studio) -> None:
    desk = studio.desk(COLLEAGUE)
    page = desk.open("/admin/imports/")
    text = "Nom;Commune du siège;Téléphones;SIREN\r\n" + "".join(
        f"{line}\r\n"
        for line in (
            "Les Paniers du Marais;Leforest;03 53 01 00 20;",
            "Vélos du Canal;Raismes;03 53 01 00 30;",
            "Cuisine des Voisines;Raismes;;12345",
        )
    )
    page.set_input_files(
        "input[type=file]",
        {"name": "partenaires.csv", "mimeType": "text/csv", "buffer": text.encode("utf-8-sig")},
    )
    desk.press("Déposer")
    studio.picture(page, "import-colonnes", page.locator(".matching table"), top=page.locator("h1"))
    desk.press("Trier les lignes")
    studio.site.run_jobs()
    expect(page.locator(".tabs")).to_contain_text("Toutes (3)")
    studio.picture(page, "import-tri", page.locator(".tabs"), top=page.locator("#lines"))


def find(desk: Desk, name: str) -> int:
    """Open the form of the entry of that name as an editor does; its number."""
    desk.open(f"/admin/actors/actor/?q={name}")
    desk.press(name)
    return desk.entry()


SCENES = [
    signing_in,
    home,
    finding,
    entering,
    a_letter,
    twins,
    going_back,
    colliding,
    the_bin,
    a_proposal,
    a_dead_link,
    a_table,
]
