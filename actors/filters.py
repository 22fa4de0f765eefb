"""Address parameters to what they ask: parsed, checked, and labelled in French.

One FilterSet per list. Unlike django-filter's own, the rows of a form with errors are none, and a
parameter nobody knows is an error: a mistyped filter must never pass for a complete list.
"""

import re

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator

from actors.enums import (
    CooperationKind,
    CooperationStatus,
    InitiativeKind,
    Nature,
    OrganisationKind,
    Sector,
)
from actors.index.door import select
from actors.index.selection import Selection
from actors.models import Actor, Cooperation
from sources.models import Letter
from territories.models import Territory

# What mail programs and social networks add to an address they pass on.
_TRACKING = re.compile(r"(utm|mtm|pk)_\w+|fbclid|gclid|mc_[ce]id")
# Parameters that other parts of a page read.
_ELSEWHERE = {"page"}


class StrictForm(forms.Form):
    """A form that knows every parameter of its address, and takes one value where one is meant."""

    use_required_attribute = False

    def clean(self) -> dict:
        cleaned = super().clean()
        unknown = next((name for name in self.data if not self._knows(name)), None)
        if unknown is not None:
            shown, known = unknown.replace("\0", "")[:40], ", ".join(self.fields)
            self.add_error(None, f"« {shown} » n’est pas un filtre de cette liste. Filtres connus : {known}.")
        for name, field in self.fields.items():
            several = isinstance(field, forms.MultipleChoiceField)
            if not several and len(set(filter(None, self._values(name)))) > 1:
                self.add_error(name, "Une seule valeur à la fois pour ce filtre.")
        return cleaned

    def _knows(self, name: str) -> bool:
        return name in self.fields or name in _ELSEWHERE or bool(_TRACKING.fullmatch(name))

    def _values(self, name: str) -> list[str]:
        return self.data.getlist(name) if hasattr(self.data, "getlist") else [self.data.get(name)]


class StrictFilterSet(django_filters.FilterSet):
    @property
    def qs(self):
        """The rows that meet a valid form; none when it has errors."""
        if self.is_bound and not self.form.is_valid():
            return self.queryset.none()
        return super().qs


class ChecksField(forms.MultipleChoiceField):
    """Boxes to tick, read as members of a closed list."""

    widget = forms.CheckboxSelectMultiple


class TerritoryField(forms.CharField):
    """A territory by code, slug or exact name; cleans to a :class:`Territory` or None (1 query, 3 at most for an error)."""

    def clean(self, value) -> Territory | None:
        text = super().clean(value)
        if not text:
            return None
        if found := Territory.objects.from_parameter(text).first():
            return found
        named = list(Territory.objects.named(text)[:6])
        if len(named) == 1:
            return named[0]
        if named:
            raise ValidationError(
                f"Plusieurs territoires portent ce nom : {_choices(named)}.", code="ambiguous"
            )
        if like := list(Territory.objects.search(text)[:5]):
            raise ValidationError(
                f"Aucun territoire ne porte ce nom ou ce code. Peut-être : {_choices(like)}.", code="unknown"
            )
        raise ValidationError(
            "Aucun territoire ne porte ce nom ou ce code. Un code postal se cherche dans la page Territoires.",
            code="unknown",
        )


def _choices(territories: list[Territory]) -> str:
    """« Rivière, commune (« riviere-62 ») ; … »: what to type instead."""
    return " ; ".join(
        f"{each.name}, {each.get_kind_display().lower()} (« {each.slug} »)" for each in territories
    )


class SlugField(forms.ModelChoiceField):
    """A row chosen by its slug (1 query for the choices, 1 for the value)."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, to_field_name="slug", **kwargs)

    def to_python(self, value):
        # PostgreSQL refuses these with an error of its own, before any row is compared.
        ProhibitNullCharactersValidator()(value or "")
        return super().to_python(value)


class TextFilter(django_filters.Filter):
    field_class = forms.CharField


class ChecksFilter(django_filters.Filter):
    field_class = ChecksField


class TerritoryFilter(django_filters.Filter):
    field_class = TerritoryField


class SlugFilter(django_filters.Filter):
    field_class = SlugField


_PLURALS = {Nature.ORGANISATION: "Structures", Nature.INITIATIVE: "Initiatives", Nature.PTCE: "PTCE"}


class ActorFilterSet(StrictFilterSet):
    """Filters of every list of actors: site, and later API, exports, map, embeds and feeds."""

    q = TextFilter(
        label="Mots",
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    nature = ChecksFilter(
        label="Vous cherchez",
        choices=[(nature.slug, plural) for nature, plural in _PLURALS.items()],
    )
    territoire = TerritoryFilter(
        label="Territoire",
        max_length=150,
        help_text="Nom, code Insee ou SIREN, avec tout ce qui s’y trouve.",
    )
    secteur = ChecksFilter(label="Domaine d’activité", choices=Sector.slug_choices())
    type = ChecksFilter(
        label="Type de structure ou d’initiative",
        choices=[
            ("Structures", OrganisationKind.slug_choices()),
            ("Initiatives", InitiativeKind.slug_choices()),
        ],
    )
    ptce = SlugFilter(
        label="Lié au PTCE",
        queryset=Actor.objects.published().filter(nature=Nature.PTCE).in_order(),
        empty_label="Tous",
    )
    lettre = SlugFilter(label="Lettre", queryset=Letter.objects.all(), empty_label="Toutes")

    class Meta:
        model = Actor
        fields: list[str] = []
        form = StrictForm

    @property
    def selection(self) -> Selection | None:
        """What the address asks; None when it has errors."""
        if not self.form.is_valid():
            return None
        asked = self.form.cleaned_data
        return Selection(
            text=asked["q"],
            natures=_members(Nature, asked["nature"]),
            organisation_kinds=_members(OrganisationKind, asked["type"]),
            initiative_kinds=_members(InitiativeKind, asked["type"]),
            sectors=_members(Sector, asked["secteur"]),
            territory=asked["territoire"],
            ptce=asked["ptce"],
            letter=asked["lettre"],
        )

    def filter_queryset(self, queryset):
        return select(self.selection, queryset)


class CooperationFilterSet(StrictFilterSet):
    """Filters of the list of cooperations."""

    type = ChecksFilter(label="Type de lien", choices=CooperationKind.slug_choices())
    etat = ChecksFilter(label="État", choices=CooperationStatus.slug_choices())

    class Meta:
        model = Cooperation
        fields: list[str] = []
        form = StrictForm

    def filter_queryset(self, queryset):
        asked = self.form.cleaned_data
        return queryset.of_kinds(_members(CooperationKind, asked["type"])).in_states(
            _members(CooperationStatus, asked["etat"])
        )


def _members(choices, slugs) -> tuple:
    return tuple(member for member in choices if member.slug in slugs)
