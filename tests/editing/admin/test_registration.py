"""What holds for every page of the back-office."""

import re

import pytest
from django.apps import apps
from django.contrib import admin
from django.urls import reverse

from actors.index.documents import refresh
from actors.models import Actor, Initiative, Organisation, Ptce
from territories.admin_base import DirectoryAdmin, ReadOnlyAdmin, RelatedSelect, foreign_keys
from tests.editing.admin.rows import fill, make_everything
from tests.factories.actors import make_initiative, make_organisation, make_ptce

pytestmark = pytest.mark.django_db

OWN = [model for model in apps.get_models() if model._meta.app_label in {"actors", "sources", "territories"}]
FACES = [(make_organisation, Organisation), (make_initiative, Initiative), (make_ptce, Ptce)]


def own_admins():
    return [admin.site.get_model_admin(model) for model in OWN]


@pytest.mark.parametrize("model", OWN, ids=lambda model: model._meta.model_name)
def test_every_list_is_searched_filtered_and_ordered_for_good(model, rf):
    model_admin = admin.site.get_model_admin(model)
    assert isinstance(model_admin, DirectoryAdmin)
    assert model_admin.get_search_fields(rf.get("/"))
    assert model_admin.list_filter
    assert model_admin.get_ordering(rf.get("/"))[-1] in {"pk", "-pk"}


def test_every_page_opens(admin_client):
    """List, search, one row, and a new one where it may be made."""
    make_everything(1)
    for model in OWN:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        assert admin_client.get(reverse(f"{name}_changelist"), {"q": "Nom d’un élu 1"}).status_code == 200
        obj = model._default_manager.first()
        shown = admin_client.get(reverse(f"{name}_change", args=[obj.pk]), follow=True)
        assert shown.status_code == 200
        may_add = admin.site.get_model_admin(model).has_add_permission(shown.wsgi_request)
        assert admin_client.get(reverse(f"{name}_add")).status_code == (200 if may_add else 403)


def test_every_related_row_is_chosen_by_typing(admin_client):
    """On every form and inline; each one's target can be searched."""
    make_everything(1)
    pages = 0
    for model_admin in own_admins():
        obj = model_admin.model._default_manager.first()
        name = f"admin:{model_admin.opts.app_label}_{model_admin.opts.model_name}_change"
        response = admin_client.get(reverse(name, args=[obj.pk]))
        if response.status_code != 200:
            assert model_admin.model is Actor
            continue
        pages += 1
        forms = [response.context["adminform"].form]
        forms += [inline.formset.empty_form for inline in response.context["inline_admin_formsets"]]
        for form in forms:
            for key in foreign_keys(form._meta.model):
                widget = form.fields[key.name].widget if key.name in form.fields else None
                if widget is not None and not widget.is_hidden:
                    assert isinstance(widget.widget, RelatedSelect), (form._meta.model, key.name)
    assert pages == len(OWN) - 1


@pytest.mark.parametrize(("make", "face"), FACES)
def test_each_face_has_its_own_columns(admin_client, make, face):
    response = admin_client.get(reverse(f"admin:actors_{face._meta.model_name}_add"))
    fields = set(response.context["adminform"].form.fields)
    mine = {
        Organisation: {
            "organisation_kind",
            "legal_form",
            "siren",
            "siret",
            "rna",
            "registry_state",
            "administers",
        },
        Initiative: {"initiative_kind", "potential_ptce"},
        Ptce: {"legal_form", "siren", "siret", "rna", "registry_state"},
    }
    of_any = set.union(*mine.values())
    assert fields & of_any == mine[face]
    prefixes = {inline.formset.prefix for inline in response.context["inline_admin_formsets"]}
    assert ("statuses" in prefixes) == (face is Ptce)


@pytest.mark.parametrize(("make", "face"), FACES)
def test_a_page_holds_no_style_nor_script_of_its_own(admin_client, make, face):
    """The strict Content-Security-Policy would refuse it."""
    actor = make()
    fill(actor, 1)
    response = admin_client.get(reverse(f"admin:actors_{face._meta.model_name}_change", args=[actor.pk]))
    html = response.content.decode()
    assert "default-src 'self'" in response.headers["Content-Security-Policy"].split("; ")
    assert re.findall(r"<style|\sstyle=|\son[a-z]+=\"|<script(?![^>]*\ssrc=)[^>]*>", html) == []


def test_a_published_actor_leads_to_its_page(admin_client):
    actor = make_ptce()
    response = admin_client.get(reverse("admin:actors_ptce_change", args=[actor.pk]))
    assert response.context["absolute_url"] == f"/acteurs/{actor.slug}/"
    assert f'<a href="/acteurs/{actor.slug}/" class="viewsitelink">Voir sur le site</a>' in response.text


