import errno
import sqlite3

_WHY = {
    errno.ENOSPC: "il n’y a plus de place sur le disque",
    errno.EDQUOT: "ce compte n’a plus de place sur le disque",
    errno.EACCES: "ce compte n’en a pas le droit",
    errno.EPERM: "ce compte n’en a pas le droit",
    errno.EROFS: "le disque ne peut qu’être lu",
    errno.ENOENT: "il n’existe pas",
    errno.ENOTDIR: "un dossier de son chemin est un fichier",
    errno.EISDIR: "c’est un dossier",
    errno.EIO: "le disque ne répond pas bien",
}


class BackupFailed(Exception):
    """A copy could not be made, read or brought back; the text, in French, says what to do."""


def why(error: OSError) -> str:
    """What a disk answered, in French where it is one of the usual answers."""
    return _WHY.get(error.errno, error.strerror or str(error))


def is_full(error: Exception) -> bool:
    """Whether SQLite found no room, rather than something spoilt."""
    original = error.__cause__ if isinstance(error.__cause__, sqlite3.Error) else error
    return getattr(original, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
