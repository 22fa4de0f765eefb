"""Style sheets: what they weigh, where colours live, names that exist."""

import gzip
import re
from pathlib import Path

import pytest

from tests.factories.actors import make_organisation, make_ptce
from tests.factories.sources import make_article
from tests.factories.territories import make_territory

CSS = Path(__file__).resolve().parent.parent.parent / "static" / "css"
SHEETS = sorted(CSS.glob("*.css"))
# Each with a sheet of its own, or with several.
KINDS = {
    "home": lambda: "/",
    "list": lambda: "/acteurs/",
    "printed list": lambda: "/acteurs/imprimer/",
    "map": lambda: "/carte/",
    "actor": lambda: make_organisation().get_absolute_url(),
    "PTCE": lambda: make_ptce().get_absolute_url(),
    "data": lambda: "/donnees/",
    "territory": lambda: make_territory().get_absolute_url(),
    "letters": lambda: "/lettres/",
    "letter": lambda: make_article().letter.get_absolute_url(),
    "cooperations": lambda: "/cooperations/",
    "network": lambda: "/cooperations/reseau/",
    "chains": lambda: "/cooperations/comment-sont-ils-lies/",
    "plan": lambda: "/plan-du-site/",
    "proposal": lambda: "/proposer/",
    # One that is not ours says so in the same frame.
    "link of a mail": lambda: "/fiche/inconnu/",
    "API": lambda: "/api/",
    "following": lambda: "/suivre/",
}
# On paper, black on white is no matter of theme.
_PAPER = {"#000", "#fff", "#999"}


def without_comments(sheet: Path) -> str:
    return re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)


def linked(html: str) -> set[str]:
    """Names of our sheets in a page, and of those that its map links once open."""
    return set(re.findall(r"/css/([a-z-]+)(?:\.[0-9a-f]{12})?\.css", html))


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_page_loads_less_than_30_kilobytes_as_written(client, kind):
    names = linked(client.get(KINDS[kind]()).content.decode())
    assert {"tokens", "base", "layout", "components"} < names
    assert sum((CSS / f"{name}.css").stat().st_size for name in names) < 30_000


@pytest.mark.django_db
def test_the_kinds_of_pages_link_every_sheet(client):
    """Hence none escapes the test above."""
    names = {name for address in KINDS.values() for name in linked(client.get(address()).content.decode())}
    assert names == {sheet.stem for sheet in SHEETS}


def test_all_sheets_together_travel_in_less_than_20_kilobytes():
    assert sum(len(gzip.compress(sheet.read_bytes())) for sheet in SHEETS) < 20_000


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_colours_are_named_in_the_tokens_alone(sheet):
    if sheet.name == "tokens.css":
        return
    found = set(re.findall(r":[^;{}]*?(#[0-9a-fA-F]{3,8}\b|rgba?\(|hsla?\()", without_comments(sheet)))
    assert found <= _PAPER


def test_every_variable_is_defined():
    text = "".join(without_comments(sheet) for sheet in SHEETS)
    defined = set(re.findall(r"(--[a-z0-9-]+)\s*:", text))
    assert set(re.findall(r"var\((--[a-z0-9-]+)", text)) <= defined


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_nothing_that_a_browser_of_2017_can_not_read(sheet):
    """What Chrome 60 drops whole: a selector it can't parse takes its rule with it."""
    text = without_comments(sheet)
    assert not re.search(r":has\(|:is\(|:where\(|oklch|color-mix|@layer|@container|@import|https?:", text)
    # An unknown selector in a list drops the list: :focus-visible stands alone, within :not().
    assert not re.search(r":focus-visible(?!\))", text)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "variant"), [("/", "home"), ("/acteurs/", "finding"), ("/carte/", "finding")]
)
def test_a_sheet_that_changes_components_comes_after_them(client, address, variant):
    text = client.get(address).content.decode()
    components, changed = (text.index(f"/css/{name}.") for name in ("components", variant))
    assert components < changed
