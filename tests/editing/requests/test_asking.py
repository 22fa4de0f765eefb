"""« Vous êtes cité ou citée ? »: a form without an account, hidden within a working day, answered and forgotten."""

import datetime
from unittest import mock

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from actors.actions.erase_person import erase
from actors.models import Actor
from editing.home.lists import WORKLISTS
from editing.home.worklists import Scope
from editing.models import PersonRequest
from editing.request_models import next_working_day
from editing.requests import jobs
from editing.requests.deciding import AlreadyAnswered, answer_it, traces_of
from editing.roles import EDITOR, MODERATOR
from sources.erasure import Traces
from sources.models import ErasedPerson, Person
from tests.editing.suggestions.posting import fill_in, send
from tests.factories import building
from tests.factories.actors import make_contact, make_organisation, make_spokesperson
from tests.factories.editors import logged_in, make_user
from tests.factories.sources import make_article, make_letter, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_process():
    jobs._left_to_people.clear()


FORM = reverse("ask-about-me")


@building()
def make_request(**overrides) -> PersonRequest:
    row = PersonRequest(**{"kind": "remove", "name": "Hélène Lécuyer", **overrides})
    row.save()
    return row


@building()
def scene():
    """A published entry and a letter that name her: (actor, letter)."""
    person = make_person("Hélène Lécuyer")
    actor = make_organisation(slug="ferme", description="Animée par Hélène Lécuyer.")
    make_spokesperson(actor, person, role="Présidente")
    make_contact(actor, "h.l@exemple.fr", kind="email", personal=True)
    letter = make_letter()
    make_article(letter, authors=[person])
    return actor, letter


def said_publicly(client, actor, letter) -> str:
    pages = [client.get(actor.get_absolute_url()), client.get(letter.get_absolute_url())]
    found = client.get(reverse("actor-list"), {"q": "lecuyer"})
    return "".join(page.text for page in pages) + ("TROUVÉ" if actor.full_name in found.text else "")


def open_page(request: PersonRequest) -> str:
    return reverse("admin:person_request", args=[request.pk])


# -- the form ------------------------------------------------------------------------------------------


def test_a_request_needs_no_account_and_sets_no_cookie(client):
    response = send(client, FORM, kind="remove", name="Hélène Lécuyer", where="/acteurs/ferme/")
    asked = PersonRequest.objects.get()
    assert response["Location"] == reverse("person-request", args=[asked.reference])
    assert (asked.kind, asked.name, asked.where, asked.state) == (
        "remove",
        "Hélène Lécuyer",
        "/acteurs/ferme/",
        "waiting",
    )
    assert not client.cookies
    page = client.get(response["Location"])
    assert page["X-Robots-Tag"] == "noindex"
    assert "no-store" in page["Cache-Control"]
    assert "cuyer" not in page.text
    assert asked.reference in page.text


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"kind": "remove", "name": ""}, "name"),
        ({"kind": "contact", "name": ""}, "contacts"),
        ({"kind": "access", "name": "Hélène"}, "email"),
        ({"kind": "nonsense", "name": "Hélène"}, "kind"),
        ({"kind": "remove", "name": "x" * 201}, "name"),
        ({"kind": "remove", "name": "a\0b"}, "name"),
        ({"kind": "remove", "name": "Hélène", "email": "pas une adresse"}, "email"),
    ],
)
def test_what_cannot_be_answered_is_told_beside_its_field(client, typed, field):
    response = send(client, FORM, **typed)
    assert response.status_code == 400
    assert list(response.context["form"].errors) == [field]
    assert not PersonRequest.objects.exists()


def test_it_is_guarded_as_every_public_form(client):
    typed = {"kind": "remove", "name": "Hélène Lécuyer"}
    assert client.post(FORM, fill_in(client, FORM, seconds=1, **typed)).status_code == 400
    elsewhere = client.post(FORM, fill_in(client, FORM, **typed), headers={"Origin": "https://ailleurs.fr"})
    assert elsewhere.status_code == 400
    assert not PersonRequest.objects.exists()
    send(client, FORM, website="x", **typed)
    assert PersonRequest.objects.get().state == "spam"
    for _ in range(5):
        send(client, FORM, **typed)
    assert send(client, FORM, **typed).status_code == 429


@pytest.mark.parametrize(
    ("day", "due"),
    [("2026-11-20", "2026-11-23"), ("2026-11-21", "2026-11-23"), ("2026-11-23", "2026-11-24")],
)
def test_a_working_day(day, due):
    assert next_working_day(datetime.date.fromisoformat(day)) == datetime.date.fromisoformat(due)


def test_mails_name_nobody(client, settings, django_capture_on_commit_callbacks):
    settings.MAIL_IS_ON, settings.CONTACT_EMAIL = True, "contact@exemple.fr"
    send(client, FORM, kind="remove", name="Hélène Lécuyer", email="moi@exemple.fr", message="Merci")
    receipt, alert = mail.outbox
    assert (receipt.to, alert.to) == (["moi@exemple.fr"], ["contact@exemple.fr"])
    assert "cuyer" not in receipt.body + alert.body
    assert PersonRequest.objects.get().reference in receipt.body


