"""The small drawing of one actor's cooperations, for its page."""

from django import template

from actors.models import Actor
from actors.network import graph
from pages.presenters.network_drawing import draw_around

register = template.Library()


@register.inclusion_tag("network/_ego.html")
def ego_network(actor: Actor) -> dict:
    """``{% ego_network actor %}``: the actor between its partners; nothing for one without links (1 query)."""
    network = graph.current()
    rank = network.snapshot.ranks.get(actor.pk)
    return {"small": None if rank is None else draw_around(network, rank)}