def test_a_draft_leads_to_a_page_that_its_editors_alone_see(admin_client, client):
    actor = make_organisation(publication="draft")
    response = admin_client.get(reverse("admin:actors_organisation_change", args=[actor.pk]))
    assert response.context["absolute_url"] == f"/acteurs/{actor.slug}/"
    assert admin_client.get(f"/acteurs/{actor.slug}/").status_code == 200
    assert client.get(f"/acteurs/{actor.slug}/").status_code == 404


def test_the_list_of_all_leads_to_the_face_of_each(admin_client):
    actor = make_initiative()
    response = admin_client.get(reverse("admin:actors_actor_change", args=[actor.pk]) + "?_popup=1")
    assert response.status_code == 302
    assert response.url == reverse("admin:actors_initiative_change", args=[actor.pk]) + "?_popup=1"


def test_the_home_groups_models_as_editors_think(admin_client):
    response = admin_client.get(reverse("admin:index"))
    groups = {app["name"]: [model["name"] for model in app["models"]] for app in response.context["app_list"]}
    assert list(groups) == [
        "Saisie",
        "À faire",
        "Acteurs",
        "Lettres",
        "Territoires",
        "Pages du site",
        "Détail des fiches",
        "Comptes",
        "Coulisses (lecture seule)",
    ]
    assert groups["Acteurs"] == [
        "Structures",
        "Initiatives",
        "PTCE",
        "Tous les acteurs",
        "Liens de coopération",
        "Activités",
        "Importer un tableau",
        "Doublons probables",
        "Réunions de fiches",
        "Corbeille",
    ]
    assert groups["Lettres"] == ["Lettres", "Articles", "Sources", "Personnes", "Territoires cités"]
    assert groups["Territoires"] == ["Territoires"]


def test_choosing_an_actor_finds_those_so_named_first(admin_client):
    make_organisation(name="Atelier des mots", description="Né d’une idée de l’Apes.", slug="mots")
    make_organisation(name="Réseau Apes", slug="reseau-apes")
    make_initiative(name="Apes", publication="draft", slug="apes")
    refresh(Actor.objects.values_list("pk", flat=True))
    parameters = {"app_label": "actors", "model_name": "cooperation", "field_name": "source", "term": "apes"}
    results = admin_client.get(reverse("admin:autocomplete"), parameters).json()["results"]
    assert [result["text"] for result in results] == [
        "Apes — Lieu (brouillon)",
        "Réseau Apes — Structure d’insertion",
        "Atelier des mots — Structure d’insertion",
    ]


def test_a_search_longer_than_any_name_is_refused(admin_client):
    make_everything(1)
    long_search = "mot " * 1000
    for model in OWN:
        url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        told = [str(message) for message in admin_client.get(url, {"q": long_search}).context["messages"]]
        assert told == ["Assurez-vous que cette valeur comporte au plus 200 caractères (actuellement 4000)."]
    parameters = {"app_label": "actors", "model_name": "cooperation", "field_name": "source"}
    choices = admin_client.get(reverse("admin:autocomplete"), {**parameters, "term": long_search})
    assert choices.json()["results"] == []


@pytest.mark.parametrize("key", ["9" * 30, "%00", "x"])
def test_an_address_of_no_row_says_so(admin_client, key):
    for model in OWN:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        response = admin_client.get(reverse(f"{name}_changelist") + f"{key}/change/", follow=True)
        assert response.redirect_chain == [(reverse("admin:index"), 302)], model
        assert "n’existe pas" in response.text


def test_what_the_program_keeps_is_read_only(admin_client):
    make_everything(1)
    kept = {model for model in OWN if isinstance(admin.site.get_model_admin(model), ReadOnlyAdmin)}
    assert {model._meta.model_name for model in kept} == {
        "publicid",
        "binnedactor",
        "merger",
        "nottwins",
        "address",
        "networklayout",
        "seed",
        "searchdocument",
        "actorsector",
        "actorlabel",
        "change",
        "containment",
        "adjacency",
        "boundary",
        "succession",
        "territoryname",
        "postalcode",
        "erasedperson",
    }
    for model in kept:
        obj = model._default_manager.first()
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        assert admin_client.get(reverse(f"{name}_add")).status_code == 403
        assert admin_client.post(reverse(f"{name}_change", args=[obj.pk]), {}).status_code == 403
        assert admin_client.post(reverse(f"{name}_delete", args=[obj.pk]), {"post": "yes"}).status_code == 403
        assert 'name="_save"' not in admin_client.get(reverse(f"{name}_change", args=[obj.pk])).text
