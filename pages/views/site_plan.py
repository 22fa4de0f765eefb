from typing import Any

from django.views.generic import TemplateView

from pages.presenters.site_plan import SitePlan


class SitePlanView(TemplateView):
    """Every way into the directory on one page."""

    template_name = "pages/site_plan.html"

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(plan=SitePlan(), **kwargs)
