"""Lists of entries as spreadsheets: what they hold, what never leaves, and the way back."""

import csv
import io
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from actors.cells import neutralised, revived
from actors.enums import ContactKind
from actors.models import Actor, OutsideId
from editing.exchange import steps
from editing.exchange.columns import COLUMNS, as_markdown
from editing.roles import CONTRIBUTOR, EDITOR, VISITOR
from tests.editing.admin.rows import fill
from tests.editing.imports.tables import sorted_batch, told
from tests.factories import building
from tests.factories.actors import (
    make_activity,
    make_citation,
    make_contact,
    make_initiative,
    make_organisation,
    make_place,
    make_ptce,
)
from tests.factories.editors import logged_in, make_user
from tests.factories.sources import make_article, make_letter
from tests.factories.territories import make_territory

pytestmark = pytest.mark.django_db

LIST = "admin:actors_actor_changelist"
EXPORT = "admin:actors_actor_export"


def export(user=None, kind="csv", **parameters):
    return logged_in(user or make_user()).get(reverse(EXPORT, args=[kind]), parameters)


def rows_of(response, delimiter=";"):
    text = response.getvalue().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))


def make_full():
    commune = make_territory(code="62250", name="Courrières")
    actor = make_organisation(
        name="La Fabrique",
        precision="Courrières",
        siren="732829320",
        registry_state="verified",
        summary="Répare des vélos",
        description="Une ligne\nune autre",
        life_status="active",
        life_status_year=2022,
        sectors=["mobility", "employment"],
        labels=["aci"],
    )
    make_activity("reparation", actors=(actor,))
    make_place(actor, commune, address="1 rue Haute", postal_code="62710")
    make_place(actor, make_territory(), role="branch")
    make_contact(actor, "https://fabrique.example/")
    make_contact(actor, "contact@fabrique.example", ContactKind.EMAIL)
    make_contact(actor, "0321000000", ContactKind.PHONE)
    make_contact(actor, "0600000000", ContactKind.PHONE, personal=True)
    make_contact(actor, "camille@fabrique.example", ContactKind.EMAIL, personal=True)
    make_citation(make_article(make_letter(number="71")), actor=actor)
    with building():
        OutsideId.objects.create(actor=actor, scheme="ess", value="1")
    return actor


def test_the_document_holds_the_columns():
    document = Path(__file__).resolve().parents[3] / "docs" / "import-export.md"
    assert as_markdown() in document.read_text(encoding="utf-8")


def test_an_entry_is_one_line_of_documented_columns():
    actor = make_full()
    response = export()
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    (row,) = rows_of(response)
    assert list(row) == [column.column_name for column in COLUMNS.values()]
    assert row == {
        "Identifiant": actor.public_id,
        "Nature": "Structure",
        "Nom": "La Fabrique",
        "Précision": "Courrières",
        "Type": "Structure d’insertion",
        "Statut juridique": "Association",
        "Famille": "Famille non précisée",
        "Domaines": "Mobilités ; Insertion et emploi",
        "Activités": "reparation",
        "Labels": "Atelier et chantier d’insertion",
        "SIREN": "732829320",
        "SIRET": "",
        "RNA": "",
        "État des numéros": "Vérifié",
        "Commune du siège": "Courrières",
        "Code INSEE du siège": "62250",
        "Adresse du siège": "1 rue Haute",
        "Code postal du siège": "62710",
        "Sites web": "https://fabrique.example/",
        "Courriels": "contact@fabrique.example",
        "Téléphones": "0321000000",
        "En une ligne": "Répare des vélos",
        "Description": "Une ligne\nune autre",
        "Situation": "En activité",
        "Année de la situation": "2022",
        "Publication": "Publié",
        "Lettres": "Lettre n° 71, 2022",
        "Informations du": "2022-12-31",
        "Modifié le": f"{timezone.localdate(actor.updated_at):%Y-%m-%d}",
        "Page": f"http://testserver/acteurs/{actor.slug}/",
        "Identifiants extérieurs": "ess : 1",
    }


