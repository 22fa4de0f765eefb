"""« Peut-être déjà dans l’annuaire »: what is proposed while a name is typed, and to whom."""

import pytest
from django.urls import reverse

from editing.roles import CONTRIBUTOR, VISITOR
from tests.factories.actors import make_alias, make_organisation, make_place
from tests.factories.editors import logged_in, make_user
from tests.factories.territories import make_territory

pytestmark = pytest.mark.django_db

URL = reverse("admin:known_entries")


def names(client, text):
    return [entry["name"] for entry in client.get(URL, {"nom": text}).json()["entries"]]


def test_entries_with_the_words_of_the_name_the_same_name_first(admin_client):
    make_organisation(name="Les amis du Coron")
    same = make_organisation(
        name="Le Coron", place=make_territory(name="Raismes"), organisation_kind="culture"
    )
    make_alias(make_organisation(name="MJC"), "Coron d’avant")
    make_organisation(name="Le Terril")
    assert names(admin_client, "LE CORON") == ["Le Coron", "Les amis du Coron"]
    assert names(admin_client, "coron") == ["Le Coron", "Les amis du Coron", "MJC"]
    entry = admin_client.get(URL, {"nom": "Le Coron"}).json()["entries"][0]
    assert entry["about"] == "Structure culturelle ou artistique, Raismes"
    assert entry["url"] == reverse("admin:actors_organisation_change", args=[same.pk])


@pytest.mark.parametrize("text", ["", "le", "%%%", "\0\0\0", "x" * 5000, "'; --"])
def test_what_names_nobody_is_answered_with_nothing(admin_client, text):
    make_organisation(name="Le Coron")
    assert names(admin_client, text) == []


def test_nobody_learns_of_drafts_they_may_not_read():
    make_organisation(name="Le Coron", publication="draft")
    assert names(logged_in(make_user(CONTRIBUTOR)), "coron") == []
    assert logged_in(make_user(VISITOR)).get(URL, {"nom": "coron"}).status_code == 302


@pytest.mark.parametrize("rows", [1, 3])
def test_queries(admin_client, django_assert_num_queries, rows):
    for number in range(rows):
        make_place(make_organisation(name=f"Coron {number}"), make_territory())
    with django_assert_num_queries(5):
        assert len(names(admin_client, "coron")) == rows


def test_only_the_page_of_a_new_entry_asks(admin_client):
    add = admin_client.get(reverse("admin:actors_organisation_add")).text
    assert f'data-known="{URL}"' in add
    change = admin_client.get(reverse("admin:actors_organisation_change", args=[make_organisation().pk])).text
    assert "data-known" not in change
