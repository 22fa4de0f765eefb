"""Visitors propose: only what differs arrives, nothing typed is lost, machines and floods stay outside."""

import time
from unittest import mock

import pytest
from django.test import Client
from django.urls import reverse

from actors.actions.delete_actor import delete_actor
from actors.actions.merge_actors import merge_actors
from actors.enums import ContactKind, LifeStatus
from actors.visitors import visitor_address
from editing.models import SendingTrace, Suggestion
from editing.suggestions import guard
from tests.editing.suggestions.posting import fill_in, send, shown_in, token_in
from tests.factories import building
from tests.factories.actors import make_contact, make_initiative, make_organisation, make_place
from tests.factories.territories import make_territory

pytestmark = pytest.mark.django_db

NEW, GENERAL = reverse("suggest-actor"), reverse("suggest-general")


def correction(actor) -> str:
    return reverse("suggest-correction", args=[actor.slug])


@pytest.fixture
def actor():
    with building():
        actor = make_organisation(name="Le Coron", summary="Répare des vélos")
        make_contact(actor, "https://coron.exemple.fr/")
        make_contact(actor, "jean@coron.exemple.fr", ContactKind.EMAIL, personal=True)
        make_place(actor, make_territory(name="Lens"), address="1 rue Haute", postal_code="62300")
    return actor


# -- what arrives ------------------------------------------------------------------------------------


def test_a_correction_holds_only_what_differs_with_what_was_shown(client, actor):
    contact, place = actor.contacts.get(personal=False), actor.places.get()
    response = send(
        client,
        correction(actor),
        summary="Répare et prête des vélos",
        **{f"contact-{contact.pk}-website": "coron.fr", "contact-new1-phone": "0321000000"},
        how_known="Leur site",
        sender="structure",
        email="Moi@Exemple.fr",
    )
    suggestion = Suggestion.objects.get()
    assert response["Location"] == reverse("suggestion-thanks", args=[suggestion.reference])
    assert suggestion.proposed == {
        "summary": "Répare et prête des vélos",
        f"contact:{contact.pk}:website": "https://coron.fr",
        "contact:new1:phone": "03 21 00 00 00",
    }
    assert suggestion.seen == {
        "summary": "Répare des vélos",
        f"contact:{contact.pk}:website": "https://coron.exemple.fr/",
        "contact:new1:phone": "",
    }
    assert (suggestion.kind, suggestion.state, suggestion.actor) == ("correction", "waiting", actor)
    assert (suggestion.how_known, suggestion.sender, suggestion.proven) == ("Leur site", "structure", False)
    assert suggestion.email == "moi@exemple.fr"
    assert place.pk  # untouched, hence not proposed


def test_the_published_entry_stays_as_it_is_meanwhile(client, actor):
    page = actor.get_absolute_url()
    before = client.get(page).text
    send(client, correction(actor), name="Autre nom")
    assert client.get(page).text == before


def test_personal_contacts_are_not_in_the_form(client, actor):
    text = client.get(correction(actor)).text
    assert "coron.exemple.fr/" in text
    assert "jean@" not in text


def test_an_emptied_field_proposes_to_take_it_away(client, actor):
    contact = actor.contacts.get(personal=False)
    send(client, correction(actor), **{f"contact-{contact.pk}-website": ""})
    assert Suggestion.objects.get().proposed == {f"contact:{contact.pk}:website": ""}


def test_a_closure_says_so(client, actor):
    send(client, correction(actor), closed="on", closed_year="2024", successor="La Relève")
    suggestion = Suggestion.objects.get()
    assert suggestion.kind == "closure"
    assert suggestion.proposed == {"closed": "oui", "closed_year": "2024", "successor": "La Relève"}


def test_a_closed_entry_shows_that_it_is_closed_and_can_be_corrected(client):
    actor = make_organisation(life_status=LifeStatus.CLOSED, life_status_year=2020, closed="2019")
    data = fill_in(client, correction(actor))
    assert (data["closed"], data["closed_year"]) == (True, "2019")
    del data["closed"], data["closed_year"]
    client.post(correction(actor), data)
    assert Suggestion.objects.get().proposed == {"closed": "", "closed_year": ""}
    assert Suggestion.objects.get().kind == "correction"


