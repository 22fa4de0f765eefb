"""« Confirmer que c’est à jour » in the back-office: the form, the lists, the worklist; and from the wrong side."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from actors.history import versions_of
from actors.models import Actor
from editing.roles import CONTRIBUTOR, EDITOR, LOCAL_EDITOR, VISITOR
from territories.models import Change
from tests.editing.admin.forms import form_data
from tests.factories.actors import make_organisation, make_place
from tests.factories.editors import logged_in, make_user
from tests.factories.territories import make_territory
from tests.pages.html import page

pytestmark = pytest.mark.django_db


def form_of(actor):
    return reverse(f"admin:actors_{actor.nature}_change", args=[actor.pk])


def confirmations():
    return list(Actor.objects.order_by("pk").values_list("last_confirmed_on", "last_confirmed_by"))


def by_the_apes():
    return (timezone.localdate(), "apes")


# -- the form ------------------------------------------------------------------------------------------


def test_one_click_confirms_and_keeps_what_was_typed():
    actor = make_organisation(last_confirmed_on=datetime.date(2020, 1, 1), last_confirmed_by="actor")
    user = make_user(EDITOR)
    client, changes = logged_in(user), Change.objects.count()
    data = form_data(client.get(form_of(actor))) | {"summary": "Un café et un atelier.", "_confirm": "x"}
    response = client.post(form_of(actor), data, follow=True)
    assert "l’Apes a vérifié la fiche aujourd’hui" in response.text
    actor.refresh_from_db()
    assert actor.summary == "Un café et un atelier."
    assert confirmations() == [by_the_apes()]
    assert Change.objects.count() == changes + 1
    assert versions_of(actor.pk)[0].revision.user == user


def test_confirming_alone_is_a_change_too():
    actor = make_organisation()
    client, changes = logged_in(make_user(EDITOR)), Change.objects.count()
    client.post(form_of(actor), {**form_data(client.get(form_of(actor))), "_confirm": "x"})
    assert confirmations() == [by_the_apes()]
    assert Change.objects.count() == changes + 1


def test_a_day_typed_by_an_editor_is_the_apes_word_and_can_be_taken_away():
    actor = make_organisation(last_confirmed_on=datetime.date(2020, 1, 1), last_confirmed_by="actor")
    client = logged_in(make_user(EDITOR))
    for day, by in (("2026-02-03", "apes"), ("", "")):
        data = form_data(client.get(form_of(actor))) | {"last_confirmed_on": day, "_save": "x"}
        assert client.post(form_of(actor), data).status_code == 302
        actor.refresh_from_db()
        assert (str(actor.last_confirmed_on or ""), actor.last_confirmed_by) == (day, by)


def test_saving_otherwise_leaves_who_confirmed():
    actor = make_organisation(last_confirmed_on=datetime.date(2020, 1, 1), last_confirmed_by="actor")
    client = logged_in(make_user(EDITOR))
    data = form_data(client.get(form_of(actor))) | {"summary": "Un café.", "_save": "x"}
    client.post(form_of(actor), data)
    assert confirmations() == [(datetime.date(2020, 1, 1), "actor")]


def test_a_draft_has_no_such_button():
    client = logged_in(make_user(EDITOR))
    assert 'name="_confirm"' not in client.get(form_of(make_organisation(publication="draft"))).text
    assert 'name="_confirm"' in client.get(form_of(make_organisation())).text


@pytest.mark.parametrize("role", [VISITOR, CONTRIBUTOR, LOCAL_EDITOR])
def test_whoever_may_not_change_the_entry_does_not_confirm_it(role):
    actor = make_organisation()
    make_place(actor)
    client = logged_in(make_user(role, territories=[make_territory()] if role is LOCAL_EDITOR else ()))
    shown = client.get(form_of(actor))
    if shown.status_code == 200:
        assert 'name="_confirm"' not in shown.text
    client.post(form_of(actor), {"_confirm": "x", "name": actor.name})
    assert confirmations() == [(None, "")]


# -- lists ---------------------------------------------------------------------------------------------


def act_on(client, url, actors):
    data = {"action": "confirm_selected", "_selected_action": [actor.pk for actor in actors]}
    return client.post(url, data, follow=True)


@pytest.mark.parametrize("model", ["organisation", "actor"])
def test_a_list_confirms_those_ticked(model):
    actors = [make_organisation() for _ in range(3)]
    client, changes = logged_in(make_user(EDITOR)), Change.objects.count()
    response = act_on(client, reverse(f"admin:actors_{model}_changelist"), actors[:2])
    assert "2 fiches vérifiées aujourd’hui par l’Apes." in response.text
    assert confirmations() == [by_the_apes(), by_the_apes(), (None, "")]
    assert Change.objects.count() == changes + 1


def test_a_local_editor_confirms_their_own_alone():
    inside, outside = make_organisation(), make_organisation()
    commune = make_territory()
    make_place(inside, commune)
    make_place(outside)
    client = logged_in(make_user(LOCAL_EDITOR, territories=[commune]))
    response = act_on(client, reverse("admin:actors_organisation_changelist"), [inside, outside])
    assert "1 fiche vérifiée aujourd’hui par l’Apes." in response.text
    assert "1 fiche hors de ce qui vous est confié" in response.text
    assert confirmations() == [by_the_apes(), (None, "")]


def test_a_contributor_has_no_such_action():
    actor = make_organisation()
    client = logged_in(make_user(CONTRIBUTOR))
    url = reverse("admin:actors_organisation_changelist")
    assert "confirm_selected" not in client.get(url).text
    act_on(client, url, [actor])
    assert confirmations() == [(None, "")]


# -- the worklist ------------------------------------------------------------------------------------------


def test_the_worklist_holds_those_to_confirm_and_confirms_them():
    make_organisation(name="Fraîche", last_confirmed_on=timezone.localdate())
    old = make_organisation(name="Vieille")
    client, url = logged_in(make_user(EDITOR)), reverse("admin:worklist", args=["a-confirmer"])
    shown = client.get(url).text
    assert "Vieille" in shown
    assert "Fraîche" not in shown
    response = client.post(url, {"fiche": old.pk, "faire": "confirmer"}, follow=True)
    assert "1 fiche vérifiée aujourd’hui par l’Apes." in response.text
    assert "Chaque fiche a été vérifiée depuis moins d’un an." in response.text


def test_one_click_beside_an_entry_confirms_it_alone():
    one, other = make_organisation(), make_organisation()
    client, url = logged_in(make_user(EDITOR)), reverse("admin:worklist", args=["a-confirmer"])
    assert f'name="une" value="confirmer-{one.pk}"' in client.get(url).text
    response = client.post(url, {"une": f"confirmer-{one.pk}", "fiche": other.pk}, follow=True)
    assert "1 fiche vérifiée aujourd’hui par l’Apes." in response.text
    assert confirmations() == [by_the_apes(), (None, "")]


@pytest.mark.parametrize(
    "pressed", ["confirmer-", "confirmer-999999", "confirmer-²", "-1", "rien", "supprimer-{pk}"]
)
def test_a_button_that_is_none_confirms_nothing(pressed):
    actor = make_organisation()
    url = reverse("admin:worklist", args=["a-confirmer"])
    response = logged_in(make_user(EDITOR)).post(url, {"une": pressed.format(pk=actor.pk)}, follow=True)
    assert response.status_code == 200
    assert confirmations() == [(None, "")]


def test_enter_on_a_box_confirms_nothing():
    """It presses the first button of the form, whose answer must not be that of the first entry."""
    actor = make_organisation()
    client, url = logged_in(make_user(EDITOR)), reverse("admin:worklist", args=["a-confirmer"])
    form = next(form for form in page(client.get(url)).all("form") if "data-worklist" in form.attributes)
    first = form.all("button")[0].attributes
    assert (first["name"], first["value"]) == ("faire", "")
    client.post(url, {"faire": "", "fiche": actor.pk})
    assert confirmations() == [(None, "")]


def test_the_worklist_of_a_local_editor_holds_their_own():
    commune = make_territory()
    inside, outside = make_organisation(name="Dedans"), make_organisation(name="Dehors")
    make_place(inside, commune)
    make_place(outside)
    client = logged_in(make_user(LOCAL_EDITOR, territories=[commune]))
    url = reverse("admin:worklist", args=["a-confirmer"])
    assert "Dehors" not in client.get(url).text
    client.post(url, {"fiche": [inside.pk, outside.pk], "faire": "confirmer"})
    assert confirmations() == [by_the_apes(), (None, "")]


def test_the_worklist_is_no_contributors():
    client = logged_in(make_user(CONTRIBUTOR))
    assert client.get(reverse("admin:worklist", args=["a-confirmer"])).status_code == 403
