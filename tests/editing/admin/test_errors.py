"""Whatever is wrong comes back on the form, in French; nothing is stored and no page breaks."""

import pytest
from django.db import IntegrityError
from django.urls import reverse

from actors.actions.erase_person import erase_person
from actors.models import Actor, Cooperation, OutsideId
from sources.models import Person
from territories.admin_base import TAKEN, refusal
from territories.models import Change
from tests.editing.admin.forms import add_row, form_data, messages_of
from tests.factories import building
from tests.factories.actors import (
    make_alias,
    make_citation,
    make_cooperation,
    make_initiative,
    make_organisation,
    make_place,
    make_ptce,
)
from tests.factories.sources import make_person
from tests.factories.territories import make_territory

pytestmark = pytest.mark.django_db


def page(actor):
    return reverse(f"admin:actors_{actor.nature}_change", args=[actor.pk])


def errors_of(client, url, **changes):
    """What a page says of these changes."""
    response = client.post(url, {**form_data(client.get(url)), **changes})
    assert not Change.objects.exists()
    return messages_of(response)


def errors_of_rows(client, url, prefix, *rows):
    """What a page says of these new rows."""
    data = form_data(client.get(url))
    for values in rows:
        data = add_row(data, prefix, **values)
    response = client.post(url, data)
    assert not Change.objects.exists()
    return messages_of(response)


REQUIRED = "Ce champ est obligatoire."
DATE = (
    "« {} » n’est pas une date connue : écrivez 2018, 2019-07 ou 2019-07-14, "
    "2018~ pour « vers 2018 », ../2004 pour « 2004 au plus tard »."
)


@pytest.mark.parametrize(
    ("make", "changes", "message"),
    [
        (make_organisation, {"name": ""}, REQUIRED),
        (make_organisation, {"organisation_kind": ""}, REQUIRED),
        (make_organisation, {"legal_form": ""}, REQUIRED),
        (make_initiative, {"initiative_kind": ""}, REQUIRED),
        (make_organisation, {"siren": "12"}, "« 12 » n’est pas un SIREN : il en faut neuf chiffres."),
        (make_ptce, {"siret": "12"}, "« 12 » n’est pas un SIRET : il en faut quatorze chiffres."),
        (make_organisation, {"rna": "12"}, "« 12 » n’est pas un numéro RNA : un W suivi de neuf signes."),
        (
            make_organisation,
            {"siren": "732 829 321"},
            "« 732 829 321 » n’est pas un SIREN : ses chiffres ne vont pas ensemble, l’un d’eux est sans doute faux.",
        ),
        (
            make_ptce,
            {"registry_state": "verified"},
            "L’état des identifiants est « Absent » quand il n’y en a aucun, et lui seul.",
        ),
        (
            make_organisation,
            {"siren": "552 100 554", "siret": "732 829 320 00074", "registry_state": "proposed"},
            "Un SIRET commence par le SIREN.",
        ),
        (make_initiative, {"life_status": "planned"}, "Une situation va avec l’année où elle était vraie."),
        (make_organisation, {"founded": "juin 2018"}, DATE.format("juin 2018")),
        (make_ptce, {"closed": "2018-13"}, DATE.format("2018-13")),
    ],
)
def test_an_entry(admin_client, make, changes, message):
    assert message in errors_of(admin_client, page(make()), **changes)


@pytest.mark.parametrize("make", [make_organisation, make_initiative, make_ptce])
def test_an_address_once_given_is_never_taken_over(admin_client, make):
    """Neither a live one of any nature, nor one that an actor left behind."""
    taken = make_initiative(slug="nouvelle")
    with building():
        Actor.objects.create(nature="ptce", name="Autre", slug="ancienne").delete()
    actor = make()
    message = "Cette adresse a déjà été publiée pour un autre acteur."
    assert message in errors_of(admin_client, page(actor), slug=taken.slug)
    assert errors_of(admin_client, page(actor), slug="ancienne") == [message]


def test_a_territory_is_administered_once(admin_client):
    territory = make_territory()
    make_organisation(administers=territory)
    found = errors_of(admin_client, page(make_organisation()), administers=territory.pk)
    assert found == ["Un autre acteur administre déjà ce territoire."]


