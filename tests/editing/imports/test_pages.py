"""The pages of an import: upload, columns, progress, fates, and who may see them."""

import io
import re
import resource

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.urls import reverse

from actors.history import keep_missing
from actors.models import Actor
from editing.exchange import jobs, steps
from editing.exchange.forms import TOO_LARGE
from editing.exchange.jobs import work_off
from editing.exchange.reading import FileRefused
from editing.exchange.sorting import sort_batch
from editing.import_models import ImportBatch, ImportState
from editing.roles import CONTRIBUTOR, EDITOR, LOCAL_EDITOR, MODERATOR, VISITOR, give_role
from tests.editing.imports.tables import applied, apply, make_csv, sort, sorted_batch, stage, told
from tests.factories.actors import make_organisation
from tests.factories.editors import logged_in, make_user
from tests.factories.territories import make_containment, make_territory

pytestmark = pytest.mark.django_db

UPLOAD = "/admin/imports/"


def page_of(batch, client, **parameters):
    return client.get(reverse("admin:import_batch", args=[batch.pk]), parameters)


def post(batch, client, **data):
    """What its page posts, the sorting it shows included."""
    batch.refresh_from_db()
    return client.post(reverse("admin:import_batch", args=[batch.pk]), {"seen": batch.sorting, **data})


def test_from_the_upload_to_the_entries_and_back():
    client = logged_in(make_user())
    actor = make_organisation(name="Ancienne")
    keep_missing()
    file = make_csv(
        {"Nom": "La Fabrique", "Effectif": "12"},
        {"Identifiant": actor.public_id, "Nom": "Ancienne", "Résumé": "Nouveau"},
        {"Nom": "Ancienne"},
        {"Nom": "La Ruche", "Type": "inconnu"},
    )
    response = client.post(UPLOAD, {"file": file})
    batch = ImportBatch.objects.get()
    assert response.headers["Location"] == reverse("admin:import_batch", args=[batch.pk])

    page = page_of(batch, client)
    assert "Colonnes inconnues, qui ne seront pas reprises sans votre choix : « Effectif »." in page.text
    form = page.context["form"]
    data = {name: form[name].value() or "" for name in form.fields}
    assert data == {
        "nature": "organisation",
        "scheme": "",
        "column-0": "name",
        "column-1": "",
        "column-2": "public_id",
        "column-3": "summary",
        "column-4": "kind",
    }
    post(batch, client, match="", **data)
    assert "Tri en cours" in page_of(batch, client).text
    work_off()

    page = page_of(batch, client)
    assert page.context["form"]["chosen"].value() == ["create", "change"]
    assert [(tab["value"], tab["count"]) for tab in page.context["counts"]] == [
        ("create", 1),
        ("change", 1),
        ("twin", 1),
        ("error", 1),
    ]
    assert "<del>(rien)</del> → <ins>Nouveau</ins>" in page.text
    only = page_of(batch, client, sort="error")
    assert [row.line for row in only.context["rows"]] == [5]
    rejected = client.get(reverse("admin:import_rejected", args=[batch.pk])).getvalue().decode("utf-8-sig")
    assert rejected.splitlines() == [
        "Ligne;Nom;Effectif;Identifiant;Résumé;Type;Raison du rejet",
        "5;La Ruche;;;;inconnu;Type : « inconnu » n’est pas dans la liste : voyez les valeurs admises dans la "
        "documentation de l’import.",
    ]
    post(batch, client, apply="", chosen=["create", "change"])
    assert "Enregistrement en cours" in page_of(batch, client).text
    work_off()
    assert sorted(Actor.objects.values_list("name", "summary")) == [
        ("Ancienne", "Nouveau"),
        ("La Fabrique", ""),
    ]

    assert "Annuler tout l’import" in page_of(batch, client).text
    post(batch, client, undo="")
    work_off()
    assert list(Actor.objects.values_list("name", "summary")) == [("Ancienne", "")]
    post(batch, client, forget="")
    assert not ImportBatch.objects.exists()


