"""What stands around records: lists, GeoJSON, facets, problems."""

from functools import cache

from rest_framework import serializers as drf

from partners.api.serializers.base import Shape, maybe, one_of, text

FEATURE, COLLECTION = [("Feature", "Feature")], [("FeatureCollection", "FeatureCollection")]
FATES = [
    ("deleted", "Supprimé"),
    ("merged", "Réuni avec un autre"),
    ("withdrawn", "Retiré de l’annuaire"),
    ("out_of_selection", "Ne répond pas, ou plus, à cette demande"),
]


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
