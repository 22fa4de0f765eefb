"""A copy or a return that is stopped anywhere leaves nothing half in place, and the next one works."""

import datetime
import json
import sqlite3
import tarfile
import threading

import pytest
from django.contrib.sessions.models import Session
from django.core.mail import EmailMessage
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from post_office.models import Email

from actors.actions.erase_person import erase_person
from actors.actions.hide_person import hide
from actors.models import Actor
from apes_directory import diagnosis
from apes_directory.backups import folder as copies
from apes_directory.backups import making, postgresql, present, restoring, sqlite
from apes_directory.backups.archive import Archive, Copy, copies_in, name_at
from apes_directory.backups.errors import BackupFailed
from apes_directory.backups.retention import forgotten
from apes_directory.jobs import FileLock
from editing.freshness.reminding import refuse_mail, refuses_mail
from editing.freshness.tokens import fingerprint
from partners.models import Subscription
from sources.erasure import Traces
from sources.models import Person
from territories.models import Change
from tests.apes_directory.test_backups import folders  # noqa: F401
from tests.factories import building
from tests.factories.actors import make_organisation
from tests.factories.sources import make_person

pytestmark = pytest.mark.django_db(transaction=True)
UTC = datetime.UTC


class Killed(BaseException):
    """As the kernel ends a process: nothing of the program catches it."""


def kill(*args, **kwargs):
    raise Killed


def finish() -> list[str]:
    """What the next start does about it; what it says."""
    said = []
    restoring.finish(said.append)
    return said


@building()
def somebody_leaves(settings) -> None:
    """A copy, then: one person erased, one hidden, a mail refused, a subscription ended; the version goes on."""
    settings.EMAIL_BACKEND = "apes_directory.mail.QueueBackend"
    erased, _ = make_person(name="Camille Rocher"), make_person(name="Dominique Sablon")
    make_organisation(summary="Avec Camille Rocher")
    Subscription.objects.create(email="a@exemple.fr", title="Tout")
    Session.objects.create(
        session_key="x", session_data="", expire_date=datetime.datetime(2040, 1, 1, tzinfo=UTC)
    )
    EmailMessage("Nouvelles", "…", "a@exemple.fr", ["b@exemple.fr"]).send()
    call_command("backup", verbosity=0)
    erase_person(person=erased)
    hide(traces=Traces.of(["Dominique Sablon"]))
    refuse_mail(fingerprint("c@exemple.fr"))
    Subscription.objects.all().delete()


def nobody_is_back() -> None:
    assert not Person.objects.filter(name__contains="Rocher").exists()
    assert [actor.summary for actor in Actor.objects.all()] == ["Avec […]"]
    assert Person.objects.get(name="Dominique Sablon").hidden_on is not None
    assert refuses_mail("c@exemple.fr")
    assert not Subscription.objects.exists()
    assert not Session.objects.exists()
    assert not Email.objects.exists()


@pytest.mark.parametrize("again", ["start", "return"])
@pytest.mark.parametrize("stopped_at", ["migrate", "_take_back_files", "reapply_erasures"])
def test_killed_after_the_rows_came_back(settings, monkeypatch, stopped_at, again):
    somebody_leaves(settings)
    seen = Change.objects.version()
    name = "call_command" if stopped_at == "migrate" else stopped_at
    with monkeypatch.context() as patched:
        patched.setattr(restoring, name, kill)
        with pytest.raises(Killed):
            call_command("restore", "latest", wet_run=True, verbosity=0)
    # The erased person is in the rows: nobody sees them, nor was logged in or written to meanwhile.
    assert Person.objects.filter(name="Camille Rocher").exists()
    assert (Session.objects.count(), Email.objects.count()) == (0, 0)
    answers = [Client().get(address) for address in ("/", "/lettres/", "/sante/", "/sante/vivant/")]
    assert [answer.status_code for answer in answers] == [503, 503, 503, 200]
    assert b"revient dans un instant" in answers[0].content
    told = {finding.subject: finding.level for finding in diagnosis.a_return()}
    assert told == {"Retour": diagnosis.Level.BAD}

    if again == "start":
        assert len(finish()) == 1
    else:
        call_command("restore", "latest", wet_run=True, verbosity=0)

    nobody_is_back()
    assert Change.objects.version() > seen
    assert not present.is_returning()
    assert list(diagnosis.a_return()) == []
    assert Client().get("/sante/").status_code == 200
    assert finish() == []