def test_a_siret_is_borne_once(admin_client):
    make_organisation(siret="73282932000074", registry_state="proposed")
    found = errors_of(admin_client, page(make_ptce()), siret="73282932000074", registry_state="proposed")
    assert found == ["Un autre acteur porte déjà ce SIRET."]


FIGURE = {"what": "salariés", "qualifier": "exact", "low": "12", "high": "", "unit": "people", "year": "2022"}
CONTACT = {"kind": "website", "value": "https://exemple.fr/", "network": ""}
VALUE = "Donnez la valeur, et « jusqu’à » pour une fourchette ou un maximum."
POINT = "Un point a une latitude, une longitude et une adresse."


@pytest.mark.parametrize(
    ("prefix", "rows", "message"),
    [
        (
            "contacts",
            [{**CONTACT, "kind": "email", "value": "nulle part"}],
            "Saisissez une adresse de courriel valide.",
        ),
        ("contacts", [{**CONTACT, "value": "exemple"}], "Saisissez une URL valide."),
        ("contacts", [{**CONTACT, "value": "javascript:alert(1)"}], "Saisissez une URL valide."),
        (
            "contacts",
            [{**CONTACT, "network": "facebook"}],
            "Un compte a un réseau, les autres coordonnées n’en ont pas.",
        ),
        ("contacts", [CONTACT, CONTACT], "Cette coordonnée est déjà dans la liste."),
        ("figures", [{**FIGURE, "low": "30", "high": "20"}], VALUE),
        ("figures", [{**FIGURE, "low": "", "high": ""}], VALUE),
        ("figures", [{**FIGURE, "qualifier": "at_most"}], VALUE),
        ("figures", [FIGURE, {**FIGURE, "low": "13"}], "Ce chiffre est déjà enregistré pour cette année."),
        ("aliases", [{"name": "CMT", "kind": "acronym"}] * 2, "Cet acteur a déjà cet autre nom."),
        ("labels", [{"label": "esat"}] * 2, "Cet agrément ou label est déjà dans la liste."),
        ("sectors", [{"sector": "food", "position": ""}] * 2, "Ce domaine est déjà dans la liste."),
        (
            "sectors",
            [{"sector": "food", "position": "1"}, {"sector": "culture", "position": "1"}],
            "Deux domaines n’ont pas le même rang.",
        ),
        (
            "sectors",
            [{"sector": sector, "position": ""} for sector in ("food", "culture", "sport", "reuse")],
            "Un acteur a un à trois domaines d’activité.",
        ),
        (
            "wishes",
            [{"text": "Des bras", "year": "2022", "status": "open"}] * 2,
            "Cette envie est déjà enregistrée.",
        ),
        (
            "outside_ids",
            [{"scheme": "wikidata", "value": "Q1"}] * 2,
            "Un acteur porte déjà cet identifiant extérieur.",
        ),
    ],
)
def test_rows(admin_client, prefix, rows, message):
    actor = make_organisation()
    assert message in errors_of_rows(admin_client, page(actor), prefix, *rows)
    assert not getattr(actor, prefix).exists()


PLACE = {"role": "seat", "name": "", "address": "", "postal_code": "", "latitude": "", "longitude": ""}


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ({"latitude": "50.4", "longitude": "2.8"}, POINT),
        ({"latitude": "50.4", "address": "rue Haute"}, POINT),
        ({"postal_code": "620"}, "Un code postal a cinq chiffres."),
        ({"territory": "", "name": "Gare"}, REQUIRED),
    ],
)
def test_a_place(admin_client, place, message):
    row = {**PLACE, "territory": make_territory().pk, **place}
    assert message in errors_of_rows(admin_client, page(make_organisation()), "places", row)


def test_the_same_place_twice(admin_client):
    actor, territory = make_organisation(), make_territory()
    row = {**PLACE, "territory": territory.pk}
    message = "Ce lieu est déjà dans la liste."
    assert message in errors_of_rows(admin_client, page(actor), "places", row, row)
    make_place(actor, territory)
    assert message in errors_of_rows(admin_client, page(actor), "places", row)


