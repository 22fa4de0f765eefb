"""Reading and writing the files of the fixtures; nothing here knows the database."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from actors.importers.fixture_format import FixtureError

# Lists of records that are one file each, in the order they are loaded.
SINGLE_FILES = ("persons", "sources", "activities", "territory_figures", "retired")


@dataclass
class FixtureSet:
    """Every record of a fixtures folder: lists by name, letters and actors by slug order."""

    persons: list[dict] = field(default_factory=list)
    sources: list[dict] = field(default_factory=list)
    activities: list[dict] = field(default_factory=list)
    territory_figures: list[dict] = field(default_factory=list)
    # Permanent ids whose actor is gone, with their addresses.
    retired: list[dict] = field(default_factory=list)
    letters: list[dict] = field(default_factory=list)
    actors: list[dict] = field(default_factory=list)


def _read(path: Path) -> object:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise FixtureError(f"{path.name}: {error}") from error


def _read_folder(folder: Path) -> Iterator[dict]:
    for path in sorted(folder.glob("*.json")):
        record = _read(path)
        if not isinstance(record, dict) or record.get("slug") != path.stem:
            raise FixtureError(f"{folder.name}/{path.name}: the slug must be the file's name")
        yield record


def read_fixtures(folder: Path) -> FixtureSet:
    """Raises FixtureError when the folder is missing or a file is not what it should be."""
    if not folder.is_dir():
        raise FixtureError(f"no such folder: {folder.name}")
    fixtures = FixtureSet()
    for name in SINGLE_FILES:
        path = folder / f"{name}.json"
        if path.exists():
            records = _read(path)
            if not isinstance(records, list):
                raise FixtureError(f"{path.name}: a list is expected")
            setattr(fixtures, name, records)
    fixtures.letters = list(_read_folder(folder / "letters"))
    fixtures.actors = list(_read_folder(folder / "actors"))
    return fixtures


def _write(path: Path, content: object) -> bool:
    """Write one file when it differs; returns whether it did."""
    text = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return True


def write_fixtures(folder: Path, fixtures: FixtureSet) -> list[str]:
    """Write every record, remove files of letters and actors that are gone; returns the files that changed."""
    changed = []
    for name in SINGLE_FILES:
        records = getattr(fixtures, name)
        path = folder / f"{name}.json"
        if records or path.exists():
            changed += [path.name] * _write(path, records)
    for name in ("letters", "actors"):
        records = getattr(fixtures, name)
        kept = {f"{record['slug']}.json" for record in records}
        for record in records:
            path = folder / name / f"{record['slug']}.json"
            changed += [f"{name}/{path.name}"] * _write(path, record)
        for path in sorted((folder / name).glob("*.json")):
            if path.name not in kept:
                path.unlink()
                changed.append(f"{name}/{path.name}")
    return changed
