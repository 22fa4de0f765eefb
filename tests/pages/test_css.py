"""Style sheets: what they weigh, where colours live, names that exist."""

import gzip
import re
from pathlib import Path

import pytest

CSS = Path(__file__).resolve().parent.parent.parent / "static" / "css"
SHEETS = sorted(CSS.glob("*.css"))
# Linked by templates/base.html; the others by the pages that need them.
EVERY_PAGE = ["tokens.css", "base.css", "layout.css", "components.css"]
# On paper, black on white is no matter of theme.
_PAPER = {"#000", "#fff", "#999"}


def without_comments(sheet: Path) -> str:
    return re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)


def test_every_page_loads_less_than_30_kilobytes_as_written():
    assert sum((CSS / name).stat().st_size for name in EVERY_PAGE) < 30_000


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
