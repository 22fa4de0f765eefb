"""The forms of an article's work page: one line typed becomes one fact."""

import re
from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from actors.actions.add_fact import check_columns, check_fact
from actors.actions.facts import Fact
from actors.enums import (
    AliasKind,
    Certainty,
    CitationRole,
    ContactKind,
    CooperationFamily,
    CooperationKind,
    CooperationStatus,
    FigureQualifier,
    FigureUnit,
    PlaceRole,
    PtceStatus,
    SocialNetwork,
    SpokespersonCategory,
)
from actors.models import Actor
from actors.phrases import PHRASES
from editing.letters.entering import actors_named, make_entry
from editing.letters.fields import (
    ActorField,
    KindField,
    PartialField,
    PersonField,
    TerritoryField,
    TypedLine,
    actors_meant,
    person_named,
)
from editing.letters.new_actor import likely_twins
from editing.normalised import NormalisedContact
from sources.models import Article


class FactForm(TypedLine, forms.Form):
    """One line. ``actor`` whose fact it is, ``article`` that tells it, ``user`` who types."""

    # Key of actors/actions/facts.py, and the heading of its lines.
    kind: str
    title: str
    # Of what else it may be a fact: a territory.
    territory = None

    def __init__(self, *args, actor: Actor | None = None, article: Article, user, **kwargs) -> None:
        self.actor, self.article, self.user = actor, article, user
        super().__init__(*args, **kwargs)
        self.fields["printed"] = forms.CharField(label="Imprimé autrement", required=False, max_length=300)
        self.fields["printed"].widget.attrs["size"] = 18
        self.use_required_attribute = False

    def values(self, cleaned: dict[str, Any]) -> dict[str, Any]:
        """The fact's values, of what was typed; may make what the fact points to (a person)."""
        raise NotImplementedError

    def facts(self) -> Iterator[Fact]:
        """What was typed on a valid line; call it inside the act that keeps it."""
        yield Fact(self.kind, self.values(self.cleaned_data), self.cleaned_data.get("printed", ""))

    def clean(self):
        cleaned = super().clean()
        if not self.errors and self.has_changed():
            self.check(cleaned)
        return cleaned

    def check(self, cleaned: dict[str, Any]) -> None:
        """Let the models speak before anything is written."""
        self._tell(Fact(self.kind, self.values(cleaned), cleaned.get("printed", "")))

    def _tell(self, fact: Fact, *, made: bool = True) -> None:
        """``made``: whether the other end of a link is there already."""
        try:
            if made:
                check_fact(fact=fact, actor=self.actor, territory=self.territory)
            else:
                check_columns(fact)
        except ValidationError as error:
            self.tell(error)

    def tell(self, error: ValidationError) -> None:
        """The error beside the field it is about."""
        for name, messages in getattr(error, "error_dict", {"__all__": error}).items():
            self.add_error(name if name in self.fields else None, messages)


def _guessed_contact(text: str) -> str:
    if re.fullmatch(r"[^\s@]+@[^\s@]+\.[^\s@]+", text):
        return ContactKind.EMAIL
    if re.fullmatch(r"\+?[\d .()-]{9,20}", text):
        return ContactKind.PHONE
    if text.startswith("@"):
        return ContactKind.SOCIAL
    if re.fullmatch(r"(https?://)?[\w-]+(\.[\w-]+)+(/\S*)?", text):
        return ContactKind.WEBSITE
    return ContactKind.POSTAL


class ContactForm(NormalisedContact, FactForm):
    kind, title = "contact", "Coordonnées"

    value = forms.CharField(label="Coordonnée", max_length=300)
    sort = forms.ChoiceField(
        label="Sorte", required=False, choices=[("", "(d’après ce qui est tapé)"), *ContactKind.choices]
    )
    network = forms.ChoiceField(label="Réseau", required=False, choices=[("", "–"), *SocialNetwork.choices])
    personal = forms.BooleanField(label="personnelle", required=False)

    # The box that only some lines show stands beside what it is about.
    field_order = ("value", "as_printed", "sort", "network", "personal")

    def clean(self):
        typed = self.cleaned_data
        if typed.get("value"):
            typed["sort"] = typed.get("sort") or _guessed_contact(typed["value"])
            typed["value"] = self.normalise(typed["sort"], typed["value"])
        return super().clean()

    def values(self, cleaned):
        sort, value = cleaned["sort"], cleaned["value"]
        network = (cleaned["network"] or SocialNetwork.UNKNOWN) if sort == ContactKind.SOCIAL else ""
        return {
            "kind": str(sort),
            "value": value,
            "network": str(network),
            "personal": cleaned["personal"],
        }


_AREA = "area"


