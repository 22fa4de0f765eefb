from django import forms

from actors.filters import StrictForm


class TerritorySearchForm(StrictForm):
    """Search of a territory by name, postal code, INSEE code or SIREN."""

    q = forms.CharField(
        label="Nom, code postal ou code Insee",
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
