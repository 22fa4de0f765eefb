"""« Historique »: who changed what, two versions side by side, going back; the bin's own list."""

import re

import pytest
from django.urls import reverse

from actors.actions.delete_actor import delete_actor
from actors.actions.record import actor_changed
from actors.enums import ContactKind
from actors.history import act, keep_missing, versions_of
from actors.models import Actor, BinnedActor, ContactPoint
from editing.roles import EDITOR, MODERATOR
from tests.editing.admin.forms import form_data
from tests.editing.admin.rows import fill
from tests.factories import building
from tests.factories.actors import make_contact, make_organisation
from tests.factories.editors import logged_in, make_user

pytestmark = pytest.mark.django_db


def history(actor_id):
    return reverse("admin:actor_history", args=[actor_id])


def change(actor, user=None, **values):
    with act(what=f"Modification : {actor}", user=user), building():
        Actor.objects.filter(pk=actor.pk).update(**values)
        actor_changed(actor=actor, what="Modification", was_public=actor.is_public)


@pytest.fixture
def actor():
    """An entry of three versions."""
    actor = make_organisation(name="DIE", summary="Un")
    make_contact(actor, "03 21 00 00 00", ContactKind.PHONE)
    keep_missing()
    change(actor, summary="Deux")
    with act(what="Modification : DIE", user=make_user(EDITOR, username="zoe")), building():
        ContactPoint.objects.update(value="03 22 00 00 00")
        actor_changed(actor=actor, what="Modification", was_public=True)
    return actor


def test_who_changed_what_from_what_to_what(actor):
    shown = logged_in(make_user(EDITOR)).get(history(actor.pk))
    steps = shown.context["timeline"].steps
    assert [(step.who, step.what, [str(each) for each in step.differences]) for step in steps] == [
        ("zoe", "Modification : DIE", ["Téléphone : 03 21 00 00 00 → 03 22 00 00 00"]),
        ("Programme", "Modification : DIE", ["En une ligne : Un → Deux"]),
        ("Programme", "Première version gardée", []),
    ]
    assert "Téléphone : 03 21 00 00 00 → 03 22 00 00 00" in shown.text
    assert shown.text.count("Revenir à cette version") == 2


def test_what_was_done_in_the_back_office_is_told_with_its_author():
    client = logged_in(make_user(EDITOR, username="anne"))
    actor = make_organisation(summary="Avant")
    url = reverse("admin:actors_organisation_change", args=[actor.pk])
    keep_missing()
    client.post(url, {**form_data(client.get(url)), "summary": "Après"})
    latest = versions_of(actor.pk).first()
    assert (latest.revision.user.username, latest.revision.comment) == ("anne", f"Modification : {actor}")
    # The button of the form leads there.
    shown = client.get(reverse("admin:actors_organisation_history", args=[actor.pk]), follow=True)
    assert shown.context["timeline"].steps[0].who == "anne"


def test_any_two_versions_are_compared(actor):
    client = logged_in(make_user(EDITOR))
    third, _, first = [version.pk for version in versions_of(actor.pk)]
    for one, other in ((first, third), (third, first)):
        shown = client.get(history(actor.pk), {"de": one, "a": other})
        assert [str(each) for each in shown.context["comparison"].differences] == [
            "En une ligne : Un → Deux",
            "Téléphone : 03 21 00 00 00 → 03 22 00 00 00",
        ]
    same = client.get(history(actor.pk), {"de": first, "a": first})
    assert "Ces deux versions disent la même chose." in same.text


@pytest.mark.parametrize("asked", ["x", "999999", "", "-1"])
def test_versions_that_are_not_of_the_entry_are_not_compared(actor, asked):
    other = make_organisation()
    keep_missing()
    client, own = logged_in(make_user(EDITOR)), versions_of(actor.pk).first().pk
    assert client.get(history(actor.pk), {"de": own, "a": asked}).status_code == (200 if asked == "" else 404)
    foreign = versions_of(other.pk).first().pk
    assert client.get(history(actor.pk), {"de": own, "a": foreign}).status_code == 404
    assert client.post(history(actor.pk), {"version": foreign}).status_code == 404
    assert client.post(history(actor.pk), {"version": asked}).status_code == 404


def test_going_back_in_one_click(actor):
    client = logged_in(make_user(EDITOR, username="anne"))
    shown = client.post(history(actor.pk), {"version": versions_of(actor.pk).last().pk}, follow=True)
    assert "La fiche est revenue à cette version." in shown.text
    actor.refresh_from_db()
    assert (actor.summary, actor.contacts.get().value) == ("Un", "03 21 00 00 00")
    step = shown.context["timeline"].steps[0]
    assert (step.who, step.what) == ("anne", "Retour à une version précédente : DIE")