def test_what_another_tab_sorted_otherwise_is_not_written():
    batch = sort({"Nom": "La Fabrique", "Description": "Un lieu"})
    seen = batch.sorting
    assert steps.ask_to_sort(batch, mapping=["name", ""], scheme="", nature="organisation")
    work_off()
    client = logged_in(batch.created_by)
    address = reverse("admin:import_batch", args=[batch.pk])
    assert f'name="seen" value="{seen}"' not in client.get(address).text
    response = client.post(address, {"apply": "", "chosen": ["create"], "seen": seen}, follow=True)
    assert "Cet import a changé d’état entre-temps" in response.text
    assert (work_off(), Actor.objects.count()) == (False, 0)


def test_who_lets_too_many_lines_wait_uploads_no_more(monkeypatch):
    monkeypatch.setattr(steps, "MOST_WAITING", 2)
    batch = stage({"Nom": "La Fabrique"}, {"Nom": "La Ruche"})
    with pytest.raises(FileRefused, match="comptent déjà"):
        stage({"Nom": "Le Nid"}, user=batch.created_by)
    stage({"Nom": "Le Nid"})
    assert steps.forget(batch)
    stage({"Nom": "Le Nid"}, user=batch.created_by)


def test_the_same_button_twice_counts_once():
    batch = sort({"Nom": "La Fabrique"})
    client = logged_in(batch.created_by)
    post(batch, client, apply="", chosen=["create"])
    response = client.post(
        reverse("admin:import_batch", args=[batch.pk]),
        {"apply": "", "chosen": ["create"], "seen": batch.sorting},
        follow=True,
    )
    assert "Cet import a changé d’état entre-temps" in response.text
    work_off()
    assert (work_off(), Actor.objects.count()) == (False, 1)


@pytest.mark.parametrize(
    ("data", "error"),
    [
        ({"column-0": ""}, "Choisissez au moins la colonne du nom"),
        ({"column-1": "name"}, "« Nom » est déjà prise par une autre colonne."),
        ({"column-1": "page"}, "Sélectionnez un choix valide."),
        ({"scheme": "pas un mot"}, "Ce champ ne doit contenir que des lettres, des nombres"),
    ],
)
def test_columns_that_can_not_be_are_told(data, error):
    batch = stage({"Nom": "La Fabrique", "Autre": "x"})
    client = logged_in(batch.created_by)
    sent = {"match": "", "nature": "organisation", "scheme": "", "column-0": "name", "column-1": "", **data}
    response = post(batch, client, **sent)
    assert response.status_code == 200
    assert error in response.text
    batch.refresh_from_db()
    assert batch.state == ImportState.MATCHING


def test_nothing_chosen_is_told():
    batch = sort({"Nom": "La Fabrique"})
    response = post(batch, logged_in(batch.created_by), apply="")
    assert "Choisissez ce qui doit être enregistré." in response.text


def test_a_file_that_is_no_table_is_told_beside_its_field():
    response = logged_in(make_user()).post(UPLOAD, {"file": SimpleUploadedFile("x.pdf", b"%PDF-1.7")})
    assert response.context["form"].errors == {
        "file": ["C’est un document PDF. Il faut un classeur .xlsx ou un fichier CSV."]
    }


def test_a_hundred_megabytes_are_refused_without_being_kept():
    class Endless(io.RawIOBase):
        """A file of a hundred million bytes that nobody holds."""

        name, left = "grand.csv", 100_000_000

        def read(self, size=-1):
            size = min(self.left if size < 0 else size, self.left)
            self.left -= size
            return b"x" * size

    boundary = b"limite"
    head = (
        b'--limite\r\nContent-Disposition: form-data; name="file"; filename="grand.csv"\r\n'
        b"Content-Type: text/csv\r\n\r\n"
    )
    tail = b"\r\n--" + boundary + b"--\r\n"

    class Body:
        parts = [io.BytesIO(head), Endless(), io.BytesIO(tail)]

        def read(self, size=-1):
            while self.parts:
                if chunk := self.parts[0].read(size):
                    return chunk
                self.parts.pop(0)
            return b""

        def readline(self, size=-1):
            raise NotImplementedError

    client = logged_in(make_user())
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    response = client.generic(
        "POST",
        UPLOAD,
        b"",
        **{
            "CONTENT_TYPE": "multipart/form-data; boundary=limite",
            "CONTENT_LENGTH": str(len(head) + 100_000_000 + len(tail)),
            "wsgi.input": Body(),
        },
    )
    assert response.context["form"].errors == {"file": [TOO_LARGE]}
    assert not ImportBatch.objects.exists()
    # Kilobytes: what the process grew by.
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 40_000
    assert settings.MOST_UPLOADED == 25_000_000


