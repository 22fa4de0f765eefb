"""The list of erased persons outside the database: it must outlive whatever copy of the database comes back.

``DATA_DIR/erased_persons``, a line for each fingerprint, only ever longer. A copy of the site takes the same lines
with it (``kept_prints()``), and coming back to one gives them to ``reapply_erasures()``.
"""

import datetime
import logging
import os
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError

from sources.enums import PrintKind
from sources.models import ErasedPerson

_SIGN = ";"
_PARTS = 5
logger = logging.getLogger(__name__)


def kept_path() -> Path:
    return Path(settings.DATA_DIR) / "erased_persons"


def line_of(row: ErasedPerson) -> str:
    """« name;<fingerprint>;<words>;<mark of the key>;2026-11-22 »: it names nobody."""
    return _SIGN.join([row.kind, row.fingerprint, row.words, row.key_mark, row.erased_on.isoformat()])


def row_of(line: str) -> ErasedPerson | None:
    """The row of a line, not saved; a bare fingerprint is one of a name. None for what is neither."""
    parts = line.strip().split(_SIGN)
    if len(parts) == 1 and parts[0]:
        return ErasedPerson(fingerprint=parts[0])
    if len(parts) != _PARTS or parts[0] not in PrintKind.values:
        return None
    kind, fingerprint, words, mark, day = parts
    return ErasedPerson(
        kind=kind,
        fingerprint=fingerprint,
        words=words,
        key_mark=mark,
        erased_on=datetime.date.fromisoformat(day),
    )


def in_file() -> list[str]:
    try:
        return kept_path().read_text(encoding="ascii").split("\n")[:-1]
    except FileNotFoundError:
        return []


def kept_prints() -> list[str]:
    """Every line known, of the database where it can be asked, and of the file (1 query)."""
    lines = set(in_file())
    try:
        lines.update(line_of(row) for row in ErasedPerson.objects.order_by("pk"))
    except DatabaseError:
        logger.warning("The list of erased persons is taken from its file alone.")
    return sorted(lines)


def write_down(rows: Iterable[ErasedPerson]) -> None:
    """Add to the file what it does not hold; once the transaction that made the rows is over."""
    known = {line.split(_SIGN)[1] for line in in_file() if _SIGN in line}
    lines = [line_of(row) for row in rows if row.fingerprint not in known]
    if not lines:
        return
    path = kept_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        # One write: two processes never mix their lines.
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write("".join(f"{line}\n" for line in lines).encode("ascii"))
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        # The database holds them; the next erasure or the next start writes them down.
        logger.exception("The list of erased persons could not be written to %s.", path)