# -- hiding ----------------------------------------------------------------------------------------------


def test_hiding_takes_the_name_off_every_page_and_can_be_undone(client):
    actor, letter = scene()
    assert said_publicly(client, actor, letter).lower().count("lécuyer") > 2
    moderator, asked = logged_in(make_user(MODERATOR)), make_request()
    moderator.post(open_page(asked), {"hide": "1", "names": "Hélène Lécuyer"})
    assert "cuyer" not in said_publicly(client, actor, letter).lower().replace("q=lecuyer", "")
    asked.refresh_from_db()
    assert asked.hidden_at
    assert asked.is_waiting
    # Nothing is lost: rows are there, and the history has the text.
    assert actor.spokespersons.count() == 1
    moderator.post(open_page(asked), {"show": "1", "names": "Hélène Lécuyer"})
    assert "Hélène Lécuyer" in said_publicly(client, actor, letter)


def at(*moment: int):
    """At this hour of Paris."""
    now = timezone.make_aware(datetime.datetime(*moment))
    return mock.patch("django.utils.timezone.now", return_value=now)


def test_what_nobody_hid_in_time_hides_itself(client):
    actor, letter = scene()
    with building():
        make_contact(actor, "03 21 00 00 02", kind="phone")
        make_contact(actor, "accueil@exemple.fr", kind="email")
        Actor.objects.filter(pk=actor.pk).update(
            description="Animée par Hélène Lécuyer. Au 03.21.00.00.02, ou 03 21 00 00 03."
        )
    came = timezone.make_aware(datetime.datetime(2026, 11, 23, 9))
    person = make_request(received_at=came)
    number = make_request(
        kind="contact", name="", contacts="H.L@exemple.fr ; +33 3 21 00 00 02", received_at=came
    )
    with at(2026, 11, 24, 16, 59):
        assert jobs.hide_overdue() is False
    assert not Person.objects.get().hidden_on
    with at(2026, 11, 24, 17, 0):
        assert jobs.hide_overdue() is True
        assert jobs.hide_overdue() is False
    for asked in (person, number):
        asked.refresh_from_db()
        assert asked.hidden_at
        assert asked.hidden_by is None
        assert "Masqué sur le site" in client.get(reverse("person-request", args=[asked.reference])).text
    page = said_publicly(client, actor, letter)
    for told in ("Lécuyer", "lécuyer", "Présidente", "h.l@exemple.fr", "21 00 00 02", "21.00.00.02"):
        assert told not in page, told
    # What was not asked for stays, and all of it comes back by the entry's history.
    assert "accueil@exemple.fr" in page
    assert "03 21 00 00 03" in page.replace("\u202f", " ").replace("\xa0", " ")


def test_what_only_a_person_can_decide_is_not_said_to_be_hidden(client):
    """A name that no row of persons bears may be a street's; a number that is nowhere may be misspelt."""
    actor, _ = scene()
    with building():
        Actor.objects.filter(pk=actor.pk).update(description="Au cœur du Pas-de-Calais.")
    came = timezone.make_aware(datetime.datetime(2026, 11, 23, 9))
    asked = [
        make_request(name="Pas de Calais", received_at=came),
        make_request(kind="contact", name="Hélène Lécuyer", received_at=came),
        make_request(kind="contact", contacts="03 99 99 99 99", received_at=came),
    ]
    with at(2026, 11, 25, 10, 0):
        assert jobs.hide_overdue() is False
        with mock.patch.object(jobs, "_hide") as again:
            # Nor is it looked for again and again while nothing changes.
            jobs.hide_overdue()
        again.assert_not_called()
    assert PersonRequest.objects.to_hide().count() == len(asked)
    assert not Person.objects.get().hidden_on
    actor.refresh_from_db()
    assert actor.description == "Au cœur du Pas-de-Calais."
    assert "À masquer" in client.get(reverse("person-request", args=[asked[0].reference])).text


def test_the_home_tells_what_is_due_first():
    worklist = next(each for each in WORKLISTS if each.slug == "demandes")
    moderator, editor = make_user(MODERATOR), make_user(EDITOR)
    assert not worklist.shown_to(editor)
    assert worklist.due(Scope(moderator)) == ""
    make_request(received_at=timezone.now() - datetime.timedelta(days=5))
    assert worklist.count(Scope(moderator)) == 1
    page = logged_in(moderator).get(reverse("admin:index")).text
    assert "En retard : à masquer depuis le" in page


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Mme LÉCUYER Hélène, présidente", ("Hélène Lécuyer", "H. Lécuyer-Martin")),
        ("h lecuyer martin", ("Hélène Lécuyer", "H. Lécuyer-Martin")),
        ("Madame Paule Inconnue", ("Paule Inconnue",)),
        ("Hélène", ("Hélène",)),
        ("", ()),
    ],
)
def test_whoever_is_meant_is_found_however_it_was_typed(typed, meant):
    make_person("Hélène Lécuyer", other_spellings="H. Lécuyer-Martin")
    asked = make_request(name=typed, contacts="a@exemple.fr ; 06 00 00 00 00, le 15")
    traces = traces_of(asked)
    assert traces.names == meant
    assert (traces.emails, traces.phones) == (("a@exemple.fr",), ("0600000000",))


