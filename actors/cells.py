"""Cells of spreadsheets: texts that a spreadsheet would take for formulas made harmless both ways."""

import re

# A spreadsheet takes a text that begins so for a formula.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_NEUTRALISED = re.compile(r"'+[=+\-@\t\r]")
# Excel calls a whole file damaged where one cell is longer.
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
