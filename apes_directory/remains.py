"""Files of DATA_DIR that may say something of somebody although nobody wrote it there on purpose: what errors told, and
spoilt databases put aside. An erasure reaches the first, time ends both."""

import json
import os
from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction

from actors.actions.erase_person import reaches
from apes_directory.backups.sqlite import SPOILT
from apes_directory.error_digest import being_sent, error_file
from sources.erasure import Traces

# As long as mail that could not be sent; docs/registre-des-traitements.md says so.
KEPT = timedelta(days=30)


def error_files() -> list[Path]:
    return [path for path in (error_file(), being_sent()) if path.is_file()]


def spoilt_databases() -> list[Path]:
    """Those that coming back to a copy put aside, with what belongs to them, the oldest first."""
    return sorted(Path(settings.DATA_DIR).glob(f"*.{SPOILT}-*"))


@reaches
def erase_from_errors(person_ids: Collection[int], traces: Traces) -> None:
    """Lines of errors that say something of the person go, once the erasure is written."""
    transaction.on_commit(lambda: _keep_lines(lambda line: not traces.knows(line)))


def forget_old_files() -> int:
    """Delete errors nobody was sent and spoilt databases, after thirty days; how many lines and files."""
    oldest = datetime.now(UTC) - KEPT
    gone = _keep_lines(lambda line: _moment(line) >= oldest)
    for path in spoilt_databases():
        if datetime.fromtimestamp(path.stat().st_mtime, UTC) < oldest:
            path.unlink()
            gone += 1
    return gone


def _keep_lines(wanted: Callable[[str], bool]) -> int:
    """How many lines went. What is written at this very moment may go with them: an error, told in the journal as well."""
    gone = 0
    for path in error_files():
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines(keepends=True)
        kept = [line for line in lines if wanted(line)]
        if len(kept) == len(lines):
            continue
        gone += len(lines) - len(kept)
        part = path.with_suffix(".part")
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.writelines(kept)
        part.replace(path)
    return gone


def _moment(line: str) -> datetime:
    """When it was written down; long ago where that can't be read."""
    try:
        return datetime.fromisoformat(json.loads(line)["at"])
    except (ValueError, KeyError, TypeError):
        return datetime.min.replace(tzinfo=UTC)
