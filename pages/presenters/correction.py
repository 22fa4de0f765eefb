"""Where a visitor says that a page is wrong: the one place that every such link asks."""

from actors.models import Actor
from territories.addresses import address


def correction_address(actor: Actor) -> str:
    """The form that shows what the entry says, to be changed field by field."""
    return address("suggest-correction", actor.slug)
