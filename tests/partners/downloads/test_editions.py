"""Dated editions never change, tell what changed, and are the only thing ever served from their folder."""

import csv
import datetime
import hashlib

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from actors.actions.delete_actor import delete_actor
from partners.editions import EDITIONS
from tests.factories import building
from tests.factories.actors import make_organisation
from tests.partners.directory import FORBIDDEN

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
        EDITIONS.make("2026-11", "2026-11-30", 1, SITE, print)


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
    response.close()
    assert client.get(address, headers={"if-none-match": etag}).status_code == 304
