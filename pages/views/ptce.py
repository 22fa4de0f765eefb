from typing import Any

from django.views.generic import TemplateView

from pages.presenters.ptce import PtceList


class PtceListView(TemplateView):
    """Every PTCE by status and by territory, the possible ones apart, and who accompanies them."""

    template_name = "actors/ptce_list.html"

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(page=PtceList(), **kwargs)
