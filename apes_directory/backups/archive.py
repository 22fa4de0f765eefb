"""The file of one copy: a compressed tar with ``manifest.json`` first, which holds a SHA-256 of every other member."""

import hashlib
import io
import json
import os
import re
import shutil
import tarfile
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from apes_directory.backups.errors import BackupFailed, why
from apes_directory.backups.keys import SUFFIX, encrypt

FORMAT = 1
_MANIFEST = "manifest.json"
_NAME = re.compile(r"annuaire-(\d{8}T\d{6}Z)(?:-([a-z0-9-]+))?\.tar\.gz(?:\.age)?")
# Of the copy of what was there, made when an older one comes back: what one goes back to when that was a mistake.
BEFORE = "avant-retour"
_MOMENT = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True)
class Manifest:
    """What a copy says of itself: nothing that names anybody.

    ``made_at`` ISO 8601, UTC; ``engine`` « sqlite » or « postgresql »; ``version`` of the directory; ``migrations``
    applied, as « app.name »; ``counts`` rows by table; ``erased`` the lines of ``sources.kept_prints`` and ``refused`` the
    keyed fingerprints of who wants no mail, both of which outlive the database; ``files`` name in the archive -> SHA-256.
    """

    made_at: str
    engine: str
    version: int
    migrations: list[str]
    counts: dict[str, int]
    erased: list[str]
    refused: list[str]
    files: dict[str, str]
    format: int = FORMAT

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.made_at)


@dataclass(frozen=True, order=True)
class Copy:
    """A file of a folder of copies; those of one folder are ordered by the moment they were made."""

    moment: datetime
    path: Path
    label: str = ""

    @property
    def is_encrypted(self) -> bool:
        return self.path.suffix == SUFFIX

    @property
    def size(self) -> int:
        """In bytes."""
        return self.path.stat().st_size


def name_at(moment: datetime, label: str = "") -> str:
    return f"annuaire-{moment.astimezone(UTC):{_MOMENT}}{f'-{label}' if label else ''}.tar.gz"


def copies_in(folder: Path) -> list[Copy]:
    """The copies of a folder, the oldest first; any other file in it is nobody's business."""
    found = []
    for path in folder.iterdir() if folder.is_dir() else ():
        if match := _NAME.fullmatch(path.name):
            found.append(Copy(datetime.strptime(match[1], _MOMENT).replace(tzinfo=UTC), path, match[2] or ""))
    return sorted(found)


def digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write(manifest: Manifest, members: dict[str, Path], target: Path, public_key: str) -> Path:
    """Write the archive beside its own SHA-256 (``sha256sum --check`` reads it); where it stands now.

    It gets its name only when all of it is on the disk: whatever bears the name of a copy is whole.
    """
    part = target.with_name(f".{target.name}.part")
    encrypted = target.with_name(f".{target.name}.encrypted")
    try:
        # Nobody else's from the first byte on, whatever the rights of the folder.
        for path in (part, encrypted):
            path.unlink(missing_ok=True)
            path.touch(mode=0o600)
        with tarfile.open(part, "w:gz", compresslevel=6) as tar:
            _add_text(tar, _MANIFEST, json.dumps(asdict(manifest), indent=1, sort_keys=True))
            for name, path in members.items():
                tar.add(path, arcname=name, recursive=False, filter=_anonymous)
        if public_key:
            encrypt(part, encrypted, public_key)
            encrypted.replace(part)
            target = target.with_name(target.name + SUFFIX)
        digest = digest_of(part)
        _sync(part)
        beside = target.with_name(f"{target.name}.sha256")
        beside.write_text(f"{digest}  {target.name}\n", encoding="ascii")
        part.replace(target)
        _sync(target.parent)
    finally:
        for path in (part, encrypted):
            path.unlink(missing_ok=True)
    return target


def verify(path: Path) -> None:
    """Raise BackupFailed where the file is not there, or no longer what the SHA-256 beside it says (if there is one)."""
    beside = path.with_name(f"{path.name}.sha256")
    try:
        awaited = (
            beside.read_text(encoding="ascii", errors="replace").split()[:1] if beside.exists() else None
        )
        differs = awaited is not None and awaited != [digest_of(path)]
        path.stat()
    except OSError as error:
        raise BackupFailed(f"{path} ne se lit pas : {why(error)}.") from error
    if differs:
        raise BackupFailed(
            f"{path.name} n’est plus ce qui a été écrit : son empreinte a changé. Prenez une autre copie."
        )


class Archive:
    """Reads members one by one, by the names in its manifest: no path in it leads out of the folder given."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def manifest(self) -> Manifest:
        with self._tar() as tar:
            # The first one: the rest, which may be gigabytes, is not unpacked for it.
            member = tar.next()
            if member is None or member.name != _MANIFEST or not member.isfile():
                raise BackupFailed(f"{self._path.name} n’est pas une sauvegarde de cet annuaire.")
            told = json.loads(tar.extractfile(member).read())
            if told["format"] > FORMAT:
                raise BackupFailed(
                    "Cette sauvegarde est d’une version plus récente du programme : mettez-le à jour d’abord."
                )
            return Manifest(**told)

    def unpack(self, folder: Path) -> None:
        """Write every member the manifest names into ``folder``; raises BackupFailed where one is missing or differs."""
        awaited = self.manifest().files
        seen = set()
        with self._tar() as tar:
            for member in tar:
                if member.name not in awaited or not member.isfile():
                    continue
                target = folder / member.name
                if not target.resolve().is_relative_to(folder.resolve()):
                    raise BackupFailed(f"{self._path.name} contient un chemin interdit.")
                target.parent.mkdir(parents=True, exist_ok=True)
                with target.open("wb") as file:
                    shutil.copyfileobj(tar.extractfile(member), file)
                if digest_of(target) != awaited[member.name]:
                    raise BackupFailed(
                        f"{member.name} est abîmé dans cette sauvegarde. Prenez une autre copie."
                    )
                seen.add(member.name)
        if missing := set(awaited) - seen:
            raise BackupFailed(
                f"Il manque {', '.join(sorted(missing))} dans cette sauvegarde. Prenez une autre copie."
            )

    @contextmanager
    def _tar(self) -> Iterator[tarfile.TarFile]:
        try:
            with tarfile.open(self._path, "r|gz") as tar:
                yield tar
        except (tarfile.TarError, EOFError, OSError, ValueError, TypeError, KeyError, zlib.error) as error:
            raise BackupFailed(
                f"{self._path.name} ne se lit pas jusqu’au bout ({error}). Prenez une autre copie."
            ) from error


def _add_text(tar: tarfile.TarFile, name: str, text: str) -> None:
    content = text.encode()
    member = tarfile.TarInfo(name)
    member.size, member.mtime = len(content), int(time.time())
    tar.addfile(_anonymous(member), io.BytesIO(content))


def _anonymous(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """Neither the account nor the rights of this machine mean anything on the next one."""
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mode = 0o600
    return member


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