class PlaceForm(FactForm):
    kind, title = "place", "Lieux"

    territory = TerritoryField(label="Commune ou territoire")
    role = forms.ChoiceField(
        label="Rôle", choices=[*PlaceRole.choices, (_AREA, "Intervient dans ce territoire")]
    )
    name = forms.CharField(label="Nom du lieu", required=False, max_length=150)
    address = forms.CharField(label="Adresse", required=False, max_length=250)
    postal_code = forms.RegexField(
        r"^\d{5}$",
        label="Code postal",
        required=False,
        error_messages={"invalid": "Un code postal a cinq chiffres."},
    )

    def _fact(self, cleaned) -> Fact:
        territory = cleaned["territory"].pk
        printed = cleaned.get("printed", "")
        if cleaned["role"] == _AREA:
            return Fact("area", {"territory_id": territory}, printed)
        names = ("role", "name", "address", "postal_code")
        values = {name: cleaned[name] for name in names}
        return Fact("place", values | {"territory_id": territory}, printed)

    def facts(self):
        yield self._fact(self.cleaned_data)

    def check(self, cleaned):
        self._tell(self._fact(cleaned))


class LinkForm(FactForm):
    """« X gère Y » from either side; the other may be made by name on the spot."""

    kind, title = "cooperation", "Liens"

    phrase = forms.ChoiceField(label="Phrase")
    other = ActorField(label="L’autre acteur (…)")
    other_kind = KindField(required=False)
    status = forms.ChoiceField(
        label="État", choices=CooperationStatus.choices, initial=CooperationStatus.ACTIVE
    )
    reason = forms.CharField(label="Déduit de (sinon énoncé)", required=False, max_length=400)
    since = PartialField(label="Depuis")
    until = PartialField(label="Jusqu’à")
    # Shown once likely twins of the other one were told.
    anyway = forms.BooleanField(
        label="Aucune de celles-ci : créer sa fiche", required=False, widget=forms.HiddenInput
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phrase"].choices = [("", "Choisir une phrase"), *_phrases(self.actor)]
        self.fields["other_kind"].label = "S’il n’a pas encore de fiche, son type"
        self.meant: list[Actor] = []
        self.twins: list[Actor] = []

    def check(self, cleaned):
        self.meant = actors_meant(cleaned["other"], self.user)
        if len(self.meant) > 1:
            named = " ; ".join(f"{actor} ({actor.slug})" for actor in self.meant)
            self.add_error("other", f"Plusieurs fiches portent ce nom, écrivez l’une de celles-ci : {named}.")
        elif not self.meant and not cleaned["other_kind"]:
            told = f"Aucune fiche ne s’appelle « {cleaned['other']} » : vérifiez le nom, ou choisissez son type pour la créer."
            self.add_error("other", told)
        elif self.meant:
            self._tell(Fact(self.kind, self.values(cleaned), cleaned.get("printed", "")))
        else:
            self._tell(
                Fact(self.kind, self._between(cleaned, self.actor.pk), cleaned.get("printed", "")), made=False
            )
            self._ask_about_twins(cleaned)

    def _ask_about_twins(self, cleaned) -> None:
        twins = likely_twins(name=cleaned["other"].strip(), nature=cleaned["other_kind"][0], user=self.user)
        self.fields["anyway"].widget = forms.CheckboxInput()
        if twins and not cleaned["anyway"]:
            self.twins = [twin.actor for twin in twins if twin.actor]
            named = " ; ".join(f"{actor} ({actor.slug})" for actor in self.twins)
            named = named or "une fiche que quelqu’un d’autre prépare"
            told = f"Cette fiche existe peut-être déjà : {named}. Écrivez l’une d’elles, ou cochez « Aucune de celles-ci »."
            self.add_error("other", told)

    def values(self, cleaned):
        return self._between(cleaned, self.meant[0].pk)

    def _between(self, cleaned, other: int) -> dict[str, Any]:
        kind, _, side = cleaned["phrase"].partition(":")
        mine_is_source = side == "source"
        reason = cleaned["reason"]
        return {
            "kind": kind,
            "source_id": self.actor.pk if mine_is_source else other,
            "target_id": other if mine_is_source else self.actor.pk,
            "status": cleaned["status"],
            "certainty": str(Certainty.INFERRED if reason else Certainty.STATED),
            "reason": reason,
            "since": cleaned["since"],
            "until": cleaned["until"],
        }

    def facts(self):
        # Asked again in the act that keeps it: another line, or a second click, may have made it.
        self.meant = self.meant or actors_named(self.cleaned_data["other"].strip(), self.user)[:1]
        if not self.meant:
            nature, kind = self.cleaned_data["other_kind"]
            self.meant = [
                make_entry(
                    name=self.cleaned_data["other"].strip(),
                    nature=nature,
                    kind=kind,
                    article=self.article,
                    role=CitationRole.NAMED,
                    user=self.user,
                )
            ]
        yield from super().facts()


def _phrases(actor: Actor) -> list[tuple[str, list[tuple[str, str]]]]:
    """Every sentence with ``actor`` on either side, by family: value « runs:source » when the actor is S."""

    class Somebody:
        number = "singular"

        def __str__(self) -> str:
            return "…"

    families: dict[str, list[tuple[str, str]]] = {family.label: [] for family in CooperationFamily}
    for kind in CooperationKind:
        phrase = PHRASES[kind]
        for side in ("source",) if phrase.symmetric else ("source", "target"):
            ends = (actor, Somebody()) if side == "source" else (Somebody(), actor)
            first, second, third = phrase.parts(*ends)
            told = (first, "et", second, third) if phrase.symmetric else (first, second, third)
            families[phrase.family.label].append((f"{kind}:{side}", " ".join(map(str, told))))
    return list(families.items())


class FigureForm(FactForm):
    kind, title = "figure", "Chiffres clés"

    qualifier = forms.ChoiceField(label="Précision", choices=FigureQualifier.choices)
    low = forms.DecimalField(label="Valeur", max_digits=14, decimal_places=2, localize=True)
    high = forms.DecimalField(
        label="à (fourchette)", max_digits=14, decimal_places=2, localize=True, required=False
    )
    what = forms.CharField(label="de quoi (« salariés »)", max_length=150)
    unit = forms.ChoiceField(label="Unité", choices=FigureUnit.choices)
    year = forms.IntegerField(label="Année", min_value=1800, max_value=2100, required=False)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].widget.attrs["placeholder"] = str(self.article.letter.year)

    def values(self, cleaned):
        low, high = cleaned["low"], cleaned["high"]
        if cleaned["qualifier"] == FigureQualifier.AT_MOST and high is None:
            low, high = None, low
        return {
            "what": cleaned["what"],
            "low": None if low is None else str(low),
            "high": None if high is None else str(high),
            "qualifier": cleaned["qualifier"],
            "unit": cleaned["unit"],
            "year": cleaned["year"] or self.article.letter.year,
        }


