from typing import Any

from django.shortcuts import get_object_or_404
from django.views.generic import TemplateView

from actors.index import snapshot
from pages.models import EditorialPage
from pages.presenters.editorial import read


class EditorialPageView(TemplateView):
    """A page whose text editors write."""

    template_name = "pages/editorial.html"

    def get_context_data(self, slug: str, **kwargs) -> dict[str, Any]:
        page = get_object_or_404(EditorialPage, slug=slug)
        # So that the foot of this very page knows of the change an editor just made.
        snapshot.current()
        prose = read(page.body)
        return super().get_context_data(page=page, prose=prose, preview=False, **kwargs)
