"""Narrowing a worklist by letter, territory and words."""

from itertools import groupby
from urllib.parse import urlencode

from django import forms

from actors.models.actor_queryset import ActorQuerySet
from editing.home.breakdown import by_letter, by_territory
from sources.models import Letter
from territories.admin_base import LONGEST_SEARCH
from territories.models import Territory


class Narrowing(forms.Form):
    """By which territory and letter somebody looks at what waits."""

    territoire = forms.ModelChoiceField(
        Territory.objects.all(), label="Territoire", required=False, to_field_name="slug"
    )
    lettre = forms.ModelChoiceField(
        Letter.objects.all(), label="Lettre", required=False, to_field_name="slug"
    )

    def offer(self, territories: list[tuple[Territory, str]], letters: list[tuple[Letter, str]]) -> None:
        """Give both fields their choices, rows with what is said of them; territories by level."""
        groups = groupby(territories, key=lambda pair: pair[0].get_kind_display())
        levels = [(kind, [(row.slug, text) for row, text in pairs]) for kind, pairs in groups]
        self.fields["territoire"].widget.choices = [("", "Tous"), *levels]
        self.fields["lettre"].widget.choices = [("", "Toutes"), *((row.slug, text) for row, text in letters)]

    def narrow(self, actors: ActorQuerySet) -> ActorQuerySet:
        """What is asked of ``actors``; none where the parameters are wrong, since a whole list would be no answer."""
        if not self.is_valid():
            return actors.none()
        if self.cleaned_data["territoire"]:
            actors = actors.in_territory(self.cleaned_data["territoire"])
        if self.cleaned_data["lettre"]:
            actors = actors.cited_in(self.cleaned_data["lettre"])
        return actors

    @property
    def is_used(self) -> bool:
        return any(self.data.get(name) for name in self.fields)

    @property
    def query(self) -> str:
        """What is asked, as the query part of an address."""
        return urlencode([(name, self.data[name]) for name in self.fields if self.data.get(name)])


class HomeFilter(Narrowing):
    """That of the home, with every territory and letter there is (2 queries)."""

    def __init__(self, asked) -> None:
        super().__init__(asked)
        territories = Territory.objects.home_levels_and_informal()
        self.offer(
            [(row, row.name) for row in territories], [(row, row.label) for row in Letter.objects.all()]
        )


class ListFilter(Narrowing):
    """That of a worklist's page: each choice says how many of the list it would leave (6 queries)."""

    q = forms.CharField(
        label="Nom, lieu, activité…",
        required=False,
        max_length=LONGEST_SEARCH,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    field_order = ("q",)

    def __init__(self, asked, actors: ActorQuerySet) -> None:
        super().__init__(asked)
        self.offer(
            [(row, f"{row.name} ({number})") for row, number in by_territory(actors)],
            [(row, f"{row.label} ({number})") for row, number in by_letter(actors)],
        )

    def narrow(self, actors: ActorQuerySet) -> ActorQuerySet:
        actors = super().narrow(actors)
        return actors.search(self.cleaned_data["q"]) if self.is_valid() else actors
