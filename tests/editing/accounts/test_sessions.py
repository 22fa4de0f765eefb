"""How long somebody stays in, whose sessions end with what, and what forms ask of a browser."""

import datetime

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from editing.accounts.sessions import RENEWED_EVERY, end_sessions
from editing.roles import VISITOR
from tests.editing.accounts.entering import LOGIN, PASSWORD, give_password, is_in, make_person
from tests.factories.editors import logged_in, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def helene():
    return make_person()


def end_of(client) -> datetime.datetime:
    return Session.objects.get(pk=client.session.session_key).expire_date


def long_ago(client, **seconds: int) -> None:
    session = client.session
    for name, number in seconds.items():
        session[name] -= number
    session.save()


def test_twelve_hours_without_a_page_end_it(client, helene):
    give_password(client)
    left = end_of(client) - timezone.now()
    assert datetime.timedelta(hours=11, minutes=58) < left < datetime.timedelta(hours=12, minutes=1)
    Session.objects.update(expire_date=timezone.now() - datetime.timedelta(seconds=1))
    assert not is_in(client)


def test_work_puts_the_end_off_at_most_once_in_a_while(client, helene, django_assert_num_queries):
    give_password(client)
    Session.objects.update(expire_date=timezone.now() + datetime.timedelta(hours=1))
    assert is_in(client)
    assert end_of(client) < timezone.now() + datetime.timedelta(hours=2)
    long_ago(client, renewed=RENEWED_EVERY + 1)
    Session.objects.update(expire_date=timezone.now() + datetime.timedelta(hours=1))
    assert is_in(client)
    assert end_of(client) > timezone.now() + datetime.timedelta(hours=11)


def test_two_weeks_end_it_however_busy(client, helene):
    give_password(client)
    long_ago(client, entered=14 * 24 * 3600 + 1)
    key = client.session.session_key
    assert not is_in(client)
    assert not Session.objects.filter(pk=key).exists()


def test_a_session_gets_a_key_of_its_own_at_login(client, helene):
    """Whoever planted one before knows nothing of it."""
    client.get(LOGIN)
    session = client.session
    session["x"] = 1
    session.save()
    client.cookies["sessionid"] = planted = session.session_key
    give_password(client)
    assert client.cookies["sessionid"].value != planted


def test_leaving_ends_it_on_the_server(client, helene):
    give_password(client)
    key = client.cookies["sessionid"].value
    assert client.post(reverse("admin:logout")).status_code == 200
    client.cookies["sessionid"] = key
    assert not is_in(client)


def test_leaving_by_a_link_of_another_page_does_not_work(client, helene):
    give_password(client)
    assert client.get(reverse("admin:logout")).status_code == 405
    assert is_in(client)


def test_a_new_password_ends_the_others(helene):
    here, there = logged_in(helene), logged_in(helene)
    data = {
        "old_password": PASSWORD,
        "new_password1": "une maison de craie",
        "new_password2": "une maison de craie",
    }
    assert here.post(reverse("admin:password_change"), data).status_code == 302
    assert (is_in(here), is_in(there)) == (True, False)


@pytest.mark.parametrize("change", [{"is_active": False}, {"is_staff": False}])
def test_a_closed_account_is_out_at_once(helene, change):
    client = logged_in(helene)
    for name, value in change.items():
        setattr(helene, name, value)
    helene.save()
    assert not is_in(client)


def test_sessions_of_one_person_end_and_of_nobody_else(helene):
    here, there, other = logged_in(helene), logged_in(helene), logged_in(make_person("paul"))
    assert end_sessions(helene, but=here.session.session_key) == 1
    assert (is_in(here), is_in(there), is_in(other)) == (True, False, True)


def test_cookies_are_for_the_site_alone(helene, settings):
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    client = Client()
    client.get(LOGIN, secure=True)
    give_password(client, secure=True)
    told = {
        name: tuple(client.cookies[name][key] for key in ("httponly", "samesite", "secure", "domain", "path"))
        for name in ("sessionid", "csrftoken")
    }
    assert told == dict.fromkeys(("sessionid", "csrftoken"), (True, "Lax", True, "", "/"))


def test_no_form_of_the_back_office_is_taken_from_another_site(helene):
    client = Client(enforce_csrf_checks=True)
    assert client.post(LOGIN, {"username": "helene", "password": PASSWORD}).status_code == 403
    client.force_login(helene)
    for name in ("two_steps_enrol", "two_steps", "password_change", "logout"):
        assert client.post(reverse(f"admin:{name}"), {"code": "1"}).status_code == 403, name


def test_an_account_without_the_back_office_enters_nowhere(client):
    user = make_user(VISITOR, "visite")
    user.set_password(PASSWORD)
    user.save()
    answer = give_password(client, "visite")
    assert answer.status_code == 200
    assert answer.context["form"].non_field_errors()


@pytest.mark.parametrize(
    "following",
    ["https://ailleurs.example/", "//ailleurs.example", "/\\ailleurs.example", "javascript:alert(1)"],
)
def test_the_login_leads_to_no_other_site(client, helene, following):
    assert give_password(client, following=following).url == reverse("admin:index")
