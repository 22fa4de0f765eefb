"""The one form of the pages behind a mailed link: that an activity has ceased."""

from django import forms
from django.utils import timezone


class ClosureForm(forms.Form):
    year = forms.IntegerField(
        label="En quelle année l’activité a-t-elle cessé ?",
        min_value=1900,
        help_text="Quatre chiffres, « 2025 ».",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "maxlength": 4, "autocomplete": "off"}),
        error_messages={
            "required": "Indiquez l’année, même à peu près.",
            "invalid": "Écrivez l’année en quatre chiffres.",
            "min_value": "Écrivez l’année en quatre chiffres.",
        },
    )
    successor = forms.CharField(
        label="Quelqu’un a-t-il repris l’activité ?",
        required=False,
        max_length=200,
        help_text="Son nom, ou rien.",
    )
    message = forms.CharField(
        label="Autre chose à nous dire",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    sure = forms.BooleanField(
        label="Oui, cette activité a cessé.",
        error_messages={"required": "Cochez cette case pour que nous en soyons sûrs."},
    )

    def clean_year(self) -> int:
        year = self.cleaned_data["year"]
        if year > timezone.localdate().year:
            raise forms.ValidationError("Cette année n’est pas encore venue.")
        return year
