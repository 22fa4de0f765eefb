"""The public forms and the page that thanks. No account, no cookie; what was typed comes back with every error."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import TemplateView

from actors.models import Actor, Address
from actors.visitors import from_elsewhere
from editing.freshness.tokens import is_from_the_structure
from editing.suggestion_models import Suggestion, SuggestionKind
from editing.suggestions import guard, keys
from editing.suggestions.forms import CorrectionForm, GeneralForm, NewActorForm, PublicForm
from editing.suggestions.receiving import receive
from territories.models import Territory

_OPENED_AGAIN = (
    "Cette page était ouverte depuis longtemps. Rien de ce que vous avez écrit n’est perdu : relisez, puis envoyez "
    "de nouveau."
)
_TOO_FAST = "L’envoi est parti avant que la page ait pu être lue. Relisez, puis envoyez de nouveau."
_ELSEWHERE = "Ce formulaire n’a pas été envoyé depuis notre site. Relisez, puis envoyez de nouveau d’ici."
_TOO_MANY = (
    "Trop d’envois sont partis de votre connexion, ou du site entier, ces dernières heures. Rien de ce que vous avez "
    "écrit n’est perdu ici : gardez cette page ouverte et essayez plus tard."
)


@method_decorator([csrf_exempt, never_cache], name="dispatch")
class SuggestionView(View):
    """One form. Instead of a cookie and its token: ``editing/suggestions/guard.py``."""

    template_name: str
    kind: SuggestionKind

    def dispatch(self, request, *args, **kwargs):
        if int(request.headers.get("Content-Length") or 0) > guard.MOST_POSTED:
            raise RequestDataTooBig("A form of the public is never that long.")
        return self.elsewhere(request, **kwargs) or super().dispatch(request, *args, **kwargs)

    # -- what each form is about --------------------------------------------------------------------------

    def elsewhere(self, request: HttpRequest, **kwargs) -> HttpResponse | None:
        """Find what the form is about; an answer where it is not, or no longer, there.

        Not by dispatch() of a subclass, which would take the exemption above away.
        """
        return None

    def subject(self) -> str:
        return self.kind

    def seen(self) -> dict[str, str]:
        return {}

    def make_form(self, seen: dict[str, str], data=None, initial=None) -> PublicForm:
        raise NotImplementedError

    def initial(self) -> dict[str, Any]:
        return {}

    def about(self) -> dict[str, Any]:
        """What the row is told besides what was typed."""
        return {"kind": self.kind}

    # -- opening and sending ------------------------------------------------------------------------------

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        seen = self.seen()
        return self._page(self.make_form(seen, initial=self.initial()), guard.token(self.subject(), seen))

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        sent = request.POST.get("jeton", "")
        opened = guard.read_token(sent, self.subject())
        if opened is None:
            seen = self.seen()
            return self._again(
                self.make_form(seen, request.POST), guard.token(self.subject(), seen), _OPENED_AGAIN
            )
        form = self.make_form(opened.seen, request.POST)
        if not form.is_valid():
            return self._page(form, sent, status=400)
        trapped = bool(form.cleaned_data["website"])
        if not trapped and from_elsewhere(request):
            return self._again(form, sent, _ELSEWHERE)
        if not trapped and opened.too_fast:
            return self._again(form, sent, _TOO_FAST)
        if not guard.may_send(request):
            return self._again(form, sent, _TOO_MANY, status=429)
        self.form = form
        return self.keep(form, opened, spam=trapped)

    def keep(self, form: PublicForm, opened: guard.Opened, spam: bool) -> HttpResponse:
        """Take in what was sent; answers where to go on."""
        cleaned = form.cleaned_data
        suggestion = receive(
            **self.about(),
            seen=opened.seen,
            proposed=form.proposed,
            message=cleaned["message"],
            how_known=cleaned.get("how_known", ""),
            sender=cleaned.get("sender", ""),
            email=cleaned["email"],
            spam=spam,
        )
        return HttpResponseRedirect(reverse("suggestion-thanks", args=[suggestion.reference]))

    def _again(self, form: PublicForm, token: str, told: str, status: int = 400) -> HttpResponse:
        """The form with all that was typed, and why it did not leave."""
        form.is_valid()
        form.add_error(None, told)
        return self._page(form, token, status)

    def _page(self, form: PublicForm, token: str, status: int = 200) -> HttpResponse:
        context = {"form": form, "token": token, **self.page_context()}
        response = render(self.request, self.template_name, context, status=status)
        response["X-Robots-Tag"] = "noindex"
        return response

    def page_context(self) -> dict[str, Any]:
        return {}


class CorrectionView(SuggestionView):
    """« Corriger, compléter, signaler une fermeture »: about one published entry.

    ``?lien=``: the signed link that a mail brought to the structure's own address.
    """

    template_name = "suggestions/correction.html"
    kind = SuggestionKind.CORRECTION

    def elsewhere(self, request: HttpRequest, slug: str, **kwargs) -> HttpResponse | None:
        rows = Actor.objects.published().prefetch_related("contacts", "places__territory")
        self.actor = rows.filter(slug=slug).first()
        if self.actor is None:
            return _elsewhere(request, slug)
        # Through the link of a mail to the structure's own address (editing/freshness/).
        self.proven = is_from_the_structure(request.GET.get("lien", ""), self.actor)
        return None

    def subject(self) -> str:
        return self.actor.public_id

    def seen(self) -> dict[str, str]:
        return keys.shown_values(self.actor)

    def make_form(self, seen, data=None, initial=None) -> CorrectionForm:
        return CorrectionForm(data, seen=seen, initial=initial, actor=self.actor, proven=self.proven)

    def about(self) -> dict[str, Any]:
        kind = SuggestionKind.CLOSURE if self.form.is_closure else self.kind
        return {"kind": kind, "actor": self.actor, "proven": self.proven}

    def page_context(self) -> dict[str, Any]:
        return {"actor": self.actor, "proven": self.proven}


def _elsewhere(request: HttpRequest, slug: str) -> HttpResponse:
    """Of an old address or an entry that was merged: to the form about what it is now; 410 where it was deleted."""
    survivor = get_object_or_404(Address.objects.select_related("public_id"), slug=slug).public_id.survivor()
    if survivor.actor is None:
        return render(request, "410.html", {"ended_on": survivor.ended_on}, status=410)
    if not survivor.actor.is_public:
        raise Http404
    return HttpResponseRedirect(reverse("suggest-correction", args=[survivor.actor.slug]))


class NewActorView(SuggestionView):
    """« Proposer un acteur »; ``?territoire=`` (a code or a slug) fills in where, ``?nom=`` what it is called."""

    template_name = "suggestions/new_actor.html"
    kind = SuggestionKind.NEW

    def make_form(self, seen, data=None, initial=None) -> NewActorForm:
        return NewActorForm(data, seen=seen, initial=initial)

    def initial(self) -> dict[str, Any]:
        asked = self.request.GET.get("territoire", "").replace("\0", "")
        territory = Territory.objects.from_parameter(asked).first() if asked else None
        name = self.request.GET.get("nom", "").replace("\0", "")[:200]
        where = {"place-new-territory": keys.territory_text(territory)} if territory else {}
        return {"name": name, **where} if name else where


class GeneralView(SuggestionView):
    """« Signaler une erreur » about no entry in particular."""

    template_name = "suggestions/general.html"
    kind = SuggestionKind.GENERAL

    def make_form(self, seen, data=None, initial=None) -> GeneralForm:
        return GeneralForm(data, seen=seen, initial=initial)


@method_decorator(never_cache, name="dispatch")
class ThanksView(TemplateView):
    """What happens next, and the reference to name. It shows nothing of what was sent: the address may be passed on."""

    template_name = "suggestions/thanks.html"

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        rows = Suggestion.objects.select_related("actor").defer("message", "proposed", "seen")
        return super().get_context_data(suggestion=get_object_or_404(rows, reference=kwargs["reference"]))

    def render_to_response(self, context, **response_kwargs):
        response = super().render_to_response(context, **response_kwargs)
        response["X-Robots-Tag"] = "noindex"
        return response
