"""Without rights nothing of the back-office opens, and nothing changes: every address, every action, whoever asks.

Addresses are found in the URL patterns and actions in the registry (``addresses.py``): a new one is asked with the
others, and stays shut unless it is named here. That these are addresses of something, which open to who has the right,
``test_headers.py`` shows.
"""

import hashlib

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.http import HttpResponseForbidden
from django.test import Client
from django.urls import reverse

from editing.roles import ADMINISTRATOR, CONTRIBUTOR, VISITOR
from tests.apes_directory.addresses import Rows, actions, addresses, let_go
from tests.factories.editors import logged_in, make_user

pytestmark = pytest.mark.django_db

# Before the door: no right is asked.
OPEN = {
    *(
        "admin:login",
        "admin:jsi18n",
        "admin:password_forgotten",
        "admin:password_asked",
        "admin:password_new",
    ),
    *("admin:password_changed", "admin:two_steps_code", "admin:two_steps_enrol"),
}
# Of whoever may enter at all, about themselves or nobody.
OWN = {
    "admin:index",
    "admin:logout",
    "admin:password_change",
    "admin:password_change_done",
    "admin:two_steps",
}
# Changed by asking alone: sessions, and counts of use.
MOVING = {"sessions.Session", "partners.UsageCount", "axes.AccessAttempt"}


@pytest.fixture
def rows():
    return Rows.made()


def everything() -> dict[str, str]:
    """A digest of all rows of each model."""
    return {
        model._meta.label: hashlib.sha256(
            "\n".join(sorted(map(repr, model._base_manager.values_list()))).encode()
        ).hexdigest()
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy and model._meta.label not in MOVING
    }


def differences(before: dict[str, str]) -> list[str]:
    return [label for label, digest in everything().items() if digest != before[label]]


def staff_without_role():
    user = get_user_model().objects.create_user("sans-role")
    user.is_staff = True
    user.save()
    return user


def asked(client, rows) -> dict[str, set[int]]:
    """Name of each address of the back-office to what GET and POST are answered."""
    client.raise_request_exception = False
    found = {}
    for address in addresses(rows):
        if is_behind_the_door(address):
            answers = [client.get(address.path), client.post(address.path, {"post": "yes"})]
            for answer in answers:
                let_go(answer)
            found[str(address)] = {_told(answer) for answer in answers}
    return found


def is_behind_the_door(address) -> bool:
    """Not the number alone, from which Django leads to the page of that number."""
    return (
        address.route.of_admin
        and address.route.name not in OPEN | {"admin:logout"}
        and not address.route.written.endswith("/<path:object_id>/")
    )


def _told(answer) -> int | str:
    """« login » for whoever is sent there, « away » to another page of the back-office, which is asked itself."""
    if answer.status_code == 302 and answer.url.startswith(reverse("admin:login")):
        return "login"
    return "away" if answer.status_code == 302 and answer.url.startswith("/admin/") else answer.status_code


def refused(request, exception=None):
    return HttpResponseForbidden()


@pytest.mark.parametrize("who", ["nobody", "a visitor"])
def test_nobody_opens_anything_without_entering(rows, who):
    client = Client() if who == "nobody" else logged_in(make_user(VISITOR))
    before = everything()
    opened = {name: told for name, told in asked(client, rows).items() if told != {"login"}}
    assert opened == {}
    assert differences(before) == []


def test_a_role_is_needed_for_everything(rows, monkeypatch):
    """Somebody let in by the flag alone, as by a mistake in the database."""
    # Hundreds of times the same page, which is tested elsewhere.
    monkeypatch.setattr("apes_directory.urls.handler403", refused, raising=False)
    client = logged_in(staff_without_role())
    before = everything()
    opened = {
        name: told
        for name, told in asked(client, rows).items()
        if not told <= {403, 404, 405, "away"} and name.split()[0] not in OWN
    }
    assert opened == {}
    assert differences(before) == []


def test_no_form_of_another_site_is_taken(rows):
    """In the back-office by Django's token, for somebody who may do everything; elsewhere by where it came from."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user(ADMINISTRATOR))
    client.raise_request_exception = False
    data = {"post": "yes", "code": "1", "_save": "", "action": "delete_selected"}
    before, taken = everything(), {}
    for address in addresses(rows):
        answer = client.post(address.path, data, headers={"origin": "https://ailleurs.example"})
        let_go(answer)
        if address.route.of_admin and answer.status_code != 403:
            taken[str(address)] = answer.status_code
    assert taken == {}
    assert differences(before) == []


def test_no_action_of_a_list_is_done_without_the_right_to_it(rows):
    """Nor by somebody who reads what the list holds."""
    people = [staff_without_role(), make_user(CONTRIBUTOR, "camille")]
    clients = [logged_in(user) for user in people]
    before = everything()
    tried = 0
    for model, action in actions():
        keys = list(model._default_manager.values_list("pk", flat=True)[:20]) or [1]
        listing = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for client in clients:
            data = {"action": action, "_selected_action": keys, "post": "yes", "until": "2030-01-01"}
            answer = client.post(listing, data)
            # A table taken away, which whoever reads entries may, is a file.
            let_go(answer)
            assert answer.status_code in {200, 302, 403}, (listing, action)
            tried += 1
    assert differences(before) == []
    assert tried > 2 * len(admin.site._registry) / 2