def test_the_same_function_twice(admin_client):
    row = {"person": make_person().pk, "role": "présidente", "category": "director"}
    found = errors_of_rows(admin_client, page(make_organisation()), "spokespersons", row, row)
    assert "Cette personne a déjà cette fonction." in found


def test_the_same_status_of_a_ptce_twice(admin_client):
    row = {"status": "labelled", "date": "2021", "call": "", "note": ""}
    found = errors_of_rows(admin_client, page(make_ptce()), "statuses", row, row)
    assert "Ce statut est déjà enregistré à cette date." in found


# -- links --------------------------------------------------------------------------------------------

LINK = {"kind": "carries", "status": "active", "certainty": "stated", "reason": "", "since": "", "until": ""}


@pytest.mark.parametrize(
    ("link", "message"),
    [
        ({"certainty": "inferred"}, "Un lien déduit dit de quoi, un lien énoncé n’en a pas besoin."),
        ({"reason": "même président"}, "Un lien déduit dit de quoi, un lien énoncé n’en a pas besoin."),
        ({"kind": "shares_leader_with"}, "Un responsable en commun est toujours déduit."),
        ({"since": "hier"}, DATE.format("hier")),
        ({"target": ""}, REQUIRED),
    ],
)
def test_a_link(admin_client, link, message):
    row = {**LINK, "target": make_organisation().pk, **link}
    assert message in errors_of_rows(admin_client, page(make_organisation()), "links_out", row)


@pytest.mark.parametrize(("prefix", "other"), [("links_out", "target"), ("links_in", "source")])
def test_a_link_to_itself(admin_client, prefix, other):
    actor = make_organisation()
    found = errors_of_rows(admin_client, page(actor), prefix, {**LINK, other: actor.pk})
    assert "Un acteur ne coopère pas avec lui-même." in found


def test_the_same_link_twice(admin_client):
    actor, other = make_organisation(), make_ptce()
    row = {**LINK, "target": other.pk}
    message = "Ce lien est déjà enregistré."
    assert message in errors_of_rows(admin_client, page(actor), "links_out", row, row)
    make_cooperation(actor, other)
    assert message in errors_of_rows(admin_client, page(actor), "links_out", row)


REVERSE = "Ce lien réciproque est déjà enregistré dans l’autre sens."


def test_a_reciprocal_link_the_other_way_round(admin_client):
    actor, other = make_organisation(), make_organisation()
    make_cooperation(other, actor, kind="partner_of")
    row = {**LINK, "kind": "partner_of", "target": other.pk}
    assert REVERSE in errors_of_rows(admin_client, page(actor), "links_out", row)


def test_a_reciprocal_link_told_on_both_sides_of_one_page(admin_client):
    actor, other = make_organisation(), make_organisation()
    data = form_data(admin_client.get(page(actor)))
    data = add_row(data, "links_out", **{**LINK, "kind": "partner_of", "target": other.pk})
    data = add_row(data, "links_in", **{**LINK, "kind": "partner_of", "source": other.pk})
    assert messages_of(admin_client.post(page(actor), data)) == [REVERSE]
    assert not Cooperation.objects.exists()


# -- citations ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (
            {"role": "", "column": ""},
            "Dites si la source parle de l’acteur, ou de quelle rubrique de la fiche.",
        ),
        (
            {"role": "named", "column": "name"},
            "Dites si la source parle de l’acteur, ou de quelle rubrique de la fiche.",
        ),
        ({"role": "subject", "column": ""}, "Cette source est déjà citée pour ce fait."),
    ],
)
def test_a_source_of_an_entry(admin_client, values, message):
    actor = make_organisation()
    source = make_citation(actor=actor).source
    row = {"source": source.pk, "printed": "", **values}
    assert message in errors_of_rows(admin_client, page(actor), "citations", row)


def test_a_citation_has_one_target(admin_client):
    actor = make_organisation()
    alias = make_alias(actor, "CMT")
    citation = make_citation(actor=actor)
    url = reverse("admin:actors_citation_change", args=[citation.pk])
    assert errors_of(admin_client, url, alias=alias.pk) == ["Une source appuie un seul fait."]
    assert "Une source appuie un seul fait." in errors_of(admin_client, url, actor="", role="")


