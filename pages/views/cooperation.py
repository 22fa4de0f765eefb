from typing import Any

from actors.filters import CooperationFilterSet
from pages.pagination import PageRequest
from pages.presenters.network import CooperationList
from pages.views.asked import AskedView


class CooperationListView(AskedView):
    """Links between published actors as sentences, twenty a page."""

    template_name = "actors/cooperation_list.html"

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        filters = CooperationFilterSet(self.request.GET)
        context = super().get_context_data(form=filters.form, page=None, filtered=False, **kwargs)
        if filters.selection is None:
            return context
        page = CooperationList(filters.selection, PageRequest.of(self.request.GET))
        return context | {"page": page, "filtered": page.filtered}
