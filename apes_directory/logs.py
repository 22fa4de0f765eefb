"""What the site writes down about itself: lines for people or for programs, that name nobody.

Whatever is logged, a library's words and tracebacks included, passes ``masked()`` last. Errors also go into a file, of
which ``entretien`` makes one mail a day.
"""

import json
import logging
import os
import re
import traceback
from datetime import UTC, datetime
from pathlib import Path

from pythonjsonlogger.json import JsonFormatter

_MASKS = (
    (re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"), "[courriel]"),
    (re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])"), "[adresse]"),
    (re.compile(r"(?<![\w:])(?:[0-9a-fA-F]{1,4}:){4,7}[0-9a-fA-F]{1,4}(?![\w:])"), "[adresse]"),
    (re.compile(r"(?<!\d)(?:\+33[ .]?|0)[1-9](?:[ .-]?\d{2}){4}(?!\d)"), "[téléphone]"),
    # Signed links and keys: whoever reads a log must not be able to use them.
    (re.compile(r"(?<![\w:-])(?=[\w:-]*\d)(?=[\w:-]*[A-Z])[\w:-]{24,}(?![\w:-])"), "[jeton]"),
)
# What was typed into a search box stands behind the question mark of an address.
_WORDS = re.compile(r"[^\s\"']+")
# Of the file of errors: a fault in a loop must not fill the disk.
_MOST_BYTES = 2_000_000
_ROOT = Path(__file__).resolve().parent.parent


def masked(text: str) -> str:
    """``text`` without e-mail and network addresses, telephone numbers, signed links and what was searched."""
    for pattern, instead in _MASKS:
        text = pattern.sub(instead, text)
    return _WORDS.sub(_without_question, text) if "?" in text else text


def _without_question(word: re.Match) -> str:
    """Word by word, and not by a pattern with « / » at its beginning: a path of 8,000 strokes took a third of a second."""
    address, _mark, asked = word[0].partition("?")
    return f"{address}?…" if asked and "/" in address else word[0]


class Plain(logging.Formatter):
    """For people: a line, and the traceback below it."""

    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(record))


class Json(JsonFormatter):
    """For programs: one JSON object a line."""

    def __init__(self) -> None:
        names = {"levelname": "level", "name": "logger"}
        super().__init__(
            "%(levelname)s %(name)s %(message)s", rename_fields=names, timestamp=True, json_ensure_ascii=False
        )

    def format(self, record: logging.LogRecord) -> str:
        # The request itself, which Django hands over, holds everything about a visitor.
        record.__dict__.pop("request", None)
        return masked(super().format(record))


class ErrorFile(logging.Handler):
    """Appends what an error is, not whom it met, to a file: time, place in the program, kind, first line."""

    def __init__(self, path: str) -> None:
        super().__init__(logging.ERROR)
        self._path = Path(path)

    def emit(self, record: logging.LogRecord) -> None:
        kind, text, place = record.levelname, record.getMessage(), f"{record.module}.{record.funcName}"
        if record.exc_info and record.exc_info[1] is not None:
            error = record.exc_info[1]
            kind, text = type(error).__name__, f"{text} {error}"
            place = _place(error) or place
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="seconds"),
            "logger": record.name,
            "kind": kind,
            "place": place,
            "text": masked(" ".join(text.split()))[:300],
        }
        try:
            descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            with os.fdopen(descriptor, "ab") as file:
                if file.tell() < _MOST_BYTES:
                    # One write: several processes never mix their lines.
                    file.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
        except OSError:
            # A full disk is told on the error stream; here there is nothing left to do.
            return


def _place(error: BaseException) -> str:
    """« actors/index/snapshot.py:40 » of the last frame that is ours; '' where none is."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        path = Path(frame.filename)
        if path.is_relative_to(_ROOT) and ".venv" not in path.parts:
            return f"{path.relative_to(_ROOT)}:{frame.lineno}"
    return ""
