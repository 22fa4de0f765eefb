"""Third-party files are those of their manifest, and all of them are in it."""

import hashlib
import io
import json
import tarfile

import pytest
from django.core.management import CommandError, call_command

from apes_directory.management.commands import renew_vendored

MANIFEST = json.loads(renew_vendored.MANIFEST.read_text(encoding="utf-8"))
FILES = [file for package in MANIFEST["packages"] for file in package["files"]]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file["to"])
def test_each_file_has_its_checksum(file):
    content = (renew_vendored.FOLDER / file["to"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == file["sha256"]
    assert b"sourceMappingURL" not in content


def test_every_file_is_in_the_manifest():
    there = {
        str(path.relative_to(renew_vendored.FOLDER))
        for path in renew_vendored.FOLDER.rglob("*")
        if path.is_file()
    }
    assert there == {file["to"] for file in FILES} | {"manifest.json", "README.md"}


def test_each_package_has_its_version_and_its_licence():
    for package in MANIFEST["packages"]:
        assert package["version"]
        assert package["licence"]
        assert any(file["to"].endswith("/LICENSE") for file in package["files"])


def _pack(path, version: str, files: dict[str, bytes]) -> None:
    with tarfile.open(path / f"pin-{version}.tgz", "w:gz") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(f"package/{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))


@pytest.fixture
def vendor(tmp_path, monkeypatch):
    """A vendor folder with a manifest of one package."""
    manifest = {
        "packages": [
            {"name": "pin", "version": "2.0", "licence": "MIT", "files": [{"from": "a.js", "to": "pin/a.js"}]}
        ]
    }
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    monkeypatch.setattr(renew_vendored, "FOLDER", tmp_path)
    monkeypatch.setattr(renew_vendored, "MANIFEST", tmp_path / "manifest.json")
    return tmp_path


def test_renewing_takes_the_files_of_a_package_without_their_source_map(vendor, tmp_path):
    _pack(tmp_path, "2.0", {"a.js": b"let a = 1;\n//# sourceMappingURL=a.js.map\n"})
    call_command("renew_vendored", "--from", str(tmp_path), stdout=io.StringIO())
    content = (vendor / "pin" / "a.js").read_bytes()
    assert content == b"let a = 1;\n"
    (package,) = json.loads((vendor / "manifest.json").read_text())["packages"]
    assert package["files"][0]["sha256"] == hashlib.sha256(content).hexdigest()


def test_renewing_says_what_is_missing(vendor, tmp_path):
    with pytest.raises(CommandError, match=r"pin-2\.0\.tgz"):
        call_command("renew_vendored", "--from", str(tmp_path))
    _pack(tmp_path, "2.0", {"b.js": b""})
    with pytest.raises(CommandError, match=r"a\.js"):
        call_command("renew_vendored", "--from", str(tmp_path))
