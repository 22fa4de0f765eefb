"""A preview shows what nobody is to see yet: the first page a process serves may be one."""

import pytest
from django.test import Client
from django.urls import reverse

from actors.index import snapshot
from actors.models import Actor
from editing.letter_models import PreparedEntry
from editing.letters.entering import release_of
from editing.roles import EDITOR
from tests.editing.admin.forms import form_data
from tests.editing.letters.typing import make_prepared
from tests.factories import building
from tests.factories.actors import make_citation, make_cooperation, make_organisation
from tests.factories.editors import logged_in, make_user
from tests.factories.territories import make_territory

pytestmark = pytest.mark.django_db

PUBLIC_PAGES = [
    "/",
    "/acteurs/",
    "/acteurs/?q=zeta",
    "/carte/",
    "/cooperations/",
    "/acteurs/suggestions/?q=zet",
    "/sitemap.xml",
]


@pytest.fixture
def neighbour():
    return make_organisation(name="Publique", slug="publique", place=make_territory())


def nobody_sees(text: str) -> bool:
    """Whether no public page says it, before and after the process remembers anything."""
    client = Client()
    return not any(text in client.get(address).content.decode() for address in [*PUBLIC_PAGES] * 2)


@pytest.mark.parametrize("query", ["", "?fiche={}"])
def test_the_preview_of_a_letter(neighbour, query):
    letter = make_prepared()
    secret = make_organisation(name="Projet Zeta", publication="draft", place=make_territory())
    with building():
        PreparedEntry.objects.create(release=release_of(letter), actor=secret)
        make_citation(letter.articles.get(), actor=secret)
        make_cooperation(secret, neighbour)
    client = logged_in(make_user(EDITOR))
    snapshot.forget()
    shown = client.get(reverse("admin:letter_preview", args=["75"]) + query.format(secret.pk))
    assert "Projet Zeta" in shown.content.decode()
    assert snapshot.at_hand() is None
    assert nobody_sees("Zeta")


def test_the_preview_of_an_entry(neighbour):
    entry = make_organisation(name="Alpha", slug="alpha")
    make_cooperation(entry, neighbour)
    client = logged_in(make_user(EDITOR))
    address = reverse("admin:actors_organisation_change", args=[entry.pk])
    data = {**form_data(client.get(address)), "name": "Zeta jamais enregistrée"}
    snapshot.forget()
    shown = client.post(reverse("admin:actors_organisation_preview_of", args=[entry.pk]), data)
    assert "Zeta jamais enregistrée" in shown.content.decode()
    assert snapshot.at_hand() is None
    assert nobody_sees("Zeta")


def test_what_is_in_memory_stays_there(neighbour):
    """The preview neither shows nor fills it."""
    letter = make_prepared()
    secret = make_organisation(name="Projet Zeta", publication="draft")
    with building():
        PreparedEntry.objects.create(release=release_of(letter), actor=secret)
        make_citation(letter.articles.get(), actor=secret)
    client = logged_in(make_user(EDITOR))
    before = snapshot.current()
    assert client.get(reverse("admin:letter_preview", args=["75"])).status_code == 200
    assert snapshot.current() is before
    assert nobody_sees("Zeta")
    assert Actor.objects.get(name="Projet Zeta").publication == "draft"
