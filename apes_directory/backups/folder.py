"""The folder of copies: one at work in it at a time, and nothing left lying about by who was stopped."""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from apes_directory.backups.errors import BackupFailed, why
from apes_directory.jobs import FileLock

# Seconds for which one waits for another: a copy of 200,000 entries takes one or two minutes.
PATIENCE = 300
LOCK = ".un-seul"
# What is being made: nobody's once nobody is at work. Databases in the clear are among it.
_UNFINISHED = (".en-cours-*", ".restauration-*", ".annuaire-*")


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Nobody else makes a copy here, deletes one or comes back to one; raises BackupFailed where that takes too long.

    What a run that was killed has left is swept away first.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = FileLock(folder / LOCK)
        deadline = time.monotonic() + PATIENCE
        while not lock.take():
            if time.monotonic() > deadline:
                raise BackupFailed(
                    "Une autre sauvegarde, ou un retour à une sauvegarde, est en cours : attendez qu’elle finisse."
                )
            time.sleep(0.2)
    except OSError as error:
        raise BackupFailed(f"La sauvegarde ne s’écrit pas dans {folder} : {why(error)}.") from error
    try:
        _sweep(folder)
        yield
    finally:
        lock.release()


def _sweep(folder: Path) -> None:
    for pattern in _UNFINISHED:
        for path in folder.glob(pattern):
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
    for path in folder.glob("annuaire-*.sha256"):
        if not path.with_suffix("").exists():
            path.unlink(missing_ok=True)
