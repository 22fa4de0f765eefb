"""Drafts, review and publishing, by role; the preview of what is not published, or not even saved."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from reversion.models import Version

from actors.enums import ContactKind, CooperationKind
from actors.history import keep_missing
from actors.models import Actor, ContactPoint
from editing.roles import CONTRIBUTOR, EDITOR, LOCAL_EDITOR
from territories.models import Change
from tests.editing.admin.forms import add_row, form_data
from tests.factories.actors import make_contact, make_cooperation, make_organisation, make_place, make_ptce
from tests.factories.editors import logged_in, make_user
from tests.factories.territories import make_territory

pytestmark = pytest.mark.django_db


def page(actor, view="change"):
    return reverse(f"admin:actors_{actor.nature}_{view}", args=[actor.pk])


def labels(response):
    return re.findall(r'<input type="submit" value="([^"]+)"', response.text.split("submit-row")[1])


# -- buttons --------------------------------------------------------------------------------------------


def test_the_buttons_of_each_state():
    client = logged_in(make_user(EDITOR))
    draft = ["Enregistrer et publier", "Enregistrer comme brouillon", "Enregistrer et continuer"]
    assert labels(client.get(reverse("admin:actors_organisation_add"))) == draft
    assert labels(client.get(page(make_organisation(publication="draft")))) == draft
    assert labels(client.get(page(make_organisation()))) == [
        "Enregistrer",
        "Enregistrer et continuer",
        "Confirmer que c’est à jour",
        "Enregistrer et retirer du site",
    ]


def test_a_contributor_proposes_and_does_not_publish():
    user = make_user(CONTRIBUTOR)
    client, actor = logged_in(user), make_organisation(created_by=user, publication="draft")
    assert labels(client.get(page(actor))) == [
        "Enregistrer comme brouillon",
        "Proposer à la relecture",
        "Enregistrer et continuer",
    ]
    data = form_data(client.get(page(actor)))
    assert client.post(page(actor), {**data, "_review": "x"}).status_code == 302
    actor.refresh_from_db()
    assert actor.publication == "review"


@pytest.mark.parametrize("button", ["_publish", "_withdraw"])
def test_a_contributor_presses_in_vain_what_is_not_shown(button):
    user = make_user(CONTRIBUTOR)
    client, actor = logged_in(user), make_organisation(created_by=user, publication="draft")
    data = form_data(client.get(page(actor)))
    client.post(page(actor), {**data, button: "x", "summary": "Après"})
    new = reverse("admin:actors_organisation_add")
    client.post(new, {**form_data(client.get(new)), "name": "B", "slug": "b", "_publish": "x"})
    assert not Actor.objects.filter(publication="published").exists()
    assert not Change.objects.exists()


def test_a_contributor_reads_what_is_published_and_saves_nothing():
    shown = logged_in(make_user(CONTRIBUTOR)).get(page(make_organisation()))
    assert shown.status_code == 200
    assert labels(shown) == []
    assert 'name="_save"' not in shown.text


def test_a_local_editor_publishes_inside_alone():
    raismes, elsewhere = make_territory(), make_territory()
    user = make_user(LOCAL_EDITOR, territories=[raismes])
    client, actor = logged_in(user), make_organisation(created_by=user, publication="draft")
    data = {**form_data(client.get(page(actor))), "_publish": "x"}
    refused = client.post(page(actor), data)
    assert "Vous ne pouvez publier que les fiches situées dans les territoires" in refused.text
    refused = client.post(page(actor), add_row(data, "places", role="seat", territory=elsewhere.pk))
    assert refused.status_code == 200
    assert not Actor.objects.filter(publication="published").exists()
    assert (
        client.post(page(actor), add_row(data, "places", role="seat", territory=raismes.pk)).status_code
        == 302
    )
    actor.refresh_from_db()
    assert actor.is_public


def test_publishing_leads_to_the_page():
    client, actor = logged_in(make_user(EDITOR)), make_organisation(publication="draft", slug="die")
    response = client.post(page(actor), {**form_data(client.get(page(actor))), "_publish": "x"}, follow=True)
    assert 'La fiche est en ligne : <a href="/acteurs/die/">voir sa page</a>.' in response.text


# -- the page of an unpublished entry -------------------------------------------------------------------


def test_an_unpublished_page_is_for_those_who_may_read_the_entry():
    user = make_user(CONTRIBUTOR)
    own = make_organisation(created_by=user, publication="draft", slug="a-moi")
    make_organisation(publication="draft", slug="a-d-autres")
    shown = logged_in(user).get("/acteurs/a-moi/")
    assert shown.status_code == 200
    assert (shown["X-Robots-Tag"], shown["Cache-Control"]) == ("noindex", "no-store")
    assert "Cette fiche n’est pas publiée" in shown.text
    assert '<meta name="robots" content="noindex">' in shown.text
    for client, slug in ((logged_in(user), "a-d-autres"), (Client(), "a-moi"), (Client(), "a-d-autres")):
        assert client.get(f"/acteurs/{slug}/").status_code == 404
    assert logged_in(make_user(EDITOR)).get("/acteurs/a-d-autres/").status_code == 200
    assert own.publication == "draft"


def test_a_published_page_is_the_same_for_all():
    make_organisation(slug="die")
    shown = logged_in(make_user(EDITOR)).get("/acteurs/die/")
    assert "X-Robots-Tag" not in shown
    assert "n’est pas publiée" not in shown.text


def test_the_page_of_a_draft_shows_its_links_to_published_entries():
    draft = make_organisation(name="DIE", publication="draft", slug="die")
    make_cooperation(draft, make_organisation(name="PHARE"), kind=CooperationKind.FUNDS)
    make_cooperation(make_organisation(name="Secret", publication="draft"), draft)
    shown = logged_in(make_user(EDITOR)).get("/acteurs/die/").text
    assert "PHARE" in shown
    assert "Secret" not in shown


# -- preview --------------------------------------------------------------------------------------------


def preview(client, actor, **changes):
    data = changes.pop("data", None) or form_data(client.get(page(actor)))
    return client.post(page(actor, "preview_of"), {**data, **changes})


@pytest.mark.parametrize("make", [make_organisation, make_ptce])
@pytest.mark.parametrize("publication", ["draft", "published"])
def test_the_preview_shows_what_was_typed_and_stores_nothing(make, publication):
    client, actor = logged_in(make_user(EDITOR)), make(name="DIE", publication=publication)
    contact = make_contact(actor, "03 21 00 00 00", ContactKind.PHONE)
    keep_missing()
    data = add_row(form_data(client.get(page(actor))), "aliases", name="Le Die", kind="other")
    data["contacts-0-value"] = "03 22 00 00 00"
    response = preview(client, actor, data=data, name="DIE d’après")
    assert response.status_code == 200
    for text in ("DIE d’après", "Le Die", "03 22 00 00 00"):
        assert text in response.text
    assert (response["X-Robots-Tag"], response["X-Frame-Options"]) == ("noindex", "SAMEORIGIN")
    contact.refresh_from_db()
    assert (Actor.objects.get(pk=actor.pk).name, contact.value) == ("DIE", "03 21 00 00 00")
    assert not actor.aliases.exists()
    assert not Change.objects.exists()
    assert Version.objects.count() == 1


def test_the_preview_of_a_new_entry_makes_none():
    client = logged_in(make_user(CONTRIBUTOR))
    data = form_data(client.get(reverse("admin:actors_initiative_add")))
    values = {"name": "Repair café", "slug": "repair", "initiative_kind": "event"}
    response = client.post(reverse("admin:actors_initiative_preview"), {**data, **values})
    assert "Repair café" in response.text
    assert not Actor.objects.exists()


def test_the_preview_of_mistakes_tells_them():
    client, actor = logged_in(make_user(EDITOR)), make_organisation()
    make_contact(actor, "https://exemple.fr/")
    response = preview(client, actor, name="", **{"contacts-0-value": "pas une adresse"})
    assert response.status_code == 422
    assert "Nom : Ce champ est obligatoire." in response.text
    assert "Coordonnée : " in response.text
    make_organisation(siret="73282932000074", registry_state="proposed")
    response = preview(client, actor, siret="73282932000074", registry_state="proposed")
    assert "Un autre acteur porte déjà ce SIRET." in response.text


def test_the_preview_is_for_those_who_may_save():
    contributor = logged_in(make_user(CONTRIBUTOR))
    published = make_organisation()
    data = form_data(logged_in(make_user(EDITOR)).get(page(published)))
    assert preview(contributor, published, data=data).status_code == 403
    assert preview(contributor, make_organisation(publication="draft"), data=data).status_code == 404
    assert contributor.get(page(published, "preview_of")).status_code == 405
    assert Client().post(page(published, "preview_of"), data).status_code == 302


def test_the_preview_leaves_the_index_alone():
    """A rolled back change must not stay in what the process remembers of a version."""
    client, actor = logged_in(make_user(EDITOR)), make_organisation(name="DIE")
    Client().get("/acteurs/")
    preview(client, actor, name="Autre nom")
    assert "Autre nom" not in Client().get("/acteurs/").text
    assert not ContactPoint.objects.exists()


def test_a_page_under_the_form_is_framed_by_this_site_alone():
    client, actor = logged_in(make_user(EDITOR)), make_organisation()
    response = preview(client, actor)
    assert "frame-ancestors 'self'" in response["Content-Security-Policy"]


def test_a_place_of_the_preview_shows():
    client, actor = logged_in(make_user(EDITOR)), make_organisation()
    make_place(actor, make_territory(name="Raismes"))
    assert "Raismes" in preview(client, actor).text
