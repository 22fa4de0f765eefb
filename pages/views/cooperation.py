from typing import Any

from django.views.generic import TemplateView

from actors.filters import CooperationFilterSet
from actors.models import Cooperation
from pages.pagination import PageRequest


class CooperationListView(TemplateView):
    """Links between published actors as sentences, twenty a page."""

    template_name = "actors/cooperation_list.html"

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        filters = CooperationFilterSet(self.request.GET, Cooperation.objects.public().for_list())
        context = super().get_context_data(form=filters.form, valid=filters.is_valid(), **kwargs)
        if not context["valid"]:
            return context
        asked = PageRequest.of(self.request.GET)
        pager = asked.over(filters.qs.count())
        rows = [] if pager.error else filters.qs[asked.offset : asked.offset + asked.size]
        return context | {"pager": pager, "cooperations": rows}
