"""« Cette structure existe peut-être déjà »: before a new entry stays, without losing what was typed."""

import pytest
from django.db import connection
from django.urls import reverse

from actors.models import Actor, Alias, PublicId
from editing.roles import CONTRIBUTOR, EDITOR
from territories.models import Change
from tests.editing.admin.forms import add_row, form_data
from tests.factories.actors import make_contact, make_organisation
from tests.factories.editors import logged_in, make_user

pytestmark = pytest.mark.django_db

ADD = reverse("admin:actors_organisation_add")


def typed(client, **values):
    data = form_data(client.get(ADD))
    return {**data, "name": "Le Coron", "slug": "le-coron-bis", **values}


@pytest.fixture
def coron():
    return make_organisation(name="Coron", slug="coron")


@pytest.fixture
def editor():
    return logged_in(make_user(EDITOR))


def test_a_new_entry_like_another_is_not_saved_at_once(editor, coron):
    version = Change.objects.version()
    data = add_row(typed(editor, summary="Ma saisie"), "aliases", name="L’autre nom", kind="other")
    response = editor.post(ADD, {**data, "_publish": "Enregistrer et publier"})
    assert response.status_code == 200
    assert "Cette structure existe peut-être déjà" in response.text
    assert reverse("admin:actors_actor_change", args=[coron.pk]) in response.text
    assert "Ma saisie" in response.text
    assert "L’autre nom" in response.text
    assert '<button class="button" name="_publish" value="anyway">Créer quand même</button>' in response.text
    assert Actor.objects.get() == coron
    assert not Alias.objects.exists()
    assert PublicId.objects.count() == 1
    assert Change.objects.version() == version


@pytest.mark.parametrize(("button", "state"), [("_publish", "published"), ("_draft", "draft")])
def test_create_it_all_the_same(editor, coron, button, state):
    data = typed(editor)
    editor.post(ADD, {**data, button: "…"})
    response = editor.post(ADD, {**data, button: "anyway"})
    assert response.status_code == 302
    assert Actor.objects.exclude(pk=coron.pk).get().publication == state


def test_a_contact_typed_into_the_form_counts(editor):
    make_contact(make_organisation(name="Tout autre chose"), "https://coron.fr/", kind="website")
    data = add_row(typed(editor), "contacts", kind="website", value="https://coron.fr/contact", network="")
    response = editor.post(ADD, {**data, "_draft": "…"})
    assert "Même site : coron.fr" in response.text


def test_an_entry_like_no_other_is_saved_at_once(editor):
    make_organisation(name="Tout autre chose")
    assert editor.post(ADD, {**typed(editor), "_draft": "…"}).status_code == 302
    assert Actor.objects.count() == 2


def test_a_change_of_an_entry_is_not_asked_about(editor, coron):
    other = make_organisation(name="Le Coron", slug="le-coron")
    url = reverse("admin:actors_organisation_change", args=[other.pk])
    response = editor.post(url, {**form_data(editor.get(url)), "summary": "Neuf", "_save": "…"})
    assert response.status_code == 302


def test_a_draft_that_one_may_not_read_is_told_without_its_name():
    make_organisation(name="Coron secret", slug="secret", publication="draft")
    client = logged_in(make_user(CONTRIBUTOR))
    response = client.post(ADD, {**typed(client, name="Le Coron secret"), "_draft": "…"})
    assert "Une fiche que quelqu’un d’autre prépare" in response.text
    assert (
        "/admin/actors/actor/" not in response.text.split("existe peut-être déjà")[1].split("</section>")[0]
    )


@pytest.mark.parametrize("rows", [1, 3])
def test_asking_costs_the_same_for_any_number(editor, django_assert_num_queries, rows):
    for number in range(rows):
        make_contact(make_organisation(name="Coron", slug=f"c{number}"), f"https://c{number}.fr")
    data = {**typed(editor), "_draft": "…"}
    editor.post(ADD, data)
    # On PostgreSQL the act's lock is a query of its own.
    with django_assert_num_queries(104 + (connection.vendor == "postgresql")):
        editor.post(ADD, data)
