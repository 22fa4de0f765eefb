"""Narrowing a worklist by letter, territory and words."""

from itertools import groupby

from django import forms

from actors.models.actor import ActorQuerySet
from editing.home.breakdown import by_letter, by_territory
from sources.models import Letter
from territories.admin_base import LONGEST_SEARCH
from territories.models import Territory


class ListFilter(forms.Form):
    """The parameters of a worklist's page; each choice says how many of the list it would leave (6 queries)."""

    q = forms.CharField(label="Nom, lieu, activité…", required=False, max_length=LONGEST_SEARCH)
    territoire = forms.ModelChoiceField(
        Territory.objects.all(), label="Territoire", required=False, to_field_name="slug"
    )
    lettre = forms.ModelChoiceField(
        Letter.objects.all(), label="Lettre", required=False, to_field_name="slug"
    )
    reportees = forms.ChoiceField(
        choices=[("", ""), ("oui", "")], required=False, widget=forms.HiddenInput, label="Reportées"
    )

    def __init__(self, asked, actors: ActorQuerySet) -> None:
        super().__init__(asked)
        self.fields["q"].widget = forms.TextInput(attrs={"type": "search"})
        groups = groupby(by_territory(actors), key=lambda pair: pair[0].get_kind_display())
        territories = [(kind, [_choice(*pair) for pair in pairs]) for kind, pairs in groups]
        letters = [_choice(*pair) for pair in by_letter(actors)]
        self.fields["territoire"].widget.choices = [("", "Tous"), *territories]
        self.fields["lettre"].widget.choices = [("", "Toutes"), *letters]

    def narrow(self, actors: ActorQuerySet) -> ActorQuerySet:
        """What is asked of ``actors``; none where the parameters are wrong, since a whole list would be no answer."""
        if not self.is_valid():
            return actors.none()
        if self.cleaned_data["territoire"]:
            actors = actors.in_territory(self.cleaned_data["territoire"])
        if self.cleaned_data["lettre"]:
            actors = actors.cited_in(self.cleaned_data["lettre"])
        return actors.search(self.cleaned_data["q"])

    @property
    def is_used(self) -> bool:
        return self.is_bound and any(self.data.get(name) for name in ("q", "territoire", "lettre"))


def _choice(row: Territory | Letter, number: int) -> tuple[str, str]:
    return row.slug, f"{row} ({number})"
