"""A copy holds every row, and coming back to it brings every row back, but for what must not come back."""

import datetime
import gzip
import os
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
from django.apps import apps
from django.conf import settings as site
from django.contrib.sessions.models import Session
from django.core.mail import EmailMessage
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from post_office.models import Email

from actors.actions.erase_person import erase_person
from actors.index import Selection, ask
from actors.models import Actor
from apes_directory.backups import archive, making, sqlite
from apes_directory.backups.archive import Archive, Copy, copies_in, name_at
from apes_directory.backups.errors import BackupFailed
from apes_directory.backups.folder import LOCK
from apes_directory.backups.keys import new_pair
from apes_directory.backups.retention import forgotten
from apes_directory.jobs import FileLock
from editing.freshness.reminding import refuse_mail, refuses_mail
from editing.freshness.tokens import fingerprint
from partners.models import Subscription
from sources.models import ErasedPerson, Person
from territories.models import Change
from tests.factories import building
from tests.factories.actors import make_organisation, make_spokesperson
from tests.factories.sources import make_person
from tests.factories.territories import make_territory

UTC = datetime.UTC


@pytest.fixture(autouse=True)
def folders(settings, tmp_path):
    settings.DATA_DIR = tmp_path / "data"
    settings.BACKUP_DIR = tmp_path / "data" / "backups"
    settings.BACKUP_KEY = ""
    (settings.DATA_DIR / "editions" / "2026-11").mkdir(parents=True)
    (settings.DATA_DIR / "editions" / "2026-11" / "acteurs.csv").write_text("nom\nAcsrv\n")


def everything() -> dict[str, list]:
    """Every row of every table, those Django makes itself included."""
    return {
        model._meta.label: sorted(map(repr, model._base_manager.values_list()))
        for model in apps.get_models(include_auto_created=True)
        if not model._meta.proxy and model._meta.managed
    }


def run(command: str, *arguments, **options) -> None:
    call_command(command, *arguments, **options)


@pytest.mark.django_db(transaction=True)
def test_every_row_comes_back(capsys):
    actor = make_organisation(name="Jardin de cocagne", place=make_territory())
    make_organisation(name="L’Atelier d’à côté")
    # As on every site: entries have their first version.
    run("migrate", verbosity=0)
    before = everything()
    run("backup")
    with building():
        Actor.objects.filter(pk=actor.pk).update(name="Autre nom")
        Actor.objects.exclude(pk=actor.pk).delete()
        make_organisation(name="Venue après")
    edition = site.DATA_DIR / "editions" / "2026-11" / "acteurs.csv"
    edition.unlink()
    run("restore", "latest")
    assert Actor.objects.filter(name="Venue après").exists(), "a dry run brings nothing back"

    run("restore", "latest", wet_run=True)

    after = everything()
    changes = {label: (before[label], after[label]) for label in before if before[label] != after[label]}
    assert set(changes) == {"territories.Change"}
    assert set(changes["territories.Change"][0]) < set(changes["territories.Change"][1])
    assert edition.read_text() == "nom\nAcsrv\n"
    # The full-text index came back with its rows, and follows them.
    assert [ask(Selection(text="cocagne")).count, ask(Selection(text="venue")).count] == [1, 0]
    assert "La sauvegarde est en place." in capsys.readouterr().out
    # What was there before is kept in its turn.
    assert {copy.path.name.partition("Z")[2] for copy in copies_in(site.BACKUP_DIR)} == {
        ".tar.gz",
        "-avant-retour.tar.gz",
    }


@pytest.mark.django_db(transaction=True)
def test_numbers_that_readers_have_seen_are_not_given_again():
    make_organisation()
    run("backup")
    with building(), transaction.atomic():
        for _ in range(3):
            make_organisation()
    seen = Change.objects.version()
    run("restore", "latest", wet_run=True)
    assert Change.objects.version() > seen
    newest = Change.objects.newest()
    assert (newest.subject, newest.what[:24]) == ("all", "Retour à la sauvegarde d")
    with transaction.atomic():
        assert make_change() > newest.number


