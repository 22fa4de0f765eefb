"""A code of the telephone beside the password: asked, checked, handed over, taken away.

Devices are django-otp's: one ``TOTPDevice`` a person, and one ``StaticDevice`` with the recovery codes.
"""

import datetime
import re
from base64 import b32encode

import segno
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.urls import reverse
from django_otp.models import Device
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp.util import random_hex

from actors.mail import absolute, mail_is_on, send
from editing.accounts.sessions import end_sessions

RECOVERY_CODES = 10
_BY_TIME = re.compile(r"[0-9]{6}")
_ON_PAPER = re.compile(r"[a-z2-7]{8}")


class TooSoon(Exception):
    """Codes were wrong: none is looked at before ``until``, the right one neither."""

    def __init__(self, until: datetime.datetime) -> None:
        super().__init__(until)
        self.until = until


class Offer:
    """A secret shown to somebody who has not proved yet that their telephone holds it."""

    def __init__(self, user: AbstractBaseUser, key: str) -> None:
        self._device = TOTPDevice(user=user, key=key)

    @property
    def spoken(self) -> str:
        """The secret in groups of four, to be typed by hand."""
        text = b32encode(self._device.bin_key).decode()
        return " ".join(text[start : start + 4] for start in range(0, len(text), 4))

    @property
    def address(self) -> str:
        """``otpauth://``, which code applications open."""
        return self._device.config_url

    @property
    def picture(self) -> str:
        """The address as a QR code, in a ``data:`` address: it stands in no cache and no log."""
        code = segno.make(self.address, error="m", micro=False)
        # Telephones read black on white, at night too.
        return code.svg_data_uri(scale=6, border=4, light="white")


def new_key() -> str:
    """A fresh secret of 160 bits, in hexadecimal."""
    return random_hex(20)


def device_of(user: AbstractBaseUser) -> TOTPDevice | None:
    """The telephone of this person (1 query)."""
    return TOTPDevice.objects.devices_for_user(user, confirmed=True).order_by("-pk").first()


def codes_left(user: AbstractBaseUser) -> int:
    """How many recovery codes were not used yet (1 query)."""
    return StaticToken.objects.filter(device__user_id=user.pk).count()


@transaction.atomic
def enrol(*, user: AbstractBaseUser, key: str, code: str, but: str | None) -> tuple[Device, list[str]] | None:
    """Hand over ``key``, proved by a code made with it: the device and the recovery codes; None for a wrong code.

    Ends all other sessions of the person: they were opened with the password alone. ``but`` is this one's key.
    """
    text = _plain(code)
    clock = TOTP(bytes.fromhex(key))
    if not _BY_TIME.fullmatch(text) or not clock.verify(int(text), tolerance=1):
        return None
    remove(user=user, but=but)
    device = TOTPDevice.objects.create(
        user=user, name="téléphone", key=key, confirmed=True, last_t=clock.t(), drift=clock.drift
    )
    return device, renew_codes(user)


@transaction.atomic
def renew_codes(user: AbstractBaseUser) -> list[str]:
    """Ten new recovery codes, each good once; those before are good no more."""
    StaticDevice.objects.filter(user_id=user.pk).delete()
    device = StaticDevice.objects.create(user=user, name="codes de secours", confirmed=True)
    codes = [StaticToken.random_token() for _ in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=code) for code in codes)
    return [f"{code[:4]}-{code[4:]}" for code in codes]


@transaction.atomic
def check(user: AbstractBaseUser, code: str) -> Device | None:
    """The device whose code this is, of the telephone or of recovery; None for a wrong one.

    Each code is good once. Raises TooSoon after wrong ones: 1, 2, 4, 8… seconds, for each device on its own.
    """
    text = _plain(code)
    if _BY_TIME.fullmatch(text):
        devices = TOTPDevice.objects.devices_for_user(user, confirmed=True)
    elif _ON_PAPER.fullmatch(text):
        devices = StaticDevice.objects.devices_for_user(user, confirmed=True)
    else:
        return None
    device = devices.select_for_update().order_by("-pk").first()
    if device is None:
        return None
    allowed, why = device.verify_is_allowed()
    if not allowed:
        raise TooSoon(why["locked_until"])
    return device if device.verify_token(text) else None


@transaction.atomic
def remove(*, user: AbstractBaseUser, but: str | None = None) -> bool:
    """Ask this person no code any more, and end their sessions except the one of key ``but``; whether one was asked."""
    removed = [model.objects.filter(user_id=user.pk).delete()[0] for model in (TOTPDevice, StaticDevice)]
    end_sessions(user, but=but)
    return any(removed)


def tell(user: AbstractBaseUser, what: str) -> None:
    """Write to the person that their second step changed, so that a thief's doing does not go unseen."""
    if not (mail_is_on() and user.email):
        return
    send(
        to=user.email,
        subject="Votre compte de l’annuaire : validation en deux étapes",
        text=(
            f"Bonjour {user.get_short_name() or user.get_username()},\n\n{what}\n\n"
            "Si ce n’est pas vous, changez votre mot de passe et prévenez un administrateur de l’annuaire.\n\n"
            f"{absolute(reverse('admin:two_steps'))}"
        ),
    )


def _plain(code: str) -> str:
    """Without the spaces, dashes and capitals with which people type codes."""
    return re.sub(r"[\s\u00a0-]", "", code).lower()
