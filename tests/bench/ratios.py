"""What must hold, as ratios within one run: each is judged, told, and missed or not."""

from dataclasses import dataclass

from tests.bench.measures import Measures

_LISTS = ("list", "page-50", "large", "small", "kind", "all")
_SEARCHES = ("rare", "common")
_FACETED = {20_000: 50, 200_000: 300}


@dataclass(frozen=True)
class Ratio:
    """``limit`` is the least where ``least``, else the most."""

    size: int
    database: str
    text: str
    value: float
    limit: float
    least: bool

    @property
    def missed(self) -> bool:
        return self.value < self.limit if self.least else self.value > self.limit

    @property
    def line(self) -> str:
        bound = "≥" if self.least else "≤"
        verdict = "manqué" if self.missed else "tenu"
        return f"{verdict:7} {self.size:7} {self.database:10} {self.text}: {self.value:.2f} ({bound} {self.limit:g})"


def judge(measures: Measures) -> list[Ratio]:
    """Every named ratio of which both sides were measured."""
    found: list[Ratio] = []

    def add(size: int, database: str, text: str, one, other, limit: float, *, least: bool) -> None:
        if one and other:
            found.append(Ratio(size, database, text, one / other, limit, least))

    for size, database in sorted(measures.sql):

        def ours(page: str, who: str = "site", size=size, database=database):
            return measures.median(size, database, who, page)

        def peer(page: str, size=size):
            return measures.median(size, "sqlite", "datasette", page)

        constant, sql = ours("constant"), measures.sql[size, database]
        if size in _FACETED:
            for page in _LISTS:
                add(
                    size,
                    database,
                    f"{page}: fois plus vite que Datasette",
                    peer(page),
                    ours(page),
                    _FACETED[size],
                    least=True,
                )
        if size == 20_000:
            for page in _SEARCHES:
                add(
                    size,
                    database,
                    f"{page}: fois plus vite que Datasette",
                    peer(page),
                    ours(page),
                    10,
                    least=True,
                )
            for page in ("actor", "territory"):
                add(
                    size,
                    database,
                    f"{page}: temps de la ligne nue de Datasette",
                    ours(page),
                    peer(page),
                    1,
                    least=False,
                )
            add(size, database, "api: vues constantes", ours("api"), constant, 8, least=False)
        if size == 200_000:
            for page in _LISTS:
                told = sql[page]
                bare = told["rows"] + told["facets"]
                add(
                    size, database, f"{page}: travail, part du SQL nu", told["own"], bare, 1 / 50, least=False
                )
            for page in _SEARCHES:
                add(
                    size,
                    database,
                    f"{page}: recherche, part de sa requête",
                    sql[page]["searched"],
                    sql[page]["hits"],
                    1.5,
                    least=False,
                )
            for page in ("home", *_LISTS, *_SEARCHES, "actor", "territory", "suggest", "api"):
                few = measures.median(1_000, database, "site", page)
                add(
                    size,
                    database,
                    f"{page}: temps à 1 000",
                    ours(page),
                    few,
                    4 if page == "common" else 1.5,
                    least=False,
                )
        for page in ("list", "actor", "home"):
            add(
                size,
                database,
                f"{page} gardée: débit de la vue constante",
                ours("constant", "warm"),
                ours(page, "warm"),
                0.8,
                least=True,
            )
        add(
            size,
            database,
            "304: temps de la page gardée",
            ours("list", "304"),
            ours("list", "warm"),
            1,
            least=False,
        )
    return found
