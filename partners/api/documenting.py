"""The OpenAPI document from the views: parameters from the very forms that read them, answers from shapes."""

from collections.abc import Mapping

from django import forms
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import serializers as drf

from actors.filters import SeveralField
from partners.api.asking import MOST, NumberField, WordsField
from partners.api.serializers.around import ProblemShape, collection_shape, feature_shape, list_shape
from partners.api.serializers.base import Shape

_PROBLEMS = {
    301: "L’identifiant est désormais celui d’une autre fiche, ou s’écrit autrement.",
    400: "Un paramètre n’existe pas, ou sa valeur : « errors » dit lesquels.",
    404: "Rien de publié ne porte cet identifiant.",
    410: "La fiche a été supprimée, ou celle que nomme un filtre.",
    429: "Trop de demandes : l’en-tête « Retry-After » dit quand reprendre.",
}


def documented(
    tag: str,
    summary: str,
    shape: type[Shape],
    *,
    description: str = "",
    around: Mapping[str, drf.Field] | None = None,
    path: Mapping[str, str] | None = None,
):
    """Decorator of a view.

    ``shape``: that of its answer, of a list that of one record, with ``around`` beside the results; ``path`` says
    what each part of its address is.
    """
    path, around = path or {}, around or {}

    def decorate(view):
        # A filter may name an actor that was deleted.
        gone = (410,) if view.filterset_class else ()
        problems = (301, 400, 404, 410, 429) if path else (400, *gone, 429)
        view.tag, view.summary, view.told, view.path, view.shape = tag, summary, description, path, shape
        answers = {"application/json": list_shape(shape, **around) if view.listed else shape}
        if view.geojson:
            geo = collection_shape(shape, **around) if view.listed else feature_shape(shape)
            answers["application/geo+json"] = geo
        parameters = [
            OpenApiParameter(name, str, OpenApiParameter.PATH, description=text)
            for name, text in path.items()
        ]
        described = extend_schema(
            operation_id=f"{tag}-{'detail' if path else 'list'}",
            tags=[tag],
            summary=summary,
            description=description,
            parameters=[*parameters, *_parameters(view)],
            responses={
                **{
                    (200, media_type): OpenApiResponse(answer, description="La réponse.")
                    for media_type, answer in answers.items()
                },
                304: OpenApiResponse(description="Rien n’a changé depuis (ETag, Last-Modified)."),
                **{
                    (status, "application/problem+json"): OpenApiResponse(
                        ProblemShape, description=_PROBLEMS[status]
                    )
                    for status in problems
                },
            },
        )
        return extend_schema_view(get=described)(view)

    return decorate


def _parameters(view) -> list[OpenApiParameter]:
    found = []
    if view.filterset_class:
        for name, declared in view.filterset_class.base_filters.items():
            found.append(_parameter(name, declared.field, told(name, declared.field)))
    return found + [_parameter(name, field, field.help_text) for name, field in view.layout_fields().items()]


# What a page shows beside a field, and an address has to be told.
_TOLD = {
    "nature": "Structures, initiatives ou PTCE.",
    "presence": "Dans un territoire : aussi qui y intervient depuis un autre lieu (« acting »).",
    "rayon": "Kilomètres autour du lieu ; 20 sinon.",
    "activite": "Activité : les mots qu’en donne « activities ».",
    "ptce": "Acteurs liés à ce PTCE : le mot de l’adresse de sa page.",
    "avec": "Acteurs liés à celui-ci : le mot de l’adresse de sa page.",
    "acteur": "Liens autour d’un acteur : son nom, ou le mot de l’adresse de sa page.",
    "lettre": "Dont parle cette lettre : son identifiant.",
    "source": "Ce qu’atteste cette lettre : son identifiant. Autre nom de « lettre ».",
    "depuis": "Ce dont la date (« as_of ») est de cette année, de ce mois ou de ce jour, ou d’après : 2020, 2020-06.",
    "plus": "Acteurs à ajouter, un à un : identifiant permanent, ou mot de l’adresse de la page.",
    "sans": "Acteurs à retirer, de même.",
}


def told(name: str, field: forms.Field) -> str:
    """What a filter asks: « Territoire. Nom, code Insee ou SIREN, avec tout ce qui s’y trouve. »"""
    if name in _TOLD:
        return _TOLD[name]
    label = str(field.label)
    return f"{label}{'' if label.endswith('.') else '.'} {field.help_text}".strip()


def _parameter(name: str, field: forms.Field, description: str) -> OpenApiParameter:
    several = isinstance(field, forms.MultipleChoiceField | SeveralField)
    schema = _schema(field)
    if several:
        schema = {"type": "array", "items": schema}
        description += " Plusieurs valeurs : répétez le paramètre."
    if isinstance(field, WordsField):
        schema = {"type": "array", "items": schema}
    return OpenApiParameter(
        name,
        schema,
        OpenApiParameter.QUERY,
        description=description,
        style="form",
        explode=not isinstance(field, WordsField),
    )


def _schema(field: forms.Field) -> dict:
    """What one value may be. Lists that the directory fills (PTCE, letters) are not written out: they grow."""
    if isinstance(field, NumberField):
        most = {"maximum": MOST} if field.most == MOST else {"maximum": field.most}
        return {"type": "integer", "minimum": 1, "default": field.initial, **most}
    if isinstance(field, WordsField):
        return {"type": "string", "enum": list(field.words)}
    if isinstance(field, forms.ModelChoiceField) or not hasattr(field, "choices"):
        longest = getattr(field, "max_length", None) or getattr(field, "longest", None)
        return {"type": "string", **({"maxLength": longest} if longest else {})}
    values = [value for value in _values(field.choices) if value]
    # Forms of the site send the choice that asks nothing as an empty value.
    single = not isinstance(field, forms.MultipleChoiceField)
    return {"type": "string", "enum": [*values, *([""] if single else [])]}


def _values(choices) -> list[str]:
    """Values of a list of choices, groups opened."""
    found = []
    for value, label in choices:
        found += _values(label) if isinstance(label, list | tuple) else [value]
    return list(dict.fromkeys(found))
