"""Wrong passwords shut the door for a while, to who gives them and to nobody else."""

import datetime

import pytest
from axes.models import AccessAttempt
from django.conf import settings as site_settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from editing.accounts.attempts import forget_old
from editing.roles import ADMINISTRATOR, EDITOR
from tests.editing.accounts.entering import LOGIN, PASSWORD, give_password, is_in, make_person
from tests.factories.editors import logged_in, make_user

pytestmark = pytest.mark.django_db
LIMIT = site_settings.AXES_FAILURE_LIMIT


@pytest.fixture
def helene():
    return make_person()


def try_in_vain(client, times, username="helene", **extra):
    return [give_password(client, username, f"faux {number}", **extra).status_code for number in range(times)]


def test_a_few_wrong_passwords_shut_the_door(client, helene):
    assert try_in_vain(client, LIMIT) == [200] * (LIMIT - 1) + [429]
    shut = give_password(client)
    assert shut.status_code == 429
    assert 0 < int(shut["Retry-After"]) <= 1800
    hour = timezone.localtime(AccessAttempt.objects.get().attempt_time + site_settings.AXES_COOLOFF_TIME)
    assert (
        f"Trop d’essais avec un mauvais mot de passe : l’entrée est fermée d’ici jusqu’à {hour:%H h %M}."
        in shut.text
    )
    assert "demander à un administrateur de rouvrir l’entrée" in shut.text
    assert "default-src 'self'" in shut["Content-Security-Policy"]
    assert not is_in(client)


def test_the_right_password_before_forgets_the_wrong_ones(client, helene):
    try_in_vain(client, LIMIT - 1)
    assert give_password(client).status_code == 302
    assert not AccessAttempt.objects.exists()


def test_nobody_shuts_an_editor_out_from_elsewhere(client, helene):
    try_in_vain(Client(REMOTE_ADDR="192.0.2.9"), LIMIT + 1)
    assert give_password(client).status_code == 302


def test_a_machine_that_tries_many_names_is_shut_out_of_all(client, helene):
    statuses = [try_in_vain(client, LIMIT - 1, f"nom{number}")[-1] for number in range(13)]
    assert statuses == [200] * 12 + [429]
    assert give_password(client).status_code == 429
    assert give_password(Client(REMOTE_ADDR="192.0.2.9")).status_code == 302


def test_claiming_other_addresses_and_browsers_helps_nobody(client, helene):
    for number in range(LIMIT):
        answer = give_password(
            client,
            password="faux",
            headers={"x-forwarded-for": f"10.0.0.{number}", "user-agent": f"n° {number}"},
        )
    assert answer.status_code == 429


def test_behind_a_proxy_the_visitors_own_address_counts(client, helene, settings):
    settings.PROXIES = 1
    try_in_vain(client, LIMIT, headers={"x-forwarded-for": "10.9.9.9, 192.0.2.9"})
    assert give_password(client, headers={"x-forwarded-for": "10.1.1.1, 192.0.2.9"}).status_code == 429
    assert give_password(client, headers={"x-forwarded-for": "192.0.2.9, 192.0.2.10"}).status_code == 302


@pytest.mark.parametrize("address", ["2001:db8:1:2:3:4:5:6", "fe80::1%eth0", "not an address"])
def test_any_address_can_be_counted(client, helene, address):
    """PostgreSQL has a type of its own for them."""
    assert try_in_vain(client, LIMIT, REMOTE_ADDR=address)[-1] == 429
    neighbour = "2001:db8:1:2:ffff::1" if address.startswith("2001") else address
    assert give_password(client, REMOTE_ADDR=neighbour).status_code == 429


def test_the_door_opens_by_itself(client, helene):
    try_in_vain(client, LIMIT)
    AccessAttempt.objects.update(attempt_time=timezone.now() - datetime.timedelta(minutes=29))
    assert give_password(client).status_code == 429
    AccessAttempt.objects.update(attempt_time=timezone.now() - datetime.timedelta(minutes=31))
    assert give_password(client).status_code == 302


def test_going_on_trying_neither_lengthens_nor_fills(client, helene):
    try_in_vain(client, LIMIT)
    before = AccessAttempt.objects.get()
    try_in_vain(client, 10)
    after = AccessAttempt.objects.get()
    assert (after.attempt_time, len(after.post_data)) == (before.attempt_time, len(before.post_data))


def test_no_password_is_kept(client, helene):
    give_password(client, password="secret de polichinelle")
    row = AccessAttempt.objects.values().get()
    assert "polichinelle" not in str(row)
    assert "polichinelle" in PASSWORD or row["username"] == "helene"


def test_an_administrator_opens_the_door_from_the_accounts(client, helene):
    administrator = logged_in(make_user(ADMINISTRATOR))
    try_in_vain(client, LIMIT)
    page = administrator.get(reverse("admin:auth_user_change", args=[helene.pk]))
    assert "entrée fermée jusqu’à" in page.text
    data = {"action": "reopen_door", "_selected_action": [helene.pk]}
    answer = administrator.post(reverse("admin:auth_user_changelist"), data, follow=True)
    assert "Helene peut essayer de nouveau." in answer.text
    assert give_password(client).status_code == 302


def test_an_administrator_sees_who_tries_and_forgets_it(client, helene):
    administrator = logged_in(make_user(ADMINISTRATOR))
    try_in_vain(client, LIMIT)
    listing = reverse("admin:axes_accessattempt_changelist")
    assert "127.0.0.1" in administrator.get(listing).text
    data = {"action": "forget", "_selected_action": [AccessAttempt.objects.get().pk]}
    assert "1 ligne oubliée." in administrator.post(listing, data, follow=True).text
    assert give_password(client).status_code == 302


def test_nobody_else_opens_it(client, helene):
    editor = logged_in(make_user(EDITOR))
    try_in_vain(client, LIMIT)
    attempt = AccessAttempt.objects.get()
    for name, row, action in (
        ("auth_user", helene, "reopen_door"),
        ("axes_accessattempt", attempt, "forget"),
    ):
        data = {"action": action, "_selected_action": [row.pk]}
        assert editor.post(reverse(f"admin:{name}_changelist"), data).status_code == 403
    assert give_password(client).status_code == 429


def test_what_is_old_is_forgotten():
    for hours in (25, 23):
        attempt = AccessAttempt.objects.create(
            username=f"{hours}", ip_address="192.0.2.1", failures_since_start=1
        )
        AccessAttempt.objects.filter(pk=attempt.pk).update(
            attempt_time=timezone.now() - datetime.timedelta(hours=hours)
        )
    assert forget_old() is True
    assert AccessAttempt.objects.get().username == "23"
    assert forget_old() is False


def test_a_name_that_is_nobodys_takes_as_long_and_tells_as_much(client, helene):
    known, unknown = give_password(client, password="faux"), give_password(client, "personne", "faux")
    told = [answer.context["form"].non_field_errors() for answer in (known, unknown)]
    assert told[0] == told[1]
    assert LOGIN == answer_path(known) == answer_path(unknown)


def answer_path(answer):
    return answer.wsgi_request.path
