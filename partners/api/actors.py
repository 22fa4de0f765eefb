"""``/api/v1/actors`` and ``/api/v1/ptces``: the site's own filters, answered by the index."""

import datetime
from collections.abc import Sequence
from functools import cached_property

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from pyroaring import BitMap
from rest_framework import serializers as drf

from actors import index
from actors.enums import Nature
from actors.filters import ActorFilterSet
from actors.index import Answer, Order
from partners.api.asking import Refused
from partners.api.base import ApiView, ListView
from partners.api.changes import Changes
from partners.api.documenting import documented
from partners.api.errors import Elsewhere
from partners.api.serializers.actors import ActorShape, PtceShape
from partners.api.serializers.around import DeletionShape, NamedActorShape
from partners.lasting import Found, Moved, actor_fate, address_fate
from partners.records import ActorReader, PtceReader, dictionary
from partners.records.kept import kept

ORDERS = [
    (Order.RELEVANCE.value, "Pertinence, avec « q »"),
    (Order.NAME.value, "Nom"),
    (Order.COMMUNE.value, "Commune"),
    (Order.DISTANCE.value, "Distance, avec « autour »"),
    (Order.FRESHEST.value, "Information la plus récente"),
    ("id", "Identifiant permanent"),
]
# A long import is dated before others see it: whoever asks again from a little earlier misses nothing.
_BEING_WRITTEN = datetime.timedelta(minutes=10)
_AROUND = {
    "deleted": DeletionShape(
        many=True,
        required=False,
        help_text="Avec « modifies_depuis », sur la première page : ce qui n’y est pas, ou plus.",
    ),
    "read_at": drf.DateTimeField(
        required=False,
        allow_null=True,
        help_text="Avec « modifies_depuis », sur la première page : le moment à donner la prochaine fois.",
    ),
    "acting": NamedActorShape(
        many=True,
        required=False,
        help_text="Avec « presence=tous », sur la première page : qui intervient ici depuis un autre lieu ; hors du compte.",
    ),
}


class _Actors(ListView):
    """Actors that meet the filters; at most 14 queries with all keys and no part."""

    filterset_class = ActorFilterSet
    orders = ORDERS
    geojson = True
    since = True

    @cached_property
    def _all(self) -> Answer:
        """Whoever meets the filters, changed or not."""
        return index.ask(self.filters.selection)

    @property
    def _listable(self) -> BitMap:
        """Ranks of whom this list may hold, whatever the filters."""
        return self._all.snapshot.everyone

    @cached_property
    def _changes(self) -> Changes:
        return Changes(self.layout.since, self._all.snapshot)

    @cached_property
    def found(self) -> Answer:
        return self._all.narrowed(self._changes.actor_ids) if self.layout.since else self._all

    @property
    def count(self) -> int:
        return self.found.count

    def ids(self, offset: int, limit: int) -> Sequence[int]:
        order = Order(self.layout.order) if self.layout.order else None
        if order and order not in self.found.orders:
            needed = "autour" if order is Order.DISTANCE else "q"
            raise Refused([("tri", f"Cet ordre va avec le filtre « {needed} ».")])
        return self.found.ids(order, offset=offset, limit=limit)

    def walk(self, after: str | None, limit: int) -> list[tuple[str, int]]:
        return self.found.walk(after, limit)

    def around(self) -> dict:
        beside = {}
        first = self.layout.page == 1 and self.layout.after is None
        if self.layout.since:
            beside["deleted"] = self._changes.deletions(self._all, self._listable) if first else []
            # What changes during the walk may stand on a page that was taken before: told once, at its beginning.
            read_at = (timezone.now() - _BEING_WRITTEN).isoformat(timespec="seconds")
            beside["read_at"] = read_at if first else None
        if self._all.selection.acting:
            ranks, ids = self._all.snapshot.ranks, self._all.acting_ids if first else ()
            beside["acting"] = self._named([pk for pk in ids if ranks[pk] in self._listable])
        return beside

    def _named(self, ids: Sequence[int]) -> list[dict]:
        """Names of actors from memory."""
        snapshot = self.found.snapshot
        named = []
        for pk in ids:
            rank = snapshot.ranks[pk]
            public_id, (name, precision, *_) = snapshot.public_ids[rank], snapshot.names[rank]
            full = f"{name}, {precision}" if precision else name
            named.append({"id": public_id, "name": full, "uri": self.links.identifier(public_id)})
        return named

    def records(self, ids: Sequence[int]) -> list[dict]:
        fields = self.layout.fields
        # A feature has its identifier and its point, whatever keys are asked for.
        wanted = {*fields, "id", "location"} if fields and self.layout.geojson else set(fields)
        by_id = self.read(ids, wanted or None)
        # Records are shared between requests: what belongs to this one is put beside, in another dict.
        near = bool(self._all.selection.near)
        kept_keys = wanted | set(self.layout.include)
        return [
            {
                **{key: value for key, value in by_id[pk].items() if not fields or key in kept_keys},
                **({"distance": self._kilometres(pk)} if near else {}),
            }
            for pk in ids
            if pk in by_id
        ]

    def _kilometres(self, pk: int) -> float | None:
        far = self.found.distance(pk)
        return None if far is None else round(far, 1)

    def read(self, ids: Sequence[int], keys: set[str] | None) -> dict[int, dict]:
        """Records by the id of their row."""
        raise NotImplementedError


