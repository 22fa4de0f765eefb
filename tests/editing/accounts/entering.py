"""Somebody who enters as people do: by the forms, step by step."""

from django.test import Client
from django.urls import reverse
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from editing.accounts.second_factor import new_key, renew_codes
from editing.roles import EDITOR
from tests.factories.editors import make_user

PASSWORD = "un mur de briques rouges"
LOGIN, CODE, ENROL, TWO_STEPS = (
    "/admin/login/",
    "/admin/deux-etapes/code/",
    "/admin/deux-etapes/activer/",
    "/admin/deux-etapes/",
)
HOME = "/admin/"


def make_person(username="helene", role=EDITOR, email=""):
    user = make_user(role, username)
    user.set_password(PASSWORD)
    user.email = email
    user.save()
    return user


def make_telephone(user) -> tuple[TOTPDevice, list[str]]:
    """The device and the recovery codes."""
    return TOTPDevice.objects.create(user=user, name="téléphone", key=new_key()), renew_codes(user)


def shown_by(device_or_key, steps: int = 0) -> str:
    """The code an application shows now, or some half minutes later."""
    key = getattr(device_or_key, "key", device_or_key)
    clock = TOTP(bytes.fromhex(key))
    return f"{TOTP(bytes.fromhex(key), t0=-30 * steps).token():06}" if steps else f"{clock.token():06}"


def give_password(client: Client, username="helene", password=PASSWORD, following=HOME, **extra):
    return client.post(LOGIN, {"username": username, "password": password, "next": following}, **extra)


def is_in(client: Client) -> bool:
    return client.get(reverse("admin:index")).status_code == 200
