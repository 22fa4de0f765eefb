from functools import cached_property
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import TemplateView, View

from actors.filters import ActorFilterSet
from actors.index import Selection
from actors.mail import mail_is_on
from actors.visitors import from_elsewhere
from actors.wording import title
from partners.following import guard
from partners.following.asking import FollowForm, ask, confirm
from partners.following.surviving import surviving
from partners.following.tokens import CONFIRM, END, MINE, subscription_id, token
from partners.models import Subscription

_AGAIN = "Relisez, puis envoyez de nouveau : la page était ouverte depuis trop peu ou trop longtemps."
_TOO_MANY = "Beaucoup de demandes viennent d’arriver de votre connexion. Réessayez dans une minute."


@method_decorator([never_cache, csrf_exempt], name="dispatch")
class _MailView(View):
    """Pages for one person: no cache, no search engine, and no address told to the pages they lead to.

    Without Django's own token, which needs a cookie: a signed field or link stands for it.
    """

    def show(self, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
        response = render(self.request, f"following/{template}", context, status=status)
        response["X-Robots-Tag"] = "noindex"
        response["Referrer-Policy"] = "same-origin"
        return response


class FollowView(_MailView):
    """``/suivre/?<filters of the list>``: by e-mail, where mail is on, and in any case by a feed."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(FollowForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        if not mail_is_on():
            return self._page(FollowForm(), status=404)
        form = FollowForm(request.POST)
        if not form.is_valid():
            return self._page(form, status=400)
        trapped = bool(form.cleaned_data["website"])
        if not trapped and from_elsewhere(request):
            form.add_error(None, "Ce formulaire a été envoyé depuis un autre site. Envoyez-le d’ici.")
        elif not trapped and not guard.opened_well(request.POST.get("jeton", "")):
            form.add_error(None, _AGAIN)
        elif guard.too_many(request):
            form.add_error(None, _TOO_MANY)
            return self._page(form, status=429)
        if form.errors:
            return self._page(form, status=400)
        selection = self._selection()
        if selection is None:
            return self._page(form, status=400)
        if not trapped:
            ask(email=form.cleaned_data["email"], period=form.cleaned_data["period"], selection=selection)
        return HttpResponseRedirect(reverse("follow-sent"))

    @cached_property
    def _filters(self) -> ActorFilterSet:
        return ActorFilterSet(self.request.GET)

    def _selection(self) -> Selection | None:
        filters = self._filters
        # Longer than a row holds: 150 single actors, which are no list to follow.
        fits = filters.form.is_valid() and len(filters.selection.query) <= 2000
        return filters.selection if fits else None

    def _page(self, form: FollowForm, status: int = 200) -> HttpResponse:
        selection = self._selection()
        if selection is None:
            is_gone = self._filters.form.is_gone
            context = {"form": None, "selection": None, "mail_is_on": False, "is_gone": is_gone}
            return self.show("follow.html", context, status=410 if is_gone else 400)
        context = {
            "form": form,
            "token": guard.opened(),
            "selection": selection,
            "title": title(selection),
            "mail_is_on": mail_is_on(),
        }
        return self.show("follow.html", context, status)


class SentView(TemplateView):
    """What happens next; the same whoever asked for what."""

    template_name = "following/sent.html"


class ConfirmView(_MailView):
    """GET shows what would be followed, POST confirms it: programs that open links in mail confirm nothing."""

    def get(self, request: HttpRequest, word: str) -> HttpResponse:
        return self._page(_found(CONFIRM, word), word)

    def post(self, request: HttpRequest, word: str) -> HttpResponse:
        subscription = _found(CONFIRM, word)
        if subscription is not None:
            confirm(subscription)
            subscription.refresh_from_db()
        return self._page(subscription, word)

    def _page(self, subscription: Subscription | None, word: str) -> HttpResponse:
        end = token(END, subscription) if subscription else ""
        context = {"subscription": subscription, "word": word, "end": end}
        return self.show("confirm.html", context, 200 if subscription else 410)


class EndView(_MailView):
    """GET asks, POST ends and forgets the address; programs that read mail post by themselves (RFC 8058)."""

    def get(self, request: HttpRequest, word: str) -> HttpResponse:
        return self.show("end.html", {"subscription": _found(END, word), "ended": False})

    def post(self, request: HttpRequest, word: str) -> HttpResponse:
        subscription = _found(END, word)
        if subscription is not None:
            subscription.delete()
        return self.show("end.html", {"subscription": subscription, "ended": True})


class MineView(_MailView):
    """All that the address of one subscription follows, each with its link to end it."""

    def get(self, request: HttpRequest, word: str) -> HttpResponse:
        subscription = _found(MINE, word)
        rows = Subscription.objects.filter(email=subscription.email) if subscription else []
        told = [(row, surviving(row.query), token(END, row)) for row in rows]
        context = {"subscription": subscription, "rows": told}
        return self.show("mine.html", context, 200 if subscription else 410)


def _found(purpose: str, word: str) -> Subscription | None:
    """The subscription of a link; None once it was ended. Raises Http404 for a link that is not ours."""
    pk = subscription_id(purpose, word)
    if pk is None:
        raise Http404
    return Subscription.objects.filter(pk=pk).first()
