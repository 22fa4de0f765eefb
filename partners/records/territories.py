"""Territories as records; a misprint of a letter is no name of theirs."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from actors import index
from partners.identifiers import territory_id
from partners.records.dictionary import TERRITORY_PARTS
from partners.records.links import Links
from territories.enums import NameKind, TerritoryKind
from territories.models import Boundary, Containment, PostalCode, Succession, Territory, TerritoryName

CHUNK = 500
_KINDS = dict(TerritoryKind.choices)
_COLUMNS = (
    *(
        "pk",
        "kind",
        "code",
        "slug",
        "name",
        "population",
        "population_year",
        "siren",
        "latitude",
        "longitude",
    ),
    *("complete", "note"),
)


class TerritoryReader:
    """Reads records of territories: 7 queries a batch, 1 more with outlines, whatever its size."""

    def __init__(self, links: Links, include: Sequence[str] = ()) -> None:
        self._links = links
        self._include = [part for part in TERRITORY_PARTS if part in include]

    def read(self, ids: Sequence[int]) -> list[dict]:
        """Those of these ids, in that order."""
        if not ids:
            return []
        records: dict[int, dict] = {}
        for row in Territory.objects.filter(pk__in=ids).order_by().values_list(*_COLUMNS):
            records[row[0]] = self._made(*row)
        self._add_names(records)
        self._add_relations(records)
        for pk, count in index.counts_by_territory(records).items():
            records[pk]["actor_count"] = count
        if "boundary" in self._include:
            outlines = dict(
                Boundary.objects.filter(territory__in=records).values_list("territory", "geometry")
            )
            for pk, record in records.items():
                record["boundary"] = outlines.get(pk)
        return [records[pk] for pk in ids if pk in records]

    def walk(self, ids: Iterable[int] | None = None) -> Iterator[dict]:
        """The same for as many as there are, in flat memory; all by kind and code unless told."""
        if ids is None:
            ids = list(Territory.objects.order_by("kind", "code", "pk").values_list("pk", flat=True))
        chunk: list[int] = []
        for pk in ids:
            chunk.append(pk)
            if len(chunk) == CHUNK:
                yield from self.read(chunk)
                chunk = []
        yield from self.read(chunk)

    def _made(
        self, pk, kind, code, slug, name, population, year, siren, latitude, longitude, complete, note
    ) -> dict:
        word = territory_id(kind, code)
        return {
            "id": word,
            "uri": self._links.territory_identifier(word),
            "url": self._links.territory(slug),
            "code": code,
            "kind": kind,
            "name": name,
            "aliases": [],
            "containers": [],
            "predecessors": [],
            "successors": [],
            "postal_codes": [],
            "siren": siren or (code if kind == TerritoryKind.EPCI else None),
            "population": population,
            "population_year": year,
            "location": {"latitude": latitude, "longitude": longitude} if latitude is not None else None,
            "complete": complete,
            "note": note or None,
            "actor_count": 0,
            "french": {"kind": _KINDS[kind]},
        }

    def _add_names(self, records: dict[int, dict]) -> None:
        names = TerritoryName.objects.filter(territory__in=records).exclude(kind=NameKind.PRINTED)
        for pk, name in names.order_by("kind", "name_key", "pk").values_list("territory", "name"):
            if name != records[pk]["name"]:
                records[pk]["aliases"].append(name)
        codes = PostalCode.objects.filter(territory__in=records).order_by("code", "pk")
        for pk, code in codes.values_list("territory", "code"):
            records[pk]["postal_codes"].append(code)

    def _add_relations(self, records: dict[int, dict]) -> None:
        containers = Containment.objects.filter(member__in=records).order_by("container__name_key", "pk")
        ranked: dict[int, list[tuple[int, dict]]] = defaultdict(list)
        for pk, whole, *other in containers.values_list("member", "whole", *_other("container")):
            ranked[pk].append((_RANKS[other[0]], self._links.named_territory(*other) | {"whole": whole}))
        for pk, found in ranked.items():
            # The widest first, then by name.
            records[pk]["containers"] = [each for _, each in sorted(found, key=lambda each: each[0])]
        for key, own, far in (
            ("successors", "predecessor", "successor"),
            ("predecessors", "successor", "predecessor"),
        ):
            rows = Succession.objects.filter(**{f"{own}__in": records}).order_by(f"{far}__name_key", "pk")
            for pk, year, kind, *other in rows.values_list(own, "year", "kind", *_other(far)):
                records[pk][key].append(
                    self._links.named_territory(*other) | {"year": year, "succession": kind}
                )


_RANKS = {kind: rank for rank, kind in enumerate(TerritoryKind.values)}


def _other(relation: str) -> list[str]:
    return [f"{relation}__{column}" for column in ("kind", "code", "name")]
