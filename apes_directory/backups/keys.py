"""Encrypting copies with age: a standard format, which the program ``age`` opens on any machine without us.

The site holds the public half alone: whoever gets into the machine reads the database, never the older copies.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyrage

from apes_directory.backups.errors import BackupFailed

SUFFIX = ".age"


def new_pair() -> tuple[str, str]:
    """A secret key and the public one that goes with it."""
    identity = pyrage.x25519.Identity.generate()
    return str(identity), str(identity.to_public())


def is_public_key(text: str) -> bool:
    try:
        pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError:
        return False
    return True


def encrypt(source: Path, target: Path, public_key: str) -> None:
    with source.open("rb") as plain, target.open("wb") as encrypted:
        pyrage.encrypt_io(plain, encrypted, [pyrage.x25519.Recipient.from_str(public_key)])


@contextmanager
def opened(path: Path, folder: Path, key_file: Path | None) -> Iterator[Path]:
    """The copy in the clear: itself, or decrypted into ``folder`` with the secret key that ``key_file`` holds."""
    if path.suffix != SUFFIX:
        yield path
        return
    if key_file is None:
        raise BackupFailed(
            "Cette sauvegarde est chiffrée : donnez le fichier de la clé secrète par --key-file."
        )
    plain = folder / path.with_suffix("").name
    try:
        with path.open("rb") as encrypted, plain.open("wb") as decrypted:
            pyrage.decrypt_io(encrypted, decrypted, [pyrage.x25519.Identity.from_str(_secret(key_file))])
    except (pyrage.DecryptError, pyrage.IdentityError, ValueError) as error:
        raise BackupFailed(
            f"Cette clé n’ouvre pas la sauvegarde, ou le fichier est abîmé ({error})."
        ) from error
    try:
        yield plain
    finally:
        plain.unlink(missing_ok=True)


def _secret(key_file: Path) -> str:
    """The secret key among the lines of a file, as ``backup --new-key`` and ``age-keygen`` print them."""
    try:
        lines = [line.strip() for line in key_file.read_text(encoding="utf-8").splitlines()]
    except (OSError, UnicodeDecodeError) as error:
        raise BackupFailed(f"Le fichier de la clé ne se lit pas : {error}") from error
    secret = next((line for line in lines if line.startswith("AGE-SECRET-KEY-")), None)
    if secret is None:
        raise BackupFailed(f"{key_file} ne contient pas de clé secrète (une ligne AGE-SECRET-KEY-…).")
    return secret
