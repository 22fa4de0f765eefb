"""What an article says of the entry itself: its name, what it is and does, since when and until when."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from actors import normalising
from actors.actions.add_fact import check_fact
from actors.actions.facts import COLUMN, COLUMNS, Fact
from actors.enums import (
    Certainty,
    CitationColumn,
    CooperationKind,
    CooperationStatus,
    GrammaticalNumber,
    InitiativeKind,
    Label,
    LegalForm,
    LifeStatus,
    Nature,
    OrganisationKind,
    RegistryState,
    Sector,
    Sphere,
)
from actors.models import Activity, Actor
from editing.letters.fields import (
    ActorField,
    PartialField,
    TellsOthers,
    TerritoryField,
    actors_meant,
    territory_text,
)
from sources.models import Article

# Heading -> fields, in the order people tell an actor.
GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Ce qu’il fait", ("summary", "description", "sectors", "activities")),
    (
        "Ce qu’il est",
        ("organisation_kind", "initiative_kind", "legal_form", "sphere", "labels", "potential_ptce"),
    ),
    (
        "Sa vie",
        (
            "founded",
            "founded_printed",
            "life_status",
            "life_status_year",
            "closed",
            "closed_printed",
            "successor",
        ),
    ),
    ("Son nom", ("name", "number", "precision", "name_reason")),
    ("Ses numéros et son territoire", ("siren", "siret", "rna", "administers")),
)
# Fields that no entry of the nature has.
_NOT_OF = {
    Nature.ORGANISATION: {"initiative_kind", "potential_ptce"},
    Nature.INITIATIVE: {"organisation_kind", "legal_form", "siren", "siret", "rna", "administers"},
    Nature.PTCE: {"organisation_kind", "initiative_kind", "potential_ptce", "administers"},
}
# Columns of a fact that are asked by a field of another name, or by none.
_FIELDS = {"administers_id": "administers"}
_REGISTRY = ("siren", "siret", "rna")


class NumberField(forms.CharField):
    """An official number in its one written form."""

    def __init__(self, normalise, **kwargs) -> None:
        self.normalise = normalise
        super().__init__(max_length=30, required=False, **kwargs)

    def clean(self, value) -> str:
        text = super().clean(value)
        return self.normalise(text) if text else ""


class ColumnsForm(TellsOthers, forms.Form):
    """Only what is changed becomes a fact; changed against what was shown, so that nobody's later word is undone.

    Costs 1 query for the activities, and 3 where something is posted.
    """

    summary = forms.CharField(label="En une ligne", max_length=250, required=False)
    description = forms.CharField(
        label="Description", required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    sectors = forms.MultipleChoiceField(
        label="Domaines d’activité (trois au plus)",
        choices=Sector.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    activities = forms.MultipleChoiceField(
        label="Activités", required=False, widget=forms.CheckboxSelectMultiple
    )
    organisation_kind = forms.ChoiceField(label="Type", choices=OrganisationKind.choices, required=False)
    initiative_kind = forms.ChoiceField(label="Type", choices=InitiativeKind.choices, required=False)
    legal_form = forms.ChoiceField(label="Statut juridique", required=False)
    sphere = forms.ChoiceField(label="Famille", choices=Sphere.choices, required=False)
    labels = forms.MultipleChoiceField(
        label="Agréments, labels ou dispositifs",
        choices=Label.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    potential_ptce = forms.BooleanField(label="PTCE possible", required=False)
    founded = PartialField(label="Créé en")
    founded_printed = forms.CharField(label="Création, imprimée autrement", max_length=300, required=False)
    life_status = forms.ChoiceField(label="Situation", choices=LifeStatus.choices, required=False)
    life_status_year = forms.IntegerField(
        label="Situation de l’année", min_value=1800, max_value=2100, required=False
    )
    closed = PartialField(label="Terminé en")
    closed_printed = forms.CharField(label="Fin, imprimée autrement", max_length=300, required=False)
    successor = ActorField(label="Repris par", required=False)
    name = forms.CharField(label="Nom", max_length=200)
    number = forms.ChoiceField(label="Nombre grammatical", choices=GrammaticalNumber.choices)
    precision = forms.CharField(label="Précision après le nom", max_length=120, required=False)
    name_reason = forms.CharField(
        label="Nom donné par la rédaction, pourquoi", max_length=300, required=False
    )
    siren = NumberField(normalising.siren, label="SIREN")
    siret = NumberField(normalising.siret, label="SIRET")
    rna = NumberField(normalising.rna, label="RNA")
    administers = TerritoryField(label="Administre le territoire", required=False)

    def __init__(self, data=None, *, actor: Actor, article: Article, user, **kwargs) -> None:
        self.actor, self.article, self.user = actor, article, user
        super().__init__(data, initial=self._stored(actor), **kwargs)
        self.use_required_attribute = False
        for name in _NOT_OF[Nature(actor.nature)]:
            del self.fields[name]
        self.fields["activities"].choices = list(
            Activity.objects.order_by("name", "pk").values_list("slug", "name")
        )
        if "legal_form" in self.fields:
            empty = [] if actor.nature == Nature.ORGANISATION else [("", "–")]
            self.fields["legal_form"].choices = [*empty, *LegalForm.choices]
        self.fields["life_status_year"].widget.attrs["placeholder"] = str(article.letter.year)
        for name, size in {"summary": 60, "name": 40, "name_reason": 40}.items():
            self.fields[name].widget.attrs["size"] = size
        for field in self.fields.values():
            field.show_hidden_initial = True

    @staticmethod
    def _stored(actor: Actor) -> dict[str, Any]:
        """What the entry says, as the fields take it; needs its sectors, labels, activities and territory loaded."""
        plain = [name for name in ColumnsForm.base_fields if hasattr(Actor, name)]
        lists = {
            "sectors": [row.sector for row in actor.sectors.all()],
            "labels": [row.label for row in actor.labels.all()],
            "activities": [activity.slug for activity in actor.activities.all()],
            "administers": territory_text(actor.administers) if actor.administers_id else "",
        }
        return {name: getattr(actor, name) for name in plain if name not in lists} | lists

    @property
    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        told = [(heading, [self[name] for name in names if name in self.fields]) for heading, names in GROUPS]
        return [(heading, fields) for heading, fields in told if fields]

    def clean_sectors(self) -> list[str]:
        sectors = self.cleaned_data["sectors"]
        if len(sectors) > 3:
            raise ValidationError("Un acteur a un à trois domaines d’activité.")
        return sectors

    def clean_successor(self) -> Actor | None:
        text = self.cleaned_data["successor"]
        if not text:
            return None
        meant = actors_meant(text, self.user)
        if len(meant) > 1:
            named = " ; ".join(f"{actor} ({actor.slug})" for actor in meant)
            raise ValidationError(f"Plusieurs fiches portent ce nom, écrivez l’une de celles-ci : {named}.")
        if not meant:
            raise ValidationError(
                f"Aucune fiche ne s’appelle « {text} » : ajoutez-la d’abord comme acteur de l’article."
            )
        return meant[0]

    def facts(self) -> Iterator[Fact]:
        """One fact for each column a source can support; call it on a valid form."""
        for column, names in COLUMNS.items():
            fields = {name: _FIELDS.get(name, name) for name in names}
            changed = {
                name: self._value(field) for name, field in fields.items() if field in self.changed_data
            }
            if column == CitationColumn.REGISTRY and changed:
                left = any(changed.get(name, getattr(self.actor, name)) for name in _REGISTRY)
                changed["registry_state"] = str(RegistryState.PROPOSED if left else RegistryState.ABSENT)
            if "life_status" in changed:
                year = (
                    self.cleaned_data["life_status_year"] if "life_status_year" in self.changed_data else None
                )
                known = changed["life_status"] != LifeStatus.UNKNOWN
                changed["life_status_year"] = (year or self.article.letter.year) if known else None
            if changed:
                printed = self.cleaned_data.get(f"{column}_printed", "")
                yield Fact(COLUMN, {"column": str(column), "set": changed}, printed)
        if self.cleaned_data.get("successor"):
            values = {
                "kind": str(CooperationKind.TAKES_OVER),
                "source_id": self.cleaned_data["successor"].pk,
                "target_id": self.actor.pk,
                "status": str(CooperationStatus.ACTIVE),
                "certainty": str(Certainty.STATED),
            }
            yield Fact("cooperation", values)

    def tell(self, error: ValidationError) -> None:
        """What is refused when the facts are kept."""
        self.add_error(None, error.messages)

    def _value(self, field: str) -> Any:
        value = self.cleaned_data[field]
        if field == "administers":
            return value.pk if value else None
        return sorted(value) if field == "activities" else value

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors:
            self.tell_what_others_wrote()
        if not self.errors:
            for fact in self.facts():
                try:
                    check_fact(fact=fact, actor=Actor.objects.get(pk=self.actor.pk))
                except ValidationError as error:
                    self.add_error(None, error.messages)
        return cleaned
