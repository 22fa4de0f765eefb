from typing import Any

from django.views.generic import TemplateView

from actors.models import Actor, Cooperation
from pages.presenters.territory import tree
from sources.models import Letter
from territories.models import Territory


class HomeView(TemplateView):
    """Where to begin: a search, the numbers, the territories, the latest letters, the PTCE."""

    template_name = "pages/home.html"

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(
            numbers=Actor.objects.listed_by_default().numbers(),
            cooperation_count=Cooperation.objects.public().count(),
            departments=tree(Territory.objects.home_region()),
            letters=Letter.objects.published().for_list()[:4],
            ptces=Actor.objects.ptces(),
            **kwargs,
        )