def test_a_row_is_cited_once_per_source(admin_client):
    alias = make_alias(make_organisation(), "CMT")
    source = make_citation(alias=alias).source
    url = reverse("admin:actors_alias_change", args=[alias.pk])
    found = errors_of_rows(admin_client, url, "citations", {"source": source.pk, "printed": ""})
    assert "Cette source est déjà citée pour ce fait." in found


def test_a_figure_is_of_an_actor_or_a_territory(admin_client):
    url = reverse("admin:actors_figure_add")
    message = "Un chiffre est celui d’un acteur ou d’un territoire."
    assert message in errors_of(admin_client, url, **FIGURE)
    both = {"actor": make_organisation().pk, "territory": make_territory().pk}
    assert message in errors_of(admin_client, url, **FIGURE, **both)


# -- what only the database sees ------------------------------------------------------------------------


def test_somebody_was_faster(admin_client, monkeypatch):
    """The database refuses what the form had found good: the form comes back with all that was typed."""
    make_organisation(slug="prise", name="Prise")
    actor = make_organisation(name="Chez ma tante")
    monkeypatch.setattr(Actor, "clean", lambda self: None)
    monkeypatch.setattr("django.db.models.Model.validate_unique", lambda self, exclude=None: None)
    url = page(actor)
    response = admin_client.post(
        url, {**form_data(admin_client.get(url)), "slug": "prise", "summary": "Écrit"}
    )
    assert len(messages_of(response)) == 1
    assert response.context["adminform"].form["summary"].value() == "Écrit"
    actor.refresh_from_db()
    assert (actor.slug, actor.summary) == ("chez-ma-tante", "")
    assert not Change.objects.exists()


def test_a_clash_between_rows_that_only_the_database_sees(admin_client):
    """Two actors' rows meet: the page of one can't know."""
    with building():
        OutsideId.objects.create(actor=make_organisation(), scheme="wikidata", value="Q1")
    found = errors_of_rows(
        admin_client, page(make_organisation()), "outside_ids", {"scheme": "wikidata", "value": "Q1"}
    )
    assert "Un acteur porte déjà cet identifiant extérieur." in found


@pytest.mark.parametrize(
    ("raised", "message"),
    [
        ("CHECK constraint failed: cooperation_not_itself", "Un acteur ne coopère pas avec lui-même."),
        (
            "UNIQUE constraint failed: actors_actorsector.actor_id, actors_actorsector.position",
            "Deux domaines n’ont pas le même rang.",
        ),
        ("UNIQUE constraint failed: index 'cooperation_symmetric_once'", REVERSE),
        (
            'duplicate key value violates unique constraint "alias_unique"\nDETAIL:  Key (actor_id, name)=(1, x)',
            "Cet acteur a déjà cet autre nom.",
        ),
        ("FOREIGN KEY constraint failed", TAKEN),
    ],
)
def test_the_database_is_heard_in_french(raised, message):
    assert refusal(IntegrityError(raised)) == message


def test_an_unknown_entry_leads_home(admin_client):
    response = admin_client.get(reverse("admin:actors_ptce_change", args=[12345]), follow=True)
    assert response.status_code == 200
    assert "n’existe pas" in response.text


def test_a_face_opens_its_own_nature_only(admin_client):
    initiative = make_initiative()
    url = reverse("admin:actors_organisation_change", args=[initiative.pk])
    assert admin_client.get(url).status_code == 302


def test_an_erased_person_does_not_come_back(admin_client):
    with building():
        erase_person(person=make_person("Camille Dupont"))
        Change.objects.all().delete()
    url = reverse("admin:sources_person_add")
    for values in ({"name": "camille DUPONT"}, {"name": "C. D.", "other_spellings": "Camille Dupont"}):
        found = errors_of(admin_client, url, slug="camille", **values)
        assert found == [
            "Cette personne a demandé à ne plus figurer dans l’annuaire : elle ne peut pas y être remise."
        ]
    assert not Person.objects.exists()
