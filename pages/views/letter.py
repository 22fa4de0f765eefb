from typing import Any

from django.views.generic import DetailView, ListView

from pages.presenters.letter import LetterPage
from sources.models import Letter


class LetterListView(ListView):
    """Every letter, the latest first."""

    template_name = "sources/letter_list.html"
    context_object_name = "letters"

    def get_queryset(self):
        return Letter.objects.for_list()


class LetterView(DetailView):
    """One letter: its articles, and whom and what each of them tells of."""

    model = Letter
    template_name = "sources/letter_detail.html"
    context_object_name = "letter"

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(page=LetterPage.of(self.object), **kwargs)
