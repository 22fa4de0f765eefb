"""``/api/v1/territories``: every level, by name, level, or what contains it."""

from collections.abc import Sequence
from functools import cached_property

from django.http import Http404
from django.urls import reverse

from partners.api.base import ApiView, ListView, chosen
from partners.api.documenting import documented
from partners.api.errors import Elsewhere
from partners.api.filters import TerritoryFilterSet
from partners.api.serializers.territories import TerritoryShape
from partners.identifiers import TERRITORY, territory_id
from partners.lasting import Found, Gone, Moved, resolve
from partners.records import TerritoryReader, dictionary
from territories.models import Territory


@documented(
    "territories",
    "Territoires, du pays au quartier",
    TerritoryShape,
    description="En GeoJSON, chaque territoire vient avec son contour simplifié.",
)
class TerritoryListView(ListView):
    """15 queries at most."""

    filterset_class = TerritoryFilterSet
    keys = dictionary.TERRITORY
    parts = dictionary.TERRITORY_PARTS
    orders = [("nom", "Nom"), ("id", "Identifiant permanent")]
    geojson = True

    @cached_property
    def _rows(self):
        return self.filters.qs

    @cached_property
    def count(self) -> int:
        return self._rows.count()

    def ids(self, offset: int, limit: int) -> Sequence[int]:
        rows = self._rows.order_by("name_key", "pk") if self.layout.order else self._rows
        return list(rows.values_list("pk", flat=True)[offset : offset + limit])

    def walk(self, after: str | None, limit: int) -> list[tuple[str, int]]:
        rows = self._rows.order_by("pk").values_list("kind", "code", "pk")
        words = sorted((territory_id(kind, code), pk) for kind, code, pk in rows)
        return [row for row in words if after is None or row[0] > after][:limit]

    def records(self, ids: Sequence[int]) -> list[dict]:
        layout = self.layout
        include = {*layout.include, *(("boundary",) if layout.geojson else ())}
        records = TerritoryReader(self.links, include).read(ids)
        shapes = ("id", "location", "boundary") if layout.geojson else ()
        return chosen(records, layout.fields, *layout.include, *shapes)


@documented(
    "territories",
    "Un territoire",
    TerritoryShape,
    path={
        "word": "Identifiant permanent ; tout autre code, ou le mot de l’adresse de la page, y renvoie (301)."
    },
)
class TerritoryView(ApiView):
    keys = dictionary.TERRITORY | dictionary.TERRITORY_PARTS
    listed = False
    geojson = True

    def answer(self, word: str) -> dict:
        layout = self.layout
        fate = resolve(f"{TERRITORY}/{word}")
        if isinstance(fate, Moved):
            location = reverse("api-territory", args=[fate.word.removeprefix(f"{TERRITORY}/")])
            raise Elsewhere(fate, location)
        if isinstance(fate, Gone):
            raise Elsewhere(fate)
        if not isinstance(fate, Found) or not isinstance(fate.row, Territory):
            raise Http404
        shapes = ("id", "location", "boundary") if layout.geojson else ()
        return chosen([self.record_of(fate)], layout.fields, *shapes)[0]
