"""A log of writes that was cut, and a database of before what was noted: SQLite's files, without a site."""

import shutil
import sqlite3
from contextlib import closing

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from apes_directory import diagnosis, soundness
from apes_directory.management.commands import prepare
from apes_directory.soundness import Log, read_log, said_of_file
from territories.models import record_change
from tests.torture.faults.cut_log import commits, places

COMMITS = 6


@pytest.fixture(scope="module")
def remains(tmp_path_factory):
    """(database, bytes of its log), as a process that was killed leaves them: each commit writes both tables."""
    folder = tmp_path_factory.mktemp("log")
    path, before = folder / "a.sqlite3", folder / "before.sqlite3"
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA wal_autocheckpoint=0")
        database.execute("CREATE TABLE one (number INTEGER, filler TEXT)")
        database.execute("CREATE TABLE two (number INTEGER)")
        database.commit()
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        for number in range(1, COMMITS + 1):
            # Several pages a commit.
            database.execute("INSERT INTO one VALUES (?, ?)", (number, "x" * 9_000))
            database.execute("INSERT INTO two VALUES (?)", (number,))
            database.commit()
        shutil.copy(path, before)
        log = path.with_name("a.sqlite3-wal").read_bytes()
    return before, log


def opened(remains, log: bytes, folder) -> tuple[list[str], int]:
    """(what a start says, how many commits are there), after checking that each of them is whole."""
    path = folder / "b.sqlite3"
    shutil.copy(remains[0], path)
    path.with_name("b.sqlite3-wal").write_bytes(log)
    said = list(said_of_file(path))
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        found = [
            [row[0] for row in database.execute(f"SELECT number FROM {table} ORDER BY number")]
            for table in ("one", "two")
        ]
    assert found[0] == found[1] == list(range(1, len(found[0]) + 1))
    return said, len(found[0])


def test_a_cut_log_opens_as_a_beginning_of_whole_commits_and_says_so(remains, tmp_path):
    _, log = remains
    ends = commits(log)
    assert len(ends) == COMMITS
    kinds = set()
    for at, what in places(log).items():
        kinds.add(what)
        said, found = opened(remains, log[:at], tmp_path)
        assert found == sum(end <= at for end in ends), (at, what)
        # Where a commit ends nothing shows that there was more.
        assert bool(said) == (at != 0 and at not in ends), (at, what)
    assert kinds > {"in the header", "between pages", "in a head", "in a page", "before the last byte"}


def test_a_whole_log_is_nothing_to_speak_of(remains, tmp_path):
    assert opened(remains, remains[1], tmp_path) == ([], COMMITS)
    assert opened(remains, b"", tmp_path) == ([], 0)


@pytest.mark.parametrize("at", [40, 3_000, -2_000])
def test_a_byte_that_changed_ends_the_log_there(remains, tmp_path, at):
    spoilt = bytearray(remains[1])
    spoilt[at] ^= 0xFF
    said, found = opened(remains, bytes(spoilt), tmp_path)
    assert said
    assert found < COMMITS


def test_pages_of_an_earlier_use_of_the_log_don_t_count(remains, tmp_path):
    page = int.from_bytes(remains[1][8:12], "big")
    old = bytes(8) + b"old salt" + bytes(8 + page)
    path = tmp_path / "log"
    path.write_bytes(remains[1] + old)
    whole = read_log(tmp_path / "log")
    assert whole == Log((len(remains[1]) - 32) // (24 + page), is_cut=False)
    assert read_log(tmp_path / "none") == Log(0, is_cut=False)


# -- the version that was noted -----------------------------------------------------------------------------


@pytest.fixture
def noting(settings, tmp_path, monkeypatch, db):
    """The suite's database, taken for SQLite's in a file, with a folder to note its version in."""
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(soundness, "database_file", lambda: tmp_path / "directory.sqlite3")
    return tmp_path


def change() -> int:
    with transaction.atomic():
        return record_change(subject="all", key="", what="Essai").number


def test_a_database_of_before_what_was_noted_is_told(noting):
    assert list(soundness.said_of_version()) == []
    number = change()
    assert soundness.note_version() is False
    assert soundness.noted_version() == number
    assert list(soundness.said_of_version()) == []
    (noting / "version-enregistree").write_text(str(number + 3))
    (sentence,) = soundness.said_of_version()
    assert (
        f"s’arrête à la modification n° {number}, alors qu’elle en avait enregistré {number + 3}" in sentence
    )


def test_noting_twice_writes_once(noting):
    change()
    soundness.note_version()
    before = (noting / "version-enregistree").stat().st_mtime_ns
    soundness.note_version()
    assert (noting / "version-enregistree").stat().st_mtime_ns == before
    assert [path.name for path in noting.iterdir()] == ["version-enregistree"]


def test_a_note_that_can_t_be_read_is_none(noting):
    (noting / "version-enregistree").write_text("n’importe quoi")
    assert soundness.noted_version() is None


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL looks after its own log")
def test_the_diagnosis_tells_what_is_missing(noting):
    (noting / "version-enregistree").write_text(str(change() + 3))
    assert any(
        "les dernières manquent" in finding.text for finding in diagnosis.findings((diagnosis.database,))
    )


def test_a_start_over_a_spoilt_database_says_what_to_do(noting, monkeypatch):
    monkeypatch.setattr(soundness, "is_spoilt", lambda: True)
    with pytest.raises(CommandError, match=r"manage\.py restore latest"):
        prepare.Command().look_at_database()
    with pytest.raises(CommandError, match=r"directory\.sqlite3 ne se lisent plus"):
        call_command("prepare")
