"""« Propositions reçues »: the queue, and one page for each suggestion, field by field."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse

from actors.mail import mail_is_on
from actors.models import Actor
from editing.admin.page import AdminPage, register_page
from editing.roles import Right
from editing.suggestion_models import Suggestion, SuggestionKind
from editing.suggestions import deciding
from editing.suggestions.applying import NotApplied
from editing.suggestions.comparing import actor_of, likely_twins, lines_of
from editing.suggestions.forms import html_name
from editing.suggestions.queue import DELAYS, Queue, QueueForm, RefusalForm, told
from territories.text import row_number

_TOO_LATE = "Quelqu’un d’autre y a répondu entre-temps : voici où elle en est."


@register_page
class SuggestionsPage(AdminPage):
    path = "propositions/"
    name = "suggestions"
    title = "Propositions reçues"
    group = "Saisie"
    rank = 30
    right = Right.MODERATE
    template_name = "admin/editing/suggestions/list.html"

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        asked: QueryDict = self.request.GET
        queue = Queue(QueueForm(asked), asked.get("page"))
        page = queue.page
        rest = asked.copy()
        for name in ("page", "etat"):
            rest.pop(name, None)
        rows = [(suggestion, told(suggestion)) for suggestion in page]
        return super().get_context_data(
            queue=queue, tabs=queue.tabs, page=page, rows=rows, rest=rest.urlencode(), **kwargs
        )

    def post(self, request):
        """« Indésirables » of several at once."""
        chosen = Suggestion.objects.filter(pk__in=map(row_number, request.POST.getlist("chosen")))
        number = 0
        for suggestion in chosen.waiting():
            deciding.mark_as_spam(suggestion=suggestion, user=request.user)
            number += 1
        words = {0: "Rien n’était coché.", 1: "1 proposition mise aux indésirables."}
        messages.success(request, words.get(number, f"{number} propositions mises aux indésirables."))
        return HttpResponseRedirect(request.get_full_path())


@register_page
class SuggestionPage(AdminPage):
    path = "propositions/<int:pk>/"
    name = "suggestion"
    title = "Proposition"
    in_menu = False
    right = Right.MODERATE
    template_name = "admin/editing/suggestions/suggestion.html"

    def suggestion(self) -> Suggestion:
        return get_object_or_404(Suggestion.objects.for_list(), pk=self.kwargs["pk"])

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        suggestion = kwargs.pop("suggestion", None) or self.suggestion()
        actor = actor_of(suggestion)
        lines = kwargs.pop("lines", None) or lines_of(suggestion, actor)
        answered = {
            "decisions": [(line, suggestion.decided.get(line.key, {})) for line in lines],
        }
        return super().get_context_data(
            **{
                "title": str(suggestion),
                "suggestion": suggestion,
                "actor": actor,
                "lines": lines,
                "renames": any(line.key == "name" and actor for line in lines),
                "delays": DELAYS.items(),
                "twins": likely_twins(suggestion) if suggestion.is_waiting else [],
                "refusal": RefusalForm(),
                "answer": "",
                "mail_is_on": mail_is_on(),
                "keep_old_name": True,
                **answered,
                **kwargs,
            }
        )

    def post(self, request, pk: int):
        suggestion = self.suggestion()
        step = next((name for name in self._STEPS if name in request.POST), None)
        try:
            done = self._STEPS[step](self, suggestion) if step else ""
        except NotApplied as error:
            return self._again(suggestion, error)
        except deciding.AlreadyDecided:
            messages.warning(request, _TOO_LATE)
            done = ""
        if done:
            messages.success(request, done)
        return HttpResponseRedirect(reverse("admin:suggestion", args=[pk]))

    def _again(self, suggestion: Suggestion, error: NotApplied):
        """The page with all that was ticked and typed, and what does not fit beside it."""
        posted = self.request.POST
        lines = lines_of(suggestion, actor_of(suggestion))
        for line in lines:
            line.value = posted.get(line.html_name, line.value)
            line.ticked = line.key in posted.getlist("take")
            line.errors = error.errors.get(line.key, [])
        known = {line.key for line in lines}
        others = [text for key, texts in error.errors.items() if key not in known for text in texts]
        context = self.get_context_data(
            suggestion=suggestion,
            lines=lines,
            faults=others,
            refusal=RefusalForm(posted),
            answer=posted.get("answer", ""),
            keep_old_name="keep_old_name" in posted,
        )
        return self.render_to_response(context, status=400)

    # Each gives what to tell the moderator, '' for nothing.

    def _accept(self, suggestion: Suggestion) -> str:
        posted = self.request.POST
        taken = [key for key in suggestion.proposed if key in posted.getlist("take")]
        values = {key: posted.get(f"value-{html_name(key)}", suggestion.proposed[key]) for key in taken}
        row = deciding.accept(
            suggestion=suggestion,
            values=values,
            user=self.request.user,
            answer=posted.get("answer", ""),
            keep_old_name="keep_old_name" in posted,
        )
        if row.kind == SuggestionKind.NEW:
            return f"Le brouillon « {row.actor} » est créé : relisez-le, complétez-le, puis publiez-le."
        return "C’est repris." if row.proposed else "C’est noté."

    def _refuse(self, suggestion: Suggestion) -> str:
        posted = self.request.POST
        deciding.refuse(
            suggestion=suggestion,
            reason=posted.get("reason", ""),
            user=self.request.user,
            answer=posted.get("answer", ""),
        )
        return "La proposition est refusée."

    def _spam(self, suggestion: Suggestion) -> str:
        deciding.mark_as_spam(suggestion=suggestion, user=self.request.user)
        return "La proposition est mise aux indésirables : personne ne recevra de message."

    def _postpone(self, suggestion: Suggestion) -> str:
        days = self.request.POST.get("delay", "")
        if days not in DELAYS:
            raise NotApplied({"": ["Choisissez pour combien de temps."]})
        deciding.postpone(suggestion=suggestion, days=int(days), user=self.request.user)
        return f"La proposition reviendra dans {DELAYS[days]}."

    def _reopen(self, suggestion: Suggestion) -> str:
        deciding.reopen(suggestion=suggestion, user=self.request.user)
        return "La proposition est de nouveau à traiter."

    def _attach(self, suggestion: Suggestion) -> str:
        actor = get_object_or_404(
            Actor.objects.prefetch_related("contacts", "places__territory"),
            pk=row_number(self.request.POST.get("attach")),
        )
        deciding.take_as_correction(suggestion=suggestion, actor=actor, user=self.request.user)
        return f"La proposition complète maintenant la fiche « {actor} »."

    _STEPS = {
        "accept": _accept,
        "refuse": _refuse,
        "spam": _spam,
        "postpone": _postpone,
        "reopen": _reopen,
        "attach": _attach,
    }
