"""The forms of entering: a code, an address to write to."""

import datetime

from django import forms
from django.contrib.auth.forms import PasswordResetForm
from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from post_office.models import Email

from actors.mail import absolute, send
from editing.accounts.second_factor import TooSoon, check

SUBJECT = "Choisir un nouveau mot de passe"
# One mail in so much time for one address, so that nobody floods a mailbox.
BETWEEN_MAILS = datetime.timedelta(minutes=10)
# Of all addresses together.
MAILS_AN_HOUR = 30


class CodeForm(forms.Form):
    code = forms.CharField(
        label="Code",
        max_length=20,
        error_messages={"required": "Donnez un code."},
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autofocus": True, "spellcheck": "false", "size": 12}
        ),
    )


class CheckedCodeForm(CodeForm):
    """Valid when the code is one of ``user``; ``device`` is then whose."""

    def __init__(self, user, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.user, self.device = user, None

    def clean_code(self):
        code = self.cleaned_data["code"]
        try:
            self.device = check(self.user, code)
        except TooSoon as wait:
            seconds = max(1, round((wait.until - timezone.now()).total_seconds()))
            raise forms.ValidationError(
                f"Trop de codes faux : attendez {_told(seconds)}, puis réessayez."
            ) from None
        if self.device is None:
            raise forms.ValidationError(
                "Ce code n’est pas le bon, ou a déjà servi. Attendez que l’application en montre un autre."
            )
        return code


def _told(seconds: int) -> str:
    if seconds < 90:
        return f"{seconds} seconde{'s' if seconds > 1 else ''}"
    minutes = round(seconds / 60)
    return f"{minutes} minutes" if minutes < 90 else f"{round(minutes / 60)} heures"


class ForgottenForm(PasswordResetForm):
    """Writes to the active accounts of an address; whether there is one is never told."""

    def save(self, **kwargs) -> None:
        """Queue the mails (1 query each). Addresses begin with SITE_URL, whatever name the request came under."""
        for user in self.get_users(self.cleaned_data["email"]):
            if _may_write_to(user.email):
                send(to=user.email, subject=SUBJECT, text=_text(user))


def _may_write_to(address: str) -> bool:
    now = timezone.now()
    recent = Email.objects.filter(subject=SUBJECT, created__gt=now - datetime.timedelta(hours=1))
    return (
        recent.count() < MAILS_AN_HOUR
        and not recent.filter(to=[address], created__gt=now - BETWEEN_MAILS).exists()
    )


def _text(user) -> str:
    key = urlsafe_base64_encode(force_bytes(user.pk))
    address = absolute(reverse("admin:password_new", args=[key, default_token_generator.make_token(user)]))
    return (
        f"Bonjour {user.get_short_name() or user.get_username()},\n\n"
        "Quelqu’un, vous sans doute, a demandé un nouveau mot de passe pour votre compte "
        f"« {user.get_username()} » de l’annuaire. Pour le choisir, ouvrez cette page dans les trois heures :\n\n"
        f"{address}\n\n"
        "Si vous n’avez rien demandé, ne faites rien : votre mot de passe reste le même."
    )