def test_killed_before_the_rows_came_back(settings, monkeypatch):
    """What happened since belongs to a state that is still here."""
    somebody_leaves(settings)
    with monkeypatch.context() as patched:
        patched.setattr(restoring, "_come_back", kill)
        with pytest.raises(Killed):
            call_command("restore", "latest", wet_run=True, verbosity=0)
    assert present.is_returning()
    later = Subscription.objects.create(email="d@exemple.fr", title="Tout")
    version = Change.objects.version()
    assert finish() == []
    assert not present.is_returning()
    assert list(Subscription.objects.all()) == [later]
    assert Change.objects.version() == version


def test_a_return_that_the_database_refuses_leaves_the_site_open(settings, monkeypatch):
    somebody_leaves(settings)

    def refuse(*args):
        raise BackupFailed("plus de place")

    monkeypatch.setattr(making.store(), "bring_back", refuse)
    with pytest.raises(CommandError, match="plus de place"):
        call_command("restore", "latest", wet_run=True, verbosity=0)
    assert not present.is_returning()
    assert not making.store().is_marked()


@pytest.mark.skipif(connection.vendor == "postgresql", reason="SQLite's own word for a full disk")
def test_a_disk_full_for_sqlite_is_not_taken_for_a_spoilt_database(settings, monkeypatch):
    def full(target):
        class Copy(sqlite3.Connection):
            def execute(self, statement, *args):
                if statement.startswith("PRAGMA journal_mode"):
                    # As small a disk as there can be.
                    super().execute("PRAGMA max_page_count = 1")
                    super().execute("CREATE TABLE more (n)")
                return super().execute(statement, *args)

        return connect(target, factory=Copy)

    connect = sqlite3.connect
    monkeypatch.setattr(sqlite.sqlite3, "connect", full)
    with pytest.raises(CommandError, match="il n’y a plus de place sur le disque") as told:
        call_command("backup", verbosity=0)
    assert "abîmée" not in str(told.value)
    monkeypatch.undo()
    assert copies_in(settings.BACKUP_DIR) == []


def test_the_file_of_a_stopped_return_that_can_not_be_read_is_told(settings):
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    present.path().write_text('{"made_at": "2026')
    with pytest.raises(BackupFailed, match="Effacez ce"):
        present.kept()


def test_what_a_killed_run_left_is_swept_away(settings):
    folder = settings.BACKUP_DIR
    left = [
        ".en-cours-x/database.sqlite3",
        ".restauration-x/files/secret_key",
        ".annuaire-20260101T000000Z.tar.gz.part",
        "annuaire-20260101T000000Z.tar.gz.sha256",
    ]
    for name in [*left, "notes.txt"]:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    call_command("backup", verbosity=0)
    (copy,) = copies_in(folder)
    names = {path.name for path in folder.iterdir()}
    assert names == {copy.path.name, f"{copy.path.name}.sha256", "notes.txt", "editions", copies.LOCK}


def test_two_at_once_wait_for_each_other(settings, monkeypatch):
    lock = FileLock(settings.BACKUP_DIR / copies.LOCK)
    assert lock.take()
    monkeypatch.setattr(copies, "PATIENCE", 0)
    for command, arguments in (("backup", []), ("restore", ["latest"])):
        if command == "restore":
            (settings.BACKUP_DIR / name_at(datetime.datetime.now(UTC))).touch()
        with pytest.raises(CommandError, match="est en cours : attendez"):
            call_command(command, *arguments, verbosity=0)
    for path in settings.BACKUP_DIR.glob("annuaire-*"):
        path.unlink()
    monkeypatch.setattr(copies, "PATIENCE", 30)
    threading.Timer(0.3, lock.release).start()
    call_command("backup", verbosity=0)
    assert len(copies_in(settings.BACKUP_DIR)) == 1


