"""Tables as files: CSV as a stream of lines, XLSX through a temporary file."""

import csv
import datetime
import io
import tempfile
from collections.abc import Callable, Iterable, Iterator
from typing import IO

from actors.cells import LONGEST_CELL, neutralised
from actors.models.actor_queryset import ActorQuerySet
from editing.exchange.columns import COLUMNS, ActorResource
from territories.text import without_controls

# Wide enough to read, for the columns that hold sentences.
_WIDTHS = {"name": 36, "summary": 50, "description": 50, "address": 30, "page": 40}
_WIDTH = 18

Rows = Iterable[list[str]]


def actor_rows(actors: ActorQuerySet, page_address: Callable[[str], str]) -> Iterator[list[str]]:
    """The names of the columns, then one row for each entry (9 queries for each thousand).

    ``page_address`` makes a whole address of one of the site's own.
    """
    resource = ActorResource()
    yield resource.get_export_headers()
    page = list(COLUMNS).index("page")
    for actor in resource.iter_queryset(resource.relations(actors)):
        row = resource.export_resource(actor)
        row[page] = page_address(row[page])
        yield row


def csv_lines(rows: Rows, delimiter: str = ";") -> Iterator[bytes]:
    """UTF-8 with the mark by which Excel knows it; formulas neutralised."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator="\r\n")
    yield b"\xef\xbb\xbf"
    for row in rows:
        writer.writerow([neutralised(cell) for cell in row])
        yield buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()


def xlsx_file(rows: Rows, title: str) -> IO[bytes]:
    """A temporary file at its beginning, every cell a text; it goes when it is closed."""
    # Only who asks for a workbook pays for the memory of openpyxl, which takes numpy along where it finds it.
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    def bold(text: str) -> WriteOnlyCell:
        cell = WriteOnlyCell(sheet, value=text)
        cell.font = Font(bold=True)
        return cell

    book = Workbook(write_only=True)
    # Not the moment: the same entries make the same file.
    book.properties.created = book.properties.modified = datetime.datetime(2000, 1, 1)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for at, key in enumerate(COLUMNS, start=1):
        sheet.column_dimensions[get_column_letter(at)].width = _WIDTHS.get(key, _WIDTH)
    for number, row in enumerate(rows):
        # Cut where Excel would call the whole file damaged.
        cells = [neutralised(without_controls(cell))[:LONGEST_CELL] for cell in row]
        sheet.append([bold(cell) for cell in cells] if number == 0 else cells)
    file = tempfile.TemporaryFile()  # noqa: SIM115 (whoever sends it closes it)
    book.save(file)
    file.seek(0)
    return file
