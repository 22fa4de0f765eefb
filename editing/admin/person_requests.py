"""« Vous êtes cité ou citée ? » as moderators see it: who waits, until when, and what is known of them."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse

from actors.actions.hide_person import show_again
from actors.mail import mail_is_on
from editing.admin.page import AdminPage, register_page
from editing.request_models import PersonRequest, RequestKind, RequestState
from editing.requests import deciding
from editing.requests.forms import DecisionForm
from editing.requests.found import Found
from editing.roles import Right
from sources.erasure import Traces

_PER_PAGE = 50
_TOO_LATE = "Quelqu’un d’autre y a répondu entre-temps."


@register_page
class PersonRequestsPage(AdminPage):
    path = "demandes/"
    name = "person_requests"
    title = "Demandes de personnes citées"
    group = "Saisie"
    rank = 20
    right = Right.MODERATE
    template_name = "admin/editing/requests/list.html"

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        answered = Paginator(PersonRequest.objects.answered().select_related("decided_by"), _PER_PAGE)
        return super().get_context_data(
            waiting=sorted(PersonRequest.objects.waiting(), key=lambda asked: (asked.due, asked.pk)),
            page=answered.get_page(self.request.GET.get("page")),
            **kwargs,
        )


@register_page
class PersonRequestPage(AdminPage):
    path = "demandes/<int:pk>/"
    name = "person_request"
    title = "Demande"
    in_menu = False
    right = Right.MODERATE
    template_name = "admin/editing/requests/request.html"

    def asked(self) -> PersonRequest:
        rows = PersonRequest.objects.select_related("decided_by", "hidden_by")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        asked = kwargs.pop("asked", None) or self.asked()
        form = kwargs.pop("form", None)
        traces = deciding.traces_of(asked)
        if form is None:
            told = {"names": traces.names, "emails": traces.emails, "phones": traces.phones}
            form = DecisionForm(initial={name: "\n".join(values) for name, values in told.items()})
        elif form.is_valid():
            traces = _traces(form)
        found = Found(traces, (asked._meta.label, asked.pk)) if traces and asked.is_waiting else None
        return super().get_context_data(
            **{
                "title": str(asked),
                "asked": asked,
                "form": form,
                "found": found,
                "is_structure": asked.kind == RequestKind.STRUCTURE,
                "mail_is_on": mail_is_on(),
                "answer": self.request.POST.get("answer", ""),
                **kwargs,
            }
        )

    def post(self, request, pk: int):
        asked = self.asked()
        step = next((name for name in self._STEPS if name in request.POST), "look")
        form = DecisionForm(request.POST)
        if step in {"look", "hide", "erase"} and not form.is_valid():
            context = self.get_context_data(asked=asked, form=form)
            return self.render_to_response(context, status=400)
        if step == "erase" and "sure" not in request.POST:
            context = self.get_context_data(asked=asked, form=form, must_confirm=True)
            return self.render_to_response(context, status=400)
        if step == "look":
            return self.render_to_response(self.get_context_data(asked=asked, form=form))
        try:
            messages.success(request, self._STEPS[step](self, asked, form))
        except deciding.AlreadyAnswered:
            messages.warning(request, _TOO_LATE)
        return HttpResponseRedirect(reverse("admin:person_request", args=[pk]))

    # Each gives what to tell the moderator.

    def _hide(self, asked: PersonRequest, form: DecisionForm) -> str:
        persons, entries = deciding.hide_now(request=asked, traces=_traces(form), user=self.request.user)
        return f"Masqué : {persons} personne(s), {entries} fiche(s) changée(s). La demande attend encore sa réponse."

    def _show(self, asked: PersonRequest, form: DecisionForm) -> str:
        persons = Found(_traces(form)).persons if form.is_valid() else []
        number = show_again(persons=persons, user=self.request.user)
        return f"De nouveau montré : {number} personne(s). Pour les textes, reprenez la version d’avant de chaque fiche."

    def _erase(self, asked: PersonRequest, form: DecisionForm) -> str:
        deciding.erase_everywhere(
            request=asked, traces=_traces(form), user=self.request.user, answer=self._answer
        )
        return "Effacé partout, pour toujours. La demande est close."

    def _done(self, asked: PersonRequest, form: DecisionForm) -> str:
        return self._close(asked, RequestState.DONE, "La demande est close.")

    def _refuse(self, asked: PersonRequest, form: DecisionForm) -> str:
        return self._close(asked, RequestState.REFUSED, "La demande est refusée.")

    def _spam(self, asked: PersonRequest, form: DecisionForm) -> str:
        return self._close(asked, RequestState.SPAM, "C’est un indésirable : personne ne recevra de message.")

    def _close(self, asked: PersonRequest, state: RequestState, told: str) -> str:
        deciding.answer_it(request=asked, state=state, user=self.request.user, answer=self._answer)
        return told

    @property
    def _answer(self) -> str:
        return self.request.POST.get("answer", "")[:2000]

    _STEPS = {
        "hide": _hide,
        "show": _show,
        "erase": _erase,
        "done": _done,
        "refuse": _refuse,
        "spam": _spam,
    }


def _traces(form: DecisionForm) -> Traces:
    cleaned = form.cleaned_data
    return Traces.of(*(cleaned[name].splitlines() for name in ("names", "emails", "phones")))
