"""Renew the third-party files that pages load, from their packages."""

import hashlib
import json
import re
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path, PurePosixPath

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

FOLDER = settings.BASE_DIR / "static" / "vendor"
MANIFEST = FOLDER / "manifest.json"
# Points browsers' tools at a file several times the size of the script; a collection of static files wants it there.
_SOURCE_MAP = re.compile(rb"\n?//# sourceMappingURL=\S+\s*\Z")


class Command(BaseCommand):
    help = (
        "Renouvelle static/vendor/ d’après manifest.json : chaque paquet npm à la version qui y est écrite "
        "(donné en fichier .tgz, sinon téléchargé), puis les empreintes SHA-256."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("--from", type=Path, dest="given", help="dossier qui contient les fichiers .tgz")

    def handle(self, *, given: Path | None, **options) -> None:
        manifest = json.loads(MANIFEST.read_text(encoding="utf-8"))
        with tempfile.TemporaryDirectory() as temporary:
            for package in manifest["packages"]:
                archive = _archive(package, given) if given else _fetch(package, Path(temporary))
                for file in package["files"]:
                    content = _SOURCE_MAP.sub(b"\n", _member(archive, file["from"]))
                    target = FOLDER / file["to"]
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(content)
                    file["sha256"] = hashlib.sha256(content).hexdigest()
                    self.stdout.write(f"{len(content):8,} {file['to']}")
        MANIFEST.write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _archive(package: dict, folder: Path) -> Path:
    path = folder / f"{package['name']}-{package['version']}.tgz"
    if not path.is_file():
        raise CommandError(f"Il manque {path}.")
    return path


def _fetch(package: dict, folder: Path) -> Path:
    """``npm pack``; the npm of the machine says where from."""
    if not shutil.which("npm"):
        raise CommandError("npm manque : installez-le, ou donnez les paquets avec --from.")
    wanted = f"{package['name']}@{package['version']}"
    done = subprocess.run(
        ["npm", "pack", "--silent", wanted], cwd=folder, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise CommandError(f"npm pack {wanted} : {done.stderr.strip()[-400:]}")
    return folder / done.stdout.split()[-1]


def _member(archive: Path, name: str) -> bytes:
    with tarfile.open(archive) as files:
        try:
            return files.extractfile(str(PurePosixPath("package") / name)).read()
        except KeyError:
            raise CommandError(f"{archive.name} n’a pas de fichier {name}.") from None
