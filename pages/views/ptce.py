from typing import Any

from django.views.generic import TemplateView

from actors.models import Actor
from pages.presenters.actor import ActorPage


class PtceListView(TemplateView):
    """Every PTCE with its status, who carries it and where; the possible ones apart."""

    template_name = "actors/ptce_list.html"

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(
            ptces=[ActorPage(ptce) for ptce in Actor.objects.ptces().with_status()],
            possible=[ActorPage(initiative) for initiative in Actor.objects.possible_ptces().with_status()],
            **kwargs,
        )
