from typing import Any

from django.views.generic import DetailView, TemplateView

from pages.presenters.letter import LetterPage, letters_by_year
from sources.models import Letter


class LetterListView(TemplateView):
    """Every letter, the latest first."""

    template_name = "sources/letter_list.html"

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(years=letters_by_year(), **kwargs)


class LetterView(DetailView):
    """One letter: its articles, and whom and what each of them tells of."""

    model = Letter
    template_name = "sources/letter_detail.html"
    context_object_name = "letter"

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(page=LetterPage(self.object), **kwargs)