@documented(
    "actors",
    "Acteurs : structures, initiatives et PTCE",
    ActorShape,
    around=_AROUND,
    description="Les filtres sont ceux de l’annuaire : copiez la partie de son adresse qui suit « ? ».",
)
class ActorListView(_Actors):
    keys = dictionary.ACTOR
    parts = dictionary.ACTOR_PARTS

    def read(self, ids: Sequence[int], keys: set[str] | None) -> dict[int, dict]:
        if self.layout.include or keys:
            version = self.found.snapshot.version
            return ActorReader(self.links, keys, self.layout.include, version=version).read_by_id(ids)
        return kept.read_by_id(ids, self.links, self.found.snapshot)


@documented(
    "ptces",
    "PTCE, avec leur statut daté, qui les porte, leurs membres",
    PtceShape,
    around=_AROUND,
    description="Les mêmes filtres que pour les acteurs.",
)
class PtceListView(_Actors):
    keys = dictionary.ACTOR | dictionary.PTCE
    parts = {part: text for part, text in dictionary.ACTOR_PARTS.items() if part not in dictionary.PTCE}

    @cached_property
    def _all(self) -> Answer:
        asked = index.ask(self.filters.selection)
        ptces = asked.snapshot.of("nature", Nature.PTCE.value)
        return asked.narrowed(asked.snapshot.ids[rank] for rank in ptces)

    @property
    def _listable(self) -> BitMap:
        return self._all.snapshot.of("nature", Nature.PTCE.value)

    def read(self, ids: Sequence[int], keys: set[str] | None) -> dict[int, dict]:
        return PtceReader(self.links, self.layout.include).read_by_id(ids)


class _Actor(ApiView):
    """One actor with all its parts; ``fields`` keeps some keys."""

    listed = False
    geojson = True
    route = ""

    def answer(self, public_id: str) -> dict:
        fields = self.layout.fields
        found = self._found(public_id)
        record = self.record_of(found)
        kept_keys = {*fields, "location", "id"} if self.layout.geojson else set(fields)
        return {key: value for key, value in record.items() if not fields or key in kept_keys}

    def _found(self, public_id: str) -> Found:
        """The actor; also asked for by the word of its page, which leads to its identifier."""
        fate = actor_fate(public_id) or address_fate(public_id)
        if isinstance(fate, Found):
            return fate
        if fate is None:
            raise Http404
        raise Elsewhere(fate, reverse(self.route, args=[fate.word]) if isinstance(fate, Moved) else "")


@documented(
    "actors",
    "Un acteur, avec toutes ses rubriques",
    ActorShape,
    path={
        "public_id": "Identifiant permanent ; un ancien, ou le mot de l’adresse de la page, y renvoie (301)."
    },
)
class ActorView(_Actor):
    keys = dictionary.ACTOR | dictionary.ACTOR_PARTS
    route = "api-actor"


@documented(
    "ptces", "Un PTCE, avec toutes ses rubriques", PtceShape, path={"public_id": "Identifiant permanent."}
)
class PtceView(_Actor):
    keys = dictionary.ACTOR | dictionary.PTCE | dictionary.ACTOR_PARTS
    route = "api-ptce"

    def _found(self, public_id: str) -> Found:
        found = super()._found(public_id)
        if found.row.nature != Nature.PTCE:
            raise Http404("Cet acteur n’est pas un PTCE : voyez /api/v1/actors.")
        return found
