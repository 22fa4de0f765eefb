"""A letter is cited for what it says: never for another value, and nothing typed vanishes."""

import pytest

from actors.actions.facts import COLUMN, Fact
from actors.enums import ContactKind
from actors.models import Actor, ContactPoint, Cooperation, Figure
from editing.letter_models import PendingFact
from editing.letters.entering import enter_fact
from editing.letters.release import publish_letter, withdraw_letter
from editing.roles import EDITOR
from sources.models import Letter
from tests.editing.letters.typing import facts, make_prepared, new_actor
from tests.factories import building
from tests.factories.actors import make_contact, make_cooperation, make_figure, make_organisation
from tests.factories.editors import logged_in, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    return make_user(EDITOR)


@pytest.fixture
def client(editor):
    return logged_in(editor)


@pytest.fixture
def article():
    return make_prepared().articles.get()


def errors(response) -> dict:
    """Errors of the lines, by field."""
    return {
        name: list(found)
        for lines in response.context["lines"]
        for form in lines
        for name, found in form.errors.items()
    }


@pytest.fixture(params=["draft", "published"])
def entry(request):
    return make_organisation(name="X", publication=request.param)


def figure(low, **more):
    return {"low": low, "what": "salariés", "year": "2025", **more}


def test_a_figure_the_entry_has_otherwise_is_told_beside_it(client, article, entry):
    make_figure(entry, what="salariés", low=30, year=2025)
    response = facts(client, article, entry, figure=[figure("45")])
    assert errors(response) == {
        "low": [
            "La fiche dit déjà « 30 salariés (2025) ». Corrigez l’un ou l’autre, ou écrivez ce que dit l’article "
            "dans « Imprimé autrement »."
        ]
    }
    assert not PendingFact.objects.exists()
    facts(client, article, entry, figure=[figure("45", printed="45 salariés")])
    publish_letter(letter=article.letter, user=make_user(EDITOR))
    kept = Figure.objects.get()
    assert (kept.low, kept.citations.get().printed) == (30, "45 salariés")


def test_two_lines_of_one_figure_are_told(client, article, entry):
    response = facts(client, article, entry, figure=[figure("45"), figure("50")])
    assert list(errors(response)) == ["low"]
    assert "déjà « 45 salariés (2025) »" in errors(response)["low"][0]
    assert response.context["lines"][3].forms[1]["low"].value() == "50"
    assert not Figure.objects.exists()
    assert not PendingFact.objects.exists()


def test_a_link_that_has_another_state_is_told(client, article, entry):
    make_cooperation(entry, make_organisation(name="Y"), kind="runs", status="planned")
    link = {"phrase": "runs:source", "other": "Y", "status": "ended"}
    response = facts(client, article, entry, cooperation=[link])
    assert list(errors(response)) == ["status"]
    assert "La fiche dit déjà « X" in errors(response)["status"][0]
    assert Cooperation.objects.get().citations.count() == 0


def test_what_anybody_calls_personal_is_personal(client, article, entry, editor):
    make_contact(entry, "a@b.fr", ContactKind.EMAIL)
    facts(client, article, entry, contact=[{"value": "a@b.fr", "personal": "on"}])
    publish_letter(letter=article.letter, user=editor)
    assert ContactPoint.objects.get().personal is True


def test_what_is_written_since_otherwise_keeps_what_the_letter_prints(client, article, editor):
    """Entered while the entry said nothing of it; nobody is asked at the planned hour."""
    entry = make_organisation(name="X")
    facts(client, article, entry, figure=[figure("45")])
    make_figure(entry, what="salariés", low=30, year=2025)
    publish_letter(letter=article.letter, user=editor)
    kept = Figure.objects.get()
    assert (kept.low, kept.citations.get().printed) == (30, "45 salariés (2025)")


# -- links to entries that are not made yet -------------------------------------------------------------------


def test_a_link_to_a_new_entry_is_checked_as_any(client, article):
    entry = make_organisation(name="X", publication="draft")
    link = {
        "phrase": "shares_leader_with:source",
        "other": "Nouvelle",
        "other_kind": "organisation:culture",
        "status": "active",
    }
    response = facts(client, article, entry, cooperation=[link], wish=[{"text": "Un local"}])
    assert response.status_code == 200
    assert errors(response) == {"__all__": ["Un responsable en commun est toujours déduit."]}
    assert "Un local" in response.text
    assert Actor.objects.count() == 1
    facts(client, article, entry, cooperation=[{**link, "reason": "une même présidente"}])
    assert Cooperation.objects.get().target.name == "Nouvelle"


def test_two_lines_name_one_new_entry(client, article):
    entry = make_organisation(name="X", publication="draft")
    new = {"other": "Nouvelle", "other_kind": "organisation:culture", "status": "active"}
    lines = [{"phrase": "runs:source", **new}, {"phrase": "funds:target", **new}]
    facts(client, article, entry, cooperation=lines)
    assert Actor.objects.filter(name="Nouvelle").count() == 1
    assert Cooperation.objects.count() == 2


@pytest.mark.parametrize("chosen", ["", "new"])
def test_a_double_click_makes_one_entry(client, article, chosen):
    for _ in range(2):
        new_actor(client, article, "Le Café vert", kind="initiative:place", chosen=chosen)
    assert Actor.objects.get().name == "Le Café vert"


def test_an_entry_of_another_type_may_bear_the_name(client, article):
    new_actor(client, article, "Le Café vert", kind="initiative:place")
    new_actor(client, article, "Le Café vert", kind="organisation:culture", chosen="new")
    assert Actor.objects.count() == 2


# -- withdrawing ----------------------------------------------------------------------------------------------


def test_a_situation_changed_since_stays_whole(client, article, editor):
    """Its year goes with it: one without the other is refused by the database."""
    entry = make_organisation(name="X")
    facts(client, article, entry, columns={"life_status": "closed"})
    publish_letter(letter=article.letter, user=editor)
    with building():
        Actor.objects.update(life_status="paused")
    released = withdraw_letter(letter=Letter.objects.get(), user=editor)
    entry.refresh_from_db()
    assert (entry.life_status, entry.life_status_year) == ("paused", 2022)
    assert sorted(released.left) == ["année de la situation", "situation"]
    assert not PendingFact.objects.exists()


def test_what_was_left_does_not_come_again(article, editor):
    entry = make_organisation(name="X")
    values = {"kind": "phone", "value": "03 21 00 00 00", "network": "", "personal": False}
    enter_fact(fact=Fact("contact", values), article=article, user=editor, actor=entry)
    fact = Fact(COLUMN, {"column": "description", "set": {"summary": "Un.", "description": "Deux."}})
    enter_fact(fact=fact, article=article, user=editor, actor=entry)
    publish_letter(letter=article.letter, user=editor)
    with building():
        ContactPoint.objects.update(value="03 21 00 00 01")
        Actor.objects.update(summary="Corrigé.")
    withdraw_letter(letter=Letter.objects.get(), user=editor)
    waiting = PendingFact.objects.get()
    assert waiting.values["set"] == {"description": "Deux."}
    publish_letter(letter=Letter.objects.get(), user=editor)
    entry.refresh_from_db()
    assert (entry.summary, entry.description) == ("Corrigé.", "Deux.")
    assert ContactPoint.objects.get().value == "03 21 00 00 01"
