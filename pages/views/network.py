from typing import Any

from actors.filters import ChainForm, CooperationFilterSet
from pages.presenters.network import NetworkPage
from pages.presenters.network_chains import ChainPage
from pages.views.asked import AskedView


class NetworkView(AskedView):
    """The cooperations that meet the filters of the address, drawn, with the same told in sentences."""

    template_name = "network/network.html"

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        filters = CooperationFilterSet(self.request.GET)
        context = super().get_context_data(form=filters.form, page=None, filtered=False, **kwargs)
        if filters.selection is None:
            return context
        page = NetworkPage(filters.selection)
        return context | {"page": page, "filtered": page.filtered}


class ChainView(AskedView):
    """« Comment sont-ils liés ? »: the shortest chains between two to five actors."""

    template_name = "network/chains.html"

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        form = ChainForm(self.request.GET)
        return super().get_context_data(form=form, page=ChainPage(form), **kwargs)
