"""Mail to who follows something: plain text, whole addresses, nothing that tells who read it."""

from django.conf import settings
from django.core.mail import EmailMessage

_FOOT = "\n-- \nL’annuaire de l’économie solidaire en Hauts-de-France\n{site}\n"


def mail_is_on() -> bool:
    """Whether mail leaves this site; if not, nobody can follow by e-mail and pages say so."""
    return bool(getattr(settings, "MAIL_IS_ON", False))


def absolute(path: str) -> str:
    """The whole address of a page; jobs have no request to ask, and no visitor's Host header may decide."""
    base = getattr(settings, "SITE_URL", "") or f"http://{settings.HOST}:{settings.PORT}"
    return f"{base}{path}"


def send(*, to: str, subject: str, text: str, headers: dict[str, str] | None = None) -> None:
    """Hand one message to Django's mail; the backend of a site with mail queues it in this transaction."""
    EmailMessage(
        subject=" ".join(subject.split())[:200],
        body=text.strip() + "\n" + _FOOT.format(site=absolute("/")),
        to=[to],
        reply_to=[settings.CONTACT_EMAIL] if settings.CONTACT_EMAIL else None,
        # Holiday notices don't answer a machine.
        headers={"Auto-Submitted": "auto-generated", **(headers or {})},
    ).send()
