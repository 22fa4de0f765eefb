"""Territories in memory: there are some thousands, and edits of actors leave them as they are."""

from collections.abc import Iterable
from dataclasses import dataclass

from territories.memory import Memory
from territories.models import Change, Containment, Succession, Territory
from territories.statement import Instances, Statement

# Those asked for last, about 2 kB each.
_MOST = 4000
# The directory's version -> that of its territories.
_versions: Memory[int] = Memory(8, of_territories=True)
_FRAMES = Statement(Containment.objects.of_frames().values_list("member", "container"), "member")
_ROWS = Instances(Territory.objects.order_by(), "pk")
# By what an address calls them.
_named: Memory[Territory | None] = Memory(1000, of_territories=True)
_around: Memory[list[Territory]] = Memory(1000, of_territories=True)
# Those asked for last, 20 kB each: a department holds a thousand communes, an ordinary one less than a kB.
_pages: Memory["Page | None"] = Memory(300, of_territories=True)
_region: Memory[Territory | None] = Memory(of_territories=True)
_frames: Memory[list[Territory]] = Memory(_MOST, of_territories=True)
_territories: Memory[Territory] = Memory(_MOST, of_territories=True)


def territories_version(version: int) -> int:
    """That of the territories, for who knows the directory's, which moves whenever theirs does (1 query once).

    A page that takes both from one question shows nothing older than the directory's version.
    """
    return _versions.get(version, Change.objects.territories_version)


def _asked(version: int | None) -> int:
    return Change.objects.territories_version() if version is None else version


# In the functions below ``version`` is that of the territories, for who has asked it already: 1 query less.


def home_region(version: int | None = None) -> Territory | None:
    """The region whose directory this is (1 query); shared as well."""
    return _region.get(_asked(version), Territory.objects.home_region)


def territory_named(word: str) -> Territory | None:
    """The territory that an address or a filter names, by code or slug; shared as well (2 queries at most)."""
    key = (Change.objects.territories_version(), word)
    return _named.get(key, lambda: Territory.objects.from_parameter(word).first())


def containers_of(territory: Territory) -> list[Territory]:
    """What a territory lies wholly in, the widest first; shared as well (2 queries at most)."""

    def read() -> list[Territory]:
        return [row.container for row in Containment.objects.around(territory).filter(whole=True)]

    return _around.get((Change.objects.territories_version(), territory.pk), read)


def frames_of(ids: Iterable[int], version: int | None = None) -> dict[int, list[Territory]]:
    """By id of a territory, the EPCI and departments that it lies in, wholly or in part, by name (2 queries at most)."""
    version = _asked(version)

    def read(keys: list[tuple[int, int]]) -> dict[tuple[int, int], list[Territory]]:
        found: dict[tuple[int, int], list[Territory]] = {key: [] for key in keys}
        rows = _FRAMES.rows([pk for _, pk in keys])
        known = territories({container for _, container in rows})
        for member, container in rows:
            found[version, member].append(known[container])
        return found

    return {pk: frames for (_, pk), frames in _frames.get_many([(version, pk) for pk in ids], read).items()}


@dataclass(frozen=True)
class Page:
    """What tells a territory itself: its row with parents, names and postal codes, and what it has to do with others."""

    territory: Territory
    containers: tuple[Containment, ...]
    inside: tuple[Containment, ...]
    predecessors: tuple[Succession, ...]
    successors: tuple[Succession, ...]
    neighbours: tuple[Territory, ...]

    @classmethod
    def read(cls, word: str) -> "Page | None":
        """8 queries."""
        territory = Territory.objects.for_page().from_parameter(word).first()
        if territory is None:
            return None
        return cls(
            territory,
            tuple(Containment.objects.around(territory)),
            tuple(Containment.objects.inside(territory)),
            tuple(Succession.objects.before(territory)),
            tuple(Succession.objects.after(territory)),
            tuple(Territory.objects.neighbours_of(territory)),
        )


def page_of(word: str, version: int | None = None) -> Page | None:
    """The territory that an address names, with all that tells it; shared as well (9 queries at most)."""
    return _pages.get((_asked(version), word), lambda: Page.read(word))


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
