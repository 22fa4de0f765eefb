"""Behind the links of a mail: looking changes nothing (programs open every link to check it), a button does.

The link itself is the proof of who asks, so these pages need neither account nor cookie nor CSRF token: nobody
who does not hold the link can make somebody else's browser use it.
"""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from actors.actions.confirm import confirm_actors
from actors.enums import ConfirmedBy, LifeStatus
from actors.models import Actor, PublicId
from editing.freshness.forms import ClosureForm
from editing.freshness.reminding import accept_mail, refuse_mail
from editing.freshness.tokens import LinkExpired, LinkWrong, print_of, reminder_of
from editing.freshness_models import Correspondent, Reminder
from editing.suggestions.receiving import report_closure


@method_decorator([csrf_exempt, never_cache], name="dispatch")
class LinkView(View):
    """Kept out of search engines, and its address out of other sites' logs."""

    token: str

    def dispatch(self, request, token: str, *args, **kwargs):
        self.token = token
        return self.refusal() or super().dispatch(request, *args, **kwargs)

    def refusal(self) -> HttpResponse | None:
        """Why there is nothing to do behind that link, as a page; None where there is."""
        raise NotImplementedError

    def page(self, name: str, status: int = 200, **context: Any) -> HttpResponse:
        response = render(self.request, f"freshness/{name}.html", context, status=status)
        response["X-Robots-Tag"] = "noindex"
        response["Referrer-Policy"] = "no-referrer"
        return response


class EntryLinkView(LinkView):
    """What the pages about one entry share: who the link was sent to, and whether there is still something to say.

    404 for a link that is none, 410 for one whose time or whose entry is over; never an error of ours.
    """

    reminder: Reminder
    actor: Actor

    def refusal(self) -> HttpResponse | None:
        try:
            self.reminder = reminder_of(self.token)
        except LinkWrong:
            return self.page("over", status=404, why="wrong")
        except LinkExpired:
            return self.page("over", status=410, why="expired")
        return self._over()

    def _over(self) -> HttpResponse | None:
        """Why nobody can answer about the entry any more; None where they can."""
        entry: PublicId = self.reminder.entry
        survivor = entry.survivor()
        if survivor.actor is None:
            return self.page("over", status=410, why="deleted")
        if not survivor.actor.is_public:
            return self.page("over", status=410, why="withdrawn")
        self.actor = survivor.actor
        if survivor.pk != entry.pk:
            return self.page("over", status=410, why="merged", actor=self.actor)
        if self.actor.life_status == LifeStatus.CLOSED:
            return self.page("over", status=410, why="closed", actor=self.actor)
        return None

    def locked(self) -> Reminder:
        """The same row, for whoever comes first: two clicks at once count as one."""
        return Reminder.objects.select_for_update().get(pk=self.reminder.pk)

    def correction_path(self) -> str:
        return f"{reverse('suggest-correction', args=[self.actor.slug])}?lien={self.token}"


class FreshEntryView(EntryLinkView):
    """« Votre fiche est-elle à jour ? »: three answers."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page()

    def post(self, request: HttpRequest) -> HttpResponse:
        if request.POST.get("reponse") != "confirmer":
            return self._page(status=400)
        with transaction.atomic():
            reminder = self.locked()
            if reminder.confirmed_at is None:
                confirm_actors(actor_ids=[self.actor.pk], by=ConfirmedBy.ACTOR)
                reminder.confirmed_at = timezone.now()
                reminder.save(update_fields=["confirmed_at"])
        return HttpResponseRedirect(request.path)

    def _page(self, status: int = 200) -> HttpResponse:
        return self.page(
            "entry",
            status=status,
            actor=self.actor,
            reminder=self.reminder,
            places=self.actor.places.select_related("territory"),
            contacts=self.actor.contacts.filter(personal=False),
            correction=self.correction_path(),
            closing=reverse("closed-entry", args=[self.token]),
        )


class ClosedEntryView(EntryLinkView):
    """« Mon activité a cessé »: it waits for a moderator, and the page says so."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(ClosureForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = ClosureForm(request.POST)
        if not form.is_valid():
            return self._page(form, status=400)
        with transaction.atomic():
            reminder = self.locked()
            if reminder.closure_told_at is None:
                report_closure(
                    actor=self.actor,
                    year=str(form.cleaned_data["year"]),
                    successor=form.cleaned_data["successor"],
                    message=form.cleaned_data["message"],
                    proven=True,
                )
                reminder.closure_told_at = timezone.now()
                reminder.save(update_fields=["closure_told_at"])
        return HttpResponseRedirect(request.path)

    def _page(self, form: ClosureForm, status: int = 200) -> HttpResponse:
        back = reverse("fresh-entry", args=[self.token])
        return self.page(
            "closing", status=status, form=form, actor=self.actor, reminder=self.reminder, back=back
        )


class StopMailView(LinkView):
    """« Ne plus m’écrire », and back. Mail programs post here by themselves when their own button is pressed."""

    def refusal(self) -> HttpResponse | None:
        try:
            self.print = print_of(self.token)
        except LinkWrong:
            return self.page("over", status=404, why="wrong")
        return None

    def get(self, request: HttpRequest) -> HttpResponse:
        refused = Correspondent.objects.refusing().filter(fingerprint=self.print).exists()
        return self.page("stop", refused=refused)

    def post(self, request: HttpRequest) -> HttpResponse:
        if request.POST.get("reponse") == "reprendre":
            accept_mail(self.print)
        else:
            refuse_mail(self.print)
        return HttpResponseRedirect(request.path)
