"""Making a copy of everything an installation can't make again by itself."""

import os
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.recorder import MigrationRecorder

from apes_directory.backups.archive import Copy, Manifest, copies_in, digest_of, name_at, write
from apes_directory.backups.errors import BackupFailed, why
from apes_directory.backups.folder import alone
from apes_directory.backups.keys import SUFFIX, is_public_key
from apes_directory.backups.present import asked, store
from apes_directory.backups.retention import forget
from editing.freshness_models import Correspondent
from sources.kept_prints import kept_prints
from territories.models import Change

# Of DATA_DIR, besides the database. Collected static files and locks are made again at the next start.
KEY_FILE = "secret_key"
_KEPT = (KEY_FILE, "media")
# Never change, are public, and weigh more than all the rest: kept once beside the copies, not in each of them.
EDITIONS = "editions"


def make(folder: Path, *, label: str = "", public_key: str = "") -> Copy:
    """Write one copy into ``folder``, which need not be there; raises BackupFailed, and leaves no half copy.

    Reads each row once, in one snapshot: nobody waits, and what is written meanwhile is in the next one.
    """
    if public_key and not is_public_key(public_key):
        raise BackupFailed(
            "BACKUP_KEY n’est pas une clé publique (age1…) : « manage.py backup --new-key » en fait une."
        )
    moment = datetime.now(UTC).replace(microsecond=0)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Beside the copy rather than in /tmp, which may be a small disk in memory.
        with tempfile.TemporaryDirectory(prefix=".en-cours-", dir=folder) as work:
            dump = Path(work) / store().NAME
            # Before the rows, which may be a moment newer: whoever is erased in between is gone from them as well.
            state = _state()
            counts = store().dump(dump)
            members = {dump.name: dump} | _files()
            manifest = Manifest(
                made_at=moment.isoformat(),
                engine=connection.vendor,
                counts=counts,
                files={name: digest_of(path) for name, path in members.items()},
                **state,
            )
            path = write(manifest, members, _free(folder, moment, label), public_key)
        put_beside(Path(settings.DATA_DIR) / EDITIONS, folder / EDITIONS)
    except DatabaseError as error:
        raise BackupFailed(
            f"La base de données est abîmée ou ne répond pas ({error}). Aucune sauvegarde n’est faite ni effacée : voyez "
            "« manage.py diagnostic »."
        ) from error
    except OSError as error:
        raise BackupFailed(
            f"La sauvegarde ne s’écrit pas dans {folder} : {why(error)}. Celles d’avant restent."
        ) from error
    return Copy(moment, path)


def make_and_forget(
    folder: Path, *, label: str = "", public_key: str = ""
) -> tuple[Copy, list[Copy], list[Copy]]:
    """A new copy, all that are kept now, and the old ones deleted: none before the new one is whole."""
    with alone(folder):
        copy = make(folder, label=label, public_key=public_key)
        gone = forget(copies_in(folder))
        return copy, copies_in(folder), gone


def _free(folder: Path, moment: datetime, label: str) -> Path:
    """A name that no copy has: two within one second are two."""
    taken = {copy.path.name.removesuffix(SUFFIX) for copy in copies_in(folder)}
    labels = (label, *(f"{label}-{number}".lstrip("-") for number in range(2, 100)))
    return folder / next(name for each in labels if (name := name_at(moment, each)) not in taken)


def put_beside(source: Path, target: Path) -> int:
    """Every file of ``source`` that ``target`` does not have, as a second name of the same file where the disk allows;
    how many there were."""
    number = 0
    for path in sorted(source.rglob("*")) if source.is_dir() else ():
        inside = path.relative_to(source)
        if any(part.startswith(".") for part in inside.parts):
            continue  # still being made
        there = target / inside
        if not path.is_file() or path.is_symlink() or there.exists():
            continue
        there.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(path, there)
        except OSError:
            # Another disk, or one that knows no second names; whole or not at all, here as well.
            part = there.with_name(f".{there.name}.part")
            shutil.copyfile(path, part)
            part.replace(there)
        number += 1
    return number


def _state() -> dict:
    applied = MigrationRecorder(connection).applied_migrations()
    refusing = Correspondent.objects.refusing().values_list("fingerprint", flat=True)
    return {
        # An earlier or a later program's database is copied as well, before it is left.
        "version": asked(Change.objects.version, 0),
        "migrations": sorted(f"{app}.{name}" for app, name in applied),
        "erased": kept_prints(),
        "refused": asked(lambda: sorted(refusing), []),
    }


def _files() -> dict[str, Path]:
    """Name in the archive -> file, of all that stands in the folders kept."""
    data = Path(settings.DATA_DIR)
    found = {}
    for name in _KEPT:
        top = data / name
        paths = [top] if top.is_file() else sorted(top.rglob("*")) if top.is_dir() else []
        found |= {
            f"files/{path.relative_to(data)}": path
            for path in paths
            if path.is_file() and not path.is_symlink()
        }
    return found
