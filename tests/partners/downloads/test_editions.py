"""Dated editions never change, tell what changed, and are the only thing ever served from their folder."""

import csv
import datetime
import hashlib
import json
import subprocess

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from actors.actions.delete_actor import delete_actor
from actors.models import Actor
from partners.editions import EDITIONS, StillChanging
from territories.models import Change
from tests.factories import building
from tests.factories.actors import make_organisation
from tests.partners.directory import FORBIDDEN
from tests.partners.downloads.reading import leave

SITE = "https://annuaire.exemple.fr"


@pytest.fixture(autouse=True)
def _data_dir(settings, tmp_path):
    settings.DATA_DIR = tmp_path


@pytest.fixture
def month(monkeypatch):
    """Sets the day of all that follows."""

    def set_to(day: str) -> None:
        monkeypatch.setattr(timezone, "localdate", lambda: datetime.date.fromisoformat(day))

    return set_to


def make(capsys, *options: str) -> str:
    call_command("make_edition", SITE, *options)
    return capsys.readouterr().out


def test_nothing_is_made_unless_meant(directory, capsys, tmp_path):
    assert "rien n’est fait sans --wet-run" in make(capsys)
    assert list(tmp_path.iterdir()) == []


def test_an_edition_is_listed_with_its_digests(client, directory, capsys, month, tmp_path):
    month("2026-11-22")
    assert "Édition 2026-11 faite : 27 fichiers" in make(capsys, "--wet-run")
    page = client.get("/donnees/editions/2026-11/").content.decode()
    assert "22 novembre 2026" in page
    (edition,) = EDITIONS.all()
    for file in edition.files:
        response = client.get(f"/donnees/editions/2026-11/{file.name}")
        data = response.getvalue()
        assert hashlib.sha256(data).hexdigest() == file.sha256
        assert len(data) == file.size
        assert file.sha256 in page
        assert "immutable" in response["Cache-Control"]
        if file.name.rpartition(".")[2] not in {"xlsx"}:
            assert [text for text in FORBIDDEN if text in data.decode()] == []
    sums = (tmp_path / "editions/2026-11/SHA256SUMS").read_text()
    assert f"{edition.files[0].sha256}  acteurs.csv\n" in sums
    assert "/donnees/editions/2026-11/" in client.get("/donnees/").content.decode()
    # Lasting addresses are those of the site that was named, whoever made the files.
    table = (tmp_path / "editions/2026-11/acteurs.csv").read_text()
    assert f"{SITE}/id/abcdefgh" in table


def test_an_edition_never_changes(directory, capsys, month, tmp_path):
    month("2026-11-22")
    make(capsys, "--wet-run")
    before = (tmp_path / "editions/2026-11/edition.json").read_bytes()
    for options in ((), ("--wet-run",)):
        with pytest.raises(CommandError, match="ne change jamais"):
            make(capsys, *options)
    assert (tmp_path / "editions/2026-11/edition.json").read_bytes() == before
    with pytest.raises(FileExistsError):
        EDITIONS.make("2026-11", "2026-11-30", SITE, print)


def test_the_next_one_tells_what_changed(client, directory, capsys, month, tmp_path):
    with building():
        gone, renamed, kept = (make_organisation(name=name) for name in ("Partie", "Ancienne", "Gardée"))
    month("2026-11-22")
    make(capsys, "--wet-run")
    with building():
        added = make_organisation(name="Nouvelle")
        type(renamed).objects.filter(pk=renamed.pk).update(summary="Autre chose")
    delete_actor(actor=gone, user=None)
    month("2026-12-01")
    make(capsys, "--wet-run")
    edition = EDITIONS.get("2026-12")
    assert (edition.since, edition.changes) == ("2026-11", {"ajoute": 1, "retire": 1, "modifie": 1})
    with (tmp_path / "editions/2026-12/changements.csv").open(encoding="utf-8", newline="") as file:
        told = {row["identifiant"]: (row["nom"], row["changement"]) for row in csv.DictReader(file)}
    # Who is gone is told by identifier alone.
    assert told == {
        added.public_id: ("Nouvelle", "ajoute"),
        gone.public_id: ("", "retire"),
        renamed.public_id: ("Ancienne", "modifie"),
    }
    assert kept.public_id not in told
    assert "1 acteur ajouté" in client.get("/donnees/editions/2026-12/").content.decode()


def test_a_failure_leaves_nothing(directory, capsys, month, tmp_path, monkeypatch):
    month("2026-11-22")

    def fail(*args):
        raise OSError("Disque plein")

    monkeypatch.setattr("partners.editions._write_read_me", fail)
    with pytest.raises(CommandError, match="Disque plein"):
        make(capsys, "--wet-run")
    assert list((tmp_path / "editions").iterdir()) == []


@pytest.mark.parametrize("base", ["annuaire.exemple.fr", "javascript:alert(1)", ""])
def test_a_site_is_named_whole(db, base):
    with pytest.raises(CommandError, match="https://"):
        call_command("make_edition", base, "--wet-run")


