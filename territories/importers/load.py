"""Loading the committed data set into the database.

What official lists say is renewed at every load; what editors may change is set once, when the row is
made: slug, phrases and note of any territory, and everything of a neighbourhood or an informal
territory, which no official list knows. Nothing is deleted but what follows from the lists (postal
codes, inclusions, neighbours) and is no longer so.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Model, Q

from territories.enums import NameKind, TerritoryKind
from territories.importers.dataset import Dataset, MultiPolygon, TerritoryRow
from territories.models import (
    Adjacency,
    Boundary,
    Change,
    Containment,
    PostalCode,
    Succession,
    Territory,
    TerritoryName,
    record_change,
)
from territories.text import fold

# Renewed at every load; slug, of_phrase, at_phrase and note are not, editors may have changed them.
OFFICIAL_COLUMNS = (
    "name",
    "name_key",
    "population",
    "population_year",
    "siren",
    "latitude",
    "longitude",
    "parent_id",
    "complete",
)
# Parents come first.
KIND_ORDER = TerritoryKind.values
# Kinds no official list knows: theirs to the editors once they are there.
EDITORS_KINDS = frozenset({TerritoryKind.NEIGHBOURHOOD, TerritoryKind.INFORMAL})
BATCH = 500
STEPS = 7


@dataclass
class Counts:
    """Rows per table or kind: created, updated, deleted, same."""

    created: Counter = field(default_factory=Counter)
    updated: Counter = field(default_factory=Counter)
    deleted: Counter = field(default_factory=Counter)
    same: Counter = field(default_factory=Counter)

    @property
    def changed(self) -> int:
        return self.created.total() + self.updated.total() + self.deleted.total()


class _DryRun(Exception):
    """Rolls the transaction of a dry run back."""


def load_dataset(
    dataset: Dataset, *, wet_run: bool, step: Callable[[str], None] = lambda name: None
) -> Counts:
    """Bring the database to the data set, in one transaction; without ``wet_run`` all is rolled back.

    ``step`` is called with the name of each of the seven stages. About 60 queries when nothing is new,
    and one per 500 rows written. Writes a change when anything did change.
    """
    load = _Load(dataset, step)
    try:
        with transaction.atomic():
            load.run()
            if load.counts.changed:
                record_change(subject="all", key="", what="Chargement des territoires")
            if not wet_run:
                raise _DryRun
    except _DryRun:
        pass
    return load.counts


class _Load:
    def __init__(self, dataset: Dataset, step: Callable[[str], None]) -> None:
        self.dataset = dataset
        self.step = step
        self.counts = Counts()
        # kind:code -> id, of every territory of the database
        self.ids: dict[str, int] = {}
        # Editors' territories that were there before, or that an editor deleted: left as they are.
        self.left: set[str] = set()

    def run(self) -> None:
        self.step("territoires")
        self._territories()
        self.step("noms")
        self._names()
        self.step("codes postaux")
        self._postal_codes()
        self.step("inclusions")
        self._containment()
        self.step("successions")
        self._successions()
        self.step("voisinages")
        self._adjacency()
        self.step("contours")
        self._boundaries()

    # -- territories -------------------------------------------------------------------------------

    def _territories(self) -> None:
        present = {territory.natural: territory for territory in Territory.objects.all()}
        self.ids = {key: territory.pk for key, territory in present.items()}
        deleted = {
            key
            for key in Change.objects.deleted("territory")
            if key.partition(":")[0] in EDITORS_KINDS and key not in present
        }
        self.left = {key for key, territory in present.items() if territory.kind in EDITORS_KINDS} | deleted
        slugs = {territory.slug for territory in present.values()}
        by_kind: dict[str, list[TerritoryRow]] = {}
        for row in self.dataset.territories:
            by_kind.setdefault(row.kind, []).append(row)
        for kind in KIND_ORDER:
            new, changed = [], []
            for row in by_kind.get(kind, ()):
                territory = present.get(row.key)
                if row.key in deleted:
                    self.counts.same[kind] += 1
                elif territory is None:
                    new.append(self._make(row, slugs))
                elif row.key not in self.left and self._renew(territory, row):
                    changed.append(territory)
                else:
                    self.counts.same[kind] += 1
            for territory in Territory.objects.bulk_create(new, BATCH):
                self.ids[territory.natural] = territory.pk
            Territory.objects.bulk_update(changed, OFFICIAL_COLUMNS, BATCH)
            self._count(self.counts.created, kind, len(new))
            self._count(self.counts.updated, kind, len(changed))

    def _make(self, row: TerritoryRow, slugs: set[str]) -> Territory:
        # An editor may have given the slug to another territory meanwhile: the code makes it unique.
        slug = row.slug if row.slug not in slugs else f"{row.slug}-{row.code.lower()}"
        slugs.add(slug)
        return Territory(
            kind=row.kind,
            code=row.code,
            slug=slug,
            of_phrase=row.of_phrase,
            at_phrase=row.at_phrase,
            note=row.note,
            **self._official(row),
        )

    def _official(self, row: TerritoryRow) -> dict:
        return {
            "name": row.name,
            "name_key": fold(row.name),
            "population": row.population,
            "population_year": row.population_year,
            "siren": row.siren,
            "latitude": row.latitude,
            "longitude": row.longitude,
            "parent_id": self.ids[row.parent] if row.parent else None,
            "complete": row.complete,
        }

    def _renew(self, territory: Territory, row: TerritoryRow) -> bool:
        changed = False
        for column, value in self._official(row).items():
            if getattr(territory, column) != value:
                setattr(territory, column, value)
                changed = True
        return changed

    # -- what hangs on them ------------------------------------------------------------------------

    def _names(self) -> None:
        """Add and renew the names of the lists; names they don't know are an editor's, and stay."""
        wanted = {
            (self.ids[row.key], row.name): (NameKind.OFFICIAL.value, None)
            for row in self.dataset.territories
            if row.key not in self.left
        }
        # The name shown is not always the official one, which is then among the others.
        spelled_out = {row.territory for row in self.dataset.names if row.kind == NameKind.OFFICIAL}
        for row in self.dataset.territories:
            if row.key in spelled_out and row.key not in self.left:
                wanted[self.ids[row.key], row.name] = (NameKind.SHORT.value, None)
        for row in self.dataset.names:
            if row.territory not in self.left:
                wanted[self.ids[row.territory], row.name] = (row.kind, row.until)
        present = {(name.territory_id, name.name): name for name in TerritoryName.objects.all()}
        new = [
            TerritoryName(territory_id=pk, name=name, name_key=fold(name), kind=kind, until=until)
            for (pk, name), (kind, until) in wanted.items()
            if (pk, name) not in present
        ]
        changed = []
        for key, (kind, until) in wanted.items():
            name = present.get(key)
            if name is not None and (name.kind, name.until) != (kind, until):
                name.kind, name.until = kind, until
                changed.append(name)
        TerritoryName.objects.bulk_create(new, BATCH)
        TerritoryName.objects.bulk_update(changed, ["kind", "until"], BATCH)
        self._tally(TerritoryName, len(new), len(changed), 0, len(wanted))

    def _postal_codes(self) -> None:
        official = {self.ids[row.key] for row in self.dataset.territories if row.kind not in EDITORS_KINDS}
        self._sync(
            PostalCode,
            ("territory_id", "code"),
            {
                (self.ids[row.key], code)
                for row in self.dataset.territories
                if row.key not in self.left
                for code in row.postal_codes
            },
            stale=lambda key: key[0] in official,
        )

    def _containment(self) -> None:
        """Inclusions between official territories follow the lists; those of informal ones are the editors'.

        A neighbourhood, an editor's too, lies where its commune now lies.
        """
        theirs = {pk for key, pk in self.ids.items() if key.startswith(f"{TerritoryKind.INFORMAL}:")}
        wanted = {
            (self.ids[container], self.ids[member]): whole
            for (container, member), whole in self.dataset.containment.items()
            if container not in self.left and member not in self.left
        }
        containers: dict[int, list[int]] = {}
        for (container, member), whole in wanted.items():
            if whole and container not in theirs:
                containers.setdefault(member, []).append(container)
        neighbourhoods = Territory.objects.filter(kind=TerritoryKind.NEIGHBOURHOOD, parent__isnull=False)
        for pk, parent in neighbourhoods.values_list("pk", "parent"):
            wanted |= {(container, pk): True for container in (parent, *containers.get(parent, ()))}
        present = {(row.container_id, row.member_id): row for row in Containment.objects.all()}
        new = [
            Containment(container_id=container, member_id=member, whole=whole)
            for (container, member), whole in wanted.items()
            if (container, member) not in present
        ]
        changed, stale = [], []
        for key, row in present.items():
            if key in wanted:
                if row.whole != wanted[key]:
                    row.whole = wanted[key]
                    changed.append(row)
            elif not theirs.intersection(key):
                stale.append(row.pk)
        Containment.objects.bulk_create(new, BATCH)
        Containment.objects.bulk_update(changed, ["whole"], BATCH)
        self._delete(Containment, stale)
        self._tally(Containment, len(new), len(changed), len(stale), len(wanted))

    def _successions(self) -> None:
        """Add what the lists tell and renew it; what they don't tell stays."""
        wanted = {
            (self.ids[row.predecessor], self.ids[row.successor]): (row.year, row.kind)
            for row in self.dataset.successions
        }
        present = {(row.predecessor_id, row.successor_id): row for row in Succession.objects.all()}
        new = [
            Succession(predecessor_id=predecessor, successor_id=successor, year=year, kind=kind)
            for (predecessor, successor), (year, kind) in wanted.items()
            if (predecessor, successor) not in present
        ]
        changed = []
        for key, (year, kind) in wanted.items():
            row = present.get(key)
            if row is not None and (row.year, row.kind) != (year, kind):
                row.year, row.kind = year, kind
                changed.append(row)
        Succession.objects.bulk_create(new, BATCH)
        Succession.objects.bulk_update(changed, ["year", "kind"], BATCH)
        self._tally(Succession, len(new), len(changed), 0, len(wanted))

    def _adjacency(self) -> None:
        wanted = {
            tuple(sorted((self.ids[first], self.ids[second]))) for first, second in self.dataset.adjacency
        }
        self._sync(Adjacency, ("first_id", "second_id"), wanted, stale=lambda key: True)

    def _boundaries(self) -> None:
        wanted = {self.ids[key]: geojson(polygons) for key, polygons in self.dataset.boundaries.items()}
        present = dict(Boundary.objects.values_list("territory_id", "geometry"))
        new = [Boundary(pk=pk, geometry=geometry) for pk, geometry in wanted.items() if pk not in present]
        changed = [
            Boundary(pk=pk, geometry=geometry)
            for pk, geometry in wanted.items()
            if pk in present and present[pk] != geometry
        ]
        stale = sorted(present.keys() - wanted.keys())
        Boundary.objects.bulk_create(new, BATCH)
        Boundary.objects.bulk_update(changed, ["geometry"], BATCH)
        self._delete(Boundary, stale)
        self._tally(Boundary, len(new), len(changed), len(stale), len(wanted))

    # -- writing -----------------------------------------------------------------------------------

    def _sync(
        self,
        model: type[Model],
        columns: tuple[str, str],
        wanted: set[tuple],
        stale: Callable[[tuple], bool],
    ) -> None:
        """Make a table of pairs hold ``wanted``, without those others of which ``stale`` is true."""
        present = {(first, second): pk for pk, first, second in model.objects.values_list("pk", *columns)}
        new = [model(**dict(zip(columns, key, strict=True))) for key in sorted(wanted - present.keys())]
        gone = [pk for key, pk in present.items() if key not in wanted and stale(key)]
        model.objects.bulk_create(new, BATCH)
        self._delete(model, gone)
        self._tally(model, len(new), 0, len(gone), len(wanted))

    @staticmethod
    def _delete(model: type[Model], keys: list[int]) -> None:
        for start in range(0, len(keys), BATCH):
            model.objects.filter(Q(pk__in=keys[start : start + BATCH])).delete()

    def _tally(self, model: type[Model], created: int, updated: int, deleted: int, wanted: int) -> None:
        label = str(model._meta.verbose_name_plural)
        self._count(self.counts.created, label, created)
        self._count(self.counts.updated, label, updated)
        self._count(self.counts.deleted, label, deleted)
        self._count(self.counts.same, label, wanted - created - updated)

    @staticmethod
    def _count(counter: Counter, label: str, number: int) -> None:
        if number:
            counter[label] += number


def geojson(polygons: MultiPolygon) -> dict:
    """A GeoJSON Polygon, or MultiPolygon where there are several parts."""
    coordinates = [[[list(point) for point in ring] for ring in polygon] for polygon in polygons]
    if len(coordinates) == 1:
        return {"type": "Polygon", "coordinates": coordinates[0]}
    return {"type": "MultiPolygon", "coordinates": coordinates}