def test_going_back_to_what_another_has_taken_meanwhile_is_refused():
    actor = make_organisation(siret="12345678900012", registry_state="proposed")
    keep_missing()
    change(actor, siret="", registry_state="absent")
    make_organisation(siret="12345678900012", registry_state="proposed")
    client = logged_in(make_user(EDITOR))
    shown = client.post(history(actor.pk), {"version": versions_of(actor.pk).last().pk}, follow=True)
    assert "La fiche est restée comme elle était. Un autre acteur porte déjà ce SIRET." in shown.text


def test_the_history_of_nothing_is_not_found():
    client = logged_in(make_user(EDITOR))
    assert client.get(history(999)).status_code == 404
    assert client.post(history(999), {"version": 1}).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_takes_as_many_queries_for_one_row_as_for_three(rows, django_assert_num_queries):
    actor = make_organisation()
    keep_missing()
    for number in range(1, rows + 1):
        fill(actor, number)
        change(actor, summary=str(number))
    client = logged_in(make_user(EDITOR))
    client.get(history(actor.pk))
    with django_assert_num_queries(14):
        shown = client.get(history(actor.pk))
    assert len(shown.context["timeline"].steps) == rows + 1


def test_a_long_history_comes_in_pages():
    actor = make_organisation(summary="0", publication="draft")
    keep_missing()
    for number in range(1, 26):
        change(actor, summary=str(number))
    client = logged_in(make_user(EDITOR))
    first = client.get(history(actor.pk)).context["timeline"].steps
    second = client.get(history(actor.pk), {"page": 2}).context["timeline"].steps
    assert (len(first), len(second)) == (20, 6)
    assert str(first[-1].differences[0]) == "En une ligne : 5 → 6"
    assert (second[-1].is_first, second[-1].differences) == (True, [])


def test_the_page_holds_no_style_nor_script_of_its_own(actor):
    shown = logged_in(make_user(EDITOR)).get(history(actor.pk)).text
    assert re.findall(r"<style|\sstyle=|\son[a-z]+=\"|<script(?![^>]*\ssrc=)[^>]*>", shown) == []


# -- the bin --------------------------------------------------------------------------------------------


def test_a_deleted_entry_waits_in_the_bin_and_comes_back_in_one_click(actor, client):
    editor, moderator = logged_in(make_user(EDITOR, username="anne")), logged_in(make_user(MODERATOR))
    pk, address = actor.pk, f"/acteurs/{actor.slug}/"
    question = reverse("admin:actors_organisation_delete", args=[pk])
    assert "La fiche ira dans la corbeille" in editor.get(question).text
    editor.post(question, {"post": "yes"})
    gone = client.get(address)
    assert gone.status_code == 410
    assert "Cette fiche a été supprimée" in gone.text
    binned = BinnedActor.objects.get()
    assert (binned.name, binned.deleted_by.username) == ("DIE", "anne")
    shown = moderator.get(reverse("admin:actors_binnedactor_changelist"))
    assert "jusqu’au" in shown.text
    assert moderator.get(history(pk)).status_code == 200
    restore = reverse("admin:actors_binnedactor_restore", args=[binned.pk])
    assert f'formaction="{restore}"' in shown.text
    assert moderator.get(restore).status_code == 405
    shown = moderator.post(restore, follow=True)
    assert "est revenue." in shown.text
    assert client.get(address).status_code == 200
    step = moderator.get(history(pk)).context["timeline"].steps[0]
    assert step.what == "Retour de la corbeille : DIE"


def test_what_cannot_come_back_says_why():
    binned = delete_actor(actor=make_organisation(siret="12345678900012", registry_state="proposed"))
    make_organisation(siret="12345678900012", registry_state="proposed")
    client = logged_in(make_user(MODERATOR))
    shown = client.post(reverse("admin:actors_binnedactor_restore", args=[binned.pk]), follow=True)
    assert "n’a pas pu revenir. Un autre acteur porte déjà ce SIRET." in shown.text
    assert BinnedActor.objects.exists()


def test_the_bin_holds_no_style_nor_script_of_its_own():
    delete_actor(actor=make_organisation())
    shown = logged_in(make_user(MODERATOR)).get(reverse("admin:actors_binnedactor_changelist")).text
    assert re.findall(r"<style|\sstyle=|\son[a-z]+=\"|<script(?![^>]*\ssrc=)[^>]*>", shown) == []
