"""What the address of a frame may hold: its look, and the filters of the site. Version 1: nothing is ever taken away."""

from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.http import QueryDict

from actors.filters import ActorFilterSet, CooperationFilterSet, StrictForm
from actors.index import Order, Selection
from actors.network.graph import LinkSelection
from pages.embeds.fates import followed
from pages.embeds.palette import Palette
from pages.presenters.selection import ORDERS

# Actors a list shows at most unless asked otherwise, and what it may be asked.
NUMBER, NUMBERS = 20, (5, 10, 20, 50, 100)
# Of pages of the site: a frame has none of these.
_OF_PAGES = {"page", "par", "tri"}


class Kind(models.TextChoices):
    """The kinds of frames; the value is the word in their address."""

    LIST = "liste", "Une liste"
    MAP = "carte", "Une carte"
    NETWORK = "reseau", "Un réseau"
    ACTOR = "acteur", "Une fiche"

    @property
    def has_selection(self) -> bool:
        return self in {Kind.LIST, Kind.MAP}


class ColourField(forms.CharField):
    """« 9c3320 », « #9C3320 »; cleans to « #9c3320 » or ''."""

    default_validators = [
        RegexValidator(
            r"^#?[0-9a-fA-F]{6}\Z", "Une couleur s’écrit avec six chiffres ou lettres de A à F : 9c3320."
        )
    ]

    def clean(self, value) -> str:
        text = super().clean(value)
        return f"#{text.lstrip('#').lower()}" if text else ""


class LookForm(StrictForm):
    """How a frame looks; those of no list have neither order nor number."""

    couleur = ColourField(
        label="Couleur des liens",
        required=False,
        max_length=7,
        help_text="Par exemple 9c3320. Vide : celle du site.",
    )
    fond = ColourField(
        label="Couleur du fond",
        required=False,
        max_length=7,
        help_text="Par exemple ffffff. Vide : clair le jour, sombre la nuit.",
    )
    theme = forms.ChoiceField(
        label="Thème",
        required=False,
        choices=[("", "Celui du visiteur"), ("clair", "Clair"), ("sombre", "Sombre")],
    )
    titre = forms.ChoiceField(label="Titre", required=False, choices=[("", "Montré"), ("non", "Caché")])
    nombre = forms.ChoiceField(
        label="Acteurs au plus",
        required=False,
        choices=[("", str(NUMBER)), *((str(each), str(each)) for each in NUMBERS if each != NUMBER)],
    )
    tri = forms.ChoiceField(
        label="Dans l’ordre",
        required=False,
        choices=[("", "habituel"), *((order.value, label) for order, label in ORDERS.items())],
    )

    def __init__(self, data: QueryDict, kind: Kind) -> None:
        super().__init__(data)
        if kind is not Kind.LIST:
            del self.fields["nombre"], self.fields["tri"]
        else:
            # The number that is meant by saying none may also be said.
            self.fields["nombre"].choices = [*self.fields["nombre"].choices, (str(NUMBER), str(NUMBER))]

    def clean(self) -> dict:
        cleaned = super().clean()
        if not self.errors:
            try:
                self.palette.check()
            except ValidationError as error:
                for name, messages in error.message_dict.items():
                    self.add_error(name, messages)
        return cleaned

    @property
    def palette(self) -> Palette:
        asked = self.cleaned_data
        return Palette(asked.get("couleur", ""), asked.get("fond", ""), asked.get("theme", ""))

    @property
    def palette_parameters(self) -> str:
        """The part of an address that its colours depend on; '' for the site's own."""
        names = ("couleur", "fond", "theme")
        return urlencode([pair for pair in self.parameters if pair[0] in names])

    @property
    def order(self) -> Order | None:
        return Order(self.cleaned_data["tri"]) if self.cleaned_data.get("tri") else None

    @property
    def number(self) -> int:
        return int(self.cleaned_data.get("nombre") or NUMBER)

    @property
    def parameters(self) -> list[tuple[str, str]]:
        """What was asked, in the normal form of an address."""
        told = ((name, self.cleaned_data.get(name, "")) for name in self.fields)
        return [(name, value.lstrip("#")) for name, value in told if value]


LOOK = frozenset(LookForm.base_fields)


class ColourForm(LookForm):
    """What a frame's colours are asked by: nothing else."""

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data, Kind.MAP)
        del self.fields["titre"]


class CardForm(StrictForm):
    """A card has no filter: any is a mistake."""


@dataclass(frozen=True)
class Asked:
    """The address of a frame, read: its look by one form, its filters by those of the site."""

    kind: Kind
    parameters: QueryDict

    @cached_property
    def look(self) -> LookForm:
        look = LookForm(_part(self.parameters, lambda name: name in LOOK), self.kind)
        for name in look.data.keys() - look.fields.keys():
            # Of another kind of frame: told as unknown beside the filters.
            del look.data[name]
        return look

    @cached_property
    def filters(self) -> forms.Form:
        return self._filter_set.form if self._filter_set else CardForm(self._rest)

    @cached_property
    def _followed(self) -> tuple[QueryDict, list[str]]:
        shown = self.look.fields
        return followed(_part(self.parameters, lambda name: name not in shown))

    @property
    def _rest(self) -> QueryDict:
        return self._followed[0]

    @property
    def notes(self) -> list[str]:
        """What became of actors that filters name."""
        return self._followed[1]

    @cached_property
    def _filter_set(self) -> ActorFilterSet | CooperationFilterSet | None:
        if self.kind.has_selection:
            return ActorFilterSet(self._rest)
        return CooperationFilterSet(self._rest) if self.kind is Kind.NETWORK else None

    @property
    def filter_parameters(self) -> list[tuple[str, str]]:
        """What the filters were asked, in the normal form of an address; needs an address without error."""
        if self.kind.has_selection:
            return self.selection.parameters
        data = self.filters.data
        return [(name, value) for name in self.filters.fields for value in data.getlist(name) if value]

    @property
    def selection(self) -> Selection | LinkSelection | None:
        """What is asked; None for a card, and where the address holds an error."""
        return self._filter_set.selection if self._filter_set else None

    @property
    def status(self) -> int:
        """The code of an address with errors: 410 where all is well but that an actor it names was deleted."""
        return 410 if self.filters.is_gone and not self.look.errors else 400

    @cached_property
    def errors(self) -> list[str]:
        """What is not understood, in French, each with the name of its parameter; empty where all is."""
        told = [
            f"« {name} » ne sert pas dans un cadre : les pages d’une liste ne s’intègrent pas."
            for name in sorted(_OF_PAGES)
            if name in self._rest
        ]
        for form in (self.look, self.filters):
            for name, errors in form.errors.items():
                label = f"{form.fields[name].label} ({name}) : " if name in form.fields else ""
                told += [f"{label}{error}" for error in errors]
        return told


def _part(parameters: QueryDict, wanted) -> QueryDict:
    """The parameters whose name is ``wanted``."""
    part = QueryDict(mutable=True)
    for name, values in parameters.lists():
        if wanted(name):
            part.setlist(name, values)
    return part
