from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.decorators import method_decorator
from django.views.generic import View

from actors.detail import by_slug
from actors.models import Actor, Address, PublicId
from pages.forms import ActorQuery
from pages.pagination import PageRequest
from pages.presenters.actor import ActorPage, Keeping
from pages.presenters.map_page import MapPanel
from pages.presenters.printed import PrintedList
from pages.presenters.results import Results
from pages.views.asked import AskedView
from territories.addresses import address, page_address
from territories.models import Change, of_one_version


class ActorListView(AskedView):
    """Actors that meet the filters of the address, twenty a page unless asked otherwise."""

    template_name, template_engine = "actors/list.jinja", "jinja2"
    route = "actor-list"

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        asked = ActorQuery(self.request.GET, self.route)
        context = super().get_context_data(
            form=asked.form, listing=asked.listing, results=None, base=page_address(self.route), **kwargs
        )
        if asked.selection is None:
            return context | {"understood": asked.understood}
        page = PageRequest.of(self.request.GET, asked.layout.size)
        code = self.request.GET.get("territoire", "").strip()
        return context | {
            "results": Results(asked.selection, asked.layout, page),
            "panel": MapPanel(asked.selection),
            # Nearly every postal code is also another commune's Insee code.
            "read_as_code": code if len(code) == 5 and code.isdigit() else "",
        }


class ActorPrintView(AskedView):
    """The whole list of the same address, up to 500 actors, for paper."""

    template_name = "actors/actor_print.html"

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        asked = ActorQuery(self.request.GET)
        context = super().get_context_data(form=asked.form, listing=asked.listing, page=None, **kwargs)
        if asked.selection is None:
            return context | {"understood": asked.understood}
        return context | {"page": PrintedList(asked.selection)}


class ActorView(View):
    """The page of one actor, with ``?notes=oui`` each fact with its notes; an address that is no longer its
    own says what became of it.

    Whoever may read an unpublished entry sees its page as it would be; nobody else learns that there is one.
    """

    @method_decorator(of_one_version())
    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        version = Change.objects.version()
        actor = by_slug(slug, version)
        if actor is not None and actor.is_public:
            return _page_of(request, actor, version)
        if actor is not None and _may_read(request.user, actor):
            return _unpublished_page(request, actor)
        address = get_object_or_404(Address.objects.select_related("public_id"), slug=slug)
        return _lead_to_survivor(request, address.public_id)


def _may_read(user, actor: Actor) -> bool:
    return user.is_authenticated and user.has_perm("actors.view_actor", actor)


def _page_of(request: HttpRequest, actor: Actor, version: int | None = None) -> HttpResponse:
    page = ActorPage(actor, notes=request.GET.get("notes") == "oui", version=version)
    permalink = request.build_absolute_uri(address("lasting", actor.public_id))
    context = {"actor": actor, "page": page, "keeping": Keeping(actor, permalink)}
    return render(request, "actors/actor_detail.jinja", context)


def _unpublished_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    response = _page_of(request, actor)
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = "no-store"
    return response


def _lead_to_survivor(request: HttpRequest, public_id: PublicId) -> HttpResponse:
    """To the page of the actor that bears the id or was merged with its bearer; 410 when deleted.

    Asked anew each time: an entry comes back from the bin, a merger or a new name is undone, and browsers
    would keep either answer for good.
    """
    survivor = public_id.survivor()
    if not (public_id.was_public or public_id.actor_id):
        # Nobody learns that there was a draft.
        raise Http404
    if survivor.actor is None:
        response = render(request, "410.html", {"ended_on": survivor.ended_on}, status=410)
    elif survivor.actor.is_public:
        response = HttpResponsePermanentRedirect(survivor.actor.get_absolute_url())
    else:
        raise Http404
    response["Cache-Control"] = "no-cache"
    return response
