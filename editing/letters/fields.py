"""Form fields for what people type from paper: a territory, an entry, a person, by name."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import slugify

from actors.enums import InitiativeKind, Nature, OrganisationKind
from editing.letters.entering import actors_named
from editing.rights import visible
from sources.erasure import ERASED, erased_names
from sources.models import Person
from sources.partial_date import validate_partial_date
from territories.models import Territory
from territories.text import fold

# « Raismes (59491) », « La Locomotive (la-locomotive) »: what the suggestions put into a field.
_IN_BRACKETS = re.compile(r"\(([^()]+)\)\s*$")


def territory_text(territory: Territory) -> str:
    """As a field takes it: the name with what tells homonyms apart, « Raismes (raismes) »."""
    return f"{territory.name} ({territory.slug})"


_DATES = "2018, 2019-07, 2018~ (vers 2018), ../2004 (2004 au plus tard)"


class PartialField(forms.CharField):
    """A date as precise as its source; never required."""

    def __init__(self, **kwargs) -> None:
        super().__init__(max_length=14, required=False, validators=[validate_partial_date], **kwargs)
        self.widget.attrs.update(size=9, title=_DATES)


class TerritoryField(forms.CharField):
    """A territory by name, INSEE or SIREN code, postal code, or as the suggestions write it."""

    def __init__(self, **kwargs) -> None:
        kwargs.setdefault("label", "Territoire")
        super().__init__(max_length=150, **kwargs)
        self.widget.attrs["data-propose"] = "territoire"

    def clean(self, value) -> Territory | None:
        text = super().clean(value)
        if not text:
            return None
        if match := _IN_BRACKETS.search(text):
            named = Territory.objects.from_parameter(match[1]).first()
            if named is not None:
                return named
        by_code = Territory.objects.from_parameter(text).first() if text.isdigit() else None
        found = [by_code] if by_code else list(self._meant(text)[:6])
        if len(found) == 1:
            return found[0]
        if not found:
            raise ValidationError(f"Aucun territoire ne s’appelle « {text} ».")
        proposed = " ; ".join(territory_text(territory) for territory in found)
        raise ValidationError(
            f"Plusieurs territoires s’appellent ainsi, écrivez l’un de ceux-ci : {proposed}."
        )

    @staticmethod
    def _meant(text: str):
        if text.replace(" ", "").isdigit():
            return Territory.objects.search(text)
        # A commune bears the name of its former self and of its EPCI: the smallest that lives is meant.
        named = list(Territory.objects.named(text))
        communes = [territory for territory in named if territory.kind == "commune"]
        return communes or named


class ActorField(forms.CharField):
    """An entry by its name; cleaned to a list: nobody, the one meant, or several who may be."""

    def __init__(self, **kwargs) -> None:
        super().__init__(max_length=200, **kwargs)
        self.widget.attrs["data-propose"] = "acteur"


def actors_meant(text: str, user) -> list:
    """The entries a typed text may mean, one where the suggestions wrote it (at most 3 queries)."""
    if match := _IN_BRACKETS.search(text):
        chosen = visible(user).filter(slug=match[1]).first()
        if chosen is not None:
            return [chosen]
    return actors_named(text, user)


class KindField(forms.ChoiceField):
    """Nature and type in one choice: « organisation:culture »; cleaned to both."""

    def __init__(self, **kwargs) -> None:
        choices = [
            ("", "Choisir un type"),
            ("Structure", [(f"{Nature.ORGANISATION}:{kind}", kind.label) for kind in OrganisationKind]),
            ("Initiative", [(f"{Nature.INITIATIVE}:{kind}", kind.label) for kind in InitiativeKind]),
            ("PTCE", [(f"{Nature.PTCE}:", "Pôle territorial de coopération économique")]),
        ]
        super().__init__(choices=choices, label="Type", **kwargs)

    def clean(self, value) -> tuple[Nature, str] | None:
        value = super().clean(value)
        if not value:
            return None
        nature, _, kind = value.partition(":")
        return Nature(nature), kind


class PersonField(forms.CharField):
    """The name of a person; nobody who asked to be erased comes back by typing (1 query)."""

    def __init__(self, **kwargs) -> None:
        super().__init__(max_length=150, **kwargs)

    def clean(self, value) -> str:
        name = super().clean(value)
        if name and erased_names([name]):
            raise ValidationError(ERASED)
        return name


def person_named(name: str) -> Person:
    """The person of that name or other spelling, made where there is none (1 query, 3 when it writes)."""
    key = fold(name)
    # Persons are a few hundred: read once, compared as people compare names.
    for person in Person.objects.order_by("pk"):
        if key in {fold(each) for each in (person.name, *person.other_spellings.splitlines())}:
            return person
    base = slugify(key)[:100] or "personne"
    taken = set(Person.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    slug = next(
        each for each in (base, *(f"{base}-{n}" for n in range(2, len(taken) + 3))) if each not in taken
    )
    return Person.objects.create(name=name, slug=slug)


class TypedLine:
    """For a form that is one line of many: a line is typed when one of its fields beside lists and boxes is filled.

    Browsers send the first choice of each list, typed or not.
    """

    def has_changed(self) -> bool:
        if not self.empty_permitted:
            return super().has_changed()
        texts = (
            self[name].data
            for name, field in self.fields.items()
            if not isinstance(field, forms.ChoiceField | forms.BooleanField)
        )
        return any((text or "").strip() for text in texts)


class TellsOthers:
    """For a form whose fields show their hidden initial: what somebody else saved since they were shown is told."""

    def tell_what_others_wrote(self) -> None:
        """An error beside each field that somebody else changed since it was shown; the next save then overrules."""
        for name in self.changed_data:
            field, shown = self.fields[name], self._shown(name)
            if name not in self.initial or not field.has_changed(self.initial[name], shown):
                continue
            if not field.has_changed(self.initial[name], self[name].data):
                continue
            present = self.initial[name]
            text = ", ".join(present) if isinstance(present, list) else present
            self.add_error(
                name,
                f"Quelqu’un vient d’enregistrer « {text} ». Enregistrez de nouveau pour garder votre saisie.",
            )
            self._show(name, present)

    def _shown(self, name: str) -> Any:
        """What the field held when the page was made."""
        bound = self[name]
        return self._widget_data_value(self.fields[name].hidden_widget(), bound.html_initial_name)

    def _show(self, name: str, value: Any) -> None:
        self.data = self.data.copy()
        if isinstance(value, list):
            self.data.setlist(self[name].html_initial_name, value)
        else:
            self.data[self[name].html_initial_name] = "" if value is None else str(value)
