from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.views.generic import TemplateView, View

from actors.index import snapshot
from pages.forms import TerritorySearchForm
from pages.pagination import PageRequest
from pages.presenters.territory import TerritoryPage, counted, elsewhere, tree
from territories.known import home_region, page_of, territories_version
from territories.models import Territory


class TerritoryListView(TemplateView):
    """The levels down to the intercommunalities; with ``?q=``, territories by name or postal code."""

    template_name = "territories/territory_list.html"

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        form = TerritorySearchForm(self.request.GET)
        context = super().get_context_data(form=form, pager=None, **kwargs)
        if not form.is_valid():
            return context
        present = snapshot.current()
        if not form.cleaned_data["q"]:
            return context | {
                "region": home_region(territories_version(present.version)),
                "departments": tree(present),
                "elsewhere": elsewhere(present),
                "informal": counted(Territory.objects.informal(), present),
            }
        found = Territory.objects.search(form.cleaned_data["q"]).select_related("parent")
        asked = PageRequest.of(self.request.GET)
        pager = asked.over(found.count())
        rows = [] if pager.error else counted(found[asked.offset : asked.offset + asked.size], present)
        return context | {"pager": pager, "territories": rows, "text": form.cleaned_data["q"]}


class TerritoryView(View):
    """The page of one territory; any code of it leads there for good."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        # Before anything that is shown under its version.
        present = snapshot.current()
        told = page_of(slug, territories_version(present.version))
        if told is None:
            raise Http404
        territory = told.territory
        if territory.slug != slug:
            return HttpResponsePermanentRedirect(territory.get_absolute_url())
        page = TerritoryPage(told, present)
        return render(request, "territories/territory_detail.jinja", {"territory": territory, "page": page})
