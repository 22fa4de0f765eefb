"""Cells of spreadsheets as text: what Excel makes of values, and formulas made harmless both ways."""

import datetime
import re

# A spreadsheet takes a text that begins so for a formula.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_NEUTRALISED = re.compile(r"'+[=+\-@\t\r]")
# Signs that no text of people holds, NUL among them; PostgreSQL refuses that one.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\ufffe\uffff]")
SEPARATOR = " ; "
# Of a table.
MOST_COLUMNS = 200
# In characters: what Excel itself takes.
LONGEST_CELL = 32_767


def neutralised(text: str) -> str:
    """With an apostrophe before what a spreadsheet would take for a formula; :func:`revived` takes it back.

    >>> neutralised("=cmd|' /C calc'!A0")
    "'=cmd|' /C calc'!A0"
    """
    return f"'{text}" if _FORMULA.match(text) else text


def revived(text: str) -> str:
    """What :func:`neutralised` was given."""
    return text[1:] if _NEUTRALISED.match(text) else text


def text_of(value: object) -> str:
    """A cell of a workbook as text: whole numbers without decimals, days as 2024-05-31, empty cells as ''."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ")
    return value.isoformat() if isinstance(value, datetime.date | datetime.time) else str(value)


def without_controls(text: str) -> str:
    """Lines end alike, and signs that can't be seen are gone."""
    return _CONTROL.sub("", text.replace("\r\n", "\n"))


def split_list(text: str) -> list[str]:
    """The values of a cell that holds several: separated by « ; », « | » or line ends, each once."""
    return list(dict.fromkeys(part for part in map(str.strip, re.split(r"[;|\n]", text)) if part))
