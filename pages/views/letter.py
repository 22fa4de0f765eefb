from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.views.generic import DetailView, TemplateView, View

from pages.presenters.letter import LetterPage, letters_by_year
from sources.models import Letter


class LetterListView(TemplateView):
    """Every letter that is out, the latest first."""

    template_name = "sources/letter_list.html"

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(years=letters_by_year(), **kwargs)


class LetterView(DetailView):
    """One letter: its articles, and whom and what each of them tells of."""

    queryset = Letter.objects.published()
    template_name = "sources/letter_detail.html"
    context_object_name = "letter"

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(page=LetterPage(self.object), **kwargs)


class ShortLetterView(View):
    """``/l/<letter>`` and ``/l/<letter>/<article>``, as printed on paper: to the letter's page.

    The address stands on paper before the letter is out. Until then it says that the letter will appear, and
    nothing else of it: found (200), so that a code scanned too early is no error, but in no search engine.
    Temporary redirects, since a letter may be withdrawn; nothing is kept by browsers (1 query, 2 for an article).
    """

    def get(self, request: HttpRequest, slug: str, article: str = "") -> HttpResponse:
        letter = get_object_or_404(Letter, slug=slug)
        if not letter.is_published:
            response = render(request, "sources/letter_soon.html", {"letter": letter})
            response["X-Robots-Tag"] = "noindex"
        elif article and not letter.articles.filter(slug=article).exists():
            raise Http404
        else:
            target = letter.get_absolute_url() + (f"#{article}" if article else "")
            response = HttpResponseRedirect(target)
        response["Cache-Control"] = "no-store"
        return response
