"""The public forms: each field of an entry with what it says now, so that a visitor changes only what is wrong."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils import timezone

from actors import normalising
from actors.enums import ContactKind, InitiativeKind, Nature, OrganisationKind
from actors.models import Actor
from actors.visitors import VisitorEmailField
from editing.suggestion_models import SuggestionSender
from editing.suggestions import keys

_INPUTS = {
    ContactKind.WEBSITE: {"inputmode": "url", "autocapitalize": "none", "spellcheck": "false"},
    ContactKind.EMAIL: {"inputmode": "email", "autocapitalize": "none", "spellcheck": "false"},
    ContactKind.PHONE: {"inputmode": "tel"},
}
_MORE = {1: "", 2: "Autre numéro de téléphone"}
_KINDS = [
    ("", "Je ne sais pas"),
    ("Structure", [(f"{Nature.ORGANISATION}:{kind}", kind.label) for kind in OrganisationKind]),
    ("Initiative", [(f"{Nature.INITIATIVE}:{kind}", kind.label) for kind in InitiativeKind]),
    ("PTCE", [(f"{Nature.PTCE}:", "Pôle territorial de coopération économique")]),
]


def kind_label(value: str) -> str:
    """« Structure culturelle ou artistique » for « organisation:culture »."""
    known = {choice: text for _, group in _KINDS[1:] for choice, text in group}
    return str(known.get(value, "Type non précisé"))


def html_name(key: str) -> str:
    return key.replace(":", "-")


class PublicForm(forms.Form):
    """What all these forms have: a message, how it is known, who says so, and whether to answer.

    ``proposed`` is what was typed otherwise than it was shown; a form in which nothing was is refused.
    """

    message = forms.CharField(
        label="Autre chose à nous dire",
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    how_known = forms.CharField(
        label="Comment le savez-vous ?",
        max_length=400,
        required=False,
        help_text="Un site, un article, une visite… L’annuaire dit d’où vient chaque information.",
    )
    sender = forms.ChoiceField(
        label="Qui êtes-vous ?",
        required=False,
        choices=[
            (SuggestionSender.STRUCTURE, "Je fais partie de la structure"),
            (SuggestionSender.OTHER, "Je la connais de l’extérieur"),
            (SuggestionSender.UNSAID, "Je préfère ne pas le dire"),
        ],
        widget=forms.RadioSelect,
    )
    email = VisitorEmailField(
        label="Votre courriel, si vous voulez une réponse",
        required=False,
        help_text=(
            "Facultatif. Il sert à vous répondre une fois, n’est jamais publié ni transmis, et il est effacé "
            "trente jours après la réponse."
        ),
    )
    # Nobody sees it: whoever fills it in fills in everything.
    website = forms.CharField(
        label="Ne remplissez pas ce champ",
        max_length=1000,
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )
    nothing = "Vous n’avez rien changé : corrigez un champ, ou écrivez-nous quelques mots."

    def __init__(self, *args, seen: dict[str, str], **kwargs) -> None:
        self.seen = seen
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        # HTML name -> key.
        self.keys: dict[str, str] = {}

    def add(self, key: str, field: forms.Field) -> None:
        """One field of the entry, with what was shown in it."""
        name = html_name(key)
        field.required = False
        self.fields[name] = field
        self.keys[name] = key
        self.initial.setdefault(name, self.seen.get(key, ""))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        typed = {key: self._text(name) for name, key in self.keys.items() if name not in self.errors}
        self.proposed = keys.differences(self.seen, typed)
        for key, value in list(self.proposed.items()):
            try:
                self.proposed[key] = self._written(key, value)
            except ValidationError as error:
                self.add_error(html_name(key), error)
        # What has one written form may be what was shown after all.
        self.proposed = keys.differences(self.seen, self.proposed)
        if not self.errors and not self.proposed and not cleaned.get("message"):
            raise ValidationError(self.nothing)
        return cleaned

    def _text(self, name: str) -> str:
        value = self.cleaned_data.get(name)
        return (keys.YES if value else "") if isinstance(value, bool) else (value or "")

    @staticmethod
    def _written(key: str, value: str) -> str:
        row = keys.row_key(key)
        if row is None or not value:
            return value
        if row.table == "contact":
            return normalising.contact(row.part, value)
        if row.part == "postal_code":
            value = value.replace(" ", "")
            if not (len(value) == 5 and value.isascii() and value.isdigit()):
                raise ValidationError("Un code postal a cinq chiffres.")
        return value

    # -- for templates: bound fields by part of the form ------------------------------------------------

    def bound(self, *beginnings: str) -> Iterator[BoundField]:
        for name, key in self.keys.items():
            if key.startswith(beginnings):
                yield self[name]

    @property
    def contacts(self) -> list[BoundField]:
        """Those the entry shows."""
        return [
            field for field in self.bound("contact:") if not self.keys[field.name].startswith("contact:new")
        ]

    @property
    def new_contacts(self) -> list[BoundField]:
        return list(self.bound("contact:new"))

    @property
    def opens_new_contacts(self) -> bool:
        """Whether something was typed there, which then must not be folded away."""
        return any(field.value() or field.errors for field in self.new_contacts)

    @property
    def about_sender(self) -> list[BoundField]:
        return [self[name] for name in ("how_known", "email") if name in self.fields]

    @property
    def faults(self) -> list[tuple[BoundField, list[str]]]:
        """Fields with what is wrong in them, in the order of the page."""
        fields = [self[name] for name in (*self.keys, *self.base_fields) if name in self.fields]
        return [(field, list(field.errors)) for field in fields if field.errors]

    def _add_new_contacts(self, ending: str = "") -> None:
        for kind, number in keys.NEW_CONTACTS.items():
            for count in range(1, number + 1):
                text = _MORE[count] or f"{ContactKind(kind).label}{ending}"
                self.add(f"contact:new{count}:{kind}", _contact_field(kind, text))

    def _add_place(self, row: str) -> None:
        self.add(
            f"place:{row}:address",
            forms.CharField(label="Numéro et rue", max_length=250),
        )
        self.add(
            f"place:{row}:postal_code",
            forms.CharField(
                label="Code postal", max_length=10, widget=forms.TextInput(attrs={"inputmode": "numeric"})
            ),
        )
        self.add(
            f"place:{row}:territory",
            forms.CharField(
                label="Commune",
                max_length=150,
                widget=forms.TextInput(
                    attrs={"autocomplete": "off", "data-suggest": "commune territory", "data-takes": "name"}
                ),
            ),
        )


class PlaceFields:
    """The three fields of one place, under a heading of their own."""

    def __init__(self, form: PublicForm, row: str, heading: str) -> None:
        self.heading = heading
        self.fields = list(form.bound(f"place:{row}:"))


def _contact_field(kind: str, text: str) -> forms.CharField:
    return forms.CharField(
        label=text,
        max_length=300,
        widget=forms.TextInput(attrs={**_INPUTS.get(kind, {}), "autocomplete": "off"}),
    )


class CorrectionForm(PublicForm):
    """About one entry: what it shows, field by field, ready to be changed."""

    def __init__(self, *args, actor: Actor, proven: bool = False, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        if proven:
            # The structure itself, by its link: nothing to ask.
            del self.fields["sender"], self.fields["how_known"]
        self.add("name", forms.CharField(label="Nom", max_length=200))
        self.add(
            "summary",
            forms.CharField(
                label="Ce que fait l’acteur, en une phrase",
                max_length=250,
                widget=forms.Textarea(attrs={"rows": 3}),
            ),
        )
        rows = {key: keys.row_key(key) for key in self.seen}
        for key, row in rows.items():
            if row and row.table == "contact":
                self.add(key, _contact_field(row.part, keys.label(key)))
        self._add_new_contacts(" à ajouter")
        for row in dict.fromkeys(row.row for row in rows.values() if row and row.table == "place"):
            self._add_place(row)
        self._add_place("new")
        self.was_closed = self.seen.get("closed") == keys.YES
        self.add("closed", forms.BooleanField(label="Cet acteur a cessé son activité"))
        self.add(
            "closed_year",
            forms.CharField(
                label="En quelle année ?",
                max_length=20,
                widget=forms.TextInput(attrs={"inputmode": "numeric"}),
            ),
        )
        self.add(
            "successor",
            forms.CharField(
                label="Qui a repris, si vous le savez",
                max_length=200,
                widget=forms.TextInput(
                    attrs={"autocomplete": "off", "data-suggest": "actor ptce", "data-takes": "name"}
                ),
            ),
        )
        self.initial["closed"] = self.was_closed

    def clean(self):
        cleaned = super().clean()
        year = self.proposed.get("closed_year", "")
        if year and not (
            year.isascii() and year.isdigit() and 1800 <= int(year) <= timezone.localdate().year
        ):
            self.add_error("closed_year", "Écrivez une année passée ou présente, comme 2024.")
        if (year or self.proposed.get("successor")) and not cleaned.get("closed"):
            self.add_error("closed", "Cochez cette case si l’acteur a bien cessé son activité.")
        return cleaned

    @property
    def is_closure(self) -> bool:
        """Whether it says that a going concern has ceased."""
        return self.proposed.get("closed") == keys.YES

    @property
    def places(self) -> list[PlaceFields]:
        """Each place the entry shows, under its role and name."""
        return [
            PlaceFields(self, str(place.pk), place.name or place.get_role_display())
            for place in self.actor.places.all()
            if f"place:{place.pk}:address" in self.keys.values()
        ]

    @property
    def new_place(self) -> PlaceFields:
        return PlaceFields(self, "new", "Un autre lieu" if self.places else "Son adresse")

    @property
    def opens_new_place(self) -> bool:
        """Whether something was typed about a place to come, which then must not be folded away."""
        return any(field.value() or field.errors for field in self.new_place.fields)

    @property
    def closing(self) -> list[BoundField]:
        return [self["closed_year"], self["successor"]]


class NewActorForm(PublicForm):
    """About an actor the directory doesn't know."""

    nothing = "Donnez au moins son nom."

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.add("name", forms.CharField(label="Son nom", max_length=200))
        self.fields["name"].required = True
        self.fields["name"].error_messages["required"] = "Donnez son nom."
        self.fields["name"].widget.attrs["aria-required"] = "true"
        self.add("kind", forms.ChoiceField(label="De quelle sorte ?", choices=_KINDS))
        self.add(
            "summary",
            forms.CharField(
                label="Ce qu’il fait, en une phrase",
                max_length=250,
                widget=forms.Textarea(attrs={"rows": 3}),
            ),
        )
        self._add_place("new")
        self._add_new_contacts()
        self.fields["how_known"].label = "Où peut-on le lire ?"
        self.fields["how_known"].help_text = "Un site, un article : l’annuaire ne publie rien sans source."
        self.fields["message"].label = "Avec qui travaille-t-il ? Autre chose à nous dire ?"

    @property
    def new_place(self) -> PlaceFields:
        return PlaceFields(self, "new", "Son adresse")


class GeneralForm(PublicForm):
    """About the directory as a whole."""

    nothing = "Écrivez-nous quelques mots."

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["message"].label = "Votre message"
        self.fields["message"].help_text = "Si c’est à propos d’une page, dites laquelle."
        del self.fields["how_known"], self.fields["sender"]