def make_change() -> int:
    from territories.models import record_change

    return record_change(subject="all", key="", what="après").number


@pytest.mark.django_db(transaction=True)
def test_who_left_meanwhile_stays_away(settings):
    settings.EMAIL_BACKEND = "apes_directory.mail.QueueBackend"
    person = make_person(name="Camille Rocher")
    actor = make_organisation()
    make_spokesperson(actor=actor, person=person)
    Subscription.objects.create(email="a@exemple.fr", title="Tout")
    staying = Subscription.objects.create(email="b@exemple.fr", title="Tout")
    Session.objects.create(
        session_key="x", session_data="", expire_date=datetime.datetime(2040, 1, 1, tzinfo=UTC)
    )
    EmailMessage("Nouvelles", "…", "a@exemple.fr", ["b@exemple.fr"]).send()
    run("backup")
    with building():
        erase_person(person=person)
    refuse_mail(fingerprint("c@exemple.fr"))
    Subscription.objects.filter(email="a@exemple.fr").delete()

    run("restore", "latest", wet_run=True)

    assert not Person.objects.filter(name__contains="Rocher").exists()
    assert ErasedPerson.objects.exists()
    assert not actor.spokespersons.exists()
    assert refuses_mail("c@exemple.fr")
    assert list(Subscription.objects.all()) == [staying]
    assert not Session.objects.exists()
    assert not Email.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_encrypted_copy_opens_with_its_key_alone(settings, tmp_path):
    secret, public = new_pair()
    settings.BACKUP_KEY = public
    (tmp_path / "key").write_text(f"# clé\n{secret}\n")
    (tmp_path / "other").write_text(new_pair()[0])
    make_organisation(name="Jardin de cocagne")
    run("backup")
    (copy,) = copies_in(settings.BACKUP_DIR)
    assert copy.path.read_bytes().startswith(b"age-encryption.org/v1")
    with building():
        Actor.objects.all().delete()

    for key, told in (
        (None, "est chiffrée"),
        (tmp_path / "other", "n’ouvre pas"),
        (tmp_path / "absent", "ne se lit pas"),
    ):
        with pytest.raises(CommandError, match=told):
            run("restore", copy.path, key_file=key, wet_run=True)
    run("restore", copy.path, key_file=tmp_path / "key", wet_run=True)

    assert [actor.name for actor in Actor.objects.all()] == ["Jardin de cocagne"]
    run("backup", clear=True, label="en-clair", folder=tmp_path / "clear")
    assert [each.is_encrypted for each in copies_in(tmp_path / "clear")] == [False]
    # Nothing of it was left lying about in the clear; editions are public.
    assert {
        path.name for path in settings.BACKUP_DIR.iterdir() if not path.name.endswith((".age", ".sha256"))
    } == {"editions", LOCK}


