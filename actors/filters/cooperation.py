"""The filters of every list of cooperations."""

from django import forms

from actors.enums import Certainty, CooperationKind, CooperationStatus, Nature
from actors.filters.fields import (
    ActorFilter,
    ActorSlugFilter,
    ChecksFilter,
    ChoiceFilter,
    SinceFilter,
    SlugFilter,
    TerritoryFilter,
    members,
    suggesting,
)
from actors.filters.strict import StrictFilterSet, StrictForm
from actors.models import Actor, Cooperation
from actors.network import graph
from actors.network.graph import LinkSelection
from sources.models import Letter

_CERTAINTIES = {"enonce": "Énoncé par une source", "deduit": "Déduit par la rédaction"}
_CERTAINTY_VALUES = {"enonce": Certainty.STATED, "deduit": Certainty.INFERRED}


class CooperationForm(StrictForm):
    """Also knows that a number of steps goes with an actor, and that a letter has two names."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if self._values("source") and not any(self._values("lettre")):
            # The page shows « Lettre » alone: what « source » asks stands there.
            self.data = self.data.copy()
            self.data["lettre"] = self.data["source"]

    def clean(self) -> dict:
        cleaned = super().clean()
        if "source" in self.errors:
            self.errors.pop("lettre", None)
        elif cleaned.get("source") and cleaned.get("lettre") != cleaned["source"]:
            self.add_error("source", "« lettre » et « source » sont le même filtre : donnez-en un seul.")
        if cleaned.get("pas") and not cleaned.get("acteur") and "acteur" not in self.errors:
            self.add_error("acteur", "Dites autour de quel acteur.")
        return cleaned


class CooperationFilterSet(StrictFilterSet):
    """Filters of every list of cooperations: as sentences, and as a drawing."""

    type = ChecksFilter(label="Type de lien", choices=CooperationKind.slug_choices())
    etat = ChecksFilter(label="État", choices=CooperationStatus.slug_choices())
    certitude = ChecksFilter(label="Certitude", choices=list(_CERTAINTIES.items()))
    acteur = ActorFilter(
        label="Autour d’un acteur",
        max_length=250,
        help_text="Son nom.",
        widget=suggesting("actor ptce"),
    )
    pas = ChoiceFilter(
        label="Jusqu’où",
        choices=[("2", "Lui et les partenaires de ses partenaires")],
        empty_label="Lui et ses partenaires",
    )
    territoire = TerritoryFilter(
        label="Territoire",
        max_length=150,
        help_text="L’un des deux acteurs y est.",
        widget=suggesting("territory"),
    )
    ptce = ActorSlugFilter(
        label="Réseau d’un PTCE",
        queryset=Actor.objects.published().filter(nature=Nature.PTCE).in_order(),
        empty_label="Tous",
    )
    lettre = SlugFilter(
        label="Tel qu’attesté dans", queryset=Letter.objects.published(), empty_label="Toutes les lettres"
    )
    # What files and the API call it.
    source = SlugFilter(label="Source", queryset=Letter.objects.published())
    depuis = SinceFilter(
        label="Attesté depuis",
        help_text="Une année : 2020.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    class Meta:
        model = Cooperation
        fields: list[str] = []
        form = CooperationForm

    @property
    def selection(self) -> LinkSelection | None:
        """What the address asks; None when it has errors."""
        if not self.form.is_valid():
            return None
        asked = self.form.cleaned_data
        return LinkSelection(
            kinds=members(CooperationKind, asked["type"]),
            statuses=members(CooperationStatus, asked["etat"]),
            certainties=tuple(_CERTAINTY_VALUES[slug] for slug in asked["certitude"]),
            actor=asked["acteur"],
            steps=int(asked["pas"] or 1),
            territory=asked["territoire"],
            ptce=asked["ptce"],
            letter=asked["lettre"],
            since=asked["depuis"],
        )

    def filter_queryset(self, queryset):
        return queryset.filter(pk__in=[link.pk for link in graph.current().find(self.selection)])