# -- who ---------------------------------------------------------------------------------------------------


def test_each_sees_their_own_imports_and_a_moderator_all():
    batch = stage({"Nom": "La Fabrique"})
    other = logged_in(make_user(EDITOR))
    assert [page_of(batch, other).status_code, post(batch, other, forget="").status_code] == [404, 404]
    assert other.get(reverse("admin:import_rejected", args=[batch.pk])).status_code == 404
    assert list(other.get(UPLOAD).context["page"]) == []
    assert page_of(batch, logged_in(make_user(MODERATOR))).status_code == 200
    assert logged_in(make_user(VISITOR)).get(UPLOAD).status_code == 302


def test_a_contributor_imports_drafts_and_changes_only_their_own():
    user = make_user(CONTRIBUTOR)
    mine = make_organisation(publication="draft", created_by=user)
    hidden = make_organisation(
        name="Secrète", publication="draft", siret="73282932000074", registry_state="proposed"
    )
    public = make_organisation(name="Publique")
    keep_missing()
    batch = apply(
        {"Nom": "La Fabrique"},
        {"Nom": "La Ruche", "Publication": "Publié"},
        {"Identifiant": mine.public_id, "Résumé": "x"},
        {"Identifiant": hidden.public_id, "Résumé": "x"},
        {"SIRET": "73282932000074", "Résumé": "y"},
        {"Identifiant": public.public_id, "Résumé": "x"},
        {"Nom": "Secrète"},
        user=user,
    )
    assert [(outcome, reasons[:1]) for outcome, reasons in told(batch)] == [
        ("create", []),
        ("error", ["Publication : vous n’avez pas le droit de publier ni de retirer une fiche."]),
        ("change", []),
        (
            "error",
            [
                f"Identifiant : aucune fiche n’a l’identifiant « {hidden.public_id} ». Pour une nouvelle fiche, "
                "laissez vide."
            ],
        ),
        ("error", ["Vous n’avez pas le droit de modifier une fiche en préparation."]),
        ("error", ["Vous n’avez pas le droit de modifier « Publique »."]),
        ("twin", ["Même nom qu’une fiche en préparation."]),
    ]
    assert "Secrète" not in page_of(batch, logged_in(user), sort="error").text
    assert Actor.objects.get(name="La Fabrique").publication == "draft"


def test_a_local_editor_imports_into_their_territories_only():
    epci, inside, outside = (
        make_territory("epci"),
        make_territory(name="Dedans"),
        make_territory(name="Dehors"),
    )
    make_containment(epci, inside)
    user = make_user(LOCAL_EDITOR, territories=[epci])
    here, there = make_organisation(place=inside), make_organisation(place=outside)
    keep_missing()
    batch = sort(
        {"Nom": "La Fabrique", "Commune": "Dedans", "Publication": "Publié"},
        {"Nom": "La Ruche", "Commune": "Dehors"},
        {"Nom": "Le Nid"},
        {"Identifiant": here.public_id, "Résumé": "x"},
        {"Identifiant": there.public_id, "Résumé": "x"},
        user=user,
    )
    away = ["Le siège n’est pas dans les territoires qui vous sont confiés."]
    assert told(batch)[:4] == [("create", []), ("error", away), ("error", away), ("change", [])]
    assert told(batch)[4] == ("error", [f"Vous n’avez pas le droit de modifier « {there} »."])
    moved = sort({"Identifiant": here.public_id, "Commune": "Dehors"}, user=user)
    assert told(moved) == [("error", ["Le siège sortirait des territoires qui vous sont confiés."])]


