"""Reading an uploaded table, whatever somebody calls a spreadsheet: lines of text, or a clear refusal.

Text is read as a stream, of which one line is in memory; a workbook by a process with bounds of its own.
"""

import codecs
import csv
import io
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import BinaryIO

from actors.cells import LONGEST_CELL
from editing.confined import BUSY, Busy, FileRefused, TooHeavy, read_confined
from editing.exchange.cells import MOST_COLUMNS
from territories.text import without_controls

MOST_LINES = 20_000
# Of the process that reads a workbook: address space in MB, seconds of processor.
_MEMORY, _SECONDS = 300, 90
_TOO_HEAVY = (
    "Ce classeur est trop lourd à lire. Copiez les colonnes utiles dans un classeur neuf, sans mise en forme, ou "
    "enregistrez-le au format CSV."
)
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

Line = tuple[int, list[str]]


@dataclass
class Table:
    """The names of the columns, then numbered lines of as many cells, more where the line itself has more."""

    header: list[str]
    lines: Iterator[Line]
    notices: list[str] = field(default_factory=list)


@contextmanager
def read_table(file: BinaryIO, *, sheet: str = "", is_known: Callable[[str], bool]) -> Iterator[Table]:
    """The table of an uploaded file, as long as the block lasts; raises FileRefused, also while lines are read.

    ``sheet``: of a workbook with several, the one to read; ``is_known`` tells whether a column name is
    one of ours, by which the line of names is found.
    """
    file.seek(0)
    start = file.read(4096)
    file.seek(0)
    if not start.strip(b"\0 \r\n\t"):
        raise FileRefused("Ce fichier est vide.")
    for first, message in _OTHERS:
        if start.startswith(first):
            raise FileRefused(message)
    notices: list[str] = []
    with ExitStack() as opened:
        if start.startswith(b"PK"):
            # Closed with the block, whatever happens in it: nobody else's workbook is read before.
            raw = opened.enter_context(closing(_workbook_lines(file, sheet)))
            # The first value is what there is to say of the workbook itself.
            notices += next(raw)
        else:
            raw = _text_lines(file, start, notices)
        yield _table(_filled(raw), notices, is_known)


def _table(lines: Iterator[Line], notices: list[str], is_known: Callable[[str], bool]) -> Table:
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
        # A line of ten million separators must not make as many cells: one too many is enough to tell.
        cells = cells[: MOST_COLUMNS + 1]
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


def _workbook_lines(file: BinaryIO, sheet: str) -> Iterator:
    reader = "editing.exchange.workbooks:read_workbook"
    try:
        yield from read_confined(reader, file, megabytes=_MEMORY, seconds=_SECONDS, sheet=sheet)
    except TooHeavy:
        raise FileRefused(_TOO_HEAVY) from None
    except Busy:
        raise FileRefused(BUSY) from None
