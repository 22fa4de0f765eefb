"""A code beside the password: for those who chose it, for all where the setting says so, and for nobody else's use."""

import datetime

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from editing.accounts.second_factor import RECOVERY_CODES, remove
from editing.roles import ADMINISTRATOR, EDITOR, VISITOR
from tests.editing.accounts.entering import (
    CODE,
    ENROL,
    HOME,
    LOGIN,
    TWO_STEPS,
    give_password,
    is_in,
    make_person,
    make_telephone,
    shown_by,
)
from tests.factories.actors import make_organisation
from tests.factories.editors import logged_in, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def helene():
    return make_person(email="helene@exemple.fr")


@pytest.fixture
def telephone(helene):
    return make_telephone(helene)[0]


def test_without_a_telephone_the_password_is_enough(client, helene):
    assert give_password(client).url == HOME
    assert is_in(client)


def test_the_code_is_asked_after_the_password(client, helene, telephone):
    answer = give_password(client, following="/admin/guide/")
    assert answer.url == f"{CODE}?next=%2Fadmin%2Fguide%2F"
    assert not is_in(client)
    page = client.get(answer.url)
    assert "Donnez le code à six chiffres" in page.text
    key = client.session.session_key
    answer = client.post(CODE, {"code": shown_by(telephone), "next": "/admin/guide/"})
    assert (answer.status_code, answer.url) == (302, "/admin/guide/")
    assert is_in(client)
    # Whoever knew the session before knows nothing of it now.
    assert client.session.session_key != key


def test_between_password_and_code_somebody_is_nobody_everywhere(client, helene, telephone):
    draft = make_organisation(publication="draft")
    give_password(client)
    assert client.get(draft.get_absolute_url()).status_code == 404
    assert client.get("/styleguide/").status_code == 302
    for address in (HOME, TWO_STEPS, reverse("admin:password_change"), reverse("admin:auth_user_changelist")):
        assert client.get(address).url == f"{LOGIN}?next={address}"
    # Nor is a new telephone put in the place of the one there is.
    assert client.get(ENROL).url == CODE
    assert client.post(ENROL, {"code": "123456"}).url == CODE
    client.post(CODE, {"code": shown_by(telephone)})
    assert client.get(draft.get_absolute_url()).status_code == 200


@pytest.mark.parametrize(
    "code", ["", "12345", "abcdef", "000 00a", "１２３４５６", "0" * 20, "\0", "aaaa-aaaa"]
)
def test_a_wrong_code_lets_nobody_in(client, helene, telephone, code):
    give_password(client)
    answer = client.post(CODE, {"code": code})
    assert answer.status_code == 200
    assert answer.context["form"].errors["code"]
    assert not is_in(client)


def test_a_code_serves_once(client, helene, telephone):
    code = shown_by(telephone)
    for number, status in enumerate((302, 200)):
        one = Client()
        give_password(one)
        assert one.post(CODE, {"code": code}).status_code == status, number


def test_wrong_codes_make_one_wait(client, helene, telephone):
    give_password(client)
    client.post(CODE, {"code": "000000"})
    answer = client.post(CODE, {"code": shown_by(telephone)})
    assert "Trop de codes faux : attendez 1 seconde" in answer.text
    TOTPDevice.objects.update(throttling_failure_count=8)
    assert "attendez 2 minutes" in client.post(CODE, {"code": shown_by(telephone)}).text
    TOTPDevice.objects.update(throttling_failure_timestamp=timezone.now() - datetime.timedelta(hours=1))
    assert client.post(CODE, {"code": shown_by(telephone)}).status_code == 302


def test_a_recovery_code_serves_once(helene):
    _, codes = make_telephone(helene)
    statuses = []
    for _ in range(2):
        one = Client()
        give_password(one)
        statuses.append(one.post(CODE, {"code": codes[0].upper().replace("-", " ")}).status_code)
    assert statuses == [302, 200]
    assert StaticToken.objects.count() == RECOVERY_CODES - 1


def test_the_code_page_is_nobodys_who_did_not_give_the_password(client, helene, telephone):
    assert client.get(CODE).url == HOME
    assert client.post(CODE, {"code": shown_by(telephone)}).url == HOME
    assert not is_in(client)


def test_the_code_leads_to_no_other_site(client, helene, telephone):
    give_password(client)
    answer = client.post(CODE, {"code": shown_by(telephone), "next": "https://ailleurs.example/"})
    assert answer.url == HOME


def test_another_persons_code_is_no_code(client, helene, telephone):
    other, _ = make_telephone(make_person("paul"))
    give_password(client)
    assert client.post(CODE, {"code": shown_by(other)}).status_code == 200
    assert not is_in(client)


def test_one_may_leave_before_the_code(client, helene, telephone):
    give_password(client)
    assert client.post(CODE, {"leave": ""}).url == LOGIN
    assert client.get(LOGIN).status_code == 200


def test_half_an_hour_after_the_password_the_code_is_too_late(client, helene, telephone):
    give_password(client)
    session = client.session
    session["entered"] -= 31 * 60
    session.save()
    assert client.post(CODE, {"code": shown_by(telephone)}).url == HOME
    assert not is_in(client)


