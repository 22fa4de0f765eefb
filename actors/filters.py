"""Address parameters to what they ask: parsed, checked, and labelled in French.

One FilterSet per list. Unlike django-filter's own, the rows of a form with errors are none, and a
parameter nobody knows is an error: a mistyped filter must never pass for a complete list.
"""

import re

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator

from actors.enums import (
    CitationRole,
    CooperationKind,
    CooperationStatus,
    InitiativeKind,
    Label,
    LegalForm,
    LifeStatus,
    Nature,
    OrganisationKind,
    Sector,
    Sphere,
)
from actors.index.door import ask
from actors.index.selection import ROLE_SLUGS, Point, Selection
from actors.models import Activity, Actor, Address, Cooperation, PublicId
from sources.models import Letter
from territories.models import Territory

# What mail programs and social networks add to an address they pass on.
_TRACKING = re.compile(r"(utm|mtm|pk)_\w+|fbclid|gclid|mc_[ce]id")
# Parameters that other parts of a page read.
_ELSEWHERE = {"page", "tri", "par"}


class StrictForm(forms.Form):
    """A form that knows every parameter of its address, and takes one value where one is meant."""

    use_required_attribute = False

    def clean(self) -> dict:
        cleaned = super().clean()
        unknown = next((name for name in self.data if not self._knows(name)), None)
        if unknown is not None:
            shown, known = unknown.replace("\0", "")[:40], ", ".join(self.fields)
            self.add_error(None, f"« {shown} » n’est pas un filtre de cette liste. Filtres connus : {known}.")
        for name, field in self.fields.items():
            several = isinstance(field, forms.MultipleChoiceField | SeveralField)
            if not several and len(set(filter(None, self._values(name)))) > 1:
                self.add_error(name, "Une seule valeur à la fois pour ce filtre.")
        return cleaned

    def _knows(self, name: str) -> bool:
        return name in self.fields or name in _ELSEWHERE or bool(_TRACKING.fullmatch(name))

    def _values(self, name: str) -> list[str]:
        return self.data.getlist(name) if hasattr(self.data, "getlist") else [self.data.get(name)]


class ActorForm(StrictForm):
    """Also reads the actor named by its slug, which no closed list holds."""

    def clean_avec(self) -> Actor | None:
        slug = self.cleaned_data["avec"]
        if not slug:
            return None
        actor = Actor.objects.published().filter(slug=slug).first()
        if actor is None:
            raise ValidationError("Aucun acteur publié n’a cette adresse.", code="unknown")
        return actor

    def clean_q(self) -> str:
        text = self.cleaned_data["q"]
        return "".join(char if char.isprintable() else " " for char in text)


class StrictFilterSet(django_filters.FilterSet):
    @property
    def qs(self):
        """The rows that meet a valid form; none when it has errors."""
        if self.is_bound and not self.form.is_valid():
            return self.queryset.none()
        return super().qs


class ChecksField(forms.MultipleChoiceField):
    """Boxes to tick, read as members of a closed list."""

    widget = forms.CheckboxSelectMultiple


class TerritoryField(forms.CharField):
    """A territory by code, slug or exact name; cleans to a :class:`Territory` or None (1 query, 3 at most for an error)."""

    def clean(self, value) -> Territory | None:
        text = super().clean(value)
        if not text:
            return None
        if found := Territory.objects.from_parameter(text).first():
            return found
        named = list(Territory.objects.named(text)[:6])
        if len(named) == 1:
            return named[0]
        if named:
            raise ValidationError(
                f"Plusieurs territoires portent ce nom : {_choices(named)}.", code="ambiguous"
            )
        if like := list(Territory.objects.search(text)[:5]):
            raise ValidationError(
                f"Aucun territoire ne porte ce nom ou ce code. Peut-être : {_choices(like)}.", code="unknown"
            )
        raise ValidationError(
            "Aucun territoire ne porte ce nom ou ce code. Un code postal se cherche dans la page Territoires.",
            code="unknown",
        )


def _choices(territories: list[Territory]) -> str:
    """« Rivière, commune (« riviere-62 ») ; … »: what to type instead."""
    return " ; ".join(
        f"{each.name}, {each.get_kind_display().lower()} (« {each.slug} »)" for each in territories
    )


