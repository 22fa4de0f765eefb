"""What of the present state outlives coming back to an older one, kept on the disk until the return is finished.

Rows come back at once; what must not come back with them is taken out afterwards, in a moment or in minutes. A return
that is killed in between leaves a mark inside the rows themselves (``sqlite.MARK``, ``postgresql.MARK``) and this
file, from which the next start or the next return goes on.
"""

import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import ModuleType
from typing import TypeVar

from django.conf import settings
from django.db import DatabaseError, connection

from apes_directory.backups import postgresql, sqlite
from apes_directory.backups.archive import Archive, Manifest, copies_in
from apes_directory.backups.errors import BackupFailed
from editing.freshness_models import Correspondent
from partners.models import Subscription
from sources.kept_prints import kept_prints
from sources.models import ErasedPerson, Person
from territories.models import Change

# Where the present version can't be read: more changes than happen between two copies.
_FAR = 1_000_000
Read = TypeVar("Read")


@dataclass
class Present:
    """``made_at`` of the copy that takes its place; ``erased`` lines of ``kept_prints()``; ``hidden`` slugs of persons
    nobody may see for now -> since when, ISO 8601; ``following`` numbers of the subscriptions that are not ended, None
    where nothing can be read. All of it can be written as JSON."""

    made_at: str
    version: int = 0
    erased: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    hidden: dict[str, str] = field(default_factory=dict)
    following: set[int] | None = None
    # Whether there is a database here of which a copy can be made.
    stands: bool = False


def store() -> ModuleType:
    """The module that copies the database in use, and brings it back."""
    return sqlite if connection.vendor == "sqlite" else postgresql


def path() -> Path:
    return Path(settings.DATA_DIR) / "returning.json"


def is_returning() -> bool:
    """Whether a return to a copy is at work on this machine, or was stopped half-way; costs one look at the disk."""
    return os.path.exists(path())


def keep(present: Present) -> None:
    """On the disk before any row comes back."""
    told = asdict(present)
    for name in ("erased", "refused", "following"):
        told[name] = None if told[name] is None else sorted(told[name])
    part = path().with_suffix(".part")
    part.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(told, file)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path())


def kept() -> Present | None:
    """What a return that was stopped had kept; None where there was none."""
    try:
        told = json.loads(path().read_text(encoding="utf-8"))
        for name in ("erased", "refused", "following"):
            told[name] = None if told[name] is None else set(told[name])
        return Present(**told)
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError) as error:
        raise BackupFailed(
            f"{path()} ne se lit pas ({error}) : qui a été masqué depuis la sauvegarde n’est pas connu. Effacez ce "
            "fichier pour continuer sans lui."
        ) from error


def drop() -> None:
    path().unlink(missing_ok=True)


def read(manifest: Manifest, copies: Path) -> Present:
    """What the present database knows, or where it can't be asked, the copies made meanwhile; with what a return that
    was stopped had kept.

    Copies are asked for their lists only when they can be read without a key.
    """
    present = Present(manifest.made_at, erased=set(manifest.erased), refused=set(manifest.refused))
    tables = _tables()
    if ErasedPerson._meta.db_table in tables:
        # Of an earlier or a later program's tables, what is there: the rest nobody can have asked for.
        present.stands = True
        present.version = asked(Change.objects.version, 0)
        present.erased |= set(kept_prints())
        hidden = Person.objects.exclude(hidden_on=None).values_list("slug", "hidden_on")
        present.hidden = asked(lambda: {slug: day.isoformat() for slug, day in hidden}, {})
        refusing = Correspondent.objects.refusing().values_list("fingerprint", flat=True)
        present.refused |= asked(lambda: set(refusing), set())
        present.following = asked(lambda: set(Subscription.objects.values_list("pk", flat=True)), None)
    else:
        _ask_copies(present, copies)
    # Without the mark no row came back: what the file says is of a state that is still here.
    if present.following is None or store().is_marked():
        return _joined(present, kept())
    return present


def _ask_copies(present: Present, copies: Path) -> None:
    for copy in copies_in(copies):
        if copy.is_encrypted:
            continue
        try:
            told = Archive(copy.path).manifest()
        except BackupFailed:
            continue
        present.version = max(present.version, told.version)
        present.erased |= set(told.erased)
        present.refused |= set(told.refused)
    present.version += _FAR


def _joined(present: Present, before: Present | None) -> Present:
    if before is None:
        return present
    present.version = max(present.version, before.version)
    present.erased |= before.erased
    present.refused |= before.refused
    present.hidden = before.hidden | present.hidden
    if before.following is not None:
        # Those of now are the older copy's, which brought ended ones back.
        present.following = before.following
    return present


def _tables() -> set[str]:
    try:
        if connection.vendor == "sqlite" and sqlite.is_spoilt():
            return set()
        return set(connection.introspection.table_names())
    except DatabaseError:
        return set()


def asked(ask: Callable[[], Read], otherwise: Read) -> Read:
    """``ask()``, or ``otherwise`` where the table or the column is not there: another program made this database."""
    try:
        return ask()
    except DatabaseError:
        return otherwise