def test_a_new_actor_with_the_territory_of_the_link(client):
    make_territory(name="Guise", code="02361")
    response = client.get(NEW, {"territoire": "02361", "nom": "La Locomotive"})
    assert shown_in(response) == {"name": "La Locomotive", "place-new-territory": "Guise"}
    send(client, NEW, name="La Locomotive", **{"place-new-territory": "Guise"}, kind="organisation:culture")
    suggestion = Suggestion.objects.get()
    assert (suggestion.kind, suggestion.name, suggestion.actor) == ("new", "La Locomotive", None)
    assert suggestion.territory.name == "Guise"
    assert suggestion.proposed == {
        "name": "La Locomotive",
        "kind": "organisation:culture",
        "place:new:territory": "Guise",
    }


def test_a_territory_with_namesakes_is_the_one_of_the_link(client):
    for code in ("59001", "62001"):
        make_territory(name="Rivière", code=code, slug=f"riviere-{code[:2]}")
    address = f"{NEW}?territoire=riviere-62"
    assert shown_in(client.get(address)) == {"place-new-territory": "Rivière (riviere-62)"}
    send(client, address, name="La Barge")
    assert Suggestion.objects.get().territory.slug == "riviere-62"


def test_a_message_about_nothing_in_particular(client):
    send(client, GENERAL, message="Bravo.")
    suggestion = Suggestion.objects.get()
    assert (suggestion.kind, suggestion.message, suggestion.proposed) == ("general", "Bravo.", {})


def test_the_thanks_name_the_reference_and_repeat_nothing(client, actor):
    response = send(client, correction(actor), name="Un secret", email="moi@exemple.fr")
    page = client.get(response["Location"])
    assert Suggestion.objects.get().reference in page.text
    assert "Un secret" not in page.text
    assert "moi@exemple.fr" not in page.text
    assert client.get(reverse("suggestion-thanks", args=["AAAAAAAA"])).status_code == 404


# -- addresses that are no longer a published entry's -----------------------------------------------------


def test_a_merged_entry_leads_to_the_form_of_the_one_that_stayed(client, actor):
    other = make_organisation(name="Le Coron bis")
    with building():
        merge_actors(kept=actor, merged=other)
    assert client.get(correction(other))["Location"] == correction(actor)


def test_a_deleted_entry_is_gone_and_a_draft_is_not_there(client, actor):
    draft = make_organisation(publication="draft")
    with building():
        delete_actor(actor=actor)
    assert client.get(correction(actor)).status_code == 410
    assert client.get(correction(draft)).status_code == 404
    assert client.get("/proposer/correction/personne/").status_code == 404


# -- nothing typed is lost --------------------------------------------------------------------------------


def test_every_error_gives_back_what_was_typed(client, actor):
    contact = actor.contacts.get(personal=False)
    response = send(
        client,
        correction(actor),
        summary="Répare tout",
        message="Longue explication",
        closed_year="demain",
        email="pas une adresse",
        **{f"contact-{contact.pk}-website": "pas un site", "contact-new1-phone": "12"},
    )
    assert response.status_code == 400
    assert Suggestion.objects.count() == 0
    text = response.text
    for typed in ("Répare tout", "Longue explication", "demain", "pas une adresse", "pas un site"):
        assert typed in text
    assert [field.name for field, _ in response.context["form"].faults] == [
        *(f"contact-{contact.pk}-website", "contact-new1-phone", "closed", "closed_year", "email")
    ]


def test_nothing_changed_is_no_proposal(client, actor):
    response = send(client, correction(actor))
    assert "Vous n’avez rien changé" in response.text
    assert Suggestion.objects.count() == 0


def test_spaces_and_another_way_to_write_a_number_are_no_change(client):
    actor = make_organisation()
    contact = make_contact(actor, "03 21 00 00 00", ContactKind.PHONE)
    response = send(client, correction(actor), **{f"contact-{contact.pk}-phone": " 03.21.00.00.00 "})
    assert "Vous n’avez rien changé" in response.text


def test_an_entry_changed_meanwhile_by_somebody_else_is_not_proposed_back(client, actor):
    data = fill_in(client, correction(actor), message="Bonjour")
    with building():
        actor.name = "Le Nouveau Coron"
        actor.save()
    client.post(correction(actor), data)
    assert Suggestion.objects.get().proposed == {}