class SlugField(forms.ModelChoiceField):
    """A row chosen by its slug (1 query for the choices, 1 for the value)."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, to_field_name="slug", **kwargs)

    def to_python(self, value):
        # PostgreSQL refuses these with an error of its own, before any row is compared.
        ProhibitNullCharactersValidator()(value or "")
        return super().to_python(value)


class SeveralField(forms.Field):
    """Several values of one parameter, each given once: ``?plus=a&plus=b``.

    At most ``most`` of them: an address of thousands is no selection anybody made.
    """

    widget = forms.SelectMultiple
    most = 500
    too_many = "Pas plus de %(most)d valeurs à la fois pour ce filtre."

    def clean(self, value) -> tuple:
        given = list(dict.fromkeys(each.strip() for each in value or [] if each.strip()))
        if len(given) > self.most:
            raise ValidationError(self.too_many, code="too_many", params={"most": self.most})
        if any("\0" in each or len(each) > 120 for each in given):
            raise ValidationError("Une de ces valeurs n’existe pas.", code="unknown")
        return self.read(given)

    def read(self, given: list[str]) -> tuple:
        raise NotImplementedError

    @staticmethod
    def refuse(unknown: list[str]) -> None:
        if unknown:
            shown = ", ".join(f"« {each[:40]} »" for each in unknown[:5])
            raise ValidationError(f"Inconnu dans cette liste : {shown}.", code="unknown")


class RowsField(SeveralField):
    """Rows by their slugs (1 query, none without a value)."""

    def __init__(self, *, queryset, **kwargs):
        self.queryset = queryset
        super().__init__(**kwargs)

    def read(self, given: list[str]) -> tuple:
        if not given:
            return ()
        rows = {row.slug: row for row in self.queryset.filter(slug__in=given)}
        self.refuse([slug for slug in given if slug not in rows])
        return tuple(rows[slug] for slug in given)


class PublicIdsField(SeveralField):
    """Single actors by permanent id, or by any address they ever had; cleans to ids.

    An id or address of an actor that was merged stands for the one it was merged with; those whose
    actor was deleted are passed over (1 query, 1 more with addresses and 1 for each merger in a row,
    none without a value).
    """

    def read(self, given: list[str]) -> tuple:
        if not given:
            return ()
        merged = dict(PublicId.objects.filter(value__in=given).values_list("value", "merged_into"))
        ids = {value: value for value in merged}
        if others := [each for each in given if each not in ids]:
            addresses = Address.objects.filter(slug__in=others)
            for slug, value, into in addresses.values_list("slug", "public_id", "public_id__merged_into"):
                ids[slug], merged[value] = value, into
            self.refuse([each for each in others if each not in ids])
        while unknown := {into for into in merged.values() if into and into not in merged}:
            merged |= dict(PublicId.objects.filter(value__in=unknown).values_list("value", "merged_into"))
        return tuple(dict.fromkeys(_last(merged, ids[each]) for each in given))


def _last(merged: dict[str, str | None], value: str) -> str:
    """Where a chain of mergers ends."""
    while into := merged[value]:
        value = into
    return value


class AroundField(forms.CharField):
    """A commune, as :class:`TerritoryField` reads it, or a point « 50.42,2.95 »."""

    def clean(self, value) -> Territory | Point | None:
        text = super().clean(value)
        if not text:
            return None
        if match := _POINT.fullmatch(text):
            point = Point(float(match[1]), float(match[2]))
            if abs(point.latitude) > 90 or abs(point.longitude) > 180:
                raise ValidationError("Ce point n’est pas sur la Terre.", code="point")
            return point
        territory = TerritoryField(max_length=self.max_length).clean(text)
        if not territory.is_commune_or_part:
            raise ValidationError(
                f"« {territory.name} » n’est pas une commune. Pour chercher dans tout ce territoire, prenez "
                "le filtre « Territoire ».",
                code="too_wide",
            )
        if territory.latitude is None:
            raise ValidationError(f"Nous ne savons pas où placer {territory.name}.", code="no_point")
        return territory


class ChoiceField(forms.ChoiceField):
    """One member of a short list, or nothing."""

    def __init__(self, *, choices, empty_label="", **kwargs):
        super().__init__(choices=[("", empty_label), *choices], **kwargs)


def _filter(field: type[forms.Field]) -> type[django_filters.Filter]:
    return type(f"{field.__name__}Filter", (django_filters.Filter,), {"field_class": field})


TextFilter = _filter(forms.CharField)
ChecksFilter = _filter(ChecksField)
ChoiceFilter = _filter(ChoiceField)
TerritoryFilter = _filter(TerritoryField)
AroundFilter = _filter(AroundField)
SlugFilter = _filter(SlugField)
RowsFilter = _filter(RowsField)
PublicIdsFilter = _filter(PublicIdsField)

_POINT = re.compile(r"\s*(-?\d{1,2}(?:\.\d{1,6})?)\s*,\s*(-?\d{1,3}(?:\.\d{1,6})?)\s*")
PLURALS = {Nature.ORGANISATION: "Structures", Nature.INITIATIVE: "Initiatives", Nature.PTCE: "PTCE"}
_YES = [("oui", "Oui")]
ROLES = {CitationRole.SUBJECT: "Présenté", CitationRole.NAMED: "Seulement cité"}
RADII = (5, 10, 20, 30, 50, 100)
DEFAULT_RADIUS = 20


def _suggesting(kinds: str) -> forms.TextInput:
    """A field that proposes these kinds of things while one types (``static/js/suggestions.js``)."""
    return forms.TextInput(attrs={"autocomplete": "off", "data-suggest": kinds, "data-takes": "slug"})


class ActorFilterSet(StrictFilterSet):
    """Filters of every list of actors: site, and later API, exports, map, embeds and feeds."""

    q = TextFilter(
        label="Mots",
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "data-suggest": ""}),
    )
    nature = ChecksFilter(
        label="Vous cherchez",
        choices=[(nature.slug, plural) for nature, plural in PLURALS.items()],
    )
    territoire = TerritoryFilter(
        label="Territoire",
        max_length=150,
        help_text="Nom, code Insee ou SIREN, avec tout ce qui s’y trouve.",
        widget=_suggesting("commune territory"),
    )
    presence = ChoiceFilter(
        label="Présence",
        choices=[("tous", "Implantés ou intervenant ici")],
        empty_label="Implantés ici",
    )
    autour = AroundFilter(
        label="Autour de",
        max_length=150,
        help_text="Une commune : son nom ou son code Insee.",
        widget=_suggesting("commune"),
    )
    rayon = ChoiceFilter(
        label="À moins de",
        choices=[(str(radius), f"{radius} km") for radius in RADII],
        empty_label=f"{DEFAULT_RADIUS} km",
    )
    secteur = ChecksFilter(label="Domaine d’activité", choices=Sector.slug_choices())
    activite = RowsFilter(label="Activité", queryset=Activity.objects.all())
    type = ChecksFilter(
        label="Type de structure ou d’initiative",
        choices=[
            ("Structures", OrganisationKind.slug_choices()),
            ("Initiatives", InitiativeKind.slug_choices()),
        ],
    )
    label = ChecksFilter(label="Agrément, label ou dispositif", choices=Label.slug_choices())
    statut = ChecksFilter(label="Statut juridique", choices=LegalForm.slug_choices())
    famille = ChecksFilter(label="Famille", choices=Sphere.slug_choices())
    ptce = SlugFilter(
        label="Lié au PTCE",
        queryset=Actor.objects.published().filter(nature=Nature.PTCE).in_order(),
        empty_label="Tous",
    )
    avec = TextFilter(label="Lien avec", max_length=120)
    lien = ChecksFilter(label="Type de lien", choices=CooperationKind.slug_choices())
    partenaires = ChoiceFilter(label="Cherche des partenaires", choices=_YES)
    adherents = ChoiceFilter(label="Adhérents de l’Apes", choices=_YES)
    situation = ChecksFilter(label="Situation", choices=LifeStatus.slug_choices())
    dans = ChoiceFilter(
        label="Dans les lettres",
        choices=[(ROLE_SLUGS[role], label) for role, label in ROLES.items()],
    )
    lettre = RowsFilter(label="Lettre", queryset=Letter.objects.published())
    plus = PublicIdsFilter(label="Acteurs ajoutés")
    sans = PublicIdsFilter(label="Acteurs retirés")

    class Meta:
        model = Actor
        fields: list[str] = []
        form = ActorForm

    @property
    def selection(self) -> Selection | None:
        """What the address asks; None when it has errors."""
        if not self.form.is_valid():
            return None
        asked = self.form.cleaned_data
        roles = {slug: role for role, slug in ROLE_SLUGS.items()}
        return Selection(
            text=asked["q"],
            natures=_members(Nature, asked["nature"]),
            territory=asked["territoire"],
            acting=asked["presence"] == "tous",
            near=asked["autour"],
            radius=int(asked["rayon"] or DEFAULT_RADIUS),
            sectors=_members(Sector, asked["secteur"]),
            activities=asked["activite"],
            organisation_kinds=_members(OrganisationKind, asked["type"]),
            initiative_kinds=_members(InitiativeKind, asked["type"]),
            labels=_members(Label, asked["label"]),
            legal_forms=_members(LegalForm, asked["statut"]),
            spheres=_members(Sphere, asked["famille"]),
            ptce=asked["ptce"],
            linked=asked["avec"],
            link_kinds=_members(CooperationKind, asked["lien"]),
            wish=bool(asked["partenaires"]),
            apes_member=bool(asked["adherents"]),
            life_statuses=_members(LifeStatus, asked["situation"]),
            role=roles.get(asked["dans"]),
            letters=asked["lettre"],
            plus=asked["plus"],
            minus=asked["sans"],
        )

    def filter_queryset(self, queryset):
        return queryset.filter(pk__in=ask(self.selection).ids())


class CooperationFilterSet(StrictFilterSet):
    """Filters of the list of cooperations."""

    type = ChecksFilter(label="Type de lien", choices=CooperationKind.slug_choices())
    etat = ChecksFilter(label="État", choices=CooperationStatus.slug_choices())

    class Meta:
        model = Cooperation
        fields: list[str] = []
        form = StrictForm

    def filter_queryset(self, queryset):
        asked = self.form.cleaned_data
        return queryset.of_kinds(_members(CooperationKind, asked["type"])).in_states(
            _members(CooperationStatus, asked["etat"])
        )


def _members(choices, slugs) -> tuple:
    return tuple(member for member in choices if member.slug in slugs)
