"""Two people on the page of one row: the second is told, and nothing typed is lost."""

import pytest
from django.urls import reverse

from actors.history import keep_missing
from editing.roles import EDITOR
from tests.editing.admin.forms import form_data, messages_of
from tests.factories import building
from tests.factories.actors import (
    make_alias,
    make_area,
    make_citation,
    make_contact,
    make_cooperation,
    make_figure,
    make_organisation,
    make_place,
    make_spokesperson,
    make_wish,
)
from tests.factories.editors import logged_in, make_user
from tests.factories.territories import make_territory

pytestmark = pytest.mark.django_db

MEANWHILE = (
    "{} a enregistré cette ligne depuis que vous l’avez ouverte. Votre saisie est gardée : comparez, puis enregistrez "
    "de nouveau pour la retenir."
)


def url(row):
    return reverse(f"admin:actors_{row._meta.model_name}_change", args=[row.pk])


@pytest.fixture
def two():
    return [logged_in(make_user(EDITOR, username=name)) for name in ("anne", "bruno")]


def test_the_second_one_sees_both_values_and_keeps_their_own(two):
    anne, bruno = two
    wish = make_wish(make_organisation(), text="Un local", year=2020)
    keep_missing()
    opened = form_data(bruno.get(url(wish)))
    anne.post(url(wish), form_data(anne.get(url(wish))) | {"text": "Un grand local"})
    response = bruno.post(url(wish), opened | {"text": "Un petit local"})
    assert messages_of(response) == [MEANWHILE.format("anne"), "Enregistré entre-temps : « Un grand local »"]
    assert 'value="Un petit local"' in response.text
    wish.refresh_from_db()
    assert wish.text == "Un grand local"
    # Saving once more is a choice by now.
    assert bruno.post(url(wish), form_data(response)).status_code == 302
    wish.refresh_from_db()
    assert wish.text == "Un petit local"


def test_what_only_the_other_one_changed_is_told_too(two):
    anne, bruno = two
    figure = make_figure(make_organisation(), year=2020)
    opened = form_data(bruno.get(url(figure)))
    anne.post(url(figure), form_data(anne.get(url(figure))) | {"year": "2021"})
    response = bruno.post(url(figure), opened | {"what": "salariés en insertion"})
    assert "Enregistré entre-temps : « 2021 »" in messages_of(response)


def test_saying_the_same_is_no_quarrel(two):
    anne, bruno = two
    wish = make_wish(make_organisation(), text="Un local")
    opened = form_data(bruno.get(url(wish)))
    for client in two:
        data = opened if client is bruno else form_data(anne.get(url(wish)))
        assert client.post(url(wish), data | {"text": "Un grand local"}).status_code == 302


def test_sources_that_changed_meanwhile_are_told(two):
    _, bruno = two
    alias = make_alias(make_organisation(), "Autre nom")
    opened = form_data(bruno.get(url(alias)))
    with building():
        make_citation(alias=alias)
    assert any("Ses sources ont changé" in message for message in messages_of(bruno.post(url(alias), opened)))


def test_every_kind_of_row_is_saved_untouched_by_one_person(two):
    anne, _ = two
    actor, territory = make_organisation(), make_territory()
    for row in (
        make_alias(actor, "Autre"),
        make_place(actor, territory),
        make_area(actor, territory),
        make_contact(actor, "https://exemple.fr"),
        make_spokesperson(actor),
        make_figure(actor),
        make_cooperation(actor, make_organisation()),
        make_wish(actor),
        make_citation(actor=actor),
    ):
        assert 'name="seen"' in (page := anne.get(url(row))).text
        assert anne.post(url(row), form_data(page)).status_code == 302, row