@pytest.mark.parametrize(
    "what", ["a new password", "a closed account", "another telephone", "no back-office"]
)
def test_what_changes_meanwhile_ends_the_waiting_for_a_code(client, helene, telephone, what):
    """Whoever gave a stolen password waits before the step; its owner does something about it."""
    inside = logged_in(helene)
    give_password(client)
    code = shown_by(telephone)
    if what == "a new password":
        helene.set_password("une maison de craie")
    elif what == "another telephone":
        remove(user=helene)
        enrol(inside if is_in(inside) else logged_in(helene))
    else:
        setattr(helene, "is_active" if what == "a closed account" else "is_staff", False)
    helene.save()
    assert client.post(CODE, {"code": code}).status_code == 302
    assert not is_in(client)
    assert client.get(ENROL).url == LOGIN


# -- a telephone handed over -----------------------------------------------------------------------------


def enrol(client) -> list[str]:
    """Activate by the page; the recovery codes it shows."""
    client.get(ENROL)
    answer = client.post(ENROL, {"code": shown_by(client.session["offered_key"])})
    assert answer.status_code == 200, answer
    return answer.context["codes"]


def test_a_telephone_is_handed_over(helene, mail_on):
    client, elsewhere = logged_in(helene), logged_in(helene)
    page = client.get(ENROL)
    assert 'src="data:image/svg+xml' in page.text
    assert page.context["offer"].address.startswith("otpauth://totp/Annuaire%20ESS%3Ahelene?secret=")
    assert "<script" not in page.text.split("<main")[1].split("</main")[0]
    codes = enrol(client)
    assert len(set(codes)) == RECOVERY_CODES
    assert is_in(client)
    # Opened with the password alone.
    assert not is_in(elsewhere)
    assert [mail.subject for mail in mail_on()] == ["Votre compte de l’annuaire : validation en deux étapes"]
    again = Client()
    give_password(again)
    assert again.post(CODE, {"code": codes[0]}).status_code == 302


def test_looking_at_the_page_changes_nothing(helene):
    client = logged_in(helene)
    client.get(ENROL)
    answer = client.post(ENROL, {"code": "000000"})
    assert "Ce code n’est pas celui que montre l’application" in answer.text
    assert not TOTPDevice.objects.exists()


def test_new_recovery_codes_replace_the_old(helene):
    client = logged_in(helene)
    first = enrol(client)
    answer = client.post(TWO_STEPS, {"code": first[0], "renew": ""})
    second = answer.context["codes"]
    assert not set(first) & set(second)
    assert StaticToken.objects.count() == RECOVERY_CODES
    assert client.post(TWO_STEPS, {"code": first[1], "renew": ""}).context["form"].errors


def test_one_gives_it_up_with_a_code_alone(helene):
    client = logged_in(helene)
    codes = enrol(client)
    client.post(TWO_STEPS, {"code": "000000", "remove": ""})
    assert TOTPDevice.objects.exists()
    assert client.post(TWO_STEPS, {"code": codes[0], "remove": ""}).url == TWO_STEPS
    assert not TOTPDevice.objects.exists()
    assert is_in(client)
    fresh = Client()
    give_password(fresh)
    assert is_in(fresh)


# -- required of all ---------------------------------------------------------------------------------------


def test_where_it_is_required_one_enrols_before_anything_else(client, helene, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    assert give_password(client).url.startswith(CODE)
    assert client.get(CODE).url == ENROL
    assert not is_in(client)
    assert "Cet annuaire demande un code" in client.get(ENROL).text
    enrol(client)
    assert is_in(client)


def test_where_it_becomes_required_open_sessions_enrol_too(helene, settings):
    client = logged_in(helene)
    assert is_in(client)
    settings.SECOND_FACTOR_REQUIRED = True
    assert client.get(HOME, follow=True).request["PATH_INFO"] == ENROL


def test_visitors_without_the_back_office_are_asked_nothing(client, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    client.force_login(make_user(VISITOR))
    assert client.get("/acteurs/").status_code == 200
    assert client.get(ENROL).url == LOGIN


# -- a telephone lost --------------------------------------------------------------------------------------


def test_an_administrator_takes_the_second_step_away(helene, telephone, mail_on):
    inside = logged_in(helene)
    administrator = logged_in(make_user(ADMINISTRATOR))
    listing = reverse("admin:auth_user_changelist")
    data = {"action": "take_second_step_away", "_selected_action": [helene.pk]}
    assert logged_in(make_user(EDITOR)).post(listing, data).status_code == 403
    assert TOTPDevice.objects.exists()
    assert "Helene entre avec son seul mot de passe" in administrator.post(listing, data, follow=True).text
    assert not is_in(inside)
    assert "Un administrateur vient de retirer" in mail_on()[0].message
    client = Client()
    give_password(client)
    assert is_in(client)


def test_who_keeps_the_machine_takes_it_away_too(helene, telephone, capsys):
    call_command("remove_second_step", "helene")
    assert "« helene » entre de nouveau avec son seul mot de passe." in capsys.readouterr().out
    assert not TOTPDevice.objects.exists()
    with pytest.raises(CommandError, match="Il n’y a pas de compte « personne »"):
        call_command("remove_second_step", "personne")


@pytest.mark.parametrize("telephones", [0, 1])
def test_what_a_page_costs(helene, django_assert_num_queries, telephones):
    """Session, account, its permissions and role; the device where a code was given."""
    client = Client()
    if telephones:
        device, _ = make_telephone(helene)
        give_password(client)
        client.post(CODE, {"code": shown_by(device)})
    else:
        give_password(client)
    with django_assert_num_queries(5 + telephones):
        client.get(reverse("admin:password_change"))
