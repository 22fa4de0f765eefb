"""``/api/v1/cooperations``: the links between actors, by the filters of their page."""

from collections.abc import Sequence
from functools import cached_property

from django.http import Http404
from django.urls import reverse

from actors.filters import CooperationFilterSet
from actors.network import graph
from actors.network.graph import Link
from partners.api.base import ApiView, ListView, after, chosen
from partners.api.documenting import documented
from partners.api.errors import Elsewhere
from partners.api.serializers.actors import CooperationShape
from partners.identifiers import COOPERATION, CooperationId
from partners.lasting import Found, Moved, resolve
from partners.records import CooperationReader, dictionary


@documented(
    "cooperations",
    "Liens de coopération entre acteurs",
    CooperationShape,
    description="« certitude=enonce » laisse de côté ce que la rédaction a déduit.",
)
class CooperationListView(ListView):
    """10 queries at most."""

    filterset_class = CooperationFilterSet
    keys = dictionary.COOPERATION
    orders = [("nom", "Nom du premier acteur"), ("id", "Identifiant permanent")]

    @cached_property
    def _network(self) -> graph.Network:
        return graph.current()

    @cached_property
    def _links(self) -> list[Link]:
        return self._network.find(self.filters.selection)

    @property
    def count(self) -> int:
        return len(self._links)

    def ids(self, offset: int, limit: int) -> Sequence[int]:
        return [link.pk for link in self._links[offset : offset + limit]]

    def walk(self, word: str | None, limit: int) -> list[tuple[str, int]]:
        return after(identified(self._network, self._links), word, limit)

    def records(self, ids: Sequence[int]) -> list[dict]:
        return chosen(CooperationReader(self.links).read(ids), self.layout.fields)


def identified(network: graph.Network, links: Sequence[Link]) -> list[tuple[str, int]]:
    """(identifier, id) of some links of a network, sorted."""
    public_ids = network.snapshot.public_ids
    ranks: dict[int, int] = {}
    seen: dict[tuple[int, str, int], int] = {}
    for link in sorted(network.links, key=lambda link: link.pk):
        told = (link.source, link.kind, link.target)
        seen[told] = ranks[link.pk] = seen.get(told, 0) + 1
    return sorted(
        (
            str(CooperationId(public_ids[link.source], link.kind, public_ids[link.target], ranks[link.pk])),
            link.pk,
        )
        for link in links
    )


@documented(
    "cooperations",
    "Un lien de coopération",
    CooperationShape,
    path={"word": "Identifiant permanent ; celui d’avant une réunion de fiches y renvoie (301)."},
)
class CooperationView(ApiView):
    keys = dictionary.COOPERATION
    listed = False

    def answer(self, word: str) -> dict:
        fields = self.layout.fields
        fate = resolve(f"{COOPERATION}/{word}")
        if fate is None:
            raise Http404
        if not isinstance(fate, Found):
            moved = isinstance(fate, Moved)
            word = fate.word.removeprefix(f"{COOPERATION}/") if moved else ""
            raise Elsewhere(fate, reverse("api-cooperation", args=[word]) if moved else "")
        return chosen([self.record_of(fate)], fields)[0]
