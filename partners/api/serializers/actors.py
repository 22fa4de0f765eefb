"""Actors, what they do together, and their sectors."""

from rest_framework import serializers as drf

from actors.enums import (
    Certainty,
    CooperationKind,
    CooperationStatus,
    FigureQualifier,
    FigureUnit,
    InitiativeKind,
    Label,
    LegalForm,
    LifeStatus,
    Nature,
    OrganisationKind,
    PlaceRole,
    PtceStatus,
    RegistryState,
    Sector,
    SocialNetwork,
    Sphere,
    WishStatus,
)
from partners.api.serializers.base import (
    DateField,
    EdtfField,
    PointShape,
    Shape,
    SourceShape,
    TerritoryNameShape,
    maybe,
    one_of,
    several,
    text,
)
from partners.records import dictionary

ACTOR_KINDS = [
    *OrganisationKind.choices,
    # Both lists have their « unspecified ».
    *((value, label) for value, label in InitiativeKind.choices if value not in OrganisationKind.values),
    (Nature.PTCE.value, "Pôle territorial de coopération économique"),
]
POINT_OF = [("address", "Adresse"), ("commune", "Commune")]


class LocationShape(PointShape):
    precision = one_of(POINT_OF, help_text="De quoi ce point est celui.")


class SocialShape(Shape):
    network = one_of(SocialNetwork, help_text="Réseau, quand il est connu.")
    handle = text(help_text="Compte, tel qu’imprimé.")


class ActorFrenchShape(Shape):
    nature = text()
    kind = text()
    sphere = text()
    legal_form = maybe()
    life_status = text()
    sectors = several(text())
    activities = several(text())
    approvals = several(text())


class EndShape(Shape):
    id = text(help_text="Identifiant permanent de l’acteur.")
    name = text(help_text="Son nom.")
    nature = one_of(Nature)
    uri = text(help_text="Son adresse permanente.")
    url = text(help_text="Sa page.")


class CooperationFrenchShape(Shape):
    kind = text()
    status = text()


class CooperationShape(Shape):
    dictionary = dictionary.COOPERATION
    optional = True

    id = text()
    uri = text()
    source = EndShape()
    target = EndShape()
    kind = one_of(CooperationKind)
    symmetric = drf.BooleanField()
    sentence = text()
    status = one_of(CooperationStatus)
    certainty = one_of(Certainty)
    reason = maybe()
    since = EdtfField(allow_null=True)
    until = EdtfField(allow_null=True)
    attested_years = several(drf.IntegerField())
    as_of = DateField(allow_null=True)
    french = CooperationFrenchShape()
    sources = SourceShape(many=True)


class PlaceShape(Shape):
    role = one_of(PlaceRole, help_text="Rôle du lieu.")
    name = maybe(help_text="Nom du lieu.")
    address = maybe(help_text="Adresse.")
    postal_code = maybe(help_text="Code postal.")
    territory = TerritoryNameShape(help_text="Commune, ou le niveau que dit la source.")
    latitude = drf.FloatField(allow_null=True, help_text="D’une adresse exacte seulement.")
    longitude = drf.FloatField(allow_null=True, help_text="De même.")
    sources = SourceShape(many=True)


class AreaShape(Shape):
    territory = TerritoryNameShape()
    sources = SourceShape(many=True)


class FigureShape(Shape):
    what = text(help_text="Ce qui est compté.")
    low = drf.FloatField(allow_null=True, help_text="Valeur, ou le bas d’une fourchette.")
    high = drf.FloatField(allow_null=True, help_text="Haut d’une fourchette, ou maximum.")
    qualifier = one_of(FigureQualifier, help_text="Exactement, environ, au moins, au plus.")
    unit = one_of(FigureUnit, help_text="Unité.")
    year = drf.IntegerField(help_text="Année.")
    text = text(help_text="Le chiffre en toutes lettres.")
    sources = SourceShape(many=True)


class StatusShape(Shape):
    status = one_of(PtceStatus, help_text="Statut.")
    label = text(help_text="Libellé du statut.")
    since = EdtfField(allow_null=True, help_text="Depuis quand (EDTF).")
    call = maybe(help_text="Appel à projets.")
    note = maybe(help_text="Précision.")
    attested_years = several(drf.IntegerField())
    sources = SourceShape(many=True)


class WishShape(Shape):
    text = text(help_text="Ce que l’acteur cherche.")
    year = drf.IntegerField(help_text="Année où il l’a dit.")
    status = one_of(WishStatus, help_text="Ouverte, ou close.")
    sources = SourceShape(many=True)


class FactShape(Shape):
    fact = text(help_text="Clé de la fiche que la source appuie, ou sorte de nom ou de coordonnée.")
    value = maybe(
        help_text="Le nom ou la coordonnée ; absent d’une rubrique, dont la valeur est dans la fiche."
    )
    sources = SourceShape(many=True)


class ActorShape(Shape):
    dictionary = dictionary.ACTOR | dictionary.ACTOR_PARTS
    optional = True

    id = text()
    uri = text()
    url = text()
    name = text()
    precision = maybe()
    full_name = text()
    aliases = several(text())
    nature = one_of(Nature)
    kind = one_of(ACTOR_KINDS)
    sphere = one_of(Sphere)
    legal_form = one_of(LegalForm, allow_null=True)
    legal_category = maybe()
    siren = maybe()
    siret = maybe()
    rna = maybe()
    registry_state = one_of(RegistryState)
    sectors = several(one_of(Sector))
    activities = several(text())
    approvals = several(one_of(Label))
    seat = TerritoryNameShape(allow_null=True)
    location = LocationShape(allow_null=True)
    website = maybe()
    websites = several(text())
    emails = several(text())
    phones = several(text())
    social = several(text())
    social_accounts = SocialShape(many=True)
    postal_addresses = several(text())
    summary = text(allow_blank=True)
    description = text(allow_blank=True)
    life_status = one_of(LifeStatus)
    life_status_year = drf.IntegerField(allow_null=True)
    founded = EdtfField(allow_null=True)
    closed = EdtfField(allow_null=True)
    potential_ptce = drf.BooleanField()
    administers = TerritoryNameShape(allow_null=True)
    last_confirmed_on = drf.DateField(allow_null=True)
    as_of = DateField(allow_null=True)
    updated_at = drf.DateTimeField()
    french = ActorFrenchShape()
    sources = SourceShape(many=True)
    places = PlaceShape(many=True)
    areas_served = AreaShape(many=True)
    figures = FigureShape(many=True)
    statuses = StatusShape(many=True)
    wishes = WishShape(many=True)
    facts = FactShape(many=True)
    cooperations = CooperationShape(many=True)
    distance = drf.FloatField(help_text="Avec « autour » : kilomètres à vol d’oiseau.")


class PartnerShape(EndShape):
    since = EdtfField(allow_null=True, help_text="Depuis quand (EDTF).")
    until = EdtfField(allow_null=True, help_text="Jusqu’à quand.")
    sources = SourceShape(many=True)


class PtceShape(ActorShape):
    dictionary = ActorShape.dictionary | dictionary.PTCE

    status = one_of(PtceStatus, allow_null=True)
    leaders = PartnerShape(many=True)
    members = PartnerShape(many=True)
    member_count = drf.IntegerField()


class SectorShape(Shape):
    dictionary = dictionary.SECTOR
    optional = True

    id = one_of(Sector)
    parameter = text()
    label = text()
    essglobal = text()
    actor_count = drf.IntegerField()
