from typing import Any

from django.conf import settings
from django.views.generic import TemplateView

from partners.api.guide import chapters
from partners.records import Links


class DocumentationView(TemplateView):
    """What the API offers and how to ask, in French; made from the views themselves."""

    template_name = "partners/api.html"

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        base = Links.of(self.request).base
        return super().get_context_data(chapters=chapters(), base=base, rate=settings.API_RATE, **kwargs)
