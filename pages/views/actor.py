from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, render
from django.views.generic import TemplateView, View

from actors import index
from actors.filters import ActorFilterSet
from actors.models import Actor, Address, PublicId
from pages.pagination import PageRequest
from pages.presenters import selection as french
from pages.presenters.actor import ActorPage


class ActorListView(TemplateView):
    """Actors that meet the filters of the address, twenty a page."""

    template_name = "actors/actor_list.html"

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        filters = ActorFilterSet(self.request.GET)
        selection = filters.selection
        context = super().get_context_data(form=filters.form, selection=selection, criteria=[], **kwargs)
        if selection is None:
            return context
        asked = PageRequest.of(self.request.GET)
        found = index.find(selection, offset=asked.offset, limit=asked.size)
        pager = asked.over(found.count)
        criteria = (french.criteria if found.count else french.counted_criteria)(selection)
        code = self.request.GET.get("territoire", "").strip()
        return context | {
            # Nearly every postal code is also another commune's Insee code.
            "read_as_code": code if len(code) == 5 and code.isdigit() else "",
            "title": french.title(selection, found.count),
            "actors": [] if pager.error else Actor.objects.listed(found.ids),
            "pager": pager,
            "criteria": criteria,
            # Whether dropping one criterion of an empty list would bring somebody.
            "helped": any(each.count for each in criteria),
        }


class ActorView(View):
    """The page of one actor; an address that is no longer its own says what became of it."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        actor = Actor.objects.published().for_detail().filter(slug=slug).first()
        if actor is None:
            address = get_object_or_404(Address.objects.select_related("public_id"), slug=slug)
            return _lead_to_survivor(request, address.public_id, HttpResponsePermanentRedirect)
        return render(request, "actors/actor_detail.html", {"actor": actor, "page": ActorPage(actor)})


class PermalinkView(View):
    """``/id/<public id>/``: see the page of the actor that bears it."""

    def get(self, request: HttpRequest, public_id: str) -> HttpResponse:
        return _lead_to_survivor(request, get_object_or_404(PublicId, value=public_id), HttpResponseSeeOther)


class HttpResponseSeeOther(HttpResponsePermanentRedirect):
    status_code = 303


def _lead_to_survivor(request: HttpRequest, public_id: PublicId, response_class) -> HttpResponse:
    """To the page of the actor that bears the id or was merged with its bearer; 410 when deleted."""
    survivor = public_id.survivor()
    if survivor.actor is None:
        return render(request, "410.html", {"ended_on": survivor.ended_on}, status=410)
    if not survivor.actor.is_public:
        raise Http404
    return response_class(survivor.actor.get_absolute_url())
