"""The public form « Vous êtes cité ou citée ? »: no account, no proof, no more than what finds the person."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from editing.request_models import RequestKind
from editing.suggestions.forms import PublicForm

_NEEDS_NAME = {RequestKind.REMOVE, RequestKind.CORRECT, RequestKind.ACCESS, RequestKind.STRUCTURE}


class RequestForm(PublicForm):
    """What is asked, about whom, where it was seen, and whether to answer."""

    kind = forms.ChoiceField(
        label="Que demandez-vous ?",
        choices=RequestKind.choices,
        initial=RequestKind.REMOVE,
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez ce que vous demandez."},
    )
    name = forms.CharField(
        label="Votre nom, tel qu’il est écrit dans l’annuaire",
        max_length=200,
        required=False,
        help_text="Pour une structure : son nom.",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    contacts = forms.CharField(
        label="Numéros ou courriels à retirer, s’il y en a",
        max_length=400,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    where = forms.CharField(
        label="Où l’avez-vous vu ?",
        max_length=400,
        required=False,
        help_text="L’adresse d’une page, ou le nom d’une structure. Facultatif : cela nous fait gagner du temps.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    field_order = ["kind", "name", "contacts", "where", "message", "email"]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["how_known"], self.fields["sender"]
        self.fields["message"].label = "Autre chose à nous dire"
        self.fields["message"].help_text = "Vous n’avez pas à dire pourquoi."
        self.fields["email"].help_text = (
            "Facultatif. Vous recevrez un accusé de réception, puis la réponse. Il n’est ni publié ni transmis, et il est "
            "effacé avec la réponse."
        )

    def clean(self) -> dict[str, Any]:
        """Whatever is asked, enough to find what it is about, and to answer what asks for an answer."""
        # Not PublicForm's own, for which a form that changes no field of an entry says nothing.
        cleaned, self.proposed = self.cleaned_data, {}
        kind = cleaned.get("kind")
        if kind in _NEEDS_NAME and not cleaned.get("name") and "name" not in self.errors:
            self.add_error("name", "Écrivez le nom à chercher.")
        if kind == RequestKind.CONTACT and not (cleaned.get("contacts") or cleaned.get("name")):
            self.add_error("contacts", "Écrivez le numéro ou le courriel à retirer.")
        if kind == RequestKind.ACCESS and not cleaned.get("email") and "email" not in self.errors:
            self.add_error("email", "Donnez un courriel : sans lui, nous ne pourrions pas vous répondre.")
        return cleaned

    @property
    def asked(self) -> list:
        return [self[name] for name in ("name", "contacts", "where")]


class DecisionForm(forms.Form):
    """What a moderator looks for and takes away: one spelling, address or number a line."""

    names = forms.CharField(
        label="Noms et autres graphies, un par ligne",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    emails = forms.CharField(
        label="Courriels, un par ligne",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    phones = forms.CharField(
        label="Téléphones, un par ligne",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean(self):
        cleaned = super().clean()
        if not any(cleaned.values()):
            raise ValidationError("Écrivez un nom, un courriel ou un numéro.")
        return cleaned
