from typing import Any

from django.utils import timezone
from django.views.generic import TemplateView

from pages.presenters.home import Home


class HomeView(TemplateView):
    """Where to begin: a search, the numbers, the territories, actors of the day, letters, the PTCE."""

    template_name = "pages/home.html"

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(home=Home(timezone.localdate()), **kwargs)
