"""Reading an uploaded table, whatever somebody calls a spreadsheet: lines of text, or a clear refusal.

Files are read as streams: what is in memory is one line, and of a workbook its shared texts, which the
limits below bound.
"""

import codecs
import csv
import io
import logging
import warnings
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import BinaryIO

from actors.cells import LONGEST_CELL, without_controls
from editing.exchange.cells import text_of

logger = logging.getLogger(__name__)

MOST_LINES = 20_000
MOST_COLUMNS = 200
# Of a workbook, unpacked, in bytes: forty times what 20,000 lines usually take.
MOST_UNPACKED = 200_000_000
# Titles and empty lines that may stand above the names of the columns.
_LINES_BEFORE_HEADER = 10
_CHUNK = 1 << 16
_DELIMITERS = ";,\t|"
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# First bytes of what is no table, and what to say of it.
_OTHERS = (
    (
        b"\xd0\xcf\x11\xe0",
        "C’est un ancien classeur Excel (.xls), ou un classeur protégé par un mot de passe. "
        "Enregistrez-le sans mot de passe au format .xlsx ou CSV.",
    ),
    (b"%PDF", "C’est un document PDF. Il faut un classeur .xlsx ou un fichier CSV."),
    (b"\x1f\x8b", "C’est une archive. Il faut le classeur .xlsx ou le fichier CSV lui-même."),
    (b"\x89PNG", "C’est une image. Il faut un classeur .xlsx ou un fichier CSV."),
    (b"\xff\xd8\xff", "C’est une image. Il faut un classeur .xlsx ou un fichier CSV."),
)
_NOT_A_WORKBOOK = (
    "Ce fichier n’est pas un classeur .xlsx, ou il est abîmé. Ouvrez-le dans votre tableur et enregistrez-le "
    "de nouveau au format .xlsx ou CSV."
)

Line = tuple[int, list[str]]


class FileRefused(Exception):
    """Nothing can be read from the file; the message says why in French."""


@dataclass
class Table:
    """The names of the columns, then numbered lines of as many cells, more where the line itself has more."""

    header: list[str]
    lines: Iterator[Line]
    notices: list[str] = field(default_factory=list)


def read_table(file: BinaryIO, *, sheet: str = "", is_known: Callable[[str], bool]) -> Table:
    """The table of an uploaded file; raises FileRefused, also later while its lines are read.

    ``sheet``: of a workbook with several, the one to read; ``is_known`` tells whether a column name is
    one of ours, by which the line of names is found.
    """
    start = file.read(4096)
    file.seek(0)
    if not start.strip(b"\0 \r\n\t"):
        raise FileRefused("Ce fichier est vide.")
    for first, message in _OTHERS:
        if start.startswith(first):
            raise FileRefused(message)
    notices: list[str] = []
    is_workbook = start.startswith(b"PK")
    raw = _workbook_lines(file, sheet, notices) if is_workbook else _text_lines(file, start, notices)
    lines = _filled(raw)
    above = list(islice(lines, _LINES_BEFORE_HEADER))
    known = [sum(map(is_known, cells)) for _, cells in above]
    if not any(known):
        found = ", ".join(f"« {cell[:40]} »" for _, cells in above[:1] for cell in cells if cell) or "rien"
        raise FileRefused(
            "Aucune colonne connue : la première ligne du tableau doit donner le nom des colonnes "
            f"(Nom, Type, Commune…). Elle contient {found[:300]}."
        )
    at = known.index(max(known))
    header = above[at][1]
    if len(header) > MOST_COLUMNS:
        raise FileRefused(f"Ce tableau a plus de {MOST_COLUMNS} colonnes. Retirez celles qui ne servent pas.")
    if at:
        notices.append(f"Les noms des colonnes sont à la ligne {above[at][0]} : ce qui précède n’est pas lu.")
    return Table(header, _padded(chain(above[at + 1 :], lines), len(header)), notices)


def _padded(lines: Iterable[Line], width: int) -> Iterator[Line]:
    for line, cells in lines:
        yield line, cells + [""] * (width - len(cells))


