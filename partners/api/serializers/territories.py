"""Territories, what contains them and what became of them."""

from rest_framework import serializers as drf

from partners.api.serializers.base import PointShape, Shape, TerritoryNameShape, maybe, one_of, several, text
from partners.records import dictionary
from territories.enums import SuccessionKind, TerritoryKind


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
