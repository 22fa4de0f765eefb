"""From a table to entries: what a line becomes, written in bulk, and taken back."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from actors.actions.record import actor_changed
from actors.enums import ContactKind, Label, LegalForm, PublicationStatus, RegistryState, Sector
from actors.history import act, keep_missing, read_documents, versions_of
from actors.models import Activity, Actor, Address, BinnedActor, ContactPoint, OutsideId, Place, PublicId
from editing.exchange.columns import COLUMNS
from editing.exchange.jobs import work_off
from editing.import_models import ImportBatch, Outcome
from territories.models import Change
from tests.editing.imports.tables import applied, apply, sort, sorted_batch, stage, told, undone
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
from tests.factories.territories import make_territory

pytestmark = pytest.mark.django_db

SIRET = "73282932000074"


@pytest.fixture
def courrieres():
    return make_territory(code="62250", name="Courrières", postal_codes=("62710",))


def full_line(**more):
    return {
        "Nom": "La Fabrique",
        "Précision": "Courrières",
        "Type": "Structure d’insertion",
        "Statut juridique": "SCIC",
        "Famille": "ESS",
        "Domaines": "Mobilités ; Insertion et emploi",
        "Activités": "velo",
        "Labels": "ACI ; Garage solidaire",
        "SIRET": "732 829 320 00074",
        "Commune": "COURRIERES",
        "Adresse": "1 rue Haute",
        "Code postal": "62710",
        "Site web": "Fabrique.example",
        "Courriel": "contact@fabrique.example",
        "Téléphone": "03.21.00.00.00 ; 0321000001",
        "En une ligne": "Répare des vélos",
        "Situation": "En activité",
        "Année": "2023",
        "Référence": "carte-ess : 12",
        **more,
    }


def test_a_line_becomes_an_entry_with_all_it_says(courrieres):
    make_activity("reparation-de-velos", synonyms="vélo")
    batch = apply(full_line())
    assert told(batch) == [("create", [])]
    actor = Actor.objects.get()
    assert (actor.full_name, actor.slug, actor.name_key) == (
        "La Fabrique, Courrières",
        "la-fabrique-courrieres",
        "la fabrique",
    )
    assert (actor.organisation_kind, actor.legal_form, actor.sphere) == ("integration", LegalForm.SCIC, "ess")
    assert (actor.siret, actor.siren, actor.registry_state) == (SIRET, "", RegistryState.PROPOSED)
    assert (actor.life_status, actor.life_status_year) == ("active", 2023)
    assert (actor.publication, actor.created_by) == (PublicationStatus.DRAFT, batch.created_by)
    assert [row.sector for row in actor.sectors.all()] == [Sector.MOBILITY, Sector.EMPLOYMENT]
    assert {row.label for row in actor.labels.all()} == {Label.ACI, Label.GARAGE_SOLIDAIRE}
    assert list(actor.activities.all()) == [Activity.objects.get()]
    place = Place.objects.get()
    assert (place.role, place.territory, place.address, place.postal_code) == (
        "seat",
        courrieres,
        "1 rue Haute",
        "62710",
    )
    assert [(one.kind, one.value) for one in actor.contacts.order_by("kind", "pk")] == [
        ("email", "contact@fabrique.example"),
        ("phone", "03 21 00 00 00"),
        ("phone", "03 21 00 00 01"),
        ("website", "https://fabrique.example"),
    ]
    assert str(OutsideId.objects.get()) == "carte-ess : 12"
    assert PublicId.objects.get().actor == Address.objects.get().actor == actor
    assert list(Actor.objects.search("fabrique")) == [actor]
    assert [version.revision.comment for version in versions_of(actor.pk)] == ["Import de « tableau.csv »"]
    assert batch.revision == versions_of(actor.pk).get().revision


def test_drafts_leave_the_version_and_a_published_line_raises_it_once(courrieres):
    version = Change.objects.version()
    apply({"Nom": "La Fabrique"})
    assert Change.objects.version() == version
    apply(*({"Nom": f"Structure {number}", "Publication": "Publié"} for number in range(3)))
    assert Change.objects.filter(number__gt=version).count() == 1


@pytest.mark.parametrize(
    ("line", "nature", "expected"),
    [
        ({}, "organisation", ("organisation", "unspecified", "", "unspecified")),
        ({}, "initiative", ("initiative", "", "unspecified", "")),
        ({}, "ptce", ("ptce", "", "", "")),
        ({"Type": "Lieu"}, "organisation", ("initiative", "", "place", "")),
        (
            {"Type": "Structure culturelle ou artistique"},
            "initiative",
            ("organisation", "culture", "", "unspecified"),
        ),
        ({"Nature": "PTCE"}, "organisation", ("ptce", "", "", "")),
    ],
)
def test_a_line_that_does_not_tell_its_nature_has_that_of_its_kind_or_of_the_table(line, nature, expected):
    apply({"Nom": "La Fabrique", **line}, nature=nature)
    actor = Actor.objects.get()
    assert (actor.nature, actor.organisation_kind, actor.initiative_kind, actor.legal_form) == expected


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ({"Nature": "Initiative", "SIRET": SIRET}, "Une structure a un statut juridique"),
        (
            {"Nature": "Initiative", "Type": "Commune"},
            "Type : ce n’est pas un type pour la nature « Initiative ».",
        ),
        ({"Situation": "En activité"}, "Une situation va avec l’année où elle était vraie."),
        ({"SIREN": "552001554", "SIRET": SIRET}, "Un SIRET commence par le SIREN."),
        ({"Code postal": "6271", "Commune": "Courrières"}, "Un code postal a cinq chiffres."),
        ({"Identifiant": "abcdefgh"}, "Identifiant : aucune fiche n’a l’identifiant « abcdefgh »."),
        ({"Référence": "12"}, "Identifiants extérieurs : « 12 » ne dit pas son référentiel"),
        ({"Domaines": "Mobilités;Sport;Habitat;Énergie et rénovation"}, "Domaines : 4 valeurs, 3 au plus."),
        ({"Nom": ""}, "Nom : une nouvelle fiche a un nom."),
        ({"Nom": "(vide)"}, "Nom : cette colonne ne se vide pas."),
    ],
)
def test_the_rules_of_entries_hold_for_lines(line, reason, courrieres):
    if "6271" in line.values():
        line = {**line, "Code postal": "627"}
    batch = sort({"Nom": "La Fabrique", "Résumé": "x", **line})
    ((outcome, reasons),) = told(batch)
    assert outcome == Outcome.ERROR
    assert [each for each in reasons if each.startswith(reason)] != []


def test_no_query_is_asked_for_a_line(courrieres):
    """Whatever is created: thirty lines cost what ten do."""
    counted = []
    for number in (10, 30):
        batch = stage(
            *({"Nom": f"Structure {number} {line}", "Commune": "Courrières"} for line in range(number))
        )
        with CaptureQueriesContext(connection) as queries:
            sorted_batch(batch)
        with CaptureQueriesContext(connection) as more:
            applied(batch)
        counted.append((len(queries), len(more)))
        with building():
            Actor.objects.all().delete()
    assert counted[0] == counted[1]


# -- matching ----------------------------------------------------------------------------------------------


def make_known(**overrides):
    actor = make_organisation(name="La Fabrique", siret=SIRET, registry_state="verified", **overrides)
    with building():
        OutsideId.objects.create(actor=actor, scheme="carte-ess", value="12")
    keep_missing()
    return actor


@pytest.mark.parametrize("key", ["Identifiant", "SIRET", "Référence"])
def test_an_entry_is_known_by_its_identifiers(key):
    actor = make_known()
    value = {"Identifiant": actor.public_id, "SIRET": SIRET, "Référence": "carte-ess : 12"}[key]
    batch = apply({key: value, "En une ligne": "Nouveau"})
    actor.refresh_from_db()
    assert (told(batch), actor.summary, Actor.objects.count()) == ([("change", [])], "Nouveau", 1)
    assert batch.rows.get().changes == [["En une ligne", "", "Nouveau"]]


def test_an_outside_identifier_without_its_own_scheme_has_that_of_the_table():
    make_known()
    assert told(sort({"Référence": "12"}, scheme="carte-ess")) == [("same", [])]
    assert told(sort({"Référence": "12", "Nom": "Autre"}, scheme="autre")) == [("create", [])]


def test_a_merged_entry_is_the_one_it_was_merged_into():
    actor = make_known()
    with building():
        PublicId.objects.create(value="zzzzzzzz", fate="merged", merged_into_id=actor.public_id)
        PublicId.objects.create(value="yyyyyyyy", fate="deleted")
    batch = sort({"Identifiant": "zzzzzzzz"}, {"Identifiant": "yyyyyyyy"})
    assert told(batch) == [
        ("same", []),
        ("error", ["Identifiant : la fiche « yyyyyyyy » a été supprimée."]),
    ]
    assert batch.rows.order_by("line").first().actor == actor


def test_identifiers_of_two_entries_are_an_error():
    actor, other = make_known(), make_organisation()
    assert told(sort({"Identifiant": other.public_id, "SIRET": SIRET})) == [
        ("error", [f"SIRET : c’est celui d’une autre fiche, « {actor} »."])
    ]


@pytest.mark.parametrize(
    ("line", "reasons"),
    [
        ({"Nom": "Autre nom", "SIREN": "732829320"}, ["Même SIREN que « La Fabrique »."]),
        (
            {"Nom": "Autre nom", "Site web": "https://www.fabrique.example/contact"},
            ["Même site (fabrique.example) que « La Fabrique »."],
        ),
        ({"Nom": "LA FABRIQUE", "Commune": "Courrières"}, ["Même nom à Courrières que « La Fabrique »."]),
        ({"Nom": "La Fabrique"}, ["Même nom que « La Fabrique »."]),
        ({"Nom": "La Fabrique", "Commune": "Carvin"}, []),
        ({"Nom": "Autre nom", "Site web": "facebook.com/autre"}, []),
    ],
)
def test_a_likeness_makes_a_probable_double_never_a_change(line, reasons, courrieres):
    make_territory(code="62215", name="Carvin")
    actor = make_known(place=courrieres)
    make_contact(actor, "https://fabrique.example/")
    make_contact(actor, "https://facebook.com/fabrique")
    batch = sort(line)
    assert told(batch) == [("twin" if reasons else "create", reasons)]
    applied(batch)
    assert Actor.objects.count() == (1 if reasons else 2)


def test_probable_doubles_are_created_when_that_is_chosen():
    make_known()
    apply({"Nom": "La Fabrique"}, chosen=["twin"])
    assert Actor.objects.filter(slug="la-fabrique-2").exists()


# -- changing ------------------------------------------------------------------------------------------------


def test_a_filled_cell_replaces_an_empty_one_leaves_alone_and_a_word_empties(courrieres):
    actor = make_organisation(
        name="La Fabrique", summary="Ancien", description="Reste", precision="Ici", place=courrieres
    )
    keep_missing()
    batch = apply(
        {"Identifiant": actor.public_id, "En une ligne": "Nouveau", "Description": "", "Précision": "(vide)"}
    )
    actor.refresh_from_db()
    assert (actor.summary, actor.description, actor.precision) == ("Nouveau", "Reste", "")
    assert batch.rows.get().changes == [["Précision", "Ici", ""], ["En une ligne", "Ancien", "Nouveau"]]


def test_contacts_are_what_the_cell_says_and_one_that_stays_keeps_its_sources():
    actor = make_organisation()
    kept = make_contact(actor, "03.21.00.00.00", ContactKind.PHONE)
    make_contact(actor, "03 21 00 00 01", ContactKind.PHONE)
    personal = make_contact(actor, "06 00 00 00 00", ContactKind.PHONE, personal=True)
    citation = make_citation(contact=kept)
    keep_missing()
    batch = apply({"Identifiant": actor.public_id, "Téléphones": "0321000000 ; 03 21 00 00 02 ; 0600000000"})
    phones = {(one.pk == kept.pk, one.value, one.personal) for one in ContactPoint.objects.all()}
    assert phones == {
        (True, "03.21.00.00.00", False),
        (False, "03 21 00 00 02", False),
        (False, "06 00 00 00 00", True),
    }
    assert ContactPoint.objects.filter(pk=personal.pk).exists()
    citation.refresh_from_db()
    assert batch.rows.get().notes == ["Téléphones : une coordonnée personnelle est laissée comme elle est."]


def test_contacts_that_look_like_a_persons_come_in_as_personal_and_the_line_says_so(courrieres):
    line = {
        "Nom": "Le Coron",
        "Commune": "Courrières",
        "Courriels": "marie.dupont@orange.fr ; contact@coron.fr",
        "Téléphones": "0612345678",
    }
    batch = sort(line)
    (note,) = batch.rows.get().notes
    assert note.startswith("marie.dupont@orange.fr ; 06 12 34 56 78 : a l’air d’être à une personne")
    applied(batch)
    actor = Actor.objects.get()
    assert set(actor.contacts.values_list("value", "personal")) == {
        ("marie.dupont@orange.fr", True),
        ("06 12 34 56 78", True),
        ("contact@coron.fr", False),
    }
    # Told once: the same table again changes nothing.
    again = sort({"Identifiant": actor.public_id, **line})
    assert again.rows.get().outcome == Outcome.SAME
    # Whoever says that it is the house's own is believed.
    actor.contacts.filter(kind=ContactKind.PHONE).update(personal=False)
    batch = sort({"Identifiant": actor.public_id, "Téléphones": "06 12 34 56 78"})
    assert batch.rows.get().outcome == Outcome.SAME


def test_a_new_address_loses_the_point_of_the_old_one(courrieres):
    actor = make_organisation()
    make_place(actor, courrieres, address="1 rue Haute", latitude=50.4, longitude=2.9)
    keep_missing()
    apply({"Identifiant": actor.public_id, "Adresse": "2 rue Basse"})
    place = Place.objects.get()
    assert (place.territory, place.address, place.latitude, place.longitude) == (
        courrieres,
        "2 rue Basse",
        None,
        None,
    )


def test_numbers_that_change_are_to_be_verified_again():
    actor = make_known()
    apply({"Identifiant": actor.public_id, "SIRET": "(vide)", "SIREN": "732829320"})
    actor.refresh_from_db()
    assert (actor.siren, actor.siret, actor.registry_state) == ("732829320", "", RegistryState.PROPOSED)


def test_the_nature_of_an_entry_stays():
    actor = make_organisation()
    assert told(sort({"Identifiant": actor.public_id, "Nature": "PTCE"})) == [
        ("error", ["Nature : la fiche est de nature « Structure », et le reste."])
    ]


# -- between sorting and writing ---------------------------------------------------------------------------------


def test_what_changed_since_it_was_sorted_is_rejected_and_the_rest_written():
    one, other = make_organisation(), make_organisation()
    keep_missing()
    batch = sort(
        {"Identifiant": one.public_id, "En une ligne": "Un"},
        {"Identifiant": other.public_id, "En une ligne": "Deux"},
        {"Nom": "Nouvelle", "SIRET": SIRET},
        {"Nom": "Neuve", "Référence": "ess : 1"},
    )
    make_organisation(siret=SIRET, registry_state="proposed")
    with building():
        OutsideId.objects.create(actor=other, scheme="ess", value="1")
        Actor.objects.filter(pk=one.pk).update(name="Autre nom")
        actor_changed(actor=Actor.objects.get(pk=one.pk), what="x", was_public=True)
    applied(batch)
    assert told(batch) == [
        ("error", ["La fiche a été modifiée depuis le tri : déposez cette ligne de nouveau."]),
        ("change", []),
        ("error", ["Une autre fiche a pris ce SIRET depuis le tri."]),
        ("error", ["Une autre fiche a pris cet identifiant extérieur depuis le tri."]),
    ]
    assert sorted(Actor.objects.values_list("summary", flat=True)) == ["", "", "Deux"]


def test_an_error_of_the_database_leaves_nothing_written(monkeypatch):
    batch = sort({"Nom": "La Fabrique"}, {"Nom": "La Ruche"})
    monkeypatch.setattr(
        "editing.exchange.applying._Writing._write_contacts", lambda *args: Actor.objects.create(nature="x")
    )
    applied(batch)
    assert (batch.state, len(batch.problems)) == ("sorted", 1)
    assert not Actor.objects.exists()


# -- undoing ---------------------------------------------------------------------------------------------------


def make_changed_and_created(courrieres, changes=1):
    known = [
        make_organisation(place=courrieres, sectors=["mobility"], labels=["aci"]) for _ in range(changes)
    ]
    for actor in known:
        make_citation(contact=make_contact(actor, "03 21 00 00 00", ContactKind.PHONE))
    keep_missing()
    before = read_documents([actor.pk for actor in known])
    lines = [
        {
            "Identifiant": actor.public_id,
            "Nom": f"Nouveau nom {actor.pk}",
            "Domaines": "Culture",
            "Labels": "(vide)",
            "Téléphones": "03 22 00 00 00",
            "Commune": "Carvin",
            "Référence": f"ess : {actor.pk}",
        }
        for actor in known
    ]
    make_territory(code="62215", name="Carvin")
    new = [{"Nom": "La Fabrique"}, {"Nom": "La Ruche", "Publication": "Publié"}]
    return before, known, apply(*lines, *new)


@pytest.mark.parametrize("changes", [1, 25])
def test_an_import_is_undone_as_a_whole(courrieres, changes):
    before, known, batch = make_changed_and_created(courrieres, changes)
    assert told(batch) == [("change", [])] * changes + [("create", [])] * 2
    assert read_documents(before) != before
    version = Change.objects.version()
    undone(batch)
    assert (batch.state, batch.problems) == ("undone", [])
    assert read_documents(before) == before
    assert set(Actor.objects.all()) == set(known)
    # A draft leaves no trace, and what visitors saw waits in the bin.
    assert [binned.name for binned in BinnedActor.objects.all()] == ["La Ruche"]
    assert not Address.objects.filter(slug="la-fabrique").exists()
    assert Address.objects.filter(slug="la-ruche").exists()
    assert Change.objects.version() > version
    assert list(Actor.objects.search("nouveau")) == []


def test_an_import_of_which_something_changed_is_not_undone_and_says_what(courrieres):
    before, (actor,), batch = make_changed_and_created(courrieres)
    created = Actor.objects.get(name="La Fabrique")
    gone = Actor.objects.get(name="La Ruche")
    with building(), act():
        Actor.objects.filter(pk=actor.pk).update(summary="Retouché", sphere="public")
        make_contact(created, "https://fabrique.example")
        for one in (actor, created):
            actor_changed(actor=Actor.objects.get(pk=one.pk), what="x", was_public=True)
    with building():
        gone.delete()
    imported = read_documents([actor.pk])
    undone(batch)
    assert batch.state == "applied"
    assert sorted(batch.problems) == sorted(
        [
            f"« Nouveau nom {actor.pk} » a été modifiée : Famille, En une ligne.",
            "« La Fabrique » a été modifiée : Site web.",
            "« La Ruche » a été supprimée.",
        ]
    )
    assert read_documents([actor.pk]) == imported
    assert read_documents([actor.pk]) != before


def test_what_was_undone_can_be_sorted_and_written_again(courrieres):
    batch = undone(apply({"Nom": "La Fabrique"}))
    applied(sorted_batch(batch))
    assert (batch.state, Actor.objects.get().slug) == ("applied", "la-fabrique")


# -- the same columns both ways -----------------------------------------------------------------------------------


def test_every_column_says_whether_it_is_read():
    assert [column.column_name for column in COLUMNS.values() if not column.reads] == [
        "Lettres",
        "Informations du",
        "Modifié le",
        "Page",
    ]


def test_overdue_imports_are_forgotten(courrieres):
    batch = apply({"Nom": "La Fabrique"})
    long_ago = timezone.now() - datetime.timedelta(days=32)
    # Its thirty days run from the writing.
    ImportBatch.objects.filter(pk=batch.pk).update(created_at=long_ago)
    assert (work_off(), ImportBatch.objects.count()) == (False, 1)
    ImportBatch.objects.filter(pk=batch.pk).update(applied_at=long_ago)
    assert (work_off(), work_off(), ImportBatch.objects.count(), Actor.objects.count()) == (True, False, 0, 1)


def test_initiatives_and_ptces_are_changed_too():
    for actor in (make_initiative(), make_ptce()):
        keep_missing()
        apply({"Identifiant": actor.public_id, "Description": "Nouvelle"})
        actor.refresh_from_db()
        assert actor.description == "Nouvelle"
