"""Where a visitor says that a page is wrong: the one place that every such link asks."""

from django.urls import reverse

from actors.models import Actor


def correction_address(actor: Actor) -> str:
    """The form that shows what the entry says, to be changed field by field."""
    return reverse("suggest-correction", args=[actor.slug])
