"""« de » and « à » before the name of a territory, elided and contracted.

Communes, departments and regions carry INSEE's TNCC (*type de nom en clair*), which says what
article a name takes in the genitive:

====  =================  ===========================
TNCC  article            example
====  =================  ===========================
0     none, consonant    de Lens
1     none, vowel        d’Hornaing
2     Le                 du Nord, du Cateau-Cambrésis
3     La                 de la Somme, de La Bassée
4     Les                des Hauts-de-France
5     L’                 de l’Aisne, de L’Étoile
6     Aux                des Marais, aux Marais
7     Las                de Las…
8     Los                de Los…
====  =================  ===========================

A commune's name holds its article, a department's or region's does not. TNCC says nothing of places
("en", "dans", "à"): a rule per kind does, with a table of exceptions by code. Other kinds say their
article themselves.
"""

import re
import unicodedata
from typing import NamedTuple

from territories.enums import TerritoryKind


class Phrases(NamedTuple):
    """``of``: « d’Hornaing », « de l’Aisne »; ``at``: « à La Bassée », « dans le Nord »."""

    of: str
    at: str


ARTICLES = {0: "", 1: "", 2: "le", 3: "la", 4: "les", 5: "l’", 6: "les", 7: "", 8: ""}

# First words whose h is not mute, by general French usage (Petit Robert): no elision before them.
_ASPIRATED_WORDS = """
hache haie haies hainaut halage halle halles ham hameau hameaux haras hareng harengs harpe hasard haut haute
hauts hautes hauteur hauteurs havre hem hérisson héron hérons héros hêtre hêtres hêtraie hollande hongrie
houblon houblonnière houe houille houillère houillères houle houx huche huguenots huit huppe hussards hutte huttes
"""
ASPIRATED = frozenset(_ASPIRATED_WORDS.split())

# « dans la » by usage; the other feminine departments take « en ».
_IN_THE = frozenset({"23", "26", "42", "50", "51", "55", "58", "72", "80", "86"})
# Departments with an elided article that usage nevertheless puts after « en ».
_IN = frozenset({"07", "09", "38", "91"})

# Whole phrases that no rule gives, by kind and code.
EXCEPTIONS: dict[tuple[str, str], Phrases] = {
    (TerritoryKind.COUNTRY, "FR"): Phrases("de la France", "en France"),
    (TerritoryKind.DEPARTMENT, "75"): Phrases("de Paris", "à Paris"),
    (TerritoryKind.DEPARTMENT, "974"): Phrases("de La Réunion", "à La Réunion"),
    (TerritoryKind.DEPARTMENT, "976"): Phrases("de Mayotte", "à Mayotte"),
    (TerritoryKind.REGION, "04"): Phrases("de La Réunion", "à La Réunion"),
    (TerritoryKind.REGION, "06"): Phrases("de Mayotte", "à Mayotte"),
    (TerritoryKind.REGION, "24"): Phrases("du Centre-Val de Loire", "en Centre-Val de Loire"),
}


def elides(name: str) -> bool:
    """Whether « de » becomes « d’ » before ``name``: a vowel, or an h not known to be aspirated.

    A y elides before a consonant only (d’Ypres, de l’Yonne apart, which has its article).

    >>> elides("Étaples"), elides("Hornaing"), elides("Haute Somme"), elides("Yonne"), elides("Ypres")
    (True, True, False, False, True)
    """
    word = re.split(r"[^\w]", name, maxsplit=1)[0].lower()
    plain = "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))
    if not plain:
        return False
    if plain[0] == "h":
        return word not in ASPIRATED
    if plain[0] == "y":
        return len(plain) == 1 or plain[1] not in "aeiou"
    return plain[0] in "aeiouœæ"


def guess_tncc(name: str) -> int:
    """TNCC of a name that holds its article, where INSEE gives none."""
    for article, tncc in (
        ("Le ", 2),
        ("La ", 3),
        ("Les ", 4),
        ("L’", 5),
        ("Aux ", 6),
        ("Las ", 7),
        ("Los ", 8),
    ):
        if name.startswith(article):
            return tncc
    return 1 if elides(name) else 0


def of(name: str, article: str = "") -> str:
    """« de » + article + name; ``article`` is « le », « la », « l’ », « les » or nothing."""
    if article:
        return {"le": "du ", "la": "de la ", "l’": "de l’", "les": "des "}[article] + name
    return f"d’{name}" if elides(name) else f"de {name}"


