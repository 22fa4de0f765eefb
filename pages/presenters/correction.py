"""Where a visitor says that a page is wrong: the one place that every such link asks."""

from urllib.parse import quote

from django.conf import settings
from django.urls import reverse

from actors.models import Actor

# The editorial page that tells how to report a mistake.
_REPORT_PAGE = "signaler-une-erreur"


def correction_address(actor: Actor, permalink: str) -> str:
    """A message to the directory about an actor, already named; without an address, the page that says how."""
    if not settings.CONTACT_EMAIL:
        return reverse("page", args=[_REPORT_PAGE])
    subject = f"Annuaire : corriger la fiche « {actor.full_name} »"
    body = f"{permalink}\n\nCe qu’il faut corriger, compléter, ou la fermeture à signaler :\n\nD’où je le sais :\n"
    return f"mailto:{settings.CONTACT_EMAIL}?subject={quote(subject)}&body={quote(body)}"
