"""``/api/v1``, the way in; ``/api/v1/sectors`` and ``/api/v1/facets``: the closed lists, and what they count."""

from collections.abc import Sequence
from functools import cached_property

from django.urls import reverse

from actors import index
from actors.filters import ActorFilterSet
from partners.api.base import ApiView, ListView, after, chosen
from partners.api.documenting import documented
from partners.api.facets import facets
from partners.api.serializers.actors import SectorShape
from partners.api.serializers.around import ApiRootShape, FacetsShape
from partners.records import dictionary, sectors

LICENCE = "https://www.etalab.gouv.fr/licence-ouverte-open-licence/"
LISTS = ("actors", "ptces", "cooperations", "territories", "letters", "sectors", "facets")


@documented("root", "L’entrée de l’API", ApiRootShape)
class RootView(ApiView):
    listed = False

    def answer(self) -> dict:
        self.check()

        def full(name: str) -> str:
            return f"{self.links.base}{reverse(name)}"

        return {
            "documentation": full("api-documentation"),
            "openapi": full("api-openapi"),
            "licence": LICENCE,
            "version": self.stamp.version,
            "updated_at": self.stamp.at.isoformat(timespec="seconds") if self.stamp.at else None,
            "endpoints": {name: full(f"api-{name}") for name in LISTS},
        }


@documented("sectors", "Domaines d’activité", SectorShape)
class SectorListView(ListView):
    keys = dictionary.SECTOR
    orders = [("nom", "Ordre de la liste"), ("id", "Code")]

    @cached_property
    def _all(self) -> list[dict]:
        return sectors()

    @property
    def count(self) -> int:
        return len(self._all)

    def ids(self, offset: int, limit: int) -> Sequence[int]:
        return range(self.count)[offset : offset + limit]

    def walk(self, word: str | None, limit: int) -> list[tuple[str, int]]:
        words = sorted((record["id"], number) for number, record in enumerate(self._all))
        return after(words, word, limit)

    def records(self, ids: Sequence[int]) -> list[dict]:
        return chosen([self._all[number] for number in ids], self.layout.fields)


@documented(
    "facets",
    "Nombre d’acteurs de chaque valeur de chaque filtre",
    FacetsShape,
    description="Les filtres des acteurs ; chaque nombre est celui de la liste à laquelle la valeur mène.",
)
class FacetsView(ApiView):
    """6 queries at most."""

    filterset_class = ActorFilterSet
    listed = False

    def answer(self) -> dict:
        asked = index.ask(self.filters.selection)
        return {"count": asked.count, "facets": facets(asked)}
