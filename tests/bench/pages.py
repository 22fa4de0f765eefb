"""What is measured: an address of ours, that of Datasette with the same rows, and the plain SQL for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from actors.enums import OrganisationKind, Sector

# What our lists count, as Datasette is asked for it: columns, and columns that hold several values.
FACETS = [
    ("_facet", name) for name in ("nature", "kind", "legal_form", "sphere", "life_status", "department")
]
FACETS += [("_facet_array", name) for name in ("sectors", "labels", "activities", "letters")]


@dataclass(frozen=True)
class Page:
    """``base`` holds as a condition on ``actors_actor a``; '' where there is no list to compare with.

    ``{territory:<kind>:<code>}`` and ``{words:a,b}`` in it stand for the SQL of a place inside a territory and of a
    search in the full-text engine. ``order`` and ``rows`` are those of the list. ``peer``: the same with Datasette.
    ``others``: more pages of this sort, each with the same at Datasette, asked in turn with the first.
    """

    key: str
    label: str
    address: str
    peer: str = ""
    base: str = ""
    order: str = "a.name_key, a.id"
    rows: int = 20
    others: tuple[tuple[str, str], ...] = ()

    @property
    def addresses(self) -> tuple[str, ...]:
        return (self.address, *(ours for ours, _ in self.others))

    @property
    def peers(self) -> tuple[str, ...]:
        """As many at Datasette; none where there is nothing to compare with."""
        return (self.peer, *(theirs for _, theirs in self.others)) if self.peer else ()

    @property
    def is_counted(self) -> bool:
        """Whether it is a list with facets, which takes Datasette seconds."""
        return bool(self.base)


@dataclass(frozen=True)
class Sample:
    """Who and what the pages of one directory are about: codes of two EPCI, actors by slug and Datasette's key,
    territories by slug, the first of each asked first, and Datasette's 980th row.

    ``kind``, ``sector``: the most frequent pair of both there, so that this selection too is a broad one.
    """

    large: str
    small: str
    actors: Sequence[tuple[str, int]]
    territories: Sequence[str]
    after: str
    kind: str = "integration"
    sector: str = "reuse"


CONSTANT = "/constante/"


def _asked(*criteria: tuple[str, str]) -> str:
    pairs = [*criteria, *FACETS, ("_sort", "name_key"), ("_size", "20")]
    return f"/flat/actors?{urlencode(pairs)}"


def pages(sample: Sample) -> list[Page]:
    large, small = f"{{territory:epci:{sample.large}}}", f"{{territory:epci:{sample.small}}}"
    kind = (("kind", sample.kind), ("sectors__arraycontains", sample.sector))
    both = urlencode({"type": OrganisationKind(sample.kind).slug, "secteur": Sector(sample.sector).slug})
    meets = f"a.organisation_kind = '{sample.kind}' AND EXISTS (SELECT 1 FROM actors_actorsector s "
    meets += f"WHERE s.actor_id = a.id AND s.sector = '{sample.sector}')"
    actors = [(f"/acteurs/{slug}/", f"/flat/actors/{key}") for slug, key in sample.actors]
    territories = [
        (f"/territoires/{slug}/", f"/flat/territories/{quote(slug)}") for slug in sample.territories
    ]
    return [
        Page("constant", "Vue constante", CONSTANT),
        Page("home", "Accueil", "/"),
        Page("list", "Toute la liste", "/acteurs/", _asked(), "TRUE"),
        Page("page-50", "50e page", "/acteurs/?page=50", _asked(("_next", sample.after)), "TRUE"),
        Page(
            "large",
            "Une grande intercommunalité",
            f"/acteurs/?territoire={sample.large}",
            _asked(("epci", sample.large)),
            large,
        ),
        Page(
            "small",
            "Une petite intercommunalité",
            f"/acteurs/?territoire={sample.small}",
            _asked(("epci", sample.small)),
            small,
        ),
        Page(
            "kind",
            "Un type, un domaine",
            f"/acteurs/?{both}",
            _asked(*kind),
            meets,
        ),
        Page(
            "all",
            "Intercommunalité, type et domaine",
            f"/acteurs/?territoire={sample.large}&{both}",
            _asked(("epci", sample.large), *kind),
            f"{large} AND {meets}",
        ),
        Page(
            "rare",
            "Recherche de deux mots",
            # 2.6 % of the directory.
            "/acteurs/?q=v%C3%A9lo+insertion",
            _asked(("_search", "velo insertion")),
            "{words:velo;insertion}",
        ),
        Page(
            "common",
            "Recherche d’un mot courant",
            # 42 %.
            "/acteurs/?q=projet",
            _asked(("_search", "projet")),
            "{words:projet}",
        ),
        Page("actor", "Un acteur", *actors[0], others=tuple(actors[1:])),
        Page("territory", "Un territoire", *territories[0], others=tuple(territories[1:])),
        Page("suggest", "Suggestions", "/acteurs/suggestions/?q=ressourcerie+du"),
        Page("api", "API, vingt acteurs", "/api/v1/actors", "/flat/actors.json?_size=20&_sort=name_key"),
    ]


# What ``large.py`` asks, over a directory of its own.
PAGES = pages(Sample("200093201", "200069037", [("apes", 1)], ["pas-de-calais"], ""))

# What a visitor with a poor line asks for: label, address.
SLOW = {
    "Accueil": "/",
    "Toute la liste": "/acteurs/",
    "Recherche : insertion": "/acteurs/?q=insertion",
    "Page d’un acteur": "/acteurs/apes/",
    "Page d’un département": "/territoires/pas-de-calais/",
    "PTCE": "/ptce/",
    "Liens de coopération": "/cooperations/",
    "Lettres": "/lettres/",
}
