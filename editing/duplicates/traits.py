"""What entries are compared by, read for the whole directory in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterator, Set
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from math import log

from django.db.models import Manager, Q, QuerySet

from actors.enums import ContactKind
from actors.index.tokens import STOP_WORDS
from actors.models import Actor, Alias, ContactPoint, Cooperation, Place
from actors.models.contact import contact_key
from territories.enums import COMMUNES_AND_PARTS, TerritoryKind
from territories.models import Adjacency, Territory
from territories.text import fold

# Words of a name that only say in which form somebody acts.
_FORM_WORDS = STOP_WORDS | {"association", "asso", "sarl", "sas", "sasu", "scop", "scic", "ptce"}
# Addresses there say nothing of whose they are.
MAIL_PROVIDERS = frozenset(
    """
    aliceadsl.fr aol.com bbox.fr club-internet.fr cegetel.net free.fr gmail.com gmx.com gmx.fr googlemail.com
    hotmail.com hotmail.fr icloud.com laposte.net live.com live.fr mac.com mailo.com me.com msn.com neuf.fr
    nordnet.fr numericable.fr orange.fr outlook.com outlook.fr posteo.net proton.me protonmail.com sfr.fr
    tutanota.com wanadoo.fr yahoo.com yahoo.fr ymail.com
    """.split()  # noqa: SIM905
)
# Sites where many publish: the page counts there, not the site.
SHARED_SITES = frozenset(
    """
    blogspot.com facebook.com fb.com framasite.org google.com helloasso.com instagram.com jimdo.com
    jimdofree.com linkedin.com linktr.ee mystrikingly.com over-blog.com sites.google.com tiktok.com twitter.com
    webnode.fr wix.com wixsite.com wordpress.com x.com youtube.com e-monsite.com free.fr orange.fr wanadoo.fr
    """.split()  # noqa: SIM905
)
# Fine enough for being there to say something of an entry.
_NEAR_KINDS = COMMUNES_AND_PARTS | {TerritoryKind.EPCI}


@lru_cache(maxsize=100_000)
def name_words(name: str) -> tuple[str, ...]:
    """The words of a name that tell, folded and in the singular; all of them when none does.

    >>> name_words("Association Les Jardins de Cocagne")
    ('jardin', 'cocagne')
    """
    words = fold(name).split()
    telling = [word for word in words if word not in _FORM_WORDS] or words
    singular = (word[:-1] if len(word) > 3 and word[-1] in "sx" else word for word in telling)
    return tuple(dict.fromkeys(singular))


def site_of(address: str) -> str:
    """The site of a normalised web address, '' where many publish."""
    host = address.split("/", 1)[0].split(":", 1)[0]
    shared = any(host == site or host.endswith(f".{site}") for site in SHARED_SITES)
    return "" if shared else host


def mail_domain_of(address: str) -> str:
    """The domain of a normalised e-mail address, '' for a provider of everybody's."""
    domain = address.rpartition("@")[2]
    return "" if domain in MAIL_PROVIDERS else domain


# One for all: most entries share nothing, and an empty set takes as much as a name.
_NOTHING: Set = frozenset()


@dataclass
class Traits:
    """One entry as it is compared; ``pk`` is 0 for one that is not saved yet."""

    pk: int
    nature: str = ""
    name: str = ""
    precision: str = ""
    siren: str = ""
    siret: str = ""
    rna: str = ""
    aliases: list[str] = field(default_factory=list)
    # (kind, normalised value).
    contacts: Set[tuple[str, str]] = _NOTHING
    # Ids of territories fine enough to tell where it is.
    places: Set[int] = _NOTHING

    @property
    def full_name(self) -> str:
        return f"{self.name}, {self.precision}" if self.precision else self.name

    @cached_property
    def names(self) -> list[str]:
        """Everything it is called, each once."""
        return list(dict.fromkeys([self.name, self.full_name, *self.aliases]))

    @cached_property
    def together(self) -> str:
        """Its name as one word, for order."""
        return "".join(name_words(self.full_name))

    @property
    def sites(self) -> set[str]:
        return {site_of(value) for kind, value in self.contacts if kind == ContactKind.WEBSITE} - {""}

    @property
    def mail_domains(self) -> set[str]:
        return {mail_domain_of(value) for kind, value in self.contacts if kind == ContactKind.EMAIL} - {""}

    @cached_property
    def shared_keys(self) -> frozenset[tuple[str, str]]:
        """What an entry shares with a likely twin to the letter: numbers, contacts, sites."""
        numbers = (("siren", self.siren or self.siret[:9]), ("siret", self.siret), ("rna", self.rna))
        sites = (("site", site) for site in self.sites | self.mail_domains)
        return frozenset((*(pair for pair in numbers if pair[1]), *self.contacts, *sites)) or _NOTHING


