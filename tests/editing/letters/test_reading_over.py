"""Nobody's words go online before somebody who publishes has read them."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from actors.actions.facts import COLUMN, Fact
from actors.actions.record import actor_changed
from actors.history import act
from actors.models import Actor
from editing.letter_models import LetterRelease, PendingFact
from editing.letters import release as releasing
from editing.letters.entering import enter_fact
from editing.letters.release import FAILED, plan_letter, publish_due, publish_letter
from editing.letters.reviewing import read_digests
from editing.roles import CONTRIBUTOR, EDITOR
from sources.enums import LetterState
from sources.models import Letter
from tests.editing.admin.forms import form_data
from tests.editing.letters.typing import facts, make_prepared, new_actor, press
from tests.factories.actors import make_organisation
from tests.factories.editors import logged_in, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    return make_user(EDITOR)


@pytest.fixture
def trainee():
    return make_user(CONTRIBUTOR)


@pytest.fixture
def public():
    return make_organisation(name="La Locomotive", slug="la-locomotive", summary="Bonne.")


@pytest.fixture
def letter(editor, public):
    letter = make_prepared()
    facts(logged_in(editor), letter.articles.get(), public, contact=[{"value": "a@b.fr"}])
    return letter


def messages(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def due():
    LetterRelease.objects.update(planned_for=timezone.now() - datetime.timedelta(seconds=1))
    return publish_due()


def test_what_came_after_the_plan_from_who_does_not_publish_waits(letter, public, editor, trainee):
    tomorrow = timezone.localtime() + datetime.timedelta(days=1)
    press(logged_in(editor), letter, "plan", day=f"{tomorrow:%Y-%m-%d}", hour="08:00")
    client, article = logged_in(trainee), letter.articles.get()
    facts(client, article, public, columns={"summary": "Jamais relu."})
    new_actor(client, article, "Jamais relue", kind="organisation:culture")
    page = logged_in(editor).get(f"/admin/saisie/lettres/{letter.slug}/parution/").text
    assert page.count("à relire : n’attendait pas quand la parution a été prévue") == 2
    assert due() is True
    public.refresh_from_db()
    assert (public.summary, public.contacts.get().value) == ("Bonne.", "a@b.fr")
    assert Letter.objects.get().state == LetterState.PUBLISHED
    assert Actor.objects.get(name="Jamais relue").publication == "review"
    assert PendingFact.objects.waiting().get().entered_by == trainee
    # And out, once read.
    press(logged_in(editor), letter, "publish")
    assert Actor.objects.get(name="Jamais relue").is_public


def test_an_entry_that_was_read_and_changed_by_a_trainee_waits(editor, trainee):
    letter = make_prepared()
    client, article = logged_in(trainee), letter.articles.get()
    new_actor(client, article, "Nouvelle", kind="organisation:culture")
    plan_letter(letter=letter, moment=timezone.now() + datetime.timedelta(days=1), user=editor)
    facts(client, article, Actor.objects.get(), columns={"summary": "Changé après."})
    assert due() is True
    assert Actor.objects.get().publication == "review"


def test_what_an_editor_adds_after_the_plan_comes_out_with_it(letter, public, editor):
    plan_letter(letter=letter, moment=timezone.now() + datetime.timedelta(days=1), user=editor)
    client, article = logged_in(editor), letter.articles.get()
    facts(client, article, public, columns={"summary": "Ajouté."})
    new_actor(client, article, "Nouvelle", kind="organisation:culture")
    assert due() is True
    assert Actor.objects.get(pk=public.pk).summary == "Ajouté."
    assert Actor.objects.get(name="Nouvelle").is_public


@pytest.mark.parametrize("button", ["publish", "plan"])
def test_a_page_opened_earlier_says_what_is_new_and_does_nothing(letter, public, editor, trainee, button):
    client = logged_in(editor)
    opened = client.get(f"/admin/saisie/lettres/{letter.slug}/parution/")
    facts(logged_in(trainee), letter.articles.get(), public, columns={"summary": "Jamais relu."})
    values = {"day": "2100-01-01", "hour": "08:00"} if button == "plan" else {}
    answer = press(client, letter, button, opened=opened, **values)
    assert messages(answer) == [
        "Rien n’est fait. Quelque chose attend que la page ne montrait pas encore. Relisez ce qui est signalé, "
        "puis recommencez."
    ]
    assert answer.text.count("nouveau depuis que vous avez ouvert la page") == 1
    assert Letter.objects.get().state == LetterState.PREPARED
    assert not LetterRelease.objects.filter(planned_for__isnull=False).exists()
    # The page that told it has shown it.
    press(client, letter, "publish", opened=answer)
    assert Actor.objects.get(pk=public.pk).summary == "Jamais relu."


def test_a_page_that_says_nothing_of_what_it_showed_publishes_nothing(letter, editor):
    for shown in ("", "²", "e1-x,f9-", "f" * 5000, ","):
        answer = logged_in(editor).post(
            f"/admin/saisie/lettres/{letter.slug}/parution/", {"publish": "1", "shown": shown}
        )
        assert answer.status_code == 200
    assert Letter.objects.get().state == LetterState.PREPARED
    assert read_digests("e1-2,f3-0123456789ab, e1-2,x,e1-²") == ["e1-2", "f3-0123456789ab"]


# -- a column somebody corrected since ------------------------------------------------------------------------


@pytest.fixture
def corrected(letter, public, editor, trainee):
    """The letter says of the entry what an editor has put right since."""
    fact = Fact(COLUMN, {"column": "description", "set": {"summary": "Du stagiaire."}})
    enter_fact(fact=fact, article=letter.articles.get(), user=trainee, actor=public)

    def correct():
        with act(what="Correction", user=editor):
            Actor.objects.filter(pk=public.pk).update(summary="Corrigée.")
            actor_changed(actor=Actor.objects.get(pk=public.pk), what="Correction", was_public=True)

    return correct


def test_the_page_says_that_a_column_was_corrected_since(letter, public, editor, corrected):
    client = logged_in(editor)
    opened = client.get(f"/admin/saisie/lettres/{letter.slug}/parution/")
    assert "changé depuis dans la fiche" not in opened.text
    corrected()
    answer = press(client, letter, "publish", opened=opened)
    told = "changé depuis dans la fiche, et la parution le remplacera : en une ligne « Corrigée. »"
    assert told in answer.text
    assert Actor.objects.get(pk=public.pk).summary == "Corrigée."
    answer = press(client, letter, "publish", opened=answer)
    assert "la lettre l’a remplacé : La Locomotive : en une ligne « Corrigée. »" in messages(answer)[-1]
    assert Actor.objects.get(pk=public.pk).summary == "Du stagiaire."


def test_a_plan_does_not_undo_a_correction(letter, public, editor, corrected):
    plan_letter(letter=letter, moment=timezone.now() + datetime.timedelta(days=1), user=editor)
    corrected()
    assert due() is True
    assert Actor.objects.get(pk=public.pk).summary == "Corrigée."
    assert Letter.objects.get().state == LetterState.PUBLISHED


# -- an error nobody foresaw ----------------------------------------------------------------------------------


def test_an_error_is_told_and_tried_again_ever_more_rarely(letter, editor, monkeypatch, caplog):
    other = make_prepared("76")
    for each in (letter, other):
        plan_letter(letter=each, moment=timezone.now(), user=editor)

    def fails(*, letter, **more):
        if letter.slug == "75":
            raise RuntimeError("nobody foresaw this")
        return publish_letter(letter=letter, **more)

    monkeypatch.setattr(releasing, "publish_letter", fails)
    assert [publish_due(), publish_due(), publish_due()] == [True, True, False]
    assert Letter.objects.get(slug="76").state == LetterState.PUBLISHED
    release = LetterRelease.objects.get(letter=letter)
    assert (release.failure, release.tries) == (FAILED, 1)
    assert release.planned_for is not None
    pauses = []
    for _ in range(12):
        LetterRelease.objects.filter(pk=release.pk).update(next_try=timezone.now())
        assert publish_due() is True
        release.refresh_from_db()
        pauses.append(round((release.next_try - timezone.now()).total_seconds() / 60))
    assert pauses == [2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 1440, 1440]
    assert FAILED in logged_in(editor).get("/admin/saisie/lettres/75/parution/").text
    monkeypatch.undo()
    LetterRelease.objects.update(next_try=timezone.now())
    assert publish_due() is True
    release.refresh_from_db()
    assert (release.failure, release.tries, release.next_try) == ("", 0, None)
    assert "nobody foresaw this" in caplog.text


# -- an entry published before its letter ---------------------------------------------------------------------


def test_publishing_an_entry_before_its_letter_asks_first(editor):
    letter, client = make_prepared(), logged_in(editor)
    new_actor(client, letter.articles.get(), "Nouvelle", kind="organisation:culture")
    entry = Actor.objects.get()
    page = reverse("admin:actors_organisation_change", args=[entry.pk])
    data = {**form_data(client.get(page)), "summary": "Tapé."}
    asked = client.post(page, {**data, "_publish": "Enregistrer et publier"})
    assert "Elle attend la parution de" in asked.text
    assert letter.label in asked.text
    assert form_data(asked)["summary"] == "Tapé."
    assert Actor.objects.get().publication == "review"
    assert client.post(page, {**data, "_publish": "without-letter"}).status_code == 302
    assert (Actor.objects.get().publication, Actor.objects.get().summary) == ("published", "Tapé.")


def test_an_entry_of_a_letter_that_is_out_is_published_as_any(editor):
    letter, client = make_prepared(), logged_in(editor)
    new_actor(client, letter.articles.get(), "Nouvelle", kind="organisation:culture")
    entry = Actor.objects.get()
    publish_letter(letter=letter, user=editor)
    page = reverse("admin:actors_organisation_change", args=[entry.pk])
    client.post(page, {**form_data(client.get(page)), "_withdraw": "x"})
    assert Actor.objects.get().publication == "withdrawn"
    client.post(page, {**form_data(client.get(page)), "_publish": "x"})
    assert Actor.objects.get().is_public
