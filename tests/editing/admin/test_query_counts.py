"""No page of the back-office asks more of the database for more rows. Session and account are two of each count."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from actors.models import Citation
from territories.enums import TerritoryKind
from territories.models import PostalCode
from tests.editing.admin.rows import fill, make_back_office, make_commune, make_everything
from tests.factories import building
from tests.factories.actors import (
    make_citation,
    make_initiative,
    make_organisation,
    make_place,
    make_ptce,
    make_spokesperson,
)
from tests.factories.sources import make_article, make_letter, make_mention, make_person
from tests.factories.territories import make_containment, make_name, make_territory

pytestmark = pytest.mark.django_db

CHANGELISTS = {
    "activity": 5,
    "actor": 8,
    "actorlabel": 5,
    "actorsector": 6,
    "address": 6,
    "adjacency": 5,
    "alias": 5,
    "areaserved": 5,
    "article": 6,
    "binnedactor": 5,
    "boundary": 5,
    # One for each kind of fact that is cited.
    "citation": 17,
    "change": 6,
    "contactpoint": 5,
    "containment": 5,
    "cooperation": 7,
    "cooperationwish": 6,
    "erasedperson": 5,
    "figure": 8,
    "initiative": 8,
    "letter": 7,
    "mention": 6,
    "merger": 7,
    "nottwins": 5,
    "organisation": 8,
    "outsideid": 6,
    "person": 6,
    "place": 5,
    "postalcode": 5,
    "ptce": 8,
    "ptcestatusentry": 5,
    # One for the ids that others were merged into, which lists without a merger don't ask.
    "publicid": 7,
    "searchdocument": 5,
    "networklayout": 5,
    "seed": 6,
    "source": 6,
    "spokesperson": 5,
    "subscription": 5,
    "succession": 5,
    "territory": 6,
    "usagecount": 13,
    "territoryname": 5,
}
OWN_MODELS = {
    model._meta.model_name: model
    for model in apps.get_models()
    if model._meta.app_label in {"partners", "actors", "sources", "territories"}
}


@pytest.fixture(autouse=True)
def known_content_types(db):
    """Django remembers them for the life of the process: no page of a running site asks for them."""
    for model in OWN_MODELS.values():
        ContentType.objects.get_for_model(model, for_concrete_model=False)


def change_url(obj):
    return reverse(f"admin:{obj._meta.app_label}_{obj._meta.model_name}_change", args=[obj.pk])


@pytest.mark.parametrize("rows", [1, 3])
def test_changelists(admin_client, rows):
    """All of them on one set of rows, which takes longer to make than the lists to ask for."""
    for number in range(1, rows + 1):
        make_everything(number)
    counted = {}
    for name, model in OWN_MODELS.items():
        with CaptureQueriesContext(connection) as queries:
            response = admin_client.get(reverse(f"admin:{model._meta.app_label}_{name}_changelist"))
        assert len(response.context["cl"].result_list) >= rows, name
        counted[name] = len(queries)
    assert counted == CHANGELISTS


def test_every_registered_list_opens(admin_client):
    """Those without a factory of rows here as well: of the back-office's own tables and of the libraries."""
    for model in admin.site._registry:
        url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        assert admin_client.get(url).status_code == 200, url


BACK_OFFICE = {
    "correspondent": 5,
    "importbatch": 6,
    "importrow": 6,
    "letterrelease": 5,
    "linkcheck": 5,
    "pendingfact": 6,
    "personrequest": 5,
    "postponement": 6,
    "preparedentry": 5,
    "reminder": 5,
    "sendingtrace": 5,
    "suggestion": 6,
}


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_of_the_back_offices_own_tables(admin_client, rows):
    for number in range(1, rows + 1):
        make_back_office(number)
    counted = {}
    for name in BACK_OFFICE:
        model = apps.get_model("editing", name)
        with CaptureQueriesContext(connection) as queries:
            response = admin_client.get(reverse(f"admin:editing_{name}_changelist"))
        assert len(response.context["cl"].result_list) == rows, name
        counted[name] = len(queries)
        page = reverse(f"admin:editing_{name}_change", args=[model._default_manager.first().pk])
        assert admin_client.get(page).status_code == 200, name
    assert counted == BACK_OFFICE


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("make", "face", "queries"),
    [
        (make_organisation, "organisation", 37),
        (make_initiative, "initiative", 37),
        (make_ptce, "ptce", 39),
    ],
)
def test_page_of_an_actor(admin_client, django_assert_num_queries, make, face, queries, rows):
    actor = make()
    for number in range(1, rows + 1):
        fill(actor, number)
    with django_assert_num_queries(queries):
        response = admin_client.get(reverse(f"admin:actors_{face}_change", args=[actor.pk]))
    shown = [len(inline.formset.forms) for inline in response.context["inline_admin_formsets"]]
    assert shown == [rows] * (14 if face == "ptce" else 13)


@building()
def territory_with(rows):
    informal = make_territory(TerritoryKind.INFORMAL)
    for number in range(1, rows):
        make_name(informal, f"Autre nom {number}")
    for number in range(rows):
        PostalCode.objects.create(territory=informal, code=f"6200{number}")
        make_containment(informal, make_commune())
    return informal


def letter_with(rows):
    letter = make_letter()
    for _ in range(rows):
        make_article(letter)
    return letter


def article_with(rows):
    article = make_article(authors=[make_person() for _ in range(rows)])
    for _ in range(rows):
        make_mention(article, make_commune())
    return article


def person_with(rows):
    person = make_person()
    for _ in range(rows):
        make_spokesperson(make_organisation(), person)
    return person


def place_with(rows):
    place = make_place(make_organisation(), make_commune())
    for _ in range(rows):
        make_citation(place=place)
    return place


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("make", "queries"),
    [(territory_with, 7), (letter_with, 4), (article_with, 8), (person_with, 5), (place_with, 8)],
)
def test_page_of_another_kind(admin_client, django_assert_num_queries, make, queries, rows):
    obj = make(rows)
    with django_assert_num_queries(queries):
        response = admin_client.get(change_url(obj))
    shown = [len(inline.formset.forms) for inline in response.context["inline_admin_formsets"]]
    assert set(shown) == {rows}


AUTOCOMPLETES = {
    ("actors", "place", "actor"): 6,
    ("actors", "place", "territory"): 5,
    ("actors", "citation", "source"): 4,
    ("actors", "citation", "place"): 4,
    ("actors", "citation", "figure"): 4,
    ("actors", "citation", "cooperation"): 4,
    ("actors", "spokesperson", "person"): 4,
    ("sources", "mention", "article"): 4,
    ("sources", "article", "letter"): 4,
}


@pytest.mark.parametrize("rows", [1, 3])
def test_choices(admin_client, rows):
    for number in range(1, rows + 1):
        make_everything(number)
    counted = {}
    for app, model, field in AUTOCOMPLETES:
        parameters = {"app_label": app, "model_name": model, "field_name": field}
        with CaptureQueriesContext(connection) as queries:
            response = admin_client.get(reverse("admin:autocomplete"), parameters)
        assert len(response.json()["results"]) >= rows
        counted[app, model, field] = len(queries)
    assert counted == AUTOCOMPLETES


def test_the_page_of_a_fact_shows_its_choice_without_its_neighbours(admin_client):
    """What is chosen comes from the row, whatever it is: here a citation of each kind of row."""
    make_everything(1)
    for citation in Citation.objects.all():
        response = admin_client.get(change_url(citation))
        assert response.status_code == 200
        assert response.content.count(b"selected") >= 2