class Base:
    """The traits of every entry (4 queries), and how common each word of a name and each key is."""

    def __init__(self) -> None:
        self._weights: dict[str, float] = {}
        self._name_weights: dict[str, float] = {}
        # Bases that say the same have the same number.
        self.digest = 0
        self.entries: dict[int, Traits] = {}
        columns = ("pk", "nature", "name", "precision", "siren", "siret", "rna")
        for row in self._told(Actor.objects, *columns):
            self.entries[row[0]] = Traits(*row)
        for pk, name in self._told(Alias.objects, "actor", "name"):
            self._of(pk).aliases.append(name)
        contacts = ContactPoint.objects.exclude(kind=ContactKind.POSTAL)
        for pk, kind, value in self._told(contacts, "actor", "kind", "value"):
            self._of(pk).contacts |= {(kind, contact_key(kind, value))}
        places = Place.objects.filter(territory__kind__in=_NEAR_KINDS)
        for pk, territory in self._told(places, "actor", "territory"):
            self._of(pk).places |= {territory}

    def _told(self, rows: Manager | QuerySet, *columns: str) -> Iterator[tuple]:
        """Rows in order (1 query), read a few at a time."""
        for row in rows.order_by("pk").values_list(*columns).iterator():
            self.digest = hash((self.digest, row))
            yield row

    def _of(self, pk: int) -> Traits:
        # An entry made between two of these queries is compared next time.
        return self.entries.get(pk) or Traits(pk)

    @cached_property
    def words(self) -> dict[str, list[int]]:
        """Word -> the entries with it in a name."""
        found = defaultdict(list)
        for pk, entry in self.entries.items():
            for word in {word for name in entry.names for word in name_words(name)}:
                found[word].append(pk)
        return found

    @cached_property
    def together(self) -> dict[str, list[int]]:
        """Words of a name written together -> the entries of that name."""
        found = defaultdict(list)
        for pk, entry in self.entries.items():
            for name in entry.names:
                found["".join(name_words(name))].append(pk)
        return found

    def weight(self, word: str) -> float:
        """How much a word tells: 1 for a word of every name, 6 and more for a rare one.

        Of a base of a few entries nobody knows which words are common: a hundred others are thought beside it.
        """
        known = self._weights.get(word)
        if known is None:
            count = len(self.words.get(word, ()))
            known = self._weights[word] = 1 + log((len(self.entries) + 100) / (count + 1))
        return known

    def weight_of(self, name: str) -> float:
        """The weights of all words of a name together."""
        known = self._name_weights.get(name)
        if known is None:
            known = self._name_weights[name] = sum(map(self.weight, name_words(name)))
        return known

    @cached_property
    def by_key(self) -> dict[tuple[str, str], list[int]]:
        found = defaultdict(list)
        for pk, entry in self.entries.items():
            for key in entry.shared_keys:
                found[key].append(pk)
        return found


@dataclass
class Neighbourhood:
    """Which of the given territories lie beside or inside each other, and what they are called (2 queries)."""

    pairs: set[tuple[int, int]]
    names: dict[int, str]

    @classmethod
    def of(cls, territories: set[int]) -> "Neighbourhood":
        # One condition for the database, the other here: two long lists in one are slow on SQLite.
        beside = Adjacency.objects.filter(first__in=territories).values_list("first", "second")
        rows = Territory.objects.filter(pk__in=territories)
        rows = list(rows.values_list("pk", "name", "parent", "parent__parent"))
        inside = ((pk, above) for pk, _, *chain in rows for above in chain)
        pairs = {(one, other) for one, other in (*beside, *inside) if other in territories}
        names = {pk: name for pk, name, *_ in rows}
        return cls(pairs | {(second, first) for first, second in pairs}, names)

    @property
    def digest(self) -> int:
        return hash((frozenset(self.pairs), frozenset(self.names.items())))

    def touch(self, one: int, other: int) -> bool:
        return (one, other) in self.pairs


def linked_pairs(ids: set[int]) -> set[frozenset[int]]:
    """Pairs of these entries with a cooperation between them (1 query)."""
    rows = Cooperation.objects.filter(Q(source__in=ids), Q(target__in=ids)).order_by()
    return {frozenset(pair) for pair in rows.values_list("source", "target")}