def test_a_right_lost_since_the_sorting_is_lost():
    batch = sort({"Nom": "La Fabrique", "Publication": "Publié"}, {"Nom": "La Ruche"})
    give_role(batch.created_by, CONTRIBUTOR)
    applied(batch)
    assert told(batch) == [("error", ["Vous n’avez plus le droit de publier."]), ("create", [])]
    give_role(batch.created_by, VISITOR)
    other = sorted_batch(stage({"Nom": "Le Nid"}, user=make_user(EDITOR, "x")))
    give_role(other.created_by, VISITOR)
    applied(other)
    assert told(other) == [("error", ["Vous n’avez plus le droit de faire cette modification."])]


# -- pages ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 3])
def test_no_page_asks_more_for_more_rows(rows, django_assert_num_queries):
    user = make_user()
    known = [make_organisation() for _ in range(rows)]
    keep_missing()
    client = logged_in(user)
    batches = [
        stage(*({"Nom": f"Nouvelle {number}", "Type": "x"} for number in range(rows)), user=user)
        for _ in range(rows)
    ]
    with django_assert_num_queries(7):
        client.get(UPLOAD)
    with django_assert_num_queries(7):
        page_of(batches[0], client)
    sort_these = [{"Identifiant": actor.public_id, "Résumé": "x"} for actor in known]
    batch = sort(*sort_these, user=user)
    with django_assert_num_queries(9):
        page_of(batch, client)


def test_pages_hold_no_style_nor_script_of_their_own():
    batch = stage({"Nom": "La Fabrique"})
    client = logged_in(batch.created_by)
    seen = [client.get(UPLOAD).text, page_of(batch, client).text]
    ImportBatch.objects.update(state="sorting")
    seen.append(page_of(batch, client).text)
    work_off()
    seen.append(page_of(batch, client).text)
    for html in seen:
        assert re.findall(r"<style|\sstyle=|\son[a-z]+=\"|<script(?![^>]*\ssrc=)[^>]*>", html) == []


def test_progress_shows_without_a_script():
    batch = stage({"Nom": "La Fabrique"})
    ImportBatch.objects.update(state="sorting", done=1)
    html = page_of(batch, logged_in(batch.created_by)).text
    assert '<noscript><meta http-equiv="refresh" content="4"></noscript>' in html
    assert '<progress max="1" value="1">1</progress>' in html


def test_what_fails_is_told_and_the_next_has_its_turn(monkeypatch, caplog):
    first, second = stage({"Nom": "La Fabrique"}), stage({"Nom": "La Ruche"}, user=make_user(EDITOR, "x"))
    ImportBatch.objects.update(state="sorting")
    monkeypatch.setitem(
        jobs._WORK,
        ImportState.SORTING,
        lambda batch: 1 / 0 if batch.pk == first.pk else sort_batch(batch),
    )
    assert (work_off(), work_off(), work_off()) == (True, True, False)
    first.refresh_from_db()
    second.refresh_from_db()
    assert second.state == "sorted"
    assert (first.state, len(first.problems)) == ("failed", 1)
    assert "division by zero" in caplog.text
    assert page_of(first, logged_in(first.created_by)).status_code == 200


def test_what_finds_the_database_busy_is_tried_again(monkeypatch):
    """Found by killing processes while many write: a lock held for twenty seconds had an import fail for good."""
    batch = stage({"Nom": "La Fabrique"})
    ImportBatch.objects.update(state="sorting")

    def busy(batch):
        raise OperationalError("database is locked")

    with monkeypatch.context() as meanwhile:
        meanwhile.setitem(jobs._WORK, ImportState.SORTING, busy)
        with pytest.raises(OperationalError):
            work_off()
    batch.refresh_from_db()
    assert (batch.state, batch.problems) == ("sorting", [])
    assert work_off() is True
    batch.refresh_from_db()
    assert batch.state == "sorted"
