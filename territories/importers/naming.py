"""What territories are called here, from the official lists, and their slugs."""

import re
from collections import Counter
from collections.abc import Iterable

from territories.text import fold

# Names people use where the official geographic code says otherwise.
DISPLAY_NAMES = {
    # The town calls itself Hellemmes, and so do the letters; the code keeps « Hellemmes-Lille ».
    "associated_commune:59298": "Hellemmes",
    # The lists capitalise the adjective.
    "epci:200093201": "Métropole européenne de Lille",
    "epci:200069722": "Communauté de communes interrégionale Aumale – Blangy-sur-Bresle",
}

_EPCI_TYPES = {
    "CA": "Communauté d’agglomération",
    "CC": "Communauté de communes",
    "CU": "Communauté urbaine",
}
_OWN_NAME = re.compile(r"(^| )(Agglo|Agglomération|Métropole)$")
_LEADING_ARTICLE = re.compile(r"^(?:de la |de l’|des |du |de |d’)")
_ACRONYM = re.compile(r" \(([A-Z0-9]{2,8})\)$")


def french(text: str) -> str:
    """Typographic apostrophes and the œ that the lists leave out."""
    return text.replace("'", "’").replace("Coeur", "Cœur").replace("Soeurs", "Sœurs")


def split_epci(listed: str) -> tuple[str, str, str]:
    """A listed name as type, rest and acronym: « CC Coeur d'Ostrevent (CCCO) » gives « CC », « Cœur d’Ostrevent », « CCCO ».

    The type is '' for a métropole, whose listed name is whole. Towns joined by « - » are joined by a
    hyphen, or by a dash where one of them has hyphens of its own.
    """
    listed = french(listed)
    found = _ACRONYM.search(listed)
    acronym = found[1] if found else ""
    listed = _ACRONYM.sub("", listed)
    kind, _, rest = listed.partition(" ")
    if kind not in _EPCI_TYPES:
        kind, rest = "", listed
    parts = rest.split(" - ")
    return kind, ("-" if all("-" not in part for part in parts) else " – ").join(parts), acronym


def official_epci_name(listed: str) -> str:
    """« Communauté d’agglomération d’Hénin-Carvin », from « CA d'Hénin-Carvin »."""
    kind, rest, _ = split_epci(listed)
    return f"{_EPCI_TYPES[kind]} {rest}" if kind else rest


def display_epci_name(listed: str, commune_names: set[str]) -> str:
    """The name shown, by one rule.

    A communauté de communes or urbaine and a métropole keep their official name. A communauté
    d’agglomération is an « Agglomération », unless its name already says so or says « Métropole »
    (« Douaisis Agglo », « Valenciennes Métropole »). After « Agglomération », a bare « de » stays before
    a town (« de Cambrai ») and goes before several joined towns (« Hénin-Carvin »), which are a name.

    >>> display_epci_name("CA d'Hénin-Carvin", {"Cambrai"}), display_epci_name("CA de Cambrai", {"Cambrai"})
    ('Agglomération Hénin-Carvin', 'Agglomération de Cambrai')
    """
    kind, rest, _ = split_epci(listed)
    if kind != "CA":
        return official_epci_name(listed)
    if _OWN_NAME.search(rest):
        return rest
    bare = re.sub(r"^(?:de (?!la |l’)|d’)", "", rest)
    if bare != rest and "-" in bare and bare not in commune_names:
        return f"Agglomération {bare}"
    return f"Agglomération {rest}"


def short_epci_names(listed: str) -> list[str]:
    """Other forms people type: as listed, without type and article, the acronym where one is listed."""
    kind, rest, acronym = split_epci(listed)
    nucleus = _LEADING_ARTICLE.sub("", rest)
    names = [f"{kind} {rest}" if kind else rest, nucleus[0].upper() + nucleus[1:], acronym]
    return [name for name in names if name]


# -- slugs -----------------------------------------------------------------------------------------


def slug_of(name: str) -> str:
    return fold(name).replace(" ", "-")


class Slugs:
    """Gives every territory its slug: unique over all kinds, and the same at every build.

    A commune whose name another commune of France bears carries its department (``riviere-62``), so
    that loading the other one later changes nothing. Other kinds take their bare name when free, then
    the first of their suffixes that is.
    """

    def __init__(self, commune_names: Iterable[str]) -> None:
        self._communes = Counter(slug_of(name) for name in commune_names)
        self._taken: set[str] = set()

    def commune(self, name: str, code: str) -> str:
        slug = slug_of(name)
        department = code[:3] if code.startswith("97") else code[:2]
        candidates = [slug] if self._communes[slug] == 1 else []
        return self._take(*candidates, f"{slug}-{department.lower()}", f"{slug}-{code.lower()}")

    def other(self, name: str, *suffixes: str) -> str:
        """The bare name unless taken or a commune's; then with each suffix in turn."""
        slug = slug_of(name)
        candidates = [slug] if not self._communes[slug] else []
        return self._take(*candidates, *(f"{slug}-{slug_of(suffix)}" for suffix in suffixes))

    def upper(self, name: str, *suffixes: str) -> str:
        """For country, regions and departments, which come first and keep their bare name."""
        slug = slug_of(name)
        return self._take(slug, *(f"{slug}-{slug_of(suffix)}" for suffix in suffixes))

    def _take(self, *candidates: str) -> str:
        for candidate in candidates:
            if candidate not in self._taken:
                self._taken.add(candidate)
                return candidate
        raise ValueError(f"No slug left among {candidates}.")