@pytest.mark.parametrize("kind", ["csv", "csv-virgules", "xlsx"])
def test_what_left_comes_back_as_the_same(kind):
    actor = make_full()
    for number, make in enumerate((make_organisation, make_initiative, make_ptce), start=1):
        fill(make(name=f"=cmd {number}", summary="-10 % @ +"), number)
    response = export(kind=kind)
    file = SimpleUploadedFile("x", response.getvalue())
    assert response.headers["Content-Disposition"].endswith('.xlsx"' if kind == "xlsx" else '.csv"')
    batch = sorted_batch(steps.stage(file=file, sheet="", user=make_user(EDITOR)))
    assert batch.total == Actor.objects.count()
    assert told(batch) == [("same", [])] * batch.total
    assert actor in {row.actor for row in batch.rows.all()}


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+33", "-1", "@x", "\tx", "'=x", "''=x", "'x", "x", "", "'", "L’été =", "\r=x"],
)
def test_formulas_are_neutralised_and_revived_exactly(text):
    written = neutralised(text)
    assert revived(written) == text
    assert not written.startswith(("=", "+", "-", "@", "\t", "\r"))


def test_a_formula_is_a_text_in_a_workbook_too():
    make_organisation(name='=HYPERLINK("http://x.example")')
    sheet = load_workbook(io.BytesIO(export(kind="xlsx").getvalue())).active
    cell = sheet.cell(2, 3)
    assert (cell.value, cell.data_type) == ('\'=HYPERLINK("http://x.example")', "s")


def test_a_list_is_exported_as_it_is_filtered_and_searched():
    for name, publication in (("Ruche", "published"), ("Ruche verte", "draft"), ("Nid", "published")):
        make_organisation(name=name, publication=publication)
    assert [row["Nom"] for row in rows_of(export())] == ["Nid", "Ruche", "Ruche verte"]
    assert [row["Nom"] for row in rows_of(export(q="ruche"))] == ["Ruche", "Ruche verte"]
    narrowed = export(q="ruche", publication__exact="published", kind="csv-virgules")
    assert [row["Nom"] for row in rows_of(narrowed, ",")] == ["Ruche"]
    assert export(nonsense="1").status_code == 302


def test_the_rows_ticked_are_exported_by_action():
    one, _ = make_organisation(), make_organisation()
    data = {"action": "export_as_csv", "_selected_action": [one.pk]}
    response = logged_in(make_user()).post(reverse(LIST), data)
    assert [row["Identifiant"] for row in rows_of(response)] == [one.public_id]
    data["action"] = "export_as_xlsx"
    response = logged_in(make_user()).post(reverse(LIST), data)
    assert response.getvalue().startswith(b"PK")


def test_excel_knows_the_encoding_and_the_separator():
    make_organisation()
    assert export().getvalue().startswith(b"\xef\xbb\xbfIdentifiant;Nature;Nom;")


def test_the_links_keep_the_filters():
    page = logged_in(make_user()).get(reverse(LIST), {"q": "ruche"}).text
    assert f'href="{reverse(EXPORT, args=["xlsx"])}?q=ruche"' in page


def test_a_contributor_exports_what_they_may_read_and_a_visitor_nothing():
    make_organisation(name="Publiée")
    make_organisation(name="Brouillon", publication="draft")
    assert [row["Nom"] for row in rows_of(export(make_user(CONTRIBUTOR)))] == ["Publiée"]
    assert export(make_user(VISITOR)).status_code == 302
    assert export(kind="json").status_code == 403


@pytest.mark.parametrize("rows", [1, 3])
def test_an_export_asks_no_more_for_more_entries(rows, django_assert_num_queries):
    user = make_user()
    for number in range(1, rows + 1):
        fill(make_organisation(), number)
    client = logged_in(user)
    with django_assert_num_queries(18):
        client.get(reverse(EXPORT, args=["csv"])).getvalue()
