"""The editors' guide tells of what is there: its labels, its pictures, its links; and editors can open it."""

import re
from functools import cache
from pathlib import Path

import django.contrib
import pytest
from django.conf import settings
from django.urls import reverse

from editing.guide import FILE, anchor, guide
from editing.roles import CONTRIBUTOR, VISITOR
from tests.factories.editors import logged_in, make_user

PICTURES = Path(settings.BASE_DIR) / "docs" / "guide"
# What all pictures may weigh together.
BYTES = 1_500_000
APPS = ("actors", "apes_directory", "editing", "pages", "sources", "templates", "territories")


def text() -> str:
    return FILE.read_text(encoding="utf-8")


def labels(of: str) -> list[str]:
    """What the text says to be on the screen: bold between quotation marks."""
    return re.findall(r"« \*\*(.+?)\*\* »", of)


def pictures(of: str) -> list[tuple[str, str]]:
    """Alternative text and file of each picture."""
    return re.findall(r"!\[(.*?)\]\((.+?)\)", of)


@cache
def words_of_the_program() -> str:
    """Everything the back-office may show: our templates and code, and the French of Django's own admin."""
    root = Path(settings.BASE_DIR)
    files = [
        path for app in APPS for kind in ("py", "html", "js") for path in (root / app).rglob(f"*.{kind}")
    ]
    files += (root / "static").glob("admin-local/*.js")
    contrib = Path(django.contrib.__file__).parent
    files += [contrib / app / "locale" / "fr" / "LC_MESSAGES" / "django.po" for app in ("admin", "auth")]
    assert len(files) > 200
    found = "\n".join(path.read_text(encoding="utf-8") for path in files)
    for old, new in (("&nbsp;", " "), (" ", " "), ("'", "’")):
        found = found.replace(old, new)
    return found.lower()


def missing(of: str) -> list[str]:
    program = words_of_the_program()
    return [label for label in labels(of) if label.lower().replace(" ", " ") not in program]


def test_every_label_the_guide_names_is_on_a_screen():
    assert len(labels(text())) > 60
    assert missing(text()) == []


def test_a_label_that_is_gone_is_noticed():
    assert missing("Cliquez sur « **Enregistrer** » puis sur « **Tout faire d’un coup** ».") == [
        "Tout faire d’un coup"
    ]


def test_every_picture_is_there_told_in_words_and_used():
    found = pictures(text())
    assert {name for _, name in found} == {f"guide/{path.name}" for path in PICTURES.iterdir()}
    assert len(found) == len({name for _, name in found}) > 15
    # Who does not see it learns from its words what is on it.
    assert [name for words, name in found if len(words) < 30] == []
    assert sum(path.stat().st_size for path in PICTURES.iterdir()) < BYTES


def test_links_inside_the_guide_lead_to_its_headings():
    headings = {anchor(heading) for heading in re.findall(r"^#+ (.+)$", text(), flags=re.MULTILINE)}
    assert set(re.findall(r"\]\(#(.+?)\)", text())) <= headings
    assert {address for _, address in guide().sections} <= headings


def test_sections_are_numbered_by_nothing_but_their_order():
    names = [name for name, _ in guide().sections]
    assert names[0] == "Se connecter"
    assert names[-1] == "Petit glossaire"
    assert len(names) == len(set(names))


def test_signs_are_held_to_their_words():
    assert "«\xa0<strong>Enregistrer</strong>\xa0»" in guide().body
    assert not re.search("« | »| :", re.sub("<[^>]*>", "", guide().body))


@pytest.mark.django_db
def test_whoever_opens_the_back_office_reads_the_guide(django_assert_num_queries):
    client = logged_in(make_user(CONTRIBUTOR))
    client.get(reverse("admin:guide"))
    with django_assert_num_queries(5):
        response = client.get(reverse("admin:guide"))
    assert response.status_code == 200
    assert "<h1>Guide de l’éditeur</h1>" in response.text
    assert '<h2 id="se-connecter">Se connecter</h2>' in response.text
    assert 'href="#les-rôles"' in response.text or 'href="#les-r%C3%B4les"' in response.text
    assert response.text.count("<img") == len(pictures(text()))
    # In the menu and at the head of every page.
    assert client.get(reverse("admin:index")).text.count(f'href="{reverse("admin:guide")}"') >= 2


@pytest.mark.django_db
def test_nobody_else_does():
    assert logged_in(make_user(VISITOR)).get(reverse("admin:guide")).status_code == 302
