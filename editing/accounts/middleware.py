"""Who somebody is: nobody, until every step of entering is taken."""

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.http import HttpRequest
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.middleware import OTPMiddleware

from editing.accounts import sessions
from editing.accounts.second_factor import device_of

_AWAITED = "second_step_awaited"
# Seconds between the password and the code.
LONGEST_STEP = 30 * 60


class EntryMiddleware(OTPMiddleware):
    """``request.user`` is anonymous, on every page, while a second step is awaited; :func:`at_the_door` tells who waits.

    Also ends sessions that lasted too long. Lazy as ``request.user`` is: a page that does not ask for it costs nothing,
    one that does costs no query more, and one where a code was given.
    """

    def _verify_user_sync(self, request, user):
        user = super()._verify_user_sync(request, user)
        if not user.is_authenticated:
            return user
        awaited = user.otp_device is None and (
            request.session.get(_AWAITED, False) or (settings.SECOND_FACTOR_REQUIRED and user.is_staff)
        )
        if sessions.is_over(request.session, LONGEST_STEP if awaited else settings.SESSION_LONGEST):
            request.session.flush()
        elif awaited:
            request.at_the_door = user
        else:
            sessions.renew(request.session)
            return user
        nobody = AnonymousUser()
        self._init_user_fields(nobody)
        return nobody


def at_the_door(request: HttpRequest) -> AbstractBaseUser | None:
    """Whoever gave the right password and has a step left to take."""
    # Asking who it is finds out.
    return None if request.user.is_authenticated else getattr(request, "at_the_door", None)


def step_is_left(request: HttpRequest) -> bool:
    """Whether the login of this very request has a step left: ``request.user`` is not asked anew within it."""
    session = request.session
    required = settings.SECOND_FACTOR_REQUIRED and DEVICE_ID_SESSION_KEY not in session
    return session.get(_AWAITED, False) or (required and request.user.is_staff)


def password_given(sender, request: HttpRequest, user: AbstractBaseUser, **kwargs) -> None:
    """Received at every login, whatever the page (1 query): the session begins, and waits for the code if there is one."""
    sessions.begin(request.session)
    if DEVICE_ID_SESSION_KEY not in request.session and device_of(user) is not None:
        request.session[_AWAITED] = True


def code_given(request: HttpRequest, device) -> None:
    """The last step is taken. The session gets a new key, as at every rise of rights."""
    request.session.cycle_key()
    request.session.pop(_AWAITED, None)
    request.session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    sessions.begin(request.session)