class TerritoryFigureForm(FigureForm):
    """What the article counts of a territory."""

    title = "Chiffres d’un territoire"

    of = TerritoryField(label="Territoire")

    field_order = ["of"]

    def check(self, cleaned):
        self.territory = cleaned["of"]
        super().check(cleaned)


class SpokespersonForm(FactForm):
    kind, title = "spokesperson", "Porte-parole"

    person = PersonField(label="Prénom et nom")
    role = forms.CharField(label="Fonction", required=False, max_length=150)
    category = forms.ChoiceField(
        label="Catégorie", choices=SpokespersonCategory.choices, initial=SpokespersonCategory.UNSPECIFIED
    )

    def check(self, cleaned):
        """The name was checked; the person is made when the line is kept."""

    def values(self, cleaned):
        return {
            "person_id": person_named(cleaned["person"]).pk,
            "role": cleaned["role"],
            "category": cleaned["category"],
        }


class WishForm(FactForm):
    kind, title = "wish", "Envies de coopération"

    text = forms.CharField(label="Envie", max_length=400)
    year = forms.IntegerField(label="Année", min_value=1800, max_value=2100, required=False)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].widget.attrs["size"] = 50
        self.fields["year"].widget.attrs["placeholder"] = str(self.article.letter.year)

    def values(self, cleaned):
        return {"text": cleaned["text"], "year": cleaned["year"] or self.article.letter.year}


class AliasForm(FactForm):
    kind, title = "alias", "Autres noms"

    name = forms.CharField(label="Nom", max_length=200)
    sort = forms.ChoiceField(label="Sorte", choices=AliasKind.choices)

    def values(self, cleaned):
        return {"name": cleaned["name"], "kind": cleaned["sort"]}


class StatusForm(FactForm):
    kind, title = "status", "Statuts du PTCE"

    status = forms.ChoiceField(label="Statut", choices=[("", "–"), *PtceStatus.choices])
    date = PartialField(label="Depuis")
    call = forms.CharField(label="Appel à projets", required=False, max_length=200)
    note = forms.CharField(label="Remarque", required=False, max_length=300)

    def has_changed(self) -> bool:
        return bool(self["status"].data) or super().has_changed()

    def values(self, cleaned):
        return {name: cleaned[name] for name in ("status", "date", "call", "note")}


# In the order people tell an actor.
LINES: tuple[type[FactForm], ...] = (
    ContactForm,
    PlaceForm,
    LinkForm,
    FigureForm,
    SpokespersonForm,
    WishForm,
    AliasForm,
    StatusForm,
)