@pytest.mark.parametrize("token", ["", "n’importe quoi", "a:b:c", "\0"])
def test_a_form_without_its_token_comes_back_filled_in_and_leaves_the_next_time(client, actor, token):
    data = fill_in(client, correction(actor), name="Le Coron neuf") | {"jeton": token}
    response = client.post(correction(actor), data)
    assert response.status_code == 400
    assert "Le Coron neuf" in response.text
    again = fill_in(client, correction(actor)) | data | {"jeton": fill_in(client, correction(actor))["jeton"]}
    assert client.post(correction(actor), again).status_code == 302


def test_the_token_of_another_entry_is_not_taken(client, actor):
    token = fill_in(client, correction(make_initiative()))["jeton"]
    response = client.post(correction(actor), fill_in(client, correction(actor), name="X") | {"jeton": token})
    assert response.status_code == 400
    assert Suggestion.objects.count() == 0


def test_a_form_of_yesterday_asks_to_be_read_again(client, actor):
    data = fill_in(client, correction(actor), name="Le Coron neuf")
    with mock.patch("django.core.signing.time.time", return_value=time.time() + 25 * 3600):
        response = client.post(correction(actor), data)
    assert "ouverte depuis longtemps" in response.text
    assert "Le Coron neuf" in response.text


# -- machines ---------------------------------------------------------------------------------------------


def test_the_field_nobody_sees_leads_aside(client, actor):
    response = send(client, correction(actor), name="Achetez", website="https://spam.example")
    assert response.status_code == 302
    suggestion = Suggestion.objects.get()
    assert suggestion.state == "spam"
    assert list(Suggestion.objects.waiting()) == []


def test_a_form_sent_at_once_comes_back_and_leaves_a_moment_later(client, actor):
    data = fill_in(client, correction(actor), seconds=1, name="Le Coron neuf")
    response = client.post(correction(actor), data)
    assert response.status_code == 400
    assert "Le Coron neuf" in response.text
    assert token_in(response) == data["jeton"]
    assert Suggestion.objects.count() == 0


def test_too_many_from_one_address_wait_and_others_do_not(client, actor, monkeypatch):
    monkeypatch.setattr(guard, "PER_HOUR", 2)
    data = fill_in(client, GENERAL, message="Bonjour")
    answers = [client.post(GENERAL, data).status_code for _ in range(3)]
    assert answers == [302, 302, 429]
    assert "Bonjour" in client.post(GENERAL, data).text
    other = Client(REMOTE_ADDR="192.0.2.9")
    assert other.post(GENERAL, data).status_code == 302
    assert Suggestion.objects.count() == 3


def test_all_together_have_a_limit_too(client, monkeypatch):
    monkeypatch.setattr(guard, "PER_DAY_IN_ALL", 1)
    data = fill_in(client, GENERAL, message="Bonjour")
    assert client.post(GENERAL, data).status_code == 302
    assert Client(REMOTE_ADDR="192.0.2.9").post(GENERAL, data).status_code == 429


def test_what_is_kept_of_a_sender_tells_nobody_who_it_was(client):
    Client(REMOTE_ADDR="192.0.2.9").post(GENERAL, fill_in(client, GENERAL, message="Bonjour"))
    trace = SendingTrace.objects.get()
    assert len(trace.fingerprint) == 64
    assert "192.0.2.9" not in repr(trace.__dict__)


