"""What every shape is made of."""

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers as drf

from sources.enums import SourceKind
from territories.enums import TerritoryKind

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