def _filled(lines: Iterable[Line]) -> Iterator[Line]:
    """Lines that hold anything, without empty cells at their end; raises FileRefused past the limits."""
    count = 0
    for line, cells in lines:
        cells = [without_controls(cell).strip() for cell in cells]
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            continue
        count += 1
        # The names of the columns are a line too.
        if count > MOST_LINES + _LINES_BEFORE_HEADER:
            raise FileRefused(
                f"Ce tableau a plus de {MOST_LINES:,} lignes. Partagez-le en plusieurs fichiers.".replace(
                    ",", "\u202f"
                )
            )
        if any(len(cell) > LONGEST_CELL for cell in cells):
            raise FileRefused(f"Une cellule de la ligne {line} a plus de {LONGEST_CELL} caractères.")
        yield line, cells


# -- text ----------------------------------------------------------------------------------------------


def _text_lines(file: BinaryIO, start: bytes, notices: list[str]) -> Iterator[Line]:
    encoding = _encoding(file, start)
    if encoding in {"cp1252", "latin-1"}:
        notices.append(
            "Ce fichier n’est pas en UTF-8 : il est lu comme un ancien fichier de Windows. Vérifiez les accents."
        )
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    head = text.read(_CHUNK)
    text.seek(0)
    if head.lstrip("\ufeff \r\n\t").startswith(("<", "{", "[")):
        raise FileRefused(
            "C’est une page web ou un fichier de données, pas un tableau. Il faut un classeur .xlsx ou un fichier CSV."
        )
    return _csv_lines(text, _delimiter(head))


def _csv_lines(text: io.TextIOWrapper, delimiter: str) -> Iterator[Line]:
    reader = csv.reader((line.replace("\0", "") for line in text), delimiter=delimiter, strict=True)
    before = 0
    try:
        for cells in reader:
            yield before + 1, cells
            before = reader.line_num
    except csv.Error as error:
        raise FileRefused(
            f"Le fichier ne se lit plus à partir de la ligne {before + 1} : un guillemet y est ouvert et n’est pas "
            "fermé, ou une cellule est trop longue."
        ) from error
    except UnicodeError as error:
        raise FileRefused("Ce fichier est abîmé : ses caractères ne se lisent pas jusqu’au bout.") from error
    finally:
        # The upload closes its file itself.
        text.detach()


def _encoding(file: BinaryIO, start: bytes) -> str:
    for bom, encoding in _BOMS:
        if start.startswith(bom):
            return encoding
    # Every other byte of plain text in UTF-16 is zero.
    if len(start) > 3 and start[1::2].count(0) > len(start) / 4:
        return "utf-16-le"
    if len(start) > 3 and start[::2].count(0) > len(start) / 4:
        return "utf-16-be"
    return next(encoding for encoding in ("utf-8", "cp1252", "latin-1") if _decodes(file, encoding))


def _decodes(file: BinaryIO, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while chunk := file.read(_CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    finally:
        file.seek(0)
    return True


def _delimiter(head: str) -> str:
    """The sign that most often stands outside quotes in the first lines."""
    outside = "".join(head.split('"')[::2])
    lines = [line for line in outside.splitlines()[:20] if line.strip()]
    # The best one stands in every line, as often as possible in the poorest.
    return max(_DELIMITERS, key=lambda sign: (sum(sign in line for line in lines), outside.count(sign)))


# -- workbooks -----------------------------------------------------------------------------------------


def _workbook_lines(file: BinaryIO, sheet: str, notices: list[str]) -> Iterator[Line]:
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
    # Only who brings a workbook pays for the memory of openpyxl, which takes numpy along where it finds it.
    from openpyxl import load_workbook

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
    return _sheet_lines(chosen)


@contextmanager
def _refusing() -> Iterator[None]:
    """Whatever the library stumbles over in a file is a file that can't be read; the log keeps what it was."""
    try:
        yield
    except FileRefused:
        raise
    except Exception as error:
        logger.info("An uploaded workbook can't be read.", exc_info=True)
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


def _sheet_lines(sheet) -> Iterator[Line]:
    rows = enumerate(_rows(sheet), start=1)
    while True:
        with _refusing():
            number, row = next(rows, (0, ()))
        if not number:
            return
        yield number, [text_of(value) for value in row]
