"""Reading a workbook; in a process of its own alone (editing/confined), and hence without Django."""

import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from openpyxl import load_workbook

from actors.cells import LONGEST_CELL
from editing.confined import FileRefused
from editing.exchange.cells import MOST_COLUMNS, text_of

# Of a workbook, unpacked, in bytes: forty times what 20,000 lines usually take.
MOST_UNPACKED = 200_000_000
_CHUNK = 1 << 16
_NOT_A_WORKBOOK = (
    "Ce fichier n’est pas un classeur .xlsx, ou il est abîmé. Ouvrez-le dans votre tableur et enregistrez-le "
    "de nouveau au format .xlsx ou CSV."
)


def read_workbook(file: BinaryIO, *, sheet: str) -> Iterator[list]:
    """First what there is to say of the workbook, then ``[number, cells]`` for each line; raises FileRefused.

    A cell that is too long is cut one sign after the limit.
    """
    notices: list[str] = []
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
            if "mimetype" in names and archive.read("mimetype")[:100].startswith(b"application/vnd.oasis"):
                raise FileRefused("C’est un classeur LibreOffice. Enregistrez-le au format .xlsx ou CSV.")
            if "[Content_Types].xml" not in names:
                raise FileRefused(_NOT_A_WORKBOOK)
            # What an archive unpacks to never exceeds what it declares here.
            if sum(entry.file_size for entry in archive.infolist()) > MOST_UNPACKED:
                raise FileRefused(
                    f"Ce classeur est trop grand une fois déplié (plus de {MOST_UNPACKED // 1_000_000} Mo) : "
                    "il n’est pas lu."
                )
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError) as error:
        raise FileRefused(_NOT_A_WORKBOOK) from error
    file.seek(0)
    with _refusing(), warnings.catch_warnings():
        # Extensions of a workbook that the library does not know are nobody's concern here.
        warnings.simplefilter("ignore")
        book = load_workbook(file, read_only=True, data_only=True)
        filled = [each for each in book.worksheets if _has_cells(each)]
    if not filled:
        raise FileRefused("Ce classeur est vide.")
    chosen = _chosen(filled, sheet, notices)
    with _refusing():
        _tell_markup(file, chosen, notices)
    yield notices
    yield from _sheet_lines(chosen)


@contextmanager
def _refusing() -> Iterator[None]:
    """Whatever the library stumbles over in a file is a file that can't be read."""
    try:
        yield
    except (FileRefused, MemoryError):
        raise
    except Exception as error:
        raise FileRefused(_NOT_A_WORKBOOK) from error


def _has_cells(sheet) -> bool:
    sheet.reset_dimensions()
    return any(any(value is not None for value in row) for row in _rows(sheet, stop=1000))


def _rows(sheet, stop: int | None = None) -> Iterator[tuple]:
    # A cell in the last column of Excel must not make 16,384 of each line.
    return sheet.iter_rows(max_col=MOST_COLUMNS + 1, max_row=stop, values_only=True)


def _chosen(filled: list, sheet: str, notices: list[str]):
    titles = ", ".join(f"« {each.title} »" for each in filled)
    if sheet:
        chosen = next((each for each in filled if each.title.lower() == sheet.strip().lower()), None)
        if chosen is None:
            raise FileRefused(f"Ce classeur n’a pas de feuille « {sheet} ». Il a : {titles}.")
        return chosen
    visible = [each for each in filled if each.sheet_state == "visible"] or filled
    if len(filled) > 1:
        notices.append(
            f"Ce classeur a plusieurs feuilles ({titles}) : seule « {visible[0].title} » est lue. "
            "Pour une autre, déposez-le de nouveau en donnant son nom."
        )
    return visible[0]


def _tell_markup(file: BinaryIO, sheet, notices: list[str]) -> None:
    """Say what a stream of values hides: merged cells and formulas."""
    merged = formulas = False
    file.seek(0)
    with zipfile.ZipFile(file) as archive, archive.open(sheet._worksheet_path) as part:
        before = b""
        while chunk := part.read(_CHUNK):
            seen = before + chunk
            merged |= b"<mergeCell " in seen
            formulas |= b"<f>" in seen or b"<f " in seen
            before = chunk[-16:]
    file.seek(0)
    if merged:
        notices.append(
            "Des cellules sont fusionnées : seule la première de chaque groupe a une valeur, les autres sont vides."
        )
    if formulas:
        notices.append(
            "Des cellules contiennent des formules : leur dernier résultat enregistré est lu, rien s’il n’y en a pas."
        )


def _sheet_lines(sheet) -> Iterator[list]:
    rows = enumerate(_rows(sheet), start=1)
    while True:
        with _refusing():
            number, row = next(rows, (0, ()))
        if not number:
            return
        yield [number, [text_of(value)[: LONGEST_CELL + 1] for value in row]]
