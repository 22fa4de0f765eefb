"""Fields and forms that give contacts and official numbers their one written form, wherever they are typed.

What is stored already is never judged again: an entry with an old slip can still be saved.
"""

from collections.abc import Callable

from django import forms
from django.core.exceptions import ValidationError

from actors import normalising
from actors.enums import ContactKind, RegistryState

OFFICIAL_NUMBERS: dict[str, Callable[[str], str]] = {
    "siren": normalising.siren,
    "siret": normalising.siret,
    "rna": normalising.rna,
}


class OfficialNumberField(forms.CharField):
    """SIREN, SIRET or RNA, typed with or without spaces; a wrong one is told beside it.

    ``normalise``: a function of :mod:`actors.normalising`; ``kept``: what the entry says already.
    """

    kept = ""

    def __init__(self, *, normalise: Callable[[str], str], **kwargs) -> None:
        self.normalise = normalise
        super().__init__(**kwargs)

    def to_python(self, value) -> str:
        text = super().to_python(value)
        return text if text in {"", self.kept} else self.normalise(text)

    def widget_attrs(self, widget) -> dict[str, str]:
        """Without the length of the stored form: browsers would cut what is typed with spaces."""
        return {**super().widget_attrs(widget), "maxlength": "30"}


class NormalisedNumbers(forms.ModelForm):
    """Of an entry's form: its official numbers know what is stored, and their state goes along with them."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if isinstance(field, OfficialNumberField):
                field.kept = self.initial.get(name, "")

    def clean(self):
        """Numbers that appear are to be verified, numbers that are gone are absent, unless somebody says otherwise."""
        cleaned = super().clean()
        if "registry_state" in cleaned and "registry_state" not in self.changed_data:
            told = any(cleaned.get(name) for name in OFFICIAL_NUMBERS)
            if told and cleaned["registry_state"] == RegistryState.ABSENT:
                cleaned["registry_state"] = RegistryState.PROPOSED
            elif not told and not self.errors.keys() & OFFICIAL_NUMBERS.keys():
                cleaned["registry_state"] = RegistryState.ABSENT
        return cleaned


class NormalisedContact(forms.Form):
    """Of a form with the ``value`` of a contact: call :meth:`normalise` from ``clean()``.

    A telephone that can't be one is an error with a box beside it: a source may print it so, and whoever ticks the
    box keeps it as it was typed. ``warnings`` then says so.
    """

    as_printed = forms.BooleanField(
        label="la source l’imprime ainsi", required=False, widget=forms.HiddenInput
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.warnings: list[str] = []

    def normalise(self, kind: str, text: str) -> str:
        """The form to store; ``text`` itself where it can't be read, with an error or a warning."""
        try:
            return normalising.contact(kind, text)
        except ValidationError as error:
            told = error.messages[0]
        if kind == ContactKind.PHONE:
            self.fields["as_printed"].widget = forms.CheckboxInput()
            if self.cleaned_data.get("as_printed"):
                self.warnings.append(
                    f"« {text} » est gardé tel que la source l’imprime : on ne peut pas l’appeler ainsi."
                )
                return text
            told += " Si la source l’imprime ainsi, cochez la case à côté."
        self.add_error("value", told)
        return text