# -- deciding --------------------------------------------------------------------------------------------


def test_erasing_answers_and_forgets_who_asked(client, settings):
    settings.MAIL_IS_ON = True
    actor, letter = scene()
    asked = make_request(email="moi@exemple.fr", message="Je suis Hélène Lécuyer", contacts="h.l@exemple.fr")
    moderator = logged_in(make_user(MODERATOR))
    page = moderator.get(open_page(asked)).text
    for told in ("Porte-parole de", "Signature dans", "Animée par Hélène Lécuyer", "h.l@exemple.fr"):
        assert told in page, told
    typed = {"erase": "1", "names": "Hélène Lécuyer", "emails": "h.l@exemple.fr", "answer": "C’est fait."}
    assert moderator.post(open_page(asked), typed).status_code == 400
    assert Person.objects.exists()
    moderator.post(open_page(asked), {**typed, "sure": "1"})
    assert not Person.objects.exists()
    assert not actor.contacts.exists()
    assert set(ErasedPerson.objects.values_list("kind", flat=True)) == {"name", "email"}
    (answer,) = mail.outbox
    assert (answer.to, "C’est fait." in answer.body, "cuyer" in answer.body) == (
        ["moi@exemple.fr"],
        True,
        False,
    )
    asked.refresh_from_db()
    assert asked.state == "done"
    assert (asked.name, asked.message, asked.email, asked.contacts) == ("", "", "", "")
    assert "cuyer" not in said_publicly(client, actor, letter).lower().replace("q=lecuyer", "")
    assert "Traitée" in client.get(reverse("person-request", args=[asked.reference])).text
    with pytest.raises(AlreadyAnswered):
        answer_it(request=asked, state="refused", user=make_user(MODERATOR))


@pytest.mark.parametrize("step", ["done", "refuse", "spam"])
def test_every_answer_forgets_who_asked(step, settings):
    settings.MAIL_IS_ON = True
    asked = make_request(email="moi@exemple.fr")
    logged_in(make_user(MODERATOR)).post(open_page(asked), {step: "1", "answer": "Parce que."})
    asked.refresh_from_db()
    assert asked.state == {"done": "done", "refuse": "refused", "spam": "spam"}[step]
    assert (asked.name, asked.email, asked.answer) == ("", "", "")
    assert len(mail.outbox) == (step != "spam")


@pytest.mark.parametrize("step", ["hide", "erase", "look"])
def test_nobody_is_looked_for_without_a_name(step):
    asked = make_request()
    response = logged_in(make_user(MODERATOR)).post(open_page(asked), {step: "1", "sure": "1"})
    assert response.status_code == 400
    assert "Écrivez un nom" in response.text


def test_only_moderators_see_requests():
    asked = make_request()
    editor = logged_in(make_user(EDITOR))
    for address in (open_page(asked), reverse("admin:person_requests")):
        assert editor.get(address).status_code == 403
        assert editor.post(address, {"erase": "1", "names": "Hélène Lécuyer", "sure": "1"}).status_code == 403


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_whatever_waits(rows, django_assert_num_queries):
    for number in range(rows):
        make_request(name=f"Personne {number}")
        make_request(state="done", decided_at=timezone.now(), decided_by=make_user(MODERATOR, f"m{number}"))
    client = logged_in(make_user(MODERATOR, "qui"))
    client.get(reverse("admin:person_requests"))
    with django_assert_num_queries(8):
        page = client.get(reverse("admin:person_requests")).text
    assert page.count("Personne ") >= rows


# -- keeping ---------------------------------------------------------------------------------------------


def test_that_it_was_answered_in_time_is_kept_for_three_years():
    now = timezone.now()
    make_request(state="done", decided_at=now - datetime.timedelta(days=3 * 365 + 1))
    make_request(state="spam", decided_at=now - datetime.timedelta(days=31))
    kept = [
        make_request(state="done", decided_at=now - datetime.timedelta(days=3 * 365 - 1)),
        make_request(received_at=now - datetime.timedelta(days=4000)),
    ]
    assert jobs.forget_requests()
    assert set(PersonRequest.objects.all()) == set(kept)
    assert not jobs.forget_requests()


def test_a_person_who_is_erased_is_told_to_whoever_asks_again(client):
    erase(traces=Traces.of(["Hélène Lécuyer"]))
    page = logged_in(make_user(MODERATOR)).get(open_page(make_request())).text
    assert "déjà sur la liste" in page
