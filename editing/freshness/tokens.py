"""Links that stand for somebody's own e-mail address: signed, nothing to look up, nothing to guess."""

import hashlib
import hmac

from django.conf import settings
from django.core import signing
from django.urls import reverse

from actors.models import Actor
from editing.freshness_models import LINK_LASTS, Reminder

# A full stop breaks no address, which a colon may in a mail.
_SEPARATOR = "."
_ENTRY = signing.TimestampSigner(salt="editing.freshness.entry", sep=_SEPARATOR)
_STOP = signing.Signer(salt="editing.freshness.stop", sep=_SEPARATOR)


class LinkWrong(Exception):
    """Nobody of ours made that link, or it was cut or changed on the way."""


class LinkExpired(Exception):
    """It was good once."""


def fingerprint(email: str) -> str:
    """Keyed fingerprint of an e-mail address (32 hexadecimal digits), whatever its capitals.

    Without ERASURE_KEY nobody can find out whom we wrote to by trying addresses.
    """
    text = f"courriel:{email.strip().lower()}"
    return hmac.new(settings.ERASURE_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()[:32]


def entry_path(reminder: Reminder) -> str:
    """The page on which whoever got the mail confirms, corrects or reports a closure; good for 31 days."""
    return reverse("fresh-entry", args=[entry_token(reminder)])


def entry_token(reminder: Reminder) -> str:
    return _ENTRY.sign(str(reminder.pk))


def reminder_of(token: str) -> Reminder:
    """The question that link was sent with (1 query); raises LinkWrong or LinkExpired."""
    try:
        number = _ENTRY.unsign(token, max_age=LINK_LASTS)
    except signing.SignatureExpired as error:
        raise LinkExpired from error
    except signing.BadSignature as error:
        raise LinkWrong from error
    reminder = Reminder.objects.select_related("entry__actor").filter(pk=int(number)).first()
    if reminder is None:
        # Too old to be remembered, or the database came back from before it.
        raise LinkExpired
    return reminder


def is_from_the_structure(token: str, actor: Actor) -> bool:
    """Whether a link that was sent about this very entry led here (1 query; none without one)."""
    try:
        return bool(token) and reminder_of(token).entry.survivor().actor_id == actor.pk
    except (LinkWrong, LinkExpired):
        return False


def stop_path(correspondent_print: str) -> str:
    """Where an address says that it wants no more mail; for good."""
    return reverse("stop-mail", args=[_STOP.sign(correspondent_print)])


def print_of(token: str) -> str:
    """The fingerprint a stopping link was made for; raises LinkWrong."""
    try:
        return _STOP.unsign(token)
    except signing.BadSignature as error:
        raise LinkWrong from error