@pytest.mark.django_db(transaction=True)
def test_the_digest_beside_a_copy_is_that_of_sha256sum():
    run("backup")
    (copy,) = copies_in(site.BACKUP_DIR)
    assert copy.path.stat().st_mode & 0o777 == 0o600
    subprocess.run(
        ["sha256sum", "--check", "--strict", f"{copy.path.name}.sha256"],
        cwd=site.BACKUP_DIR,
        check=True,
        capture_output=True,
    )


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("beside", [True, False], ids=["with its digest", "alone"])
@pytest.mark.parametrize("spoil", ["a byte", "the end", "another file"])
def test_a_spoilt_copy_is_refused_before_anything_is_done(spoil, beside):
    make_organisation()
    run("backup")
    (copy,) = copies_in(site.BACKUP_DIR)
    whole = copy.path.read_bytes()
    if spoil == "a byte":
        plain = bytearray(gzip.decompress(whole))
        # Deep in the database, behind the manifest.
        plain[-len(plain) // 2] ^= 0xFF
        copy.path.write_bytes(gzip.compress(plain, compresslevel=1))
    else:
        copy.path.write_bytes(whole[: len(whole) // 2] if spoil == "the end" else b"PK" * 500)
    if not beside:
        copy.path.with_name(f"{copy.path.name}.sha256").unlink()
    with pytest.raises(CommandError, match=r"Prenez une autre copie|n’est pas une sauvegarde"):
        run("restore", copy.path, wet_run=True)
    assert Actor.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_copy_of_another_engine_or_a_newer_program_is_refused(monkeypatch):
    state = making._state()
    monkeypatch.setattr(
        making, "_state", lambda: state | {"migrations": [*state["migrations"], "actors.9999_later"]}
    )
    run("backup")
    with pytest.raises(CommandError, match="version plus récente du programme"):
        run("restore", "latest", wet_run=True)
    monkeypatch.setattr(connection, "vendor", "oracle")
    with pytest.raises(CommandError, match="réglez DATABASE_URL"):
        run("restore", "latest", wet_run=True)


@pytest.mark.django_db(transaction=True)
def test_a_full_disk_leaves_no_half_copy_and_deletes_nothing(monkeypatch):
    run("backup")
    before = sorted(path.name for path in site.BACKUP_DIR.iterdir())

    def full(path):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(archive, "_sync", full)
    with pytest.raises(CommandError, match=r"plus de place sur le disque\. Celles d’avant restent"):
        run("backup", label="autre")
    assert [
        name for name in sorted(path.name for path in site.BACKUP_DIR.iterdir()) if "autre.tar.gz" in name
    ] == []
    assert set(before) <= {path.name for path in site.BACKUP_DIR.iterdir()}


@pytest.mark.django_db(transaction=True)
def test_what_is_no_public_key_is_refused(settings):
    settings.BACKUP_KEY = new_pair()[0]
    with pytest.raises(CommandError, match="pas une clé publique"):
        run("backup")


def test_retention_keeps_days_weeks_and_months(tmp_path):
    day = datetime.datetime(2026, 11, 22, 2, tzinfo=UTC)
    copies = [
        Copy(moment, tmp_path / name_at(moment))
        for moment in (day - datetime.timedelta(n) for n in range(400))
    ]
    # Twice on the last day: the later one counts.
    extra = Copy(day.replace(hour=9), tmp_path / name_at(day.replace(hour=9)))
    gone = forgotten([*copies, extra])
    kept = sorted({*copies, extra} - set(gone), reverse=True)
    assert [f"{copy.moment:%d/%m %H}" for copy in kept] == [
        *("22/11 09", "21/11 02", "20/11 02", "19/11 02", "18/11 02", "17/11 02", "16/11 02"),
        *("15/11 02", "08/11 02", "01/11 02", "31/10 02", "30/09 02", "31/08 02", "31/07 02", "30/06 02"),
    ]
    assert extra in kept
    assert copies[0] in gone


def test_a_machine_that_was_off_for_a_year_loses_none(tmp_path):
    old = datetime.datetime(2025, 1, 5, tzinfo=UTC)
    copies = [Copy(old, tmp_path / "a"), Copy(old.replace(year=2026), tmp_path / "b")]
    assert forgotten(copies) == []


def test_only_what_bears_the_name_of_a_copy_is_one(tmp_path):
    names = [
        "annuaire-20261122T021000Z.tar.gz",
        "annuaire-20261122T021001Z-avant-mise-a-jour.tar.gz.age",
        "annuaire-20261122T021000Z.tar.gz.sha256",
        ".annuaire-20261122T021000Z.tar.gz.part",
        "notes.txt",
    ]
    for name in names:
        (tmp_path / name).touch()
    assert [copy.path.name for copy in copies_in(tmp_path)] == names[:2]
    assert copies_in(tmp_path / "absent") == []


def test_a_folder_that_is_none_is_told(settings, tmp_path, transactional_db):
    (tmp_path / "file").touch()
    with pytest.raises(CommandError, match="ne s’écrit pas dans"):
        run("backup", folder=tmp_path / "file" / "copies")
    assert issubclass(BackupFailed, Exception)


# -- a real file, which others read and write ----------------------------------------------------------------

WRITER = """
import sqlite3, sys
line = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=20)
for number in range(100_000):
    line.execute("BEGIN IMMEDIATE")
    line.execute("INSERT INTO left_half VALUES (?)", [number])
    line.execute("INSERT INTO right_half VALUES (?)", [number])
    line.execute("COMMIT")
    if number == 50:
        print("writing", flush=True)
"""
PAGE = 4096


def manage(data, *arguments: str) -> subprocess.CompletedProcess:
    environment = os.environ | {"DATA_DIR": str(data), "DATABASE_URL": "", "BACKUP_DIR": "", "BACKUP_KEY": ""}
    environment["DJANGO_SETTINGS_MODULE"] = "apes_directory.settings"
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=site.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
    )


@pytest.mark.skipif(connection.vendor == "postgresql", reason="what only a file of SQLite goes through")
@pytest.mark.django_db(transaction=True)
def test_a_file_in_use_is_copied_whole_and_a_spoilt_one_replaced(tmp_path):
    make_organisation(name="Jardin de cocagne")
    data = tmp_path / "site"
    data.mkdir()
    file = data / "directory.sqlite3"
    sqlite.dump(file)
    with closing(sqlite3.connect(file)) as line:
        line.executescript(
            "PRAGMA journal_mode=WAL; CREATE TABLE left_half (n); CREATE TABLE right_half (n);"
        )

    writer = subprocess.Popen([sys.executable, "-c", WRITER, file], stdout=subprocess.PIPE, text=True)
    try:
        assert writer.stdout.readline() == "writing\n"
        done = manage(data, "backup")
        assert (done.returncode, writer.poll()) == (0, None), done.stderr
    finally:
        writer.kill()
        writer.communicate()
    (copy,) = copies_in(data / "backups")
    counts = Archive(copy.path).manifest().counts
    # What the other process wrote is there up to some moment, and never half of it.
    assert counts["left_half"] == counts["right_half"] > 50

    with closing(sqlite3.connect(file)) as line:
        line.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        line.execute("PRAGMA journal_mode=DELETE")
    whole = bytearray(file.read_bytes())
    for page in range(5, len(whole) // PAGE):
        whole[page * PAGE : page * PAGE + 200] = bytes(200)
    file.write_bytes(whole)

    # No copy is made of it, hence none deleted for it; `diagnostic` says so, and how to come back.
    done = manage(data, "backup")
    assert (done.returncode, "abîmée" in done.stderr) == (1, True), done.stderr
    assert copies_in(data / "backups") == [copy]
    told = manage(data, "diagnostic")
    assert "des pages du fichier sont abîmées" in told.stdout
    # While the site runs it would go on writing into the old file.
    lock = FileLock(data / "directory.sqlite3.jobs-lock")
    assert lock.take()
    done = manage(data, "restore", "latest", "--wet-run")
    assert (done.returncode, "arrêtez le site" in done.stderr) == (1, True)
    lock.release()
    done = manage(data, "restore", "latest", "--wet-run")
    assert done.returncode == 0, done.stderr
    with closing(sqlite3.connect(file)) as line:
        assert line.execute("SELECT name FROM actors_actor").fetchall() == [("Jardin de cocagne",)]
        assert line.execute("SELECT count(*) FROM left_half").fetchone() == (counts["left_half"],)
    assert len(list(data.glob("directory.sqlite3.abimee-*"))) == 1

    # On another machine, where there is nothing yet: the rows, and the key that reads what they hold.
    other = tmp_path / "other"
    other.mkdir()
    done = manage(other, "restore", str(copy.path), "--wet-run")
    assert done.returncode == 0, done.stderr
    with closing(sqlite3.connect(other / "directory.sqlite3")) as line:
        assert line.execute("SELECT name FROM actors_actor").fetchall() == [("Jardin de cocagne",)]
    assert (other / "secret_key").read_text() == (data / "secret_key").read_text()
