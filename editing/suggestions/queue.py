"""The queue as moderators look at it: which suggestions, by state, sort, territory and letter."""

from dataclasses import dataclass

from django import forms
from django.core.paginator import Page, Paginator

from editing.letters.fields import TerritoryField
from editing.suggestion_models import (
    RefusalReason,
    Suggestion,
    SuggestionKind,
    SuggestionQuerySet,
    SuggestionState,
)
from editing.suggestions import keys
from sources.models import Letter

PER_PAGE = 25
# Heading of a tab -> its rows.
WAITING, POSTPONED, ANSWERED, SPAM = "a-traiter", "reportees", "traitees", "indesirables"
TABS = {
    WAITING: "À traiter",
    POSTPONED: "Reportées",
    ANSWERED: "Traitées",
    SPAM: "Indésirables",
}
# Days a suggestion may be put off for, and how that is called.
DELAYS = {"7": "une semaine", "30": "un mois", "90": "trois mois"}


class QueueForm(forms.Form):
    """What is looked for; a value that does not fit is told, and shows nothing."""

    etat = forms.ChoiceField(choices=list(TABS.items()), required=False, widget=forms.HiddenInput)
    sorte = forms.ChoiceField(
        label="Sorte", choices=[("", "Toutes"), *SuggestionKind.choices], required=False
    )
    territoire = TerritoryField(label="Territoire", required=False)
    lettre = forms.ModelChoiceField(
        Letter.objects.order_by("-latest", "pk"),
        label="Lettre",
        required=False,
        empty_label="Toutes",
        to_field_name="slug",
    )


class RefusalForm(forms.Form):
    reason = forms.ChoiceField(label="Raison", choices=RefusalReason.choices, required=False)


@dataclass
class Queue:
    """One page of the queue (10 queries at most, whatever its length)."""

    form: QueueForm
    page_asked: str | None = None

    @property
    def tab(self) -> str:
        return self.form.cleaned_data.get("etat") or WAITING if self.form.is_valid() else WAITING

    def _narrowed(self) -> SuggestionQuerySet:
        rows = Suggestion.objects.all()
        if not self.form.is_valid():
            return rows.none()
        cleaned = self.form.cleaned_data
        if cleaned["sorte"]:
            rows = rows.filter(kind=cleaned["sorte"])
        if cleaned["territoire"]:
            rows = rows.in_territory(cleaned["territoire"])
        if cleaned["lettre"]:
            rows = rows.of_letter(cleaned["lettre"])
        return rows

    def _tab_rows(self, tab: str) -> SuggestionQuerySet:
        rows = self._narrowed()
        if tab == POSTPONED:
            return rows.postponed()
        if tab == SPAM:
            return rows.filter(state=SuggestionState.SPAM).order_by("-received_at", "-pk")
        if tab == ANSWERED:
            return rows.answered().exclude(state=SuggestionState.SPAM)
        return rows.waiting()

    @property
    def tabs(self) -> list[dict]:
        """Each tab with its count (4 queries)."""
        return [
            {"value": tab, "label": label, "count": self._tab_rows(tab).count(), "on": tab == self.tab}
            for tab, label in TABS.items()
        ]

    @property
    def page(self) -> Page:
        return Paginator(self._tab_rows(self.tab).for_list(), PER_PAGE).get_page(self.page_asked)


def told(suggestion: Suggestion) -> str:
    """« Téléphone, Commune, message »: what is in it, for the list."""
    words = [keys.label(key) for key in keys.in_order(suggestion.proposed)]
    return ", ".join([*words, *(["message"] if suggestion.message else [])])
