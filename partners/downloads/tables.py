"""Tables as files: CSV as a stream of lines, XLSX through a temporary file."""

import csv
import datetime
import io
import tempfile
from collections.abc import Iterable, Iterator

from actors.cells import LONGEST_CELL, neutralised
from partners.downloads.columns import CLOSING, Column, Value
from territories.text import without_controls

# Lines sent at once: one by one they cost more to send than to write.
_LINES = 200
# Bytes of a finished workbook sent at once.
_BLOCK = 1 << 16


def cell(value: Value) -> str | int | float:
    """Numbers as they are; texts that a spreadsheet would run made harmless; « oui » and « non »."""
    # Half the cells of a table are empty.
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    return neutralised(without_controls(value)) if isinstance(value, str) else value


def csv_stream(rows: Iterable[list[Value]], separator: str, mark: bool) -> Iterator[bytes]:
    """UTF-8, lines ended as RFC 4180 wants; ``mark``: the one at the beginning by which Excel knows UTF-8."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=separator, lineterminator="\r\n")
    if mark:
        buffer.write("\ufeff")
    for number, row in enumerate(rows, start=1):
        writer.writerow([cell(value) for value in row])
        if number % _LINES == 0:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def xlsx_stream(
    rows: Iterable[list[Value]], title: str, notes: Iterable[tuple[str, str]], columns: Iterable[Column]
) -> Iterator[bytes]:
    """A workbook of two sheets: the rows, and what they are (``notes``, then each column with its meaning).

    Nothing is made before the first block is asked for; the file on disk goes with the last.
    """
    # Only who asks for a workbook pays for the memory of openpyxl, which takes numpy along where it finds it.
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    book = Workbook(write_only=True)
    # Not the moment: the same directory makes the same file.
    book.properties.created = book.properties.modified = datetime.datetime(2000, 1, 1)
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "B2"
    for number, row in enumerate(rows):
        # Cut where Excel would call the whole file damaged.
        cells = [each[:LONGEST_CELL] if isinstance(each, str) else each for each in map(cell, row)]
        if number == 0:
            cells = [WriteOnlyCell(sheet, value=each) for each in cells]
            for each in cells:
                each.font = Font(bold=True)
        sheet.append(cells)
    about = book.create_sheet("À propos")
    about.column_dimensions["A"].width, about.column_dimensions["B"].width = 26, 110
    for pair in notes:
        about.append(list(map(cell, pair)))
    about.append([])
    for column in columns:
        about.append([column.name, column.about])
    for pair in CLOSING:
        about.append(list(pair))
    with tempfile.TemporaryFile() as file:
        book.save(file)
        file.seek(0)
        while block := file.read(_BLOCK):
            yield block