def within(name: str, article: str, preposition: str = "dans") -> str:
    """« dans le Nord », « en Thiérache »: « dans » keeps the article, « en » drops it."""
    if preposition == "en" or not article:
        return f"{preposition} {name}"
    return f"{preposition} {article}{'' if article == 'l’' else ' '}{name}"


def commune_phrases(name: str, tncc: int | None = None) -> Phrases:
    """A name that holds its article: « du Cateau-Cambrésis », « à La Bassée », « aux Moëres ».

    >>> commune_phrases("Le Cateau-Cambrésis", 2)
    Phrases(of='du Cateau-Cambrésis', at='au Cateau-Cambrésis')
    """
    if tncc is None:
        tncc = guess_tncc(name)
    if tncc == 2:
        bare = name.removeprefix("Le ")
        return Phrases(f"du {bare}", f"au {bare}")
    if tncc in {4, 6}:
        bare = name.removeprefix("Les ").removeprefix("Aux ")
        return Phrases(f"des {bare}", f"aux {bare}")
    return Phrases(f"d’{name}" if tncc == 1 else f"de {name}", f"à {name}")


def department_phrases(code: str, name: str, tncc: int) -> Phrases:
    """A name without its article: « du Nord », « dans le Nord », « en Eure-et-Loir »."""
    article = ARTICLES[tncc]
    in_alone = (
        tncc in {0, 1} or (tncc == 3 and code not in _IN_THE) or (tncc == 5 and code in _IN)
    )  # fmt: skip
    genitive = f"d’{name}" if tncc == 1 else of(name, article) if article else f"de {name}"
    return Phrases(genitive, within(name, article, "en" if in_alone else "dans"))


def region_phrases(name: str, tncc: int) -> Phrases:
    """« des Hauts-de-France », « en Bretagne », « dans le Grand Est »."""
    article = ARTICLES[tncc]
    genitive = f"d’{name}" if tncc == 1 else of(name, article) if article else f"de {name}"
    return Phrases(genitive, within(name, article, "dans" if tncc in {2, 4} else "en"))


# How the display name of an EPCI opens, and its article.
_EPCI_HEADS = (
    ("Communauté de communes ", "la"),
    ("Communauté urbaine ", "la"),
    ("Communauté d’agglomération ", "la"),
    ("Agglomération ", "l’"),
    ("Métropole ", "la"),
)


def epci_phrases(name: str) -> Phrases:
    """From the display name: a common noun takes its article, a proper name (« Douaisis Agglo ») none.

    >>> epci_phrases("Agglomération Hénin-Carvin")
    Phrases(of='de l’agglomération Hénin-Carvin', at='dans l’agglomération Hénin-Carvin')
    """
    for head, article in _EPCI_HEADS:
        if name.startswith(head):
            # « la Métropole européenne de Lille » is a proper name, the others are common nouns.
            inner = name if head == "Métropole " else name[0].lower() + name[1:]
            return Phrases(of(inner, article), within(inner, article))
    return Phrases(of(name), f"dans {name}")


def neighbourhood_phrases(name: str) -> Phrases:
    """« du quartier Sabatier », « dans le quartier Sabatier »; the name opens with « Quartier »."""
    inner = name[0].lower() + name[1:]
    return Phrases(of(inner, "le"), within(inner, "le"))


def article_phrases(name: str, article: str, preposition: str = "dans") -> Phrases:
    """For a territory that says its article and preposition itself: « du bassin minier », « en Thiérache »."""
    return Phrases(of(name, article), within(name, article, preposition))


def phrases(kind: str, code: str, name: str, tncc: int | None = None) -> Phrases:
    """Both phrases of an official territory.

    Raises ValueError for the kinds that say their article themselves, and for a department or region
    without TNCC.
    """
    if (kind, code) in EXCEPTIONS:
        return EXCEPTIONS[kind, code]
    if kind in {TerritoryKind.COMMUNE, TerritoryKind.ASSOCIATED_COMMUNE, TerritoryKind.DELEGATED_COMMUNE}:
        return commune_phrases(name, tncc)
    if kind == TerritoryKind.EPCI:
        return epci_phrases(name)
    if kind == TerritoryKind.NEIGHBOURHOOD:
        return neighbourhood_phrases(name)
    if tncc is not None and kind == TerritoryKind.DEPARTMENT:
        return department_phrases(code, name, tncc)
    if tncc is not None and kind == TerritoryKind.REGION:
        return region_phrases(name, tncc)
    raise ValueError(f"No rule of grammar for {kind}:{code} ({name}, TNCC {tncc}).")
