"""Putting the data set together from the official package, the contours and what is written by hand."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Protocol

from territories import grammar
from territories.enums import NameKind, SuccessionKind, TerritoryKind
from territories.importers.dataset import Dataset, MultiPolygon, NameRow, SuccessionRow, TerritoryRow
from territories.importers.history import End, History
from territories.importers.naming import (
    DISPLAY_NAMES,
    Slugs,
    display_epci_name,
    french,
    official_epci_name,
    short_epci_names,
)
from territories.importers.packages import Etalab
from territories.text import fold

REGION = "32"
# Communes: « populations de référence 2023 », Insee statistics no. 8680726, in force on 1 January 2026.
COMMUNE_YEAR = 2023
# EPCI: the DGCL's list of 2026 still has those of 2022 (equal, commune by commune, to release 4.1.0's).
EPCI_YEAR = 2022
# Mayotte's communes have the figures of the census of 2017 (Insee statistics no. 3291775).
MAYOTTE, MAYOTTE_REGION, MAYOTTE_YEAR = "976", "06", 2017

# From the widest to the narrowest: a container comes before what it may contain.
LEVELS = ("country", "region", "former_region", "department", "epci", "former_epci", "commune", "part")


class OutlinesLike(Protocol):
    """What the build asks of :class:`territories.importers.outlines.Outlines`."""

    polygons: dict

    def fill_holes(self, communes: set[str]) -> list[str]: ...
    def dissolve(self, key: str, communes: Iterable[str]) -> None: ...
    def point(self, key: str) -> tuple[float, float] | None: ...
    def neighbours(self, keys: Iterable[str]) -> set[tuple[str, str]]: ...
    def coordinates(self, key: str) -> MultiPolygon: ...


class Build:
    """One build.

    ``outlines`` makes the outlines of the territories it is given, by ``kind:code`` (it alone needs
    shapely); ``step`` is called with the name of each stage as it begins.
    """

    def __init__(
        self,
        etalab: Etalab,
        older: Iterable[Etalab],
        local: dict,
        outlines: Callable[[set[str]], OutlinesLike],
        step: Callable[[str], None] = lambda name: None,
    ) -> None:
        self.etalab = etalab
        self.local = local
        self.step = step
        self.history = History(etalab, older)
        self.make_outlines = outlines
        self.dataset = Dataset()
        self.communes = {c["code"]: c for c in etalab.communes if c["type"] == "commune-actuelle"}
        self.regional = {code for code, commune in self.communes.items() if commune.get("region") == REGION}
        self.epcis = sorted(
            (e for e in etalab.epcis if any(m["code"] in self.regional for m in e["membres"])),
            key=lambda epci: epci["code"],
        )
        self.epci_of = {member["code"]: epci["code"] for epci in self.epcis for member in epci["membres"]}
        self.elsewhere = {item["code"] for item in local["communes_elsewhere"]}
        self.loaded = self.regional | set(self.epci_of) | self.elsewhere
        self.regional_departments = {self.communes[code]["departement"] for code in self.regional}
        self.parts = sorted(
            (c for c in etalab.communes if c["type"] in _PART_KINDS and c.get("region") == REGION),
            key=lambda part: (part["type"], part["code"]),
        )
        # level -> (territory, codes of its communes, all of France's)
        self.sets: dict[str, list[tuple[str, frozenset[str]]]] = {level: [] for level in LEVELS}
        self.slugs = Slugs(french(c["nom"]) for c in self.communes.values())
        for item in (*local["neighbourhoods"], *local["informal"]):
            self.slugs.upper(item["code"])

    def run(self) -> Dataset:
        self.step("territoires")
        self._country_and_regions()
        self._departments()
        self._epcis()
        self._communes()
        self._parts()
        self.step("histoire")
        self._former_regions()
        self._former_epcis()
        self._former_communes()
        self.step("inclusions")
        self._containment()
        self.step("contours")
        self._outlines()
        return self.dataset

    # -- territories -------------------------------------------------------------------------------

    def _add(self, row: TerritoryRow, level: str, communes: Iterable[str]) -> None:
        self.dataset.territories.append(row)
        self.sets[level].append((row.key, frozenset(communes)))

    def _complete(self, communes: Iterable[str]) -> bool:
        return self.loaded.issuperset(communes)

    def _population(self, communes: Iterable[str]) -> int:
        return sum(self.communes[code]["population"] for code in communes)

    def _country_and_regions(self) -> None:
        of, at = grammar.EXCEPTIONS[TerritoryKind.COUNTRY, "FR"]
        inhabited = {code for code, commune in self.communes.items() if commune.get("zone") in _ZONES}
        # No population: Mayotte's is of another year.
        france = TerritoryRow("country", "FR", self.slugs.upper("France"), "France", of, at, complete=False)
        self._add(france, "country", inhabited)
        for region in _by_code(r for r in self.etalab.regions if r["zone"] in _ZONES):
            name, code = french(region["nom"]), region["code"]
            communes = [c for c in self.communes if self.communes[c].get("region") == code]
            phrases = grammar.phrases(TerritoryKind.REGION, code, name, region["typeLiaison"])
            row = TerritoryRow("region", code, self.slugs.upper(name), name, *phrases)
            row.population = self._population(communes)
            row.population_year = MAYOTTE_YEAR if code == MAYOTTE_REGION else COMMUNE_YEAR
            row.parent = france.key
            row.complete = self._complete(communes)
            self._add(row, "region", communes)

    def _departments(self) -> None:
        for department in _by_code(d for d in self.etalab.departments if d["zone"] in _ZONES):
            name, code = french(department["nom"]), department["code"]
            communes = [c for c in self.communes if self.communes[c].get("departement") == code]
            phrases = grammar.phrases(TerritoryKind.DEPARTMENT, code, name, department["typeLiaison"])
            row = TerritoryRow("department", code, self.slugs.upper(name, "département"), name, *phrases)
            row.population = self._population(communes)
            row.population_year = MAYOTTE_YEAR if code == MAYOTTE else COMMUNE_YEAR
            row.parent = f"region:{department['region']}"
            row.complete = self._complete(communes)
            self._add(row, "department", communes)

    def _epcis(self) -> None:
        commune_names = {french(c["nom"]) for c in self.communes.values()}
        for epci in self.epcis:
            code, communes = epci["code"], [member["code"] for member in epci["membres"]]
            name = DISPLAY_NAMES.get(f"epci:{code}") or display_epci_name(epci["nom"], commune_names)
            people = Counter()
            for commune in communes:
                people[self.communes[commune]["departement"]] += self.communes[commune]["population"]
            main = max(sorted(people), key=lambda department: people[department])
            phrases = grammar.epci_phrases(name)
            row = TerritoryRow("epci", code, self.slugs.other(name, code), name, *phrases, siren=code)
            row.population, row.population_year = epci["populationMunicipale"], EPCI_YEAR
            row.parent = f"department:{main}"
            self._add(row, "epci", communes)
            self._name(row, official_epci_name(epci["nom"]), NameKind.OFFICIAL)
            self._short_names(row, epci["nom"], commune_names)
            for listed, until in self.history.epci_names(code):
                if fold(official_epci_name(listed)) == fold(official_epci_name(epci["nom"])):
                    self._short_names(row, listed, commune_names)
                else:
                    self._name(row, official_epci_name(listed), NameKind.FORMER, until)
                    self._short_names(row, listed, commune_names, NameKind.FORMER, until)

    def _short_names(
        self,
        row: TerritoryRow,
        listed: str,
        commune_names: set[str],
        kind: str = NameKind.SHORT,
        until: int | None = None,
    ) -> None:
        """The shorter forms of an EPCI's listed name, save a bare commune's name."""
        for short in short_epci_names(listed):
            if short not in commune_names:
                self._name(row, short, kind, until)

    def _communes(self) -> None:
        for code in sorted(self.loaded):
            commune = self.communes[code]
            name = french(commune["nom"])
            phrases = grammar.phrases(TerritoryKind.COMMUNE, code, name, commune["typeLiaison"])
            row = TerritoryRow("commune", code, self.slugs.commune(name, code), name, *phrases)
            row.population, row.population_year = commune["population"], COMMUNE_YEAR
            row.siren = commune.get("siren", "")
            row.postal_codes = tuple(sorted(commune.get("codesPostaux", ())))
            epci = self.epci_of.get(code)
            row.parent = f"epci:{epci}" if epci else f"department:{commune['departement']}"
            self._add(row, "commune", [code])
            for past in self.history.names(code, name):
                self._name(row, past.name, NameKind.FORMER, past.until)

    def _parts(self) -> None:
        """Associated and delegated communes; the commune of which they are a part took over from each."""
        for part in self.parts:
            kind, code, chief = _PART_KINDS[part["type"]], part["code"], part["chefLieu"]
            official = french(part["nom"])
            name = DISPLAY_NAMES.get(f"{kind}:{code}", official)
            phrases = grammar.phrases(kind, code, name, part["typeLiaison"] if name == official else None)
            slug = self.slugs.other(name, part["departement"], french(self.communes[chief]["nom"]), code)
            row = TerritoryRow(kind, code, slug, name, *phrases, parent=f"commune:{chief}")
            self._add(row, "part", [chief])
            self._name(row, official, NameKind.OFFICIAL)
            if code in self.communes:
                year = self.history.became_delegated(code)
                self._succeeds(row.key, f"commune:{code}", year, SuccessionKind.MERGER)
            else:
                for past in self.history.names(code, official):
                    self._name(row, past.name, NameKind.FORMER, past.until)

    # -- what was ----------------------------------------------------------------------------------

    def _former_regions(self) -> None:
        for item in self.local["former_regions"]:
            communes = [c for c in self.regional if self.communes[c]["departement"] in item["departments"]]
            phrases = grammar.article_phrases(item["name"], item["article"], item["at"])
            slug = self.slugs.upper(item["code"])
            row = TerritoryRow("former", item["code"], slug, item["name"], *phrases, note=item["note"])
            self._add(row, "former_region", communes)
            self._succeeds(row.key, item["successor"], item["year"], SuccessionKind.MERGER)

    def _former_epcis(self) -> None:
        commune_names = {french(c["nom"]) for c in self.communes.values()}
        successors: dict[str, list[str]] = {}
        for epci, last, following in self.history.gone_epcis(self.regional):
            code, communes = epci["code"], [m["code"] for m in epci["membres"] if m["code"] in self.loaded]
            name = DISPLAY_NAMES.get(f"epci:{code}") or display_epci_name(epci["nom"], commune_names)
            if fold(name) == fold(DISPLAY_NAMES["epci:200093201"]):
                name = DISPLAY_NAMES["epci:200093201"]
            phrases = grammar.epci_phrases(name)
            row = TerritoryRow("former", code, self.slugs.other(name, code), name, *phrases, siren=code)
            row.note = (
                f"Ancienne intercommunalité, de SIREN {code} : elle figure dans la liste de {last} "
                f"et plus dans celle de {following}."
            )
            self._add(row, "former_epci", communes)
            self._name(row, official_epci_name(epci["nom"]), NameKind.OFFICIAL)
            self._short_names(row, epci["nom"], commune_names)
            for successor in sorted({self.epci_of[commune] for commune in communes}):
                successors.setdefault(successor, []).append(row.key)
        for successor, predecessors in successors.items():
            kind = SuccessionKind.MERGER if len(predecessors) > 1 else SuccessionKind.REPLACEMENT
            for predecessor in predecessors:
                self._succeeds(predecessor, f"epci:{successor}", None, kind)

    def _former_communes(self) -> None:
        """Old codes: those that are still associated or delegated communes, then those that are nothing any more."""
        parts = {row.code: row.key for row in self.dataset.territories if row.kind in _PART_KINDS.values()}
        heirs = {
            old: code for code in sorted(self.regional) for old in self.communes[code].get("anciensCodes", ())
        }
        keys = {old: parts.get(old, f"former:{old}") for old in heirs}
        for old, heir in sorted(heirs.items()):
            end = self.history.end(old)
            between = self._between(end, heir, keys, parts)
            # Without a known step between, the year is the present commune's only if it was the one then.
            year = end.year if between or end.successor in {None, heir} else None
            self._succeeds(keys[old], between or f"commune:{heir}", year, end.kind)
            if old not in parts:
                self._former_commune(old, heir, end if year else replace(end, year=None))

    def _between(self, end: End, heir: str, keys: dict[str, str], parts: dict[str, str]) -> str | None:
        """The commune that took over and has itself been taken over since, where it has a row here."""
        if end.successor is None:
            return None
        if end.successor != heir:
            return None if end.successor in self.communes else keys.get(end.successor)
        # Same code, another commune: Pertain, whose code Hypercourt took in 2017.
        renewed = fold(end.successor_name) != fold(french(self.communes[heir]["nom"]))
        return parts.get(heir) if renewed else None

    def _former_commune(self, code: str, heir: str, end: End) -> None:
        if known := self.history.last_name(code):
            name, phrases = known[0], grammar.commune_phrases(*known)
        else:
            name = f"Ancienne commune {code}"
            phrases = grammar.article_phrases(f"ancienne commune {code}", "l’")
        slug = self.slugs.other(name, code[:2], f"ancienne commune {code}")
        row = TerritoryRow("former", code, slug, name, *phrases, parent=f"commune:{heir}")
        row.note = self._fate(heir, end) + ("" if known else " Nos sources ne donnent pas son nom.")
        self._add(row, "part", [heir])
        for past in self.history.names(code, name):
            self._name(row, past.name, NameKind.FORMER, past.until)

    def _fate(self, heir: str, end: End) -> str:
        """What became of a commune, in one sentence."""
        commune = self.communes[heir]
        now = french(commune["nom"])
        phrases = grammar.commune_phrases(now, commune["typeLiaison"])
        if end.year is None:
            return f"Ancienne commune, aujourd’hui réunie {phrases.at}."
        if end.kind == SuccessionKind.CODE_CHANGE:
            return f"Ancien code {phrases.of}, qui a changé de département en {end.year}."
        if end.kind == SuccessionKind.REPLACEMENT:
            return f"Ancienne commune, supprimée en {end.year} ; son code renvoie à celui {phrases.of}."
        if end.successor_name is None or fold(end.successor_name) == fold(now):
            return f"Ancienne commune, réunie {phrases.at} en {end.year}."
        then = grammar.commune_phrases(end.successor_name, end.successor_tncc)
        return f"Ancienne commune, réunie {then.at} en {end.year}, aujourd’hui dans {now}."

    def _name(self, row: TerritoryRow, name: str, kind: str, until: int | None = None) -> None:
        """Add a name unless the territory has it already, but for accents and signs."""
        known = {fold(row.name)} | {
            fold(other.name) for other in self.dataset.names if other.territory == row.key
        }
        if fold(name) not in known:
            self.dataset.names.append(NameRow(row.key, kind, name, until))

    def _succeeds(self, predecessor: str, successor: str, year: int | None, kind: str) -> None:
        self.dataset.successions.append(SuccessionRow(predecessor, successor, year, kind))

    # -- relations ---------------------------------------------------------------------------------

    def _containment(self) -> None:
        """Compare sets of communes, each container with everything narrower; never chain edges."""
        for rank, level in enumerate(LEVELS):
            for container, communes in self.sets[level]:
                for narrower in LEVELS[rank + 1 :]:
                    for member, inner in self.sets[narrower]:
                        if inner and inner <= communes:
                            self.dataset.containment[container, member] = True
                        elif not inner.isdisjoint(communes):
                            self.dataset.containment[container, member] = False

    def _outlines(self) -> None:
        communes = {f"commune:{code}" for code in self.loaded}
        parts = {row.key for row in self.dataset.territories if row.kind in _PART_KINDS.values()}
        outlines = self.make_outlines(communes | parts)
        outlines.fill_holes(self.regional)
        shown = [f"commune:{code}" for code in sorted(self.loaded)]
        for level in ("epci", "department", "region", "former_region"):
            for key, members in self.sets[level]:
                if self._complete(members):
                    outlines.dissolve(key, sorted(members))
                    shown.append(key)
        shown += sorted(parts & set(outlines.polygons))
        for key in shown:
            self.dataset.boundaries[key] = outlines.coordinates(key)
        for row in self.dataset.territories:
            if point := outlines.point(row.key):
                row.latitude, row.longitude = point
        self.step("voisinages")
        for prefix in ("commune:", "epci:", "department:"):
            self.dataset.adjacency |= outlines.neighbours(key for key in shown if key.startswith(prefix))


_PART_KINDS = {
    "commune-associee": TerritoryKind.ASSOCIATED_COMMUNE.value,
    "commune-deleguee": TerritoryKind.DELEGATED_COMMUNE.value,
}
_ZONES = {"metro", "drom"}


def _by_code(items: Iterable[dict]) -> list[dict]:
    return sorted(items, key=lambda item: item["code"])
