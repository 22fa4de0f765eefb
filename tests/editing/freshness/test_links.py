"""The pages behind a mailed link: looking changes nothing, each button counts once, every end is told in French."""

import datetime
import time

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from actors.actions.delete_actor import delete_actor
from actors.actions.merge_actors import merge_actors
from actors.history import versions_of
from actors.models import Actor, PublicId
from editing.freshness.tokens import entry_path, entry_token, fingerprint, is_from_the_structure, stop_path
from editing.freshness_models import Correspondent, Reminder
from editing.models import Suggestion
from territories.models import Change
from tests.editing.suggestions.posting import send
from tests.factories import building
from tests.factories.actors import make_contact, make_organisation, make_place
from tests.pages.html import page

pytestmark = pytest.mark.django_db


@building()
def asked(actor=None, email="nous@exemple.fr"):
    actor = actor or make_organisation(name="La Locomotive")
    correspondent, _ = Correspondent.objects.get_or_create(fingerprint=fingerprint(email))
    return Reminder.objects.create(correspondent=correspondent, entry=PublicId.objects.get(actor=actor))


def heading(response):
    return page(response).one("h1").text


def state():
    rows = Actor.objects.order_by("pk").values_list("last_confirmed_on", "last_confirmed_by", "life_status")
    return list(rows), Suggestion.objects.count(), Change.objects.count(), list(Reminder.objects.values())


# -- looking -------------------------------------------------------------------------------------------


def test_looking_changes_nothing(client):
    """Mail scanners open every link, by GET and HEAD."""
    reminder = asked()
    paths = [entry_path(reminder), reverse("closed-entry", args=[entry_token(reminder)]), stop_path("a" * 32)]
    before = state(), Correspondent.objects.refusing().count()
    for path in paths:
        for method in (client.get, client.head, client.options):
            assert method(path).status_code == 200
    assert (state(), Correspondent.objects.refusing().count()) == before


def test_the_page_shows_what_the_entry_says_and_no_personal_contact(client):
    actor = make_organisation(name="La Locomotive", summary="Un café.")
    make_place(actor, address="3 rue Haute")
    make_contact(actor, value="https://exemple.fr/")
    make_contact(actor, kind="phone", value="06 00 00 00 00", personal=True)
    response = client.get(entry_path(asked(actor)))
    assert heading(response) == "La Locomotive : votre fiche est-elle à jour ?"
    text = page(response).one("main").text
    assert "3 rue Haute" in text
    assert "exemple.fr" in text
    assert "06 00 00 00 00" not in text


def test_the_pages_stay_out_of_search_engines_and_of_other_sites_logs(client):
    for path in (entry_path(asked()), stop_path("a" * 32), "/fiche/nimporte/"):
        response = client.get(path)
        assert response["X-Robots-Tag"] == "noindex"
        assert response["Referrer-Policy"] == "no-referrer"
        assert "no-store" in response["Cache-Control"]
        assert not response.cookies


# -- confirming ----------------------------------------------------------------------------------------


def test_confirming_takes_one_click_without_account_or_cookie():
    actor = make_organisation()
    path = entry_path(asked(actor))
    client = Client(enforce_csrf_checks=True)
    changes = Change.objects.count()
    response = client.post(path, {"reponse": "confirmer"}, follow=True)
    assert response.redirect_chain == [(path, 302)]
    assert "Merci" in response.text
    actor.refresh_from_db()
    assert (actor.last_confirmed_on, actor.last_confirmed_by) == (timezone.localdate(), "actor")
    assert Change.objects.count() == changes + 1
    assert "par la structure" in client.get(actor.get_absolute_url()).text
    assert versions_of(actor.pk)[0].revision.comment == "Vérification par la structure"


def test_a_link_confirms_once(client):
    actor = make_organisation()
    path = entry_path(asked(actor))
    client.post(path, {"reponse": "confirmer"})
    with building():
        Actor.objects.filter(pk=actor.pk).update(last_confirmed_on=datetime.date(2020, 1, 1))
    assert client.post(path, {"reponse": "confirmer"}, follow=True).status_code == 200
    actor.refresh_from_db()
    assert actor.last_confirmed_on == datetime.date(2020, 1, 1)
    assert "Confirmer que c’est à jour" not in client.get(path).text


@pytest.mark.parametrize("data", [{}, {"reponse": "fermer"}, {"reponse": "\0"}, {"reponse": "x" * 5000}])
def test_another_answer_does_nothing(client, data):
    path = entry_path(asked())
    before = state()
    assert client.post(path, data).status_code == 400
    assert state() == before


