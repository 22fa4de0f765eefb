"""Natural keys of the rows that fixtures refer to, both ways, in memory."""

from actors.models import Activity, Actor
from sources.models import Person, Source
from territories.models import Territory


class NaturalKeys:
    """Row numbers by natural key and back, for the five kinds of row a column may refer to (5 queries)."""

    def __init__(self) -> None:
        territories = Territory.objects.values_list("kind", "code", "pk")
        self._ids: dict[str, dict[str, int]] = {
            "territory": {f"{kind}:{code}": pk for kind, code, pk in territories},
            "person": dict(Person.objects.values_list("slug", "pk")),
            "activity": dict(Activity.objects.values_list("slug", "pk")),
            "actor": dict(Actor.objects.values_list("slug", "pk")),
            "source": dict(Source.objects.values_list("key", "pk")),
        }
        self._keys = {kind: {pk: key for key, pk in ids.items()} for kind, ids in self._ids.items()}

    def add(self, kind: str, key: str, pk: int) -> None:
        self._ids[kind][key] = pk
        self._keys[kind][pk] = key

    def lead(self, kind: str, key: str, pk: int) -> None:
        """A key that leads to a row which has another one of its own."""
        self._ids[kind][key] = pk

    def id_of(self, kind: str, key: str) -> int | None:
        """None when no such row exists."""
        return self._ids[kind].get(key)

    def key_of(self, kind: str, pk: int | None) -> str | None:
        return None if pk is None else self._keys[kind][pk]
