"""A forgotten password: by mail, to the account's own address, without telling anybody which accounts there are."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from post_office.models import Email

from editing.accounts.forms import BETWEEN_MAILS, MAILS_AN_HOUR
from tests.editing.accounts.entering import PASSWORD, give_password, is_in, make_person, make_telephone
from tests.factories.editors import logged_in

pytestmark = pytest.mark.django_db
FORGOTTEN = "/admin/mot-de-passe/"
NEW = "une maison de craie blanche"


@pytest.fixture
def helene():
    return make_person(email="helene@exemple.fr")


def ask(client, address="helene@exemple.fr", **extra):
    return client.post(FORGOTTEN, {"email": address}, **extra)


def link_in(mail) -> str:
    return re.search(r"https://annuaire\.exemple\.fr(/admin/mot-de-passe/nouveau/\S+)", mail.message)[1]


def choose(client, link, password=NEW):
    form = client.get(link, follow=True)
    return client.post(form.request["PATH_INFO"], {"new_password1": password, "new_password2": password})


def test_a_new_password_is_chosen_by_a_mailed_link(client, helene, mail_on):
    inside = logged_in(helene)
    assert ask(client).url == f"{FORGOTTEN}courriel/"
    assert "Si un compte a cette adresse" in client.get(f"{FORGOTTEN}courriel/").text
    (mail,) = mail_on()
    assert (mail.to, mail.subject) == (["helene@exemple.fr"], "Choisir un nouveau mot de passe")
    link = link_in(mail)
    assert choose(client, link).url == f"{FORGOTTEN}change/"
    assert "Votre mot de passe est changé" in client.get(f"{FORGOTTEN}change/").text
    # Nobody is in by this alone, and nobody stays in.
    assert not is_in(client)
    assert not is_in(inside)
    assert give_password(client, password=PASSWORD).status_code == 200
    give_password(client, password=NEW)
    assert is_in(client)
    assert "Ce lien ne sert plus" in Client().get(link, follow=True).text


def test_the_link_begins_with_the_site_whatever_the_request_says(client, helene, mail_on, settings):
    settings.ALLOWED_HOSTS = ["ailleurs.example"]
    ask(client, headers={"host": "ailleurs.example", "x-forwarded-host": "ailleurs.example"})
    assert "ailleurs" not in mail_on()[0].message
    assert link_in(mail_on()[0])


def test_a_link_serves_three_hours(client, helene, mail_on, settings):
    ask(client)
    settings.PASSWORD_RESET_TIMEOUT = -1
    assert "Ce lien ne sert plus" in client.get(link_in(mail_on()[0]), follow=True).text


@pytest.mark.parametrize("key", ["MQ/x-y", "zzz/set-password", "%00/x", "MQ/" + "9" * 500])
def test_a_made_up_link_opens_nothing(client, helene, mail_on, key):
    answer = client.get(f"{FORGOTTEN}nouveau/{key}/", follow=True)
    assert "Ce lien ne sert plus" in answer.text


def test_an_address_of_nobody_is_answered_alike(client, helene, mail_on):
    known, unknown = ask(client), ask(client, "personne@exemple.fr")
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert len(mail_on()) == 1


def test_no_account_that_is_closed_and_none_without_a_password(client, helene, mail_on):
    make_person("paul", email="paul@exemple.fr")
    other = make_person("zoe", email="zoe@exemple.fr")
    other.set_unusable_password()
    other.save()
    helene.is_active = False
    helene.save()
    for address in ("helene@exemple.fr", "zoe@exemple.fr"):
        ask(client, address)
    assert mail_on() == []
    ask(client, "PAUL@exemple.fr")
    assert [mail.to for mail in mail_on()] == [["paul@exemple.fr"]]


def test_nobody_floods_a_mailbox(client, helene, mail_on):
    for _ in range(3):
        ask(client)
    assert len(mail_on()) == 1
    Email.objects.update(created=timezone.now() - BETWEEN_MAILS)
    ask(client)
    assert len(mail_on()) == 2


def test_nobody_empties_the_post_box(client, mail_on):
    for number in range(MAILS_AN_HOUR + 2):
        make_person(f"p{number}", email=f"p{number}@exemple.fr")
        ask(client, f"p{number}@exemple.fr")
    assert len(mail_on()) == MAILS_AN_HOUR


@pytest.mark.parametrize("address", ["", "helene", "a@b.fr\nBcc: c@d.fr", "\0", "x" * 300 + "@exemple.fr"])
def test_what_is_no_address_is_refused(client, mail_on, address):
    assert ask(client, address).context["form"].errors["email"]


def test_the_second_step_is_asked_after_a_new_password_too(client, helene, mail_on):
    make_telephone(helene)
    ask(client)
    choose(client, link_in(mail_on()[0]))
    assert give_password(client, password=NEW).url.startswith(reverse("admin:two_steps_code"))
    assert not is_in(client)


def test_a_new_password_opens_a_door_that_was_shut(client, helene, mail_on, settings):
    for _ in range(settings.AXES_FAILURE_LIMIT):
        shut = give_password(client, password="faux")
    assert "demander un nouveau mot de passe" in shut.text
    ask(client)
    choose(client, link_in(mail_on()[0]))
    assert give_password(client, password=NEW).status_code == 302


@pytest.mark.parametrize("password", ["court", "123456789012345", "helene@exemple.fr"])
def test_a_weak_password_is_refused(client, helene, mail_on, password):
    ask(client)
    assert choose(client, link_in(mail_on()[0]), password).context["form"].errors


def test_where_mail_is_off_the_door_says_whom_to_ask(client, helene):
    assert "Un administrateur peut vous en donner un autre." in client.get("/admin/login/").text
    for address in ("", "courriel/", "nouveau/MQ/x/", "change/"):
        assert client.get(FORGOTTEN + address).status_code == 404


def test_where_mail_is_on_the_door_leads_there(client, mail_on):
    assert f'<a href="{FORGOTTEN}">Mot de passe oublié ?</a>' in client.get("/admin/login/").text
