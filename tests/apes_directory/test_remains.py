"""Below the rows: what files and the database's own pages still say of somebody who was erased."""

import json
import os
import time

import pytest
from django.core.management import call_command
from django.db import connection

from actors.actions.erase_person import erase, erase_person
from apes_directory import remains
from apes_directory.error_digest import being_sent, error_file
from sources.erasure import Traces
from tests.factories import building
from tests.factories.actors import make_organisation, make_spokesperson
from tests.factories.sources import make_person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.DATA_DIR, settings.BACKUP_DIR = tmp_path, tmp_path / "backups"
    return tmp_path


def line(text: str, at: str = "2999-01-01T00:00:00+00:00") -> str:
    return json.dumps({"at": at, "text": text}, ensure_ascii=False) + "\n"


def test_lines_of_errors_that_name_the_person_go():
    error_file().write_text(line("Key (name)=(Hélène Lécuyer) already exists") + line("autre chose"))
    being_sent().write_text(line("chez helene-lecuyer, 06.00 00 00 01"))
    with building():
        erase(traces=Traces.of(["Hélène Lécuyer"], phones=["06 00 00 00 01"]))
    assert error_file().read_text() == line("autre chose")
    assert error_file().stat().st_mode & 0o777 == 0o600
    assert being_sent().read_text() == ""


def test_what_is_held_is_told_with_files_and_what_can_not_be_read(folder, capsys):
    make_organisation()
    call_command("backup", verbosity=0)
    error_file().write_text(line("Key (name)=(Hélène Lécuyer) already exists"))
    (folder / "directory.sqlite3.abimee-20260101T000000Z").touch()
    call_command("held_on", "Lécuyer Hélène")
    told = capsys.readouterr().out
    assert f"fichier {error_file()}" in told
    assert "Non lues : 1 sauvegardes" in told
    assert "abimee-20260101T000000Z, une base abîmée" in told


def test_errors_nobody_reads_and_spoilt_databases_end_after_a_month(folder):
    error_file().write_text(line("ancienne", "2020-01-01T00:00:00+00:00") + line("nouvelle") + "[broken\n")
    old, new = (folder / f"directory.sqlite3.abimee-{name}" for name in ("old", "new"))
    for path in (old, new):
        path.touch()
    os.utime(old, (time.time() - 31 * 86_400,) * 2)
    assert remains.forget_old_files() == 3
    assert error_file().read_text() == line("nouvelle")
    assert (old.exists(), new.exists()) == (False, True)
    assert remains.forget_old_files() == 0


def test_the_register_says_how_long_files_are_kept(settings):
    text = (settings.BASE_DIR / "docs" / "registre-des-traitements.md").read_text(encoding="utf-8")
    for what in ("Relevé des erreurs du site", "Base abîmée, mise de côté"):
        (row,) = [line for line in text.splitlines() if line.startswith(f"| {what}")]
        assert f"| {remains.KEPT.days} jours |" in row


@pytest.mark.skipif(connection.vendor == "postgresql", reason="the full-text index of SQLite")
def test_no_word_of_the_name_stays_in_the_full_text_index():
    with building():
        person = make_person(name="Zwickau Quetzalcoatl")
        make_spokesperson(make_organisation(), person)
        make_organisation(summary="Avec Zwickau Quetzalcoatl")

    def blocks() -> bytes:
        with connection.cursor() as cursor:
            cursor.execute("SELECT block FROM actors_search_data")
            return b"".join(bytes(block) for (block,) in cursor.fetchall())

    assert b"quetzalcoatl"[:8] in blocks()
    with building():
        erase_person(person=person)
    assert b"quetzalcoatl"[:8] not in blocks()
    assert b"zwicka" not in blocks()