@pytest.mark.parametrize(
    ("proxies", "remote", "forwarded", "told"),
    [
        (0, "192.0.2.1", "198.51.100.7", "192.0.2.1"),
        (1, "127.0.0.1", "10.0.0.1, 198.51.100.7", "198.51.100.7"),
        (2, "127.0.0.1", "10.0.0.1, 198.51.100.7, 203.0.113.5", "198.51.100.7"),
        (2, "127.0.0.1", "198.51.100.7", "198.51.100.7"),
        (1, "192.0.2.1", "", "192.0.2.1"),
        (1, "192.0.2.1", " , ", "192.0.2.1"),
        (1, "127.0.0.1", "nonsense", "unknown"),
        (0, "2001:db8:1:2:3:4:5:6", "", "2001:0db8:0001:0002"),
        (0, "::ffff:192.0.2.1", "", "192.0.2.1"),
    ],
)
def test_whose_address_counts(rf, settings, proxies, remote, forwarded, told):
    settings.PROXIES = proxies
    request = rf.get("/", REMOTE_ADDR=remote, **({"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}))
    assert visitor_address(request) == told


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://ailleurs.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}],
)
def test_another_sites_page_sends_nothing_in_a_visitors_name(client, headers):
    response = client.post(GENERAL, fill_in(client, GENERAL, message="Bonjour"), headers=headers)
    assert response.status_code == 400
    assert "Bonjour" in response.text
    assert Suggestion.objects.count() == 0


@pytest.mark.parametrize("headers", [{"Origin": "http://testserver"}, {"Sec-Fetch-Site": "same-origin"}, {}])
def test_our_own_page_does(headers):
    client = Client(enforce_csrf_checks=True)
    for address in (GENERAL, NEW, correction(make_organisation())):
        data = fill_in(client, address, message="Bonjour", **({"name": "X"} if address == NEW else {}))
        assert client.post(address, data, headers=headers).status_code == 302, address


def test_the_forms_set_no_cookie(client, actor):
    for address in (NEW, GENERAL, correction(actor)):
        assert not client.get(address).cookies
    assert not send(client, GENERAL, message="Bonjour").cookies


# -- bad input --------------------------------------------------------------------------------------------


def test_oversized_forms_are_refused_before_they_are_read(client, actor):
    response = client.post(GENERAL, fill_in(client, GENERAL) | {"message": "a" * 70_000})
    assert response.status_code == 400
    assert Suggestion.objects.count() == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("message", "a" * 4001),
        ("message", "nul\0"),
        ("name", "x" * 201),
        ("summary", "x" * 251),
        ("sender", "president"),
        ("email", "a@b"),
        ("email", '"a,une@exemple.fr,b"@exemple.fr'),
        ("contact-new1-website", "javascript:alert(1)"),
        ("place-new-postal_code", "6230"),
        ("closed_year", "2999"),
    ],
)
def test_values_that_do_not_fit_are_told_in_french(client, actor, field, value):
    response = send(client, correction(actor), **{field: value})
    assert response.status_code == 400
    assert response.context["form"].errors
    assert Suggestion.objects.count() == 0


def test_bytes_that_are_no_text_break_nothing(client, actor):
    data = fill_in(client, GENERAL)
    body = f"jeton={data['jeton']}&message=%E9t%E9+%FF%FE".encode()
    response = client.generic("POST", GENERAL, body, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 302
    assert "t" in Suggestion.objects.get().message


@pytest.mark.parametrize("territory", ["nulle-part", "\0", "62", "x" * 3000])
def test_any_territory_in_the_address_opens_the_form(client, territory):
    assert client.get(NEW, {"territoire": territory}).status_code == 200


def test_the_page_of_an_actor_leads_to_its_form(client, actor):
    assert f'href="{correction(actor)}"' in client.get(actor.get_absolute_url()).text


def test_lists_and_empty_pages_lead_to_the_form_with_their_territory(client):
    with building():
        town = make_territory(name="Guise")
    wanted = f'href="{NEW}?territoire={town.slug}"'
    assert wanted in client.get(town.get_absolute_url()).text
    assert wanted in client.get(reverse("actor-list"), {"territoire": town.slug}).text
    make_organisation(place=town)
    assert wanted in client.get(reverse("actor-list"), {"territoire": town.slug}).text


def test_what_is_typed_is_text(client, actor):
    response = send(client, correction(actor), name="<script>x</script>", closed_year="z")
    assert "&lt;script&gt;x" in response.text
    assert "<script>x" not in response.text


# -- what it costs ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 3])
def test_the_form_costs_the_same_whatever_the_entry(client, django_assert_num_queries, rows):
    actor = make_organisation()
    for number in range(rows):
        make_contact(actor, f"https://exemple.fr/{number}")
        make_place(actor, make_territory())
    client.get(correction(actor))  # The foot of the page is read once.
    with django_assert_num_queries(5):
        client.get(correction(actor))
