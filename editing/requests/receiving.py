"""Taking in a request, telling who asked that it came, and the directory's contact that it waits."""

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from actors.mail import absolute, mail_is_on, send
from editing.request_models import PersonRequest, RequestKind, RequestState


@transaction.atomic
def receive_request(
    *,
    kind: RequestKind,
    name: str = "",
    contacts: str = "",
    where: str = "",
    message: str = "",
    email: str = "",
    spam: bool = False,
) -> PersonRequest:
    """Keep a request for the moderators, acknowledge it where an address was left (3 queries at most).

    Mails name nobody: they lead to pages.
    """
    request = PersonRequest(
        kind=kind,
        name=name.strip(),
        contacts=contacts.strip(),
        where=where.strip(),
        message=message.strip(),
        email=email,
        state=RequestState.SPAM if spam else RequestState.WAITING,
        decided_at=timezone.now() if spam else None,
    )
    request.save()
    if spam or not mail_is_on():
        return request
    if email:
        tell(request, "requests/receipt.txt", "votre demande est arrivée")
    if settings.CONTACT_EMAIL:
        send(
            to=settings.CONTACT_EMAIL,
            subject="Une personne demande quelque chose à l’annuaire sur elle-même",
            text=render_to_string(
                "requests/alert.txt",
                {"request": request, "page": absolute(reverse("admin:person_request", args=[request.pk]))},
            ),
        )
    return request


def tell(request: PersonRequest, template: str, subject: str) -> None:
    """One mail to who asked (1 query)."""
    page = absolute(reverse("person-request", args=[request.reference]))
    send(
        to=request.email,
        subject=f"Annuaire de l’économie solidaire : {subject}",
        text=render_to_string(template, {"request": request, "page": page}),
    )
