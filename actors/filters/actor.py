"""The filters of every list of actors."""

from django import forms

from actors.enums import (
    CitationRole,
    CooperationKind,
    InitiativeKind,
    Label,
    LegalForm,
    LifeStatus,
    Nature,
    OrganisationKind,
    Sector,
    Sphere,
)
from actors.filters.fields import (
    ActorSlugFilter,
    AroundFilter,
    ChecksFilter,
    ChoiceFilter,
    LinkedActorFilter,
    PublicIdsFilter,
    RowsFilter,
    SinceFilter,
    TerritoryFilter,
    TextFilter,
    members,
    suggesting,
)
from actors.filters.strict import StrictFilterSet, StrictForm
from actors.index.door import ask
from actors.index.selection import ROLE_SLUGS, Selection
from actors.models import Activity, Actor
from sources.models import Letter

PLURALS = {Nature.ORGANISATION: "Structures", Nature.INITIATIVE: "Initiatives", Nature.PTCE: "PTCE"}
ROLES = {CitationRole.SUBJECT: "Présenté", CitationRole.NAMED: "Seulement cité"}
RADII = (5, 10, 20, 30, 50, 100)
DEFAULT_RADIUS = 20
_YES = [("oui", "Oui")]


class ActorForm(StrictForm):
    """Also reads what was typed without what no letter is."""

    def clean_q(self) -> str:
        text = self.cleaned_data["q"]
        return "".join(char if char.isprintable() else " " for char in text)


class ActorFilterSet(StrictFilterSet):
    """Filters of every list of actors: site, and later API, exports, map, embeds and feeds."""

    q = TextFilter(
        label="Acteur, commune, activité",
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
        widget=suggesting("commune territory"),
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
        widget=suggesting("commune"),
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
    ptce = ActorSlugFilter(
        label="Lié au PTCE",
        queryset=Actor.objects.published().filter(nature=Nature.PTCE).in_order(),
        empty_label="Tous",
    )
    avec = LinkedActorFilter(label="Lien avec", max_length=120)
    lien = ChecksFilter(label="Type de lien", choices=CooperationKind.slug_choices())
    partenaires = ChoiceFilter(label="Cherche des partenaires", choices=_YES)
    adherents = ChoiceFilter(label="Adhérents de l’Apes", choices=_YES)
    situation = ChecksFilter(label="Situation", choices=LifeStatus.slug_choices())
    dans = ChoiceFilter(
        label="Dans les lettres",
        choices=[(ROLE_SLUGS[role], label) for role, label in ROLES.items()],
    )
    lettre = RowsFilter(label="Lettre", queryset=Letter.objects.published())
    # What files and the API call it; in an address of ours it becomes « lettre ».
    source = RowsFilter(label="Source", queryset=Letter.objects.published())
    depuis = SinceFilter(label="Dernière information")
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
            natures=members(Nature, asked["nature"]),
            territory=asked["territoire"],
            acting=asked["presence"] == "tous",
            near=asked["autour"],
            radius=int(asked["rayon"] or DEFAULT_RADIUS),
            sectors=members(Sector, asked["secteur"]),
            activities=asked["activite"],
            organisation_kinds=members(OrganisationKind, asked["type"]),
            initiative_kinds=members(InitiativeKind, asked["type"]),
            labels=members(Label, asked["label"]),
            legal_forms=members(LegalForm, asked["statut"]),
            spheres=members(Sphere, asked["famille"]),
            ptce=asked["ptce"],
            linked=asked["avec"],
            link_kinds=members(CooperationKind, asked["lien"]),
            wish=bool(asked["partenaires"]),
            apes_member=bool(asked["adherents"]),
            life_statuses=members(LifeStatus, asked["situation"]),
            role=roles.get(asked["dans"]),
            letters=(*asked["lettre"], *asked["source"]),
            since=asked["depuis"],
            plus=asked["plus"],
            minus=asked["sans"],
        )

    def filter_queryset(self, queryset):
        return queryset.filter(pk__in=ask(self.selection).ids())
