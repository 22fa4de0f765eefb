"""The shapes of the API's answers, for its OpenAPI document: records are made elsewhere and pass through as they are.

What each key means comes from ``partners/records/dictionary.py``; a test holds records to these shapes.
"""

from functools import cache

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers as drf

from actors.enums import (
    Certainty,
    CitationRole,
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
from partners.records import dictionary
from sources.enums import ArticleKind, LetterKind, MentionRole, Rubric, SourceKind
from territories.enums import SuccessionKind, TerritoryKind

ACTOR_KINDS = [
    *OrganisationKind.choices,
    # Both lists have their « unspecified ».
    *((value, label) for value, label in InitiativeKind.choices if value not in OrganisationKind.values),
    (Nature.PTCE.value, "Pôle territorial de coopération économique"),
]
RUBRICS = [(value, label) for value, label in Rubric.choices if value]
FEATURE, COLLECTION = [("Feature", "Feature")], [("FeatureCollection", "FeatureCollection")]
POINT_OF = [("address", "Adresse"), ("commune", "Commune")]
FATES = [
    ("deleted", "Supprimé"),
    ("merged", "Réuni avec un autre"),
    ("withdrawn", "Retiré de l’annuaire"),
    ("out_of_selection", "Ne répond pas, ou plus, à cette demande"),
]
DATE = r"^\d{4}(-\d{2}(-\d{2})?)?$"


# What a key means wherever nothing else is said.
_COMMON = {
    "sources": "Sources, la plus récente d’abord.",
    "territory": "Territoire.",
    "nature": "Structure, initiative ou PTCE.",
    "attested_years": "Années des sources qui l’attestent.",
    "page": "Page.",
}


# No docstrings on shapes: the OpenAPI document would show them.
class Shape(drf.Serializer):
    # What each field means, and whether a record may hold less of them.
    dictionary: dict[str, str] = {}
    optional = False

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        extend_schema_serializer(component_name=cls.__name__.removesuffix("Shape"))(cls)

    def get_fields(self):
        fields = super().get_fields()
        for name, field in fields.items():
            field.help_text = field.help_text or self.dictionary.get(name) or _COMMON.get(name)
            if self.optional:
                field.required = False
        return fields


def text(**kwargs) -> drf.CharField:
    return drf.CharField(**kwargs)


def maybe(**kwargs) -> drf.CharField:
    """Text, or null."""
    return drf.CharField(allow_null=True, **kwargs)


def one_of(choices, **kwargs) -> drf.ChoiceField:
    return drf.ChoiceField(choices=getattr(choices, "choices", choices), **kwargs)


def several(child) -> drf.ListField:
    return drf.ListField(child=child)


class EdtfField(drf.CharField):
    """A date of ``sources/partial_date.py``."""


class DateField(drf.RegexField):
    """« 2022 », « 2022-11 » or « 2022-11-05 »."""

    def __init__(self, **kwargs):
        super().__init__(regex=DATE, **kwargs)


class SourceShape(Shape):
    kind = one_of(SourceKind, help_text="Sorte de source.")
    letter = maybe(help_text="Identifiant de la lettre.")
    article = maybe(help_text="Adresse de l’article dans la lettre.")
    title = text(help_text="Titre de l’article ou de la source.")
    page = drf.IntegerField(allow_null=True, help_text="Page.")
    date = DateField(allow_null=True, help_text="Date de la source : année, mois ou jour.")
    url = maybe(help_text="Adresse.")


class TerritoryNameShape(Shape):
    code = text(help_text="Code officiel.")
    name = text(help_text="Nom.")
    kind = one_of(TerritoryKind, help_text="Niveau.")
    id = text(help_text="Identifiant permanent.")
    uri = text(help_text="Adresse permanente.")


class PointShape(Shape):
    latitude = drf.FloatField(help_text="Degrés, WGS 84.")
    longitude = drf.FloatField(help_text="Degrés, WGS 84.")


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


class ContainerShape(TerritoryNameShape):
    whole = drf.BooleanField(help_text="Faux quand une partie seulement y est.")


class SuccessionShape(TerritoryNameShape):
    year = drf.IntegerField(allow_null=True, help_text="Année, quand une source la dit.")
    succession = one_of(SuccessionKind, help_text="Fusion, partage, remplacement ou changement de code.")


class KindFrenchShape(Shape):
    kind = text()


class TerritoryShape(Shape):
    dictionary = dictionary.TERRITORY | dictionary.TERRITORY_PARTS
    optional = True

    id = text()
    uri = text()
    url = text()
    code = text()
    kind = one_of(TerritoryKind)
    name = text()
    aliases = several(text())
    containers = ContainerShape(many=True)
    predecessors = SuccessionShape(many=True)
    successors = SuccessionShape(many=True)
    postal_codes = several(text())
    siren = maybe()
    population = drf.IntegerField(allow_null=True)
    population_year = drf.IntegerField(allow_null=True)
    location = PointShape(allow_null=True)
    complete = drf.BooleanField()
    note = maybe()
    actor_count = drf.IntegerField()
    french = KindFrenchShape()
    boundary = drf.DictField(allow_null=True)


class MentionedTerritoryShape(TerritoryNameShape):
    role = one_of(MentionRole, help_text="Portrait, ou simplement cité.")


class MentionedActorShape(Shape):
    id = text(help_text="Identifiant permanent.")
    name = text(help_text="Nom.")
    uri = text(help_text="Adresse permanente.")
    role = one_of(CitationRole, help_text="Présenté, ou simplement cité.")


class ArticleShape(Shape):
    id = text(help_text="Lettre et article : « 71/couverture ».")
    slug = text(help_text="Adresse dans la lettre.")
    title = text(help_text="Titre.")
    title_is_ours = drf.BooleanField(help_text="Vrai d’un titre donné par l’annuaire.")
    kind = one_of(ArticleKind, help_text="Article, entretien, encadré, légende…")
    rubric = one_of(RUBRICS, allow_null=True, help_text="Rubrique de la lettre.")
    page = drf.IntegerField(allow_null=True)
    url = text(help_text="Adresse dans l’annuaire.")
    web_address = maybe(help_text="Adresse du texte en ligne.")
    territories = MentionedTerritoryShape(many=True, help_text="Territoires dont il parle.")
    actors = MentionedActorShape(many=True, help_text="Acteurs publiés dont il parle.")


class LetterShape(Shape):
    dictionary = dictionary.LETTER | dictionary.LETTER_PARTS
    optional = True

    id = text()
    uri = text()
    url = text()
    kind = one_of(LetterKind)
    number = maybe()
    title = text()
    label = text()
    date = DateField()
    earliest = drf.DateField()
    latest = drf.DateField()
    date_reason = maybe()
    publisher = maybe()
    web_address = maybe()
    article_count = drf.IntegerField()
    french = KindFrenchShape()
    articles = ArticleShape(many=True)


class SectorShape(Shape):
    dictionary = dictionary.SECTOR
    optional = True

    id = one_of(Sector)
    parameter = text()
    label = text()
    essglobal = text()
    actor_count = drf.IntegerField()


# -- around the records ------------------------------------------------------------------------------


class ErrorShape(Shape):
    parameter = text(help_text="Paramètre en cause.")
    detail = text(help_text="Ce qui ne va pas.")


class ProblemShape(Shape):
    type = text(help_text="Sorte de problème (RFC 9457).")
    title = text(help_text="Nom du problème.")
    status = drf.IntegerField(help_text="Code HTTP.")
    detail = text(help_text="Ce qui ne va pas, en français.")
    errors = ErrorShape(many=True, required=False, help_text="Paramètre par paramètre.")
    location = text(required=False, help_text="Adresse à prendre désormais.")
    id = text(required=False, help_text="Identifiant à prendre désormais.")
    ended_on = drf.DateField(required=False, allow_null=True, help_text="Jour de la suppression.")


class DeletionShape(Shape):
    id = text(help_text="Identifiant permanent.")
    fate = one_of(FATES, help_text="Ce qu’il est devenu.")
    merged_into = maybe(help_text="Identifiant de la fiche qui reste.")


class NamedActorShape(Shape):
    id = text(help_text="Identifiant permanent.")
    name = text(help_text="Nom.")
    uri = text(help_text="Adresse permanente.")


class FacetValueShape(Shape):
    value = text(help_text="Valeur à donner au paramètre.")
    label = text(help_text="Libellé.")
    count = drf.IntegerField(help_text="Nombre d’acteurs, tous les autres filtres gardés.")


class FacetShape(Shape):
    parameter = text(help_text="Paramètre.")
    label = text(help_text="Libellé.")
    values = FacetValueShape(many=True, help_text="Valeurs que quelqu’un a.")


class FacetsShape(Shape):
    count = drf.IntegerField(help_text="Nombre d’acteurs qui répondent à la demande.")
    facets = FacetShape(many=True, help_text="Filtre par filtre.")


class ApiRootShape(Shape):
    documentation = text(help_text="Documentation, en français.")
    openapi = text(help_text="Document OpenAPI.")
    licence = text(help_text="Licence des données.")
    version = drf.IntegerField(help_text="Numéro du dernier changement publié.")
    updated_at = drf.DateTimeField(allow_null=True, help_text="Date de ce changement.")
    endpoints = drf.DictField(child=text(), help_text="Adresse de chaque liste.")


@cache
def feature_shape(shape: type[Shape]) -> type[Shape]:
    """A record as a Feature of GeoJSON (RFC 7946)."""
    fields = {
        "type": one_of(FEATURE, help_text="RFC 7946."),
        "id": drf.CharField(help_text="Identifiant permanent."),
        "geometry": drf.DictField(allow_null=True, help_text="Point ou contour ; absent sans lieu connu."),
        "properties": shape(help_text="Les mêmes clés qu’en JSON."),
    }
    return type(f"{shape.__name__.removesuffix('Shape')}FeatureShape", (Shape,), fields)


def collection_shape(shape: type[Shape], **more: drf.Field) -> type[Shape]:
    """A page of records as a FeatureCollection."""
    fields = {
        "type": one_of(COLLECTION, help_text="RFC 7946."),
        **_around(more),
        "features": feature_shape(shape)(many=True, help_text="Réponses de cette page."),
    }
    return type(f"{shape.__name__.removesuffix('Shape')}CollectionShape", (Shape,), fields)


def _around(more: dict[str, drf.Field]) -> dict[str, drf.Field]:
    return {
        "count": drf.IntegerField(help_text="Nombre de réponses en tout."),
        "next": drf.CharField(
            allow_null=True, help_text="Adresse de la page suivante ; absente de la dernière."
        ),
        **more,
    }


def list_shape(shape: type[Shape], **more: drf.Field) -> type[Shape]:
    """A page of records."""
    name = shape.__name__.removesuffix("Shape")
    results = shape(many=True, help_text="Réponses de cette page.")
    return type(f"{name}ListShape", (Shape,), {**_around(more), "results": results})