# -- correcting ----------------------------------------------------------------------------------------


def test_correcting_leads_to_the_form_which_knows_where_one_comes_from(client):
    actor = make_organisation(slug="la-locomotive")
    reminder = asked(actor)
    link = next(
        link for link in page(client.get(entry_path(reminder))).all("a") if link.text == "Corriger la fiche"
    )
    path, _, query = link.attributes["href"].partition("?")
    assert path == reverse("suggest-correction", args=["la-locomotive"])
    assert is_from_the_structure(query.removeprefix("lien="), actor)
    assert client.get(link.attributes["href"]).status_code == 200


@pytest.mark.parametrize(("by_link", "proven"), [(True, True), (False, False)])
def test_what_is_sent_by_the_link_is_known_to_come_from_the_structure(client, by_link, proven):
    actor = make_organisation()
    query = f"?lien={entry_token(asked(actor if by_link else None))}"
    address = reverse("suggest-correction", args=[actor.slug]) + query
    assert send(client, address, summary="Un autre résumé.").status_code == 302
    suggestion = Suggestion.objects.get()
    assert suggestion.proven is proven
    assert (suggestion.sender == "structure") is proven


def test_a_link_proves_nothing_about_another_entry():
    reminder = asked()
    assert not is_from_the_structure(entry_token(reminder), make_organisation())
    assert not is_from_the_structure("", make_organisation())
    assert not is_from_the_structure("faux", make_organisation())


# -- closing -------------------------------------------------------------------------------------------


def closing_path(reminder):
    return reverse("closed-entry", args=[entry_token(reminder)])


def test_closing_becomes_a_suggestion_and_leaves_the_entry(client):
    actor = make_organisation()
    path = closing_path(asked(actor))
    changes = Change.objects.count()
    data = {"year": "2025", "successor": "L’Établi", "message": "Merci", "sure": "on"}
    response = client.post(path, data, follow=True)
    assert response.redirect_chain == [(path, 302)]
    assert "elle reste telle quelle" in response.text
    (suggestion,) = Suggestion.objects.waiting()
    assert (suggestion.kind, suggestion.actor, suggestion.proven, suggestion.sender) == (
        "closure",
        actor,
        True,
        "structure",
    )
    assert suggestion.proposed == {"closed": "oui", "closed_year": "2025", "successor": "L’Établi"}
    assert suggestion.message == "Merci"
    actor.refresh_from_db()
    assert actor.life_status != "closed"
    assert Change.objects.count() == changes


def test_a_link_closes_once(client):
    path = closing_path(asked())
    for _ in range(2):
        client.post(path, {"year": "2025", "sure": "on"})
    assert Suggestion.objects.count() == 1


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({}, "Indiquez l’année, même à peu près."),
        ({"year": "2025"}, "Cochez cette case pour que nous en soyons sûrs."),
        ({"year": "l’an dernier", "sure": "on"}, "Écrivez l’année en quatre chiffres."),
        ({"year": "25", "sure": "on"}, "Écrivez l’année en quatre chiffres."),
        ({"year": "9999", "sure": "on"}, "Cette année n’est pas encore venue."),
        ({"year": "9" * 5000, "sure": "on"}, "Écrivez l’année en quatre chiffres."),
        ({"year": "2025", "sure": "on", "successor": "x" * 201}, "au plus 200 caractères"),
        ({"year": "2025", "sure": "on", "message": "\0"}, "caractère nul"),
    ],
)
def test_what_is_missing_is_told_and_what_was_typed_comes_back(client, data, told):
    response = client.post(closing_path(asked()), {"successor": "L’Établi", **data})
    assert response.status_code == 400
    assert told in response.text
    assert data.get("successor", "L’Établi") in response.text
    assert not Suggestion.objects.exists()


# -- links that lead nowhere ------------------------------------------------------------------------------


def both(client, reminder):
    """Looking and answering say the same."""
    path = entry_path(reminder)
    answers = [client.get(path), client.post(path, {"reponse": "confirmer"})]
    answers += [client.get(closing_path(reminder)), client.post(closing_path(reminder), {})]
    assert len({(response.status_code, heading(response)) for response in answers}) == 1
    return answers[0]


def test_after_a_month_it_is_over(client, monkeypatch):
    reminder = asked()
    path = entry_path(reminder)
    assert client.get(path).status_code == 200
    now = time.time()
    monkeypatch.setattr("django.core.signing.time.time", lambda: now + 31 * 86400 - 5)
    assert client.get(path).status_code == 200
    monkeypatch.setattr("django.core.signing.time.time", lambda: now + 31 * 86400 + 5)
    before = state()
    for response in (client.get(path), client.post(path, {"reponse": "confirmer"})):
        assert response.status_code == 410
        assert heading(response) == "Ce lien ne sert plus"
        assert "valait un mois" in response.text
    assert state() == before


