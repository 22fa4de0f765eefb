"""`entretien`: what is due and no more, one run at a time, not a word when all went well."""

import datetime
import json

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from apes_directory import upkeep
from apes_directory.backups.archive import copies_in
from apes_directory.jobs import AdvisoryLock, FileLock, connection_parameters
from apes_directory.management.commands import entretien
from apes_directory.upkeep import CHORES, DAY, WEEK, Chore, due

NOW = datetime.datetime(2026, 11, 22, 3, tzinfo=datetime.UTC)
HOUR = datetime.timedelta(hours=1)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.DATA_DIR, settings.BACKUP_DIR, settings.BACKUP_KEY = tmp_path, tmp_path / "backups", ""
    return tmp_path


def use(monkeypatch, *chores: Chore) -> None:
    monkeypatch.setattr(entretien, "CHORES", chores)


def broken() -> None:
    raise ValueError("le disque est plein")


@pytest.mark.parametrize(
    ("every", "age", "is_due"),
    [
        (DAY, None, True),
        (DAY, 24 * HOUR, True),
        # The timer of a day starts a little earlier than the one of the day before.
        (DAY, 19 * HOUR, True),
        (DAY, 5 * HOUR, False),
        (WEEK, 6 * DAY, False),
        (WEEK, 7 * DAY - HOUR, True),
        # A clock that was ahead once must not stop it for years.
        (DAY, -400 * DAY, True),
    ],
)
def test_due_when_the_last_success_is_long_enough_ago(every, age, is_due):
    chore = Chore("x", "x", every, broken)
    known = {} if age is None else {"x": NOW - age}
    assert due((chore,), known, NOW) == ([chore] if is_due else [])


def test_what_a_site_does_not_want_is_never_due():
    assert due((Chore("x", "x", DAY, broken, lambda: False),), {}, NOW) == []


@pytest.mark.django_db
def test_says_nothing_and_does_it_once(monkeypatch, capsys):
    done = []
    use(monkeypatch, Chore("x", "tâche", DAY, lambda: done.append("x")))
    call_command("entretien")
    call_command("entretien")
    assert done == ["x"]
    assert capsys.readouterr() == ("", "")
    call_command("entretien", only=["x"])
    assert done == ["x", "x"]


@pytest.mark.django_db
def test_one_that_fails_is_told_stops_no_other_and_is_tried_again(monkeypatch, folder):
    done = []
    use(
        monkeypatch,
        Chore("a", "sauvegarde", DAY, broken),
        Chore("b", "ménage", DAY, lambda: done.append("b")),
    )
    for _ in range(2):
        with pytest.raises(CommandError, match="- sauvegarde : le disque est plein\n") as told:
            call_command("entretien")
        assert "ménage" not in str(told.value)
    assert done == ["b"]
    assert set(json.loads((folder / "upkeep.json").read_text())) == {"b"}


@pytest.mark.django_db
def test_a_journal_that_can_not_be_written_stops_no_chore(monkeypatch):
    """The disk is full: what can be done is done, and told as not done since nobody will know."""
    done = []
    use(
        monkeypatch,
        Chore("a", "liens", DAY, lambda: done.append("a")),
        Chore("b", "ménage", DAY, lambda: done.append("b")),
    )

    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(upkeep.Journal, "note", full)
    with pytest.raises(CommandError, match=r"- liens : .*No space left") as told:
        call_command("entretien")
    assert done == ["a", "b"]
    assert "- ménage : " in str(told.value)


@pytest.mark.django_db
@pytest.mark.parametrize("error", [OSError(28, "No space left"), psycopg.OperationalError("no server")])
def test_where_nobody_can_be_alone_that_is_told(monkeypatch, error):
    def refuse(self):
        raise error

    for lock in (FileLock, AdvisoryLock):
        monkeypatch.setattr(lock, "take", refuse)
    with pytest.raises(CommandError, match="n’a pas pu commencer, rien n’a été fait"):
        call_command("entretien")


@pytest.mark.django_db
def test_a_journal_that_can_not_be_read_means_everything_is_due(monkeypatch, folder):
    (folder / "upkeep.json").write_text('{"x": 3')
    done = []
    use(monkeypatch, Chore("x", "tâche", DAY, lambda: done.append("x")))
    call_command("entretien")
    assert done == ["x"]


@pytest.mark.django_db
def test_two_runs_never_work_side_by_side(monkeypatch, folder):
    lock = (
        FileLock(folder / "upkeep.lock")
        if connection.vendor == "sqlite"
        else AdvisoryLock(connection_parameters(), upkeep._ADVISORY_LOCK)
    )
    assert lock.take()
    done = []
    use(monkeypatch, Chore("x", "tâche", DAY, lambda: done.append("x")))
    try:
        with pytest.raises(CommandError, match="Un autre entretien est en cours"):
            call_command("entretien")
        assert done == []
    finally:
        lock.release()
    call_command("entretien")
    assert done == ["x"]


@pytest.mark.django_db(transaction=True)
def test_every_chore_of_the_site_runs(settings, monkeypatch, folder, capsys):
    # Beside an SQLite database, which stands in memory here.
    path = "apes_directory.management.commands.run_jobs.lock_of_database"
    monkeypatch.setattr(path, lambda: FileLock(folder / "jobs-lock"))
    settings.MAIL_IS_ON, settings.RUN_JOBS, settings.JOBS, settings.ADMIN_EMAIL = (
        True,
        False,
        [],
        "x@exemple.fr",
    )
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    call_command("entretien")
    assert capsys.readouterr() == ("", "")
    assert len(copies_in(settings.BACKUP_DIR)) == 1
    assert set(upkeep.journal().read()) == {chore.key for chore in CHORES}
    call_command("entretien", list=True)
    assert "jamais" not in capsys.readouterr().out
