"""Territories in memory: there are some thousands, and edits of actors leave them as they are."""

from collections.abc import Iterable

from territories.memory import Memory
from territories.models import Change, Containment, Territory
from territories.statement import Instances

# Those asked for last, about 2 kB each.
_MOST = 4000
_ROWS = Instances(Territory.objects.order_by(), "pk")
# By what an address calls them.
_named: Memory[Territory | None] = Memory(1000, of_territories=True)
_around: Memory[list[Territory]] = Memory(1000, of_territories=True)
_region: Memory[Territory | None] = Memory(of_territories=True)
_frames: Memory[list[Territory]] = Memory(_MOST, of_territories=True)
_territories: Memory[Territory] = Memory(_MOST, of_territories=True)


def home_region() -> Territory | None:
    """The region whose directory this is (1 query); shared as well."""
    return _region.get(Change.objects.territories_version(), Territory.objects.home_region)


def territory_named(word: str) -> Territory | None:
    """The territory that an address or a filter names, by code or slug; shared as well (2 queries at most)."""
    key = (Change.objects.territories_version(), word)
    return _named.get(key, lambda: Territory.objects.from_parameter(word).first())


def containers_of(territory: Territory) -> list[Territory]:
    """What a territory lies wholly in, the widest first; shared as well (2 queries at most)."""

    def read() -> list[Territory]:
        return [row.container for row in Containment.objects.around(territory).filter(whole=True)]

    return _around.get((Change.objects.territories_version(), territory.pk), read)


def frames_of(ids: Iterable[int]) -> dict[int, list[Territory]]:
    """By id of a territory, the EPCI and departments that it lies in, wholly or in part, by name (2 queries at most)."""
    version = Change.objects.territories_version()

    def read(keys: list[tuple[int, int]]) -> dict[tuple[int, int], list[Territory]]:
        found: dict[tuple[int, int], list[Territory]] = {key: [] for key in keys}
        for row in Containment.objects.frames_of([pk for _, pk in keys]):
            found[version, row.member_id].append(row.container)
        return found

    return {pk: frames for (_, pk), frames in _frames.get_many([(version, pk) for pk in ids], read).items()}


def territories(ids: Iterable[int]) -> dict[int, Territory]:
    """The territories of these ids, by id; shared by all who ask, hence never to be changed (2 queries at most)."""
    ids = set(ids)
    if not ids:
        return {}
    version = Change.objects.territories_version()

    def read(keys: list[tuple[int, int]]) -> dict[tuple[int, int], Territory]:
        return {(version, row.pk): row for row in _ROWS.read([pk for _, pk in keys])}

    found = _territories.get_many([(version, pk) for pk in ids], read)
    return {pk: territory for (_, pk), territory in found.items()}
