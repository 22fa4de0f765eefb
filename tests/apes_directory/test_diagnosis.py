"""`diagnostic` finds what is wrong and says it in French, without a name of anybody."""

import datetime
import tempfile
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection

from actors.models import Actor
from apes_directory import diagnosis, upkeep
from apes_directory.diagnosis import Level, findings
from apes_directory.upkeep import CHORES
from tests.factories.actors import make_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def installation(settings, tmp_path):
    settings.DATA_DIR, settings.BACKUP_DIR, settings.BACKUP_KEY = tmp_path, tmp_path / "backups", ""
    settings.STATIC_ROOT = tmp_path / "static"
    return tmp_path


def told(*examinations) -> dict[str, tuple[Level, str]]:
    return {subject: (level, text) for level, subject, text in findings(examinations)}


def test_a_sound_installation_has_nothing_grave(capsys):
    make_organisation(name="Jardin de cocagne")
    call_command("diagnostic")
    out = capsys.readouterr().out
    assert "\ngraves : 0 ; à voir : " in out
    assert "1 fiches publiées" in out
    assert "cocagne" not in out


def test_an_examination_that_fails_hides_no_other(monkeypatch, capsys):
    def refuse(*args):
        raise DatabaseError("la base ne répond pas")

    with connection.execute_wrapper(refuse), pytest.raises(SystemExit) as stop:
        call_command("diagnostic")
    out = capsys.readouterr().out
    assert stop.value.code == 1
    assert "GRAVE" in out
    assert "Disque : " in out


@pytest.mark.parametrize(
    ("lock", "wrong"),
    [
        ("django==1.0 \\\n    --hash=sha256:00\n", ["django 5"]),
        ("absent-package==1.0\n", ["absent-package (absent)"]),
        ("absent-package==1.0 ; sys_platform == 'win32'\n", []),
        ("# django==1.0\n", []),
    ],
)
def test_packages_of_another_version_are_named(lock, wrong):
    assert [each[: len(wrong[0])] for each in diagnosis._other_versions(lock)] == wrong


def test_old_copies_and_late_chores(installation):
    assert told(diagnosis.upkeep)["Sauvegardes"][0] is Level.LOOK
    assert told(diagnosis.upkeep)["Entretien"] == (
        Level.LOOK,
        "jamais fait : « manage.py entretien » est à lancer chaque jour.",
    )
    (installation / "backups").mkdir()
    (installation / "backups" / "annuaire-20260101T020000Z.tar.gz").touch()
    now = datetime.datetime.now(datetime.UTC)
    for chore in CHORES:
        upkeep.journal().note(chore.key, now)
    assert told(diagnosis.upkeep)["Sauvegardes"][0] is Level.BAD
    assert told(diagnosis.upkeep)["Entretien"][0] is Level.GOOD
    upkeep.journal().note("backup", now - datetime.timedelta(days=4))
    assert told(diagnosis.upkeep)["Entretien"] == (
        Level.LOOK,
        "en retard : sauvegarde. Lancez « manage.py entretien ».",
    )
    (installation / "backups" / f"annuaire-{now:%Y%m%dT%H%M%SZ}.tar.gz").touch()
    assert told(diagnosis.upkeep)["Sauvegardes"][0] is Level.GOOD


def test_a_disk_nearly_full_is_grave(monkeypatch):
    usage = type("usage", (), {"free": 100_000_000})
    monkeypatch.setattr(diagnosis.shutil, "disk_usage", lambda path: usage)
    assert told(diagnosis.folders)["Disque"][0] is Level.BAD


def test_a_key_that_other_accounts_may_read_is_told():
    # Not below pytest's own folder, which nobody else may enter.
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        folder, key = Path(name), Path(name) / "secret_key"
        key.touch()
        for folder_mode, key_mode, is_open in (
            (0o755, 0o644, True),
            (0o700, 0o644, False),
            (0o755, 0o640, False),
        ):
            folder.chmod(folder_mode)
            key.chmod(key_mode)
            assert diagnosis._is_open(key) is is_open


def test_unsafe_settings_are_grave(settings):
    settings.HTTPS, settings.DEBUG, settings.ALLOWED_HOSTS = True, True, ["annuaire.exemple.fr"]
    settings.SECRET_KEY = "x3Zq7-" * 9 + "abcdefghij"
    assert told(diagnosis.configuration)["Réglages"][0] is Level.BAD
    assert Actor.objects.count() == 0
