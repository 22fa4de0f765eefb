"""The form and the page of one request, which tells how far it is and nothing of who asked."""

from typing import Any

from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

from editing.request_models import PersonRequest, RequestState
from editing.requests.forms import RequestForm
from editing.requests.receiving import receive_request
from editing.suggestions.views import SuggestionView


class PersonRequestView(SuggestionView):
    """« Vous êtes cité ou citée ? » Guarded as every public form (``editing/suggestions/guard.py``)."""

    template_name = "requests/form.html"

    def subject(self) -> str:
        return "person"

    def make_form(self, seen, data=None, initial=None) -> RequestForm:
        return RequestForm(data, seen=seen, initial=initial)

    def keep(self, form, opened, spam: bool) -> HttpResponseRedirect:
        cleaned = form.cleaned_data
        names = ("kind", "name", "contacts", "where", "message", "email")
        kept = receive_request(**{name: cleaned[name] for name in names}, spam=spam)
        return HttpResponseRedirect(reverse("person-request", args=[kept.reference]))


@method_decorator(never_cache, name="dispatch")
class PersonRequestStateView(TemplateView):
    """How far a request is: whoever has its reference may look."""

    template_name = "requests/state.html"

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        rows = PersonRequest.objects.only(
            "reference", "kind", "state", "received_at", "hide_by", "answer_by", "hidden_at", "decided_at"
        )
        asked = get_object_or_404(rows, reference=kwargs["reference"])
        # A machine that filled in everything is told what everybody is.
        waits = asked.state in {RequestState.WAITING, RequestState.SPAM}
        return super().get_context_data(asked=asked, waits=waits)

    def render_to_response(self, context, **response_kwargs):
        response = super().render_to_response(context, **response_kwargs)
        response["X-Robots-Tag"] = "noindex"
        return response