@pytest.mark.parametrize(
    "change",
    [
        lambda token: token[:-1],
        lambda token: token[1:],
        lambda token: f"9{token}",
        lambda token: token.swapcase(),
        lambda token: token.replace(".", ":"),
        lambda token: f"{token}é",
        lambda token: "x" * 5000,
        lambda token: "1.2.3",
        lambda token: "%00",
    ],
)
def test_a_link_cut_or_changed_on_the_way(client, change):
    reminder = asked()
    token = change(entry_token(reminder))
    before = state()
    for path in (f"/fiche/{token}/", f"/fiche/{token}/fermeture/", f"/fiche/ne-plus-ecrire/{token}/"):
        for response in (client.get(path), client.post(path, {"reponse": "confirmer"})):
            assert response.status_code == 404
            assert heading(response) == "Ce lien est incomplet"
    assert state() == before


def test_one_kind_of_link_is_no_other(client):
    reminder = asked()
    stop = stop_path("a" * 32).rstrip("/").rpartition("/")[2]
    assert client.get(f"/fiche/{stop}/").status_code == 404
    assert client.post(f"/fiche/ne-plus-ecrire/{entry_token(reminder)}/").status_code == 404
    assert not Correspondent.objects.refusing().exists()


def test_of_a_merged_entry_it_leads_to_the_other(client):
    kept, merged = make_organisation(name="La Locomotive"), make_organisation()
    reminder = asked(merged)
    merge_actors(kept=kept, merged=merged)
    response = both(client, reminder)
    assert response.status_code == 410
    link = page(response).one("main").all("a")[0]
    assert (link.text, link.attributes["href"]) == ("La Locomotive", kept.get_absolute_url())
    kept.refresh_from_db()
    assert kept.last_confirmed_on is None


def test_of_a_deleted_entry(client):
    actor = make_organisation()
    reminder = asked(actor)
    delete_actor(actor=actor)
    response = both(client, reminder)
    assert (response.status_code, heading(response)) == (410, "Cette fiche n’est plus en ligne")


def test_of_a_withdrawn_entry(client):
    reminder = asked(make_organisation(publication="withdrawn"))
    assert both(client, reminder).status_code == 410


def test_of_a_closed_entry(client):
    reminder = asked(make_organisation(life_status="closed", life_status_year=2024))
    response = both(client, reminder)
    assert (response.status_code, heading(response)) == (410, "La fiche dit déjà que l’activité a cessé")


def test_of_a_question_no_longer_remembered(client):
    reminder = asked()
    path = entry_path(reminder)
    reminder.delete()
    assert client.get(path).status_code == 410


# -- no more mail ------------------------------------------------------------------------------------------


def test_no_more_mail_and_back(client):
    path = stop_path(fingerprint("nous@exemple.fr"))
    assert heading(client.get(path)) == "Ne plus recevoir nos courriels ?"
    response = client.post(path, {"reponse": "arreter"}, follow=True)
    assert heading(response) == "Nous ne vous écrirons plus"
    assert Correspondent.objects.refusing().get().fingerprint == fingerprint("nous@exemple.fr")
    client.post(path, {"reponse": "reprendre"})
    assert not Correspondent.objects.refusing().exists()


def test_the_button_of_a_mail_program(settings):
    """RFC 8058: the program posts by itself, without cookie or token, to the address in the mail."""
    settings.MAIL_IS_ON, settings.SITE_URL = True, "https://annuaire.exemple"
    make_contact(make_organisation(), kind="email", value="nous@exemple.fr")
    call_command("send_reminders", wet_run=True, verbosity=0)
    url = (
        mail.outbox[0].extra_headers["List-Unsubscribe"].strip("<>").removeprefix("https://annuaire.exemple")
    )
    client = Client(enforce_csrf_checks=True)
    assert client.post(url, {"List-Unsubscribe": "One-Click"}).status_code == 302
    assert Correspondent.objects.refusing().count() == 1


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_the_same_for_any_entry(client, django_assert_num_queries, rows):
    actor = make_organisation()
    for number in range(rows):
        make_place(actor)
        make_contact(actor, value=f"https://exemple.fr/{number}")
    path = entry_path(asked(actor))
    client.get(path)
    # The question with its entry, places, contacts, the version that the foot of the page stands for.
    with django_assert_num_queries(4):
        client.get(path)
