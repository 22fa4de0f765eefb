"""What lines are judged against, read once for a whole import: a line then costs no query."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from rapidfuzz import fuzz, process

from actors.enums import ContactKind, PublicIdFate
from actors.models import Activity, Actor, Alias, ContactPoint, OutsideId, Place, PublicId
from actors.models.contact import contact_key
from editing.duplicates.traits import site_of
from editing.exchange.columns import seat_of
from editing.rights import changeable, has_right, territories_kept, visible
from editing.roles import Right
from territories.enums import COMMUNES_AND_PARTS, TerritoryKind
from territories.models import PostalCode, Territory, TerritoryName
from territories.text import fold

# How alike a name must be, of 100, to be proposed for an unknown one.
_ALIKE = 75
_SHORT = {"st": "saint", "ste": "sainte"}
_RANKS = {kind: rank for rank, kind in enumerate(TerritoryKind.values)}


def commune_key(name: str) -> str:
    """A commune as people write it in an address: « ST OMER CEDEX 2 », « Lens (62) ».

    >>> commune_key("St Omer Cedex 2")
    'saint omer'
    """
    words = fold(name.partition("(")[0]).split()
    if "cedex" in words:
        words = words[: words.index("cedex")]
    return " ".join(_SHORT.get(word, word) for word in words)


class Communes:
    """Territories by code, name and postal code (3 queries)."""

    def __init__(self) -> None:
        self.kinds: dict[int, str] = {}
        self.names: dict[int, str] = {}
        self._codes: dict[str, int] = {}
        rows = list(Territory.objects.order_by("pk").values_list("pk", "kind", "code", "name"))
        # A code that lives no more is that of an associated or delegated commune.
        for pk, kind, code, name in sorted(rows, key=lambda row: row[1] != TerritoryKind.COMMUNE):
            self.kinds[pk], self.names[pk] = kind, name
            if kind in COMMUNES_AND_PARTS:
                self._codes.setdefault(code, pk)
        self._named: dict[str, set[int]] = defaultdict(set)
        for pk, key in TerritoryName.objects.order_by().values_list("territory", "name_key"):
            self._named[commune_key(key)].add(pk)
        self._posted: dict[str, set[int]] = defaultdict(set)
        for pk, code in PostalCode.objects.order_by().values_list("territory", "code"):
            self._posted[code].add(pk)

    def find(self, name: str, insee: str, postal_code: str) -> int:
        """The territory that these say, at least one of them not ''; raises ValidationError."""
        if insee:
            return self._by_code(name, insee)
        if name:
            return self._by_name(name, postal_code)
        return self._by_postal_code(postal_code)

    def _by_code(self, name: str, insee: str) -> int:
        found = self._codes.get(insee.upper())
        if found is None:
            hint = " C’est un code postal." if insee in self._posted else ""
            raise ValidationError(f"aucune commune n’a le code INSEE « {insee} ».{hint}")
        if name and found not in self._named.get(commune_key(name), ()):
            raise ValidationError(
                f"le code INSEE {insee} est celui de {self.names[found]}, non de « {name} »."
            )
        return found

    def _by_name(self, name: str, postal_code: str) -> int:
        found = self._named.get(commune_key(name))
        if not found:
            near = process.extract(
                commune_key(name), self._named.keys(), scorer=fuzz.ratio, score_cutoff=_ALIKE, limit=3
            )
            names = dict.fromkeys(self.names[pk] for key, _, _ in near for pk in sorted(self._named[key])[:1])
            hint = f" Vouliez-vous dire {' ou '.join(f'« {one} »' for one in names)} ?" if names else ""
            raise ValidationError(f"commune inconnue : « {name} ».{hint}")
        best = self._finest(found)
        there = [pk for pk in best if pk in self._posted.get(postal_code, ())]
        candidates = there or best
        if len(candidates) > 1:
            raise ValidationError(
                f"plusieurs territoires s’appellent « {name} » : indiquez le code INSEE ou le code postal."
            )
        return candidates[0]

    def _finest(self, found: Iterable[int]) -> list[int]:
        """Communes where there are any, else what most resembles one."""

        def rank(pk: int) -> int:
            kind = self.kinds[pk]
            if kind == TerritoryKind.COMMUNE:
                return 0
            return 1 if kind in COMMUNES_AND_PARTS else 2 + _RANKS[kind]

        best = min(map(rank, found))
        return sorted(pk for pk in found if rank(pk) == best)

    def _by_postal_code(self, postal_code: str) -> int:
        communes = [pk for pk in self._posted.get(postal_code, ()) if self.kinds[pk] == TerritoryKind.COMMUNE]
        if len(communes) != 1:
            told = f"le code postal {postal_code} est celui de {len(communes)} communes"
            raise ValidationError(
                f"{told if communes else f'code postal inconnu : « {postal_code} »'} : indiquez la commune."
            )
        return communes[0]


@dataclass(frozen=True)
class Twin:
    """An entry that a new line may be a double of, and why."""

    pk: int
    reason: str


class Ground:
    """Entries by all they are recognised by, what may be done to them, and the open lists (about 20 queries)."""

    def __init__(self, user: AbstractBaseUser) -> None:
        self.user = user
        self.may_publish = has_right(user, Right.PUBLISH)
        self.visible = set(visible(user).order_by().values_list("pk", flat=True))
        self.changeable = set(changeable(user).order_by().values_list("pk", flat=True))
        # None: whatever lies anywhere.
        self.kept = territories_kept(user)
        self.communes = Communes()
        self.activities = self._activities()
        self._read_actors()
        self._read_places()
        self._read_contacts()

    @staticmethod
    def _activities() -> dict[str, str]:
        words = {}
        for name, synonyms in Activity.objects.order_by("pk").values_list("name", "synonyms"):
            words[fold(name)] = name
            for synonym in synonyms.splitlines():
                words.setdefault(fold(synonym), name)
        words.pop("", None)
        return words

    def _read_actors(self) -> None:
        self.names: dict[int, str] = {}
        self.by_public_id: dict[str, int] = {}
        self.by_siret: dict[str, int] = {}
        self._by_siren: dict[str, list[int]] = defaultdict(list)
        self._by_name: dict[str, list[int]] = defaultdict(list)
        columns = ("pk", "public_id", "siren", "siret", "name", "precision", "name_key")
        for pk, public_id, siren, siret, name, precision, name_key in Actor.objects.order_by(
            "pk"
        ).values_list(*columns):
            self.names[pk] = f"{name}, {precision}" if precision else name
            self.by_public_id[public_id] = pk
            self._by_name[name_key].append(pk)
            if siret:
                self.by_siret[siret] = pk
            if siren or siret:
                self._by_siren[siren or siret[:9]].append(pk)
        for pk, key in Alias.objects.order_by("pk").values_list("actor", "name_key"):
            self._by_name[key].append(pk)
        ended = PublicId.objects.exclude(fate=PublicIdFate.LIVE)
        self.ended = dict(ended.values_list("value", "merged_into"))
        rows = OutsideId.objects.order_by("pk").values_list("scheme", "value", "actor")
        self.by_outside_id = {(scheme, value): pk for scheme, value, pk in rows}

    def _read_places(self) -> None:
        self._places: dict[int, set[int]] = defaultdict(set)
        for pk, territory in Place.objects.order_by().values_list("actor", "territory"):
            self._places[pk].add(territory)

    def _read_contacts(self) -> None:
        self._by_site: dict[str, list[int]] = defaultdict(list)
        sites = ContactPoint.objects.filter(kind=ContactKind.WEBSITE).order_by("pk")
        for pk, value in sites.values_list("actor", "value"):
            if site := site_of(contact_key(ContactKind.WEBSITE, value)):
                self._by_site[site].append(pk)

    def told(self, pk: int) -> str:
        """The name of an entry as the person may know it."""
        return f"« {self.names[pk]} »" if pk in self.visible else "une fiche en préparation"

    def keeps(self, actor: Actor, seat: int | None) -> bool:
        """Whether an entry, its seat being there, lies wholly inside the person's territories (1 query at most)."""
        if self.kept is None:
            return True
        old = seat_of(actor)
        found = {place.territory_id for place in actor.places.all() if place != old} | {seat} - {None}
        found = found or set(actor.areas.order_by().values_list("territory", flat=True))
        return bool(found) and found <= self.kept

    def by_id(self, public_id: str) -> int | None:
        """The entry of a permanent id, the surviving one after a merger."""
        seen = set()
        while public_id in self.ended and public_id not in seen:
            seen.add(public_id)
            public_id = self.ended[public_id]
        return self.by_public_id.get(public_id)

    def twins(self, actor: Actor, territory: int | None, websites: Iterable[str]) -> list[Twin]:
        """Entries that a new one is probably a double of, the surest first."""
        siren = actor.siren or actor.siret[:9]
        found = [Twin(pk, "Même SIREN") for pk in self._by_siren.get(siren, ())] if siren else []
        for address in websites:
            site = site_of(contact_key(ContactKind.WEBSITE, address))
            found += [Twin(pk, f"Même site ({site})") for pk in self._by_site.get(site, ()) if site]
        for pk in self._by_name.get(fold(actor.name)[:200], ()):
            there = self._places.get(pk)
            if territory is None or not there:
                found.append(Twin(pk, "Même nom"))
            elif territory in there:
                found.append(Twin(pk, f"Même nom à {self.communes.names[territory]}"))
        return list({twin.pk: twin for twin in reversed(found)}.values())[::-1]
