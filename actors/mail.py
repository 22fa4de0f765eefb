"""Writing to people: the one way mail leaves the directory.

    from actors.mail import absolute, send

    send(to=address, subject="…", text=f"…\n{absolute(reverse('actor', args=[slug]))}\n")

Mail is plain text, in French, with whole addresses. Nothing leaves within a request, nor before the
transaction around it is over: it is queued, and a job sends it (docs/mail.md).
"""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage

from actors import normalising

_FOOT = "\n-- \n{name}\n{site}\n"
_NAME = "L’annuaire de l’économie solidaire en Hauts-de-France"


def mail_is_on() -> bool:
    """Whether mail leaves this site; if not it is printed, and commands that write to people refuse to."""
    return settings.MAIL_IS_ON


def absolute(path: str) -> str:
    """The whole address of a page of the site, which jobs and commands have no request to ask for.

    Where no SITE_URL is set, hence no mail leaves, that of this machine.
    """
    return f"{settings.SITE_URL or f'http://{settings.HOST}:{settings.PORT}'}{path}"


def one_address(text: str) -> str:
    """The address of exactly one reader, as :func:`actors.normalising.email` writes it; raises ValueError for all else.

    The queue keeps readers as one text with commas: an address that holds one would be several strangers'.
    """
    try:
        return normalising.email(text)
    except ValidationError:
        raise ValueError(f"Mail goes to exactly one plain address, not to {text!r}.") from None


def send(*, to: str, subject: str, text: str, headers: dict[str, str] | None = None) -> None:
    """Queue one message to one address (1 query; none and printed while mail is off). ValueError: see one_address().

    ``subject`` becomes one line of at most 200 characters, so that a name typed by a visitor can hold what
    it likes. Whoever answers reaches CONTACT_EMAIL, where there is one.
    """
    message = EmailMessage(
        subject=" ".join(subject.split())[:200],
        body=text.strip() + "\n" + _FOOT.format(name=_NAME, site=absolute("/")),
        to=[one_address(to)],
        reply_to=[settings.CONTACT_EMAIL] if settings.CONTACT_EMAIL else None,
        # Holiday notices don't answer a machine.
        headers={"Auto-Submitted": "auto-generated", **(headers or {})},
    )
    message.send()