def test_two_within_a_second_are_two(settings, monkeypatch):
    class Stopped(datetime.datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.datetime(2026, 11, 22, 3, 10, tzinfo=tz)

    monkeypatch.setattr(making, "datetime", Stopped)
    for label in ("", "", "avant-retour"):
        making.make(settings.BACKUP_DIR, label=label)
    assert sorted(copy.path.name for copy in copies_in(settings.BACKUP_DIR)) == [
        "annuaire-20261122T031000Z-2.tar.gz",
        "annuaire-20261122T031000Z-avant-retour.tar.gz",
        "annuaire-20261122T031000Z.tar.gz",
    ]


def test_nobody_else_reads_a_copy_while_it_is_written(settings, monkeypatch):
    settings.BACKUP_DIR.mkdir(mode=0o755)
    seen = []
    add = tarfile.TarFile.add

    def spy(self, *args, **kwargs):
        seen.extend(path.stat().st_mode & 0o777 for path in settings.BACKUP_DIR.glob(".annuaire-*"))
        return add(self, *args, **kwargs)

    monkeypatch.setattr(tarfile.TarFile, "add", spy)
    call_command("backup", verbosity=0)
    assert set(seen) == {0o600}
    (copy,) = copies_in(settings.BACKUP_DIR)
    assert copy.path.stat().st_mode & 0o777 == 0o600


def test_the_latest_is_not_the_state_one_came_from(settings, capsys):
    make_organisation(name="Jardin de cocagne")
    call_command("backup", verbosity=0)
    with building():
        Actor.objects.all().delete()
    for _ in range(2):
        call_command("restore", "latest", wet_run=True, verbosity=0)
        assert Actor.objects.count() == 1


def test_what_was_kept_before_a_mistake_stays_a_week(tmp_path):
    day = datetime.datetime(2026, 11, 22, 3, tzinfo=UTC)
    label = "avant-retour"
    hours = [Copy(day - datetime.timedelta(hours=n), tmp_path / str(n)) for n in (0, 2)]
    before = [
        Copy(day - datetime.timedelta(hours=n), tmp_path / name_at(day, label), label) for n in (1, 400)
    ]
    assert forgotten([*hours, *before]) == [hours[1]]
    later = Copy(day + datetime.timedelta(days=8), tmp_path / "later")
    assert before[0] in forgotten([*hours, *before, later])


@pytest.mark.parametrize("told", ["[]", "{}", '{"format": "x"}', '{"format": 1, "counts": 3}', "{"])
def test_a_manifest_that_is_none_is_told(tmp_path, told):
    (tmp_path / "manifest.json").write_text(told)
    path = tmp_path / "annuaire-20260101T000000Z.tar.gz"
    with tarfile.open(path, "w:gz") as tar:
        tar.add(tmp_path / "manifest.json", arcname="manifest.json")
    with pytest.raises(BackupFailed, match="Prenez une autre copie"):
        Archive(path).manifest()


def test_a_database_of_another_program_is_copied_and_left():
    """On the way back from an upgrade the old program meets tables that are not as it knows them."""
    make_organisation(name="Jardin de cocagne")
    call_command("backup", verbosity=0)
    with building(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE editing_correspondent RENAME TO editing_later")
        cursor.execute("ALTER TABLE sources_person RENAME COLUMN hidden_on TO hidden_later")
        cursor.execute("UPDATE actors_actor SET name = 'Autre nom'")
        cursor.execute("CREATE TABLE only_later (n integer)")
    call_command("restore", "latest", wet_run=True, verbosity=0)
    assert [actor.name for actor in Actor.objects.all()] == ["Jardin de cocagne"]
    assert "only_later" not in connection.introspection.table_names()
    assert {copy.label for copy in copies_in(making.settings.BACKUP_DIR)} == {"", "avant-retour"}


def test_a_key_under_which_the_erased_would_come_back_is_refused(settings):
    """A copy of before the key was changed, onto a site where somebody was erased since."""
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    (settings.DATA_DIR / "secret_key").write_text("une-clé-d-avant".replace("é", "e"))
    person = make_person(name="Camille Rocher")
    call_command("backup", verbosity=0)
    with building():
        erase_person(person=person)
    with pytest.raises(CommandError, match="Donnez à ERASURE_KEY la clé d’avant"):
        call_command("restore", "latest", wet_run=True, verbosity=0)
    assert not Person.objects.exists()
    assert not present.is_returning()


def test_the_mark_goes_with_the_rows():
    """In both databases, of which a run of the tests has one."""
    assert making.store().is_marked() is False
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"PRAGMA user_version = {sqlite.MARK}")
        else:
            cursor.execute("COMMENT ON TABLE django_migrations IS %s", [postgresql.MARK])
    assert making.store().is_marked() is True
    making.store().unmark()
    assert making.store().is_marked() is False


def test_what_outlives_a_return_is_read_as_it_was_written(settings):
    there = present.Present(
        "2026-11-22T03:10:00+00:00", 7, {"a"}, {"b"}, {"camille": "2026-11-01"}, {3}, True
    )
    present.keep(there)
    assert present.path().stat().st_mode & 0o777 == 0o600
    assert present.kept() == there
    assert json.loads(present.path().read_text())["following"] == [3]
