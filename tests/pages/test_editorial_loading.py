"""First texts of the pages: fixtures seed, the database rules."""

import io

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from pages.importers.editorial_pages import export_pages, load_pages
from pages.models import EditorialPage
from territories.enums import ChangeFate
from territories.models import Change, record_change
from tests.factories import building
from tests.factories.pages import make_page

pytestmark = pytest.mark.django_db
TEXT = "title: Aide\nfooter_rank: 7\nupdated_on: 2026-01-02\n---\nUn texte.\n"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "aide.md").write_text(TEXT, encoding="utf-8")
    return tmp_path


def load(folder, *, wet_run=True) -> dict[str, int]:
    return dict(load_pages(folder, wet_run=wet_run))


def correct(folder, old: str, new: str) -> None:
    path = folder / "aide.md"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def edit(**values) -> None:
    with building():
        EditorialPage.objects.filter(slug="aide").update(**values)


def test_a_file_becomes_a_page_once(folder):
    assert load(folder) == {"created": 1}
    page = EditorialPage.objects.get()
    assert (page.slug, page.title, page.body, page.footer_rank, page.footer_label) == (
        *("aide", "Aide", "Un texte.", 7, ""),
    )
    assert page.updated_on.isoformat() == "2026-01-02"
    assert Change.objects.count() == 1
    assert load(folder) == {"same": 1}
    assert Change.objects.count() == 1


def test_a_dry_run_writes_nothing(folder):
    assert load(folder, wet_run=False) == {"created": 1}
    assert not EditorialPage.objects.exists()
    assert not Change.objects.exists()


def test_a_correction_reaches_a_page_nobody_edited(folder):
    load(folder)
    correct(folder, "Un texte.", "Un meilleur texte.")
    assert load(folder) == {"updated": 1}
    assert EditorialPage.objects.get().body == "Un meilleur texte."
    assert Change.objects.count() == 2


@pytest.mark.parametrize("edited", [{"body": "Le mien."}, {"title": "Le mien"}])
def test_an_edited_text_is_never_overwritten(folder, edited):
    load(folder)
    edit(**edited)
    assert load(folder) == {"same": 1}
    correct(folder, "Un texte.", "Un meilleur texte.")
    assert load(folder) == {"kept": 1}
    page = EditorialPage.objects.get()
    assert {name: getattr(page, name) for name in edited} == edited
    assert page.body != "Un meilleur texte."


def test_a_page_moved_in_the_foot_still_gets_a_corrected_text(folder):
    load(folder)
    edit(footer_rank=90)
    correct(folder, "Un texte.", "Un meilleur texte.")
    correct(folder, "footer_rank: 7", "footer_rank: 8")
    assert load(folder) == {"updated": 1}
    page = EditorialPage.objects.get()
    assert (page.body, page.footer_rank) == ("Un meilleur texte.", 90)


def test_a_page_an_editor_made_at_that_address_stays(folder):
    make_page(slug="aide", title="À nous", body="Notre texte.")
    assert load(folder) == {"kept": 1}
    assert EditorialPage.objects.get().body == "Notre texte."


def test_a_deleted_page_does_not_come_back(folder):
    with building():
        record_change(subject="page", key="aide", what="Suppression", fate=ChangeFate.DELETED)
    assert load(folder) == {"kept": 1}
    assert not EditorialPage.objects.exists()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("---\n", ""),
        ("title: Aide\n", ""),
        ("footer_rank", "rank"),
        ("2026-01-02", "hier"),
        ("rank: 7", "rank: un"),
        ("Un texte.", ""),
    ],
)
def test_a_file_that_does_not_fit_is_told_by_its_name(folder, old, new):
    correct(folder, old, new)
    with pytest.raises(CommandError, match=r"^aide\.md: "):
        call_command("load_pages", folder=folder, wet_run=True)
    assert not EditorialPage.objects.exists()


def test_an_address_of_the_program_is_refused(folder):
    (folder / "aide.md").rename(folder / "acteurs.md")
    with pytest.raises(CommandError, match="« acteurs » est déjà celle d’une autre page"):
        call_command("load_pages", folder=folder, wet_run=True)


def test_the_committed_pages_come_back_byte_for_byte(tmp_path):
    committed = settings.FIXTURES_DIR / "pages"
    load(committed)
    assert export_pages(tmp_path) == len(list(committed.glob("*.md")))
    assert {path.name: path.read_bytes() for path in tmp_path.glob("*.md")} == {
        path.name: path.read_bytes() for path in committed.glob("*.md")
    }
    assert set(load(tmp_path)) == {"same"}


def test_the_command_counts_what_it_did(folder):
    output = io.StringIO()
    call_command("load_pages", folder=folder, stdout=output)
    call_command("load_pages", folder=folder, wet_run=True, stdout=output)
    assert output.getvalue().splitlines() == [
        "pages du site : 1 ajoutées, 0 corrigées, 0 identiques, 0 gardées telles quelles",
        "Essai à blanc : rien n’a été écrit. Ajouter --wet-run pour écrire.",
        "pages du site : 1 ajoutées, 0 corrigées, 0 identiques, 0 gardées telles quelles",
    ]
