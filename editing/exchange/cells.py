"""Cells of spreadsheets as text: what Excel makes of values, and lists in one cell."""

import datetime
import re

SEPARATOR = " ; "
# Of a table.
MOST_COLUMNS = 200


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


def split_list(text: str) -> list[str]:
    """The values of a cell that holds several: separated by « ; », « | » or line ends, each once."""
    return list(dict.fromkeys(part for part in map(str.strip, re.split(r"[;|\n]", text)) if part))
