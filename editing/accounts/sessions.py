"""How long somebody stays in: until hours without a page, and never longer than some days."""

import time
from importlib import import_module

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.utils import timezone

# Seconds since 1970: when the right password was given; when the session's end was last put off.
_ENTERED, _RENEWED = "entered", "renewed"
# Put off at most once in this many seconds, so that a page costs no write.
RENEWED_EVERY = 15 * 60


def begin(session: SessionBase) -> None:
    session[_ENTERED] = session[_RENEWED] = int(time.time())


def is_over(session: SessionBase, longest: int) -> bool:
    """Whether the right password was given more than ``longest`` seconds ago."""
    return time.time() - session.setdefault(_ENTERED, int(time.time())) > longest


def renew(session: SessionBase) -> None:
    """Put off the session's end, if that was not done a moment ago."""
    if time.time() - session.get(_RENEWED, 0) > RENEWED_EVERY:
        session[_RENEWED] = int(time.time())


def end_sessions(user: AbstractBaseUser, but: str | None = None) -> int:
    """End every session of this person, except the one of key ``but``; how many ended.

    Reads all that are open: only those who entered have one, some dozens at most.
    """
    store = import_module(settings.SESSION_ENGINE).SessionStore
    ended = 0
    for session in Session.objects.filter(expire_date__gte=timezone.now()):
        if session.session_key != but and session.get_decoded().get(SESSION_KEY) == str(user.pk):
            store(session.session_key).delete()
            ended += 1
    return ended
