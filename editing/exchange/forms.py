"""What a person tells about an uploaded table."""

from django import forms
from django.conf import settings

from actors.enums import Nature
from editing.exchange.columns import READABLE
from editing.import_models import ImportBatch, Outcome

TOO_LARGE = (
    f"Ce fichier a plus de {settings.MOST_UPLOADED // 1_000_000} Mo : il n’est pas lu. "
    "Partagez-le, ou retirez-en les colonnes et les images inutiles."
)
# What can be written, and whether it is proposed.
_CHOSEN = {Outcome.CREATE: True, Outcome.CHANGE: True, Outcome.TWIN: False}
_WORDS = {
    Outcome.CREATE: "Créer les nouvelles fiches",
    Outcome.CHANGE: "Modifier les fiches déjà là",
    Outcome.TWIN: "Créer aussi les doublons probables",
}


class UploadForm(forms.Form):
    file = forms.FileField(
        label="Fichier",
        help_text="Classeur .xlsx ou fichier CSV, la première ligne donnant le nom des colonnes ; "
        f"{settings.MOST_UPLOADED // 1_000_000} Mo et 20 000 lignes au plus.",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt,.tsv"}),
    )
    sheet = forms.CharField(
        label="Feuille",
        required=False,
        max_length=60,
        help_text="Si le classeur en a plusieurs : le nom de celle à lire.",
    )

    def __init__(self, *args, refused: bool = False, **kwargs):
        """``refused``: the upload was stopped for its size."""
        super().__init__(*args, **kwargs)
        if refused:
            self.fields["file"].error_messages["empty"] = TOO_LARGE


class MatchingForm(forms.Form):
    """For each column of the file one of ours, or none; and what lines leave unsaid."""

    nature = forms.ChoiceField(label="Nature des lignes qui ne la disent pas", choices=Nature.choices)
    scheme = forms.SlugField(
        label="Référentiel des identifiants extérieurs",
        required=False,
        max_length=40,
        help_text="D’où viennent les identifiants du fichier, en un mot : « carte-ess ». Gardez le même d’un import "
        "à l’autre : c’est lui qui fait reconnaître les fiches.",
    )

    def __init__(self, *args, batch: ImportBatch, examples: list[list[str]], **kwargs):
        initial = {"nature": batch.nature, "scheme": batch.scheme}
        super().__init__(*args, initial=initial, **kwargs)
        choices = [("", "ne pas reprendre"), *((key, column.column_name) for key, column in READABLE.items())]
        self._names = [f"column-{at}" for at in range(len(batch.header))]
        for at, (name, header) in enumerate(zip(self._names, batch.header, strict=True)):
            self.fields[name] = forms.ChoiceField(
                label=header or f"(colonne {at + 1}, sans nom)",
                choices=choices,
                required=False,
                initial=batch.mapping[at],
                help_text=" · ".join(examples[at]),
            )

    @property
    def columns(self) -> list[forms.BoundField]:
        return [self[name] for name in self._names]

    @property
    def mapping(self) -> list[str]:
        return [self.cleaned_data[name] for name in self._names]

    def clean(self):
        cleaned = super().clean()
        seen: dict[str, str] = {}
        for name in self._names:
            key = cleaned.get(name)
            if key in seen:
                self.add_error(name, f"« {READABLE[key].column_name} » est déjà prise par une autre colonne.")
            elif key:
                seen[key] = name
        if not {"name", "public_id", "siret", "outside_ids"} & seen.keys():
            raise forms.ValidationError(
                "Choisissez au moins la colonne du nom, ou celle d’un identifiant : sans elle, aucune ligne ne dit "
                "de quelle fiche il s’agit."
            )
        return cleaned


class ApplyForm(forms.Form):
    """Which of the sorted lines to write; nothing that has no line is offered."""

    chosen = forms.MultipleChoiceField(
        label="À enregistrer",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choisissez ce qui doit être enregistré."},
    )

    # Which sorting the page shows.
    seen = forms.CharField(required=False, max_length=16, widget=forms.HiddenInput)

    def __init__(self, *args, counts: dict[str, int], **kwargs):
        super().__init__(*args, **kwargs)
        offered = [outcome for outcome in _CHOSEN if counts.get(outcome)]
        field = self.fields["chosen"]
        field.choices = [(outcome.value, f"{_WORDS[outcome]} ({counts[outcome]})") for outcome in offered]
        field.initial = [outcome.value for outcome in offered if _CHOSEN[outcome]]