@pytest.mark.parametrize(
    "address",
    [
        "2026-11/edition.json",
        "2026-11/..%2f..%2fsecret_key",
        "2026-11/../../secret_key",
        "..%2f../secret_key",
        "2026-11/%2e%2e%2fedition.json",
        "2026-11/acteurs.csv%00",
        "2026-11/ACTEURS.CSV",
        "2026-10/acteurs.csv",
        "2026-10/",
        "2026-13/",
        ".en-cours-x/acteurs.csv",
        "x/",
    ],
)
def test_nothing_else_is_served(client, directory, capsys, month, tmp_path, address):
    month("2026-11-22")
    (tmp_path / "secret_key").write_text("secret")
    make(capsys, "--wet-run")
    response = client.get(f"/donnees/editions/{address}")
    assert response.status_code == 404
    assert b"secret" not in response.content


def test_who_has_a_file_of_an_edition_gets_304(client, directory, capsys, month):
    month("2026-11-22")
    make(capsys, "--wet-run")
    address = "/donnees/editions/2026-11/acteurs.csv"
    response = client.get(address)
    etag = response["ETag"]
    leave(response)
    assert client.get(address, headers={"if-none-match": etag}).status_code == 304


def test_all_files_of_an_edition_are_of_one_moment(directory):
    changed = []

    def progress(name: str) -> None:
        if name == "cooperations.csv" and not changed:
            changed.append(delete_actor(actor=Actor.objects.get(public_id="bcdefghj"), user=None))

    edition = EDITIONS.make("2026-11", "2026-11-22", SITE, progress)
    with EDITIONS.path(edition, "acteurs.jsonl").open(encoding="utf-8") as file:
        told_by_actors = {link["id"] for line in file for link in json.loads(line)["cooperations"]}
    with EDITIONS.path(edition, "cooperations.csv").open(encoding="utf-8", newline="") as file:
        told_by_links = {row["Id"] for row in csv.DictReader(file)}
    assert changed
    assert told_by_actors == told_by_links
    assert edition.version == Change.objects.version()


def test_an_edition_that_finds_no_moment_is_not_made(directory, tmp_path):
    def progress(name: str) -> None:
        if name == "lettres.csv":
            with building():
                passing = make_organisation()
            delete_actor(actor=passing, user=None)

    with pytest.raises(StillChanging, match="a changé 5 fois"):
        EDITIONS.make("2026-11", "2026-11-22", SITE, progress)
    assert list((tmp_path / "editions").iterdir()) == []


def test_neither_a_new_column_nor_another_site_changes_an_entry(directory, capsys, month, tmp_path):
    month("2026-11-22")
    make(capsys, "--wet-run")
    # As a program made it that did not know the last column yet, and knew one more.
    path = tmp_path / "editions/2026-11/acteurs.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row | {"ancienne": "x"} for row in csv.DictReader(file)]
    names = [name for name in rows[0] if name != "sources"]
    assert len(names) == len(rows[0]) - 1
    path.chmod(0o644)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    month("2026-12-01")
    call_command("make_edition", "https://autre.exemple.fr", "--wet-run")
    assert EDITIONS.get("2026-12").changes == {"ajoute": 0, "retire": 0, "modifie": 0}


def test_a_long_text_does_not_stop_editions(directory, capsys, month):
    with building():
        make_organisation(name="Longue", description="mot " * 40_000)
    month("2026-11-22")
    make(capsys, "--wet-run")
    month("2026-12-01")
    make(capsys, "--wet-run")
    assert EDITIONS.get("2026-12").changes == {"ajoute": 0, "retire": 0, "modifie": 0}


def test_what_a_browser_saved_is_checked_by_the_command_that_is_told(
    client, directory, capsys, month, tmp_path
):
    month("2026-11-22")
    make(capsys, "--wet-run")
    saved = tmp_path / "saved"
    saved.mkdir()
    for file in EDITIONS.get("2026-11").files:
        response = client.get(f"/donnees/editions/2026-11/{file.name}")
        told = response.get("Content-Disposition", "").partition('filename="')[2].rstrip('"')
        (saved / (told or file.name)).write_bytes(response.getvalue())
    done = subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=saved, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("index", ["{", "[]", "{}", '{"files": [{}]}', "\udcff"])
def test_a_damaged_edition_hides_none_of_the_others(
    client, directory, capsys, month, tmp_path, caplog, index
):
    month("2026-11-22")
    make(capsys, "--wet-run")
    damaged = tmp_path / "editions/2026-10"
    damaged.mkdir()
    (damaged / "edition.json").write_bytes(index.encode(errors="surrogateescape"))
    assert [edition.name for edition in EDITIONS.all()] == ["2026-11"]
    assert "The edition 2026-10 cannot be read" in caplog.text
    assert client.get("/donnees/").status_code == 200
    assert client.get("/donnees/editions/2026-10/").status_code == 404


def test_the_address_of_all_editions_leads_to_them(client, directory):
    response = client.get("/donnees/editions/")
    assert response["Location"] == "/donnees/#editions"
    assert 'id="editions"' in client.get("/donnees/").content.decode()
