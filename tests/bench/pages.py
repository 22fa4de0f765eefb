"""What is measured: an address, and the plain SQL that finds the same rows and counts."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Page:
    """``base`` holds as a condition on ``actors_actor a``; '' where there is no list to compare with.

    ``{territory}`` and ``{words}`` in it stand for the SQL of a place inside a department and of a search
    in the full-text engine. ``order`` and ``rows`` are those of the list. ``{page}`` in an address is another page
    each time it is asked for: records that a process keeps don't answer for those it must read.
    """

    label: str
    address: str
    base: str = ""
    order: str = "a.name_key, a.id"
    rows: int = 20


# Pages of twenty that 20,000 actors fill, whoever has ceased left out.
_MOST_PAGES = 900


def numbered_address(address: str, number: int) -> str:
    """The address asked for the ``number``-th time."""
    return address.replace("{page}", str(number * 7 % _MOST_PAGES + 1))


CONSTANT = "/constante/"
_SECTOR = "EXISTS (SELECT 1 FROM actors_actorsector s WHERE s.actor_id = a.id AND s.sector = 'reuse')"
PAGES = [
    Page("Vue constante", CONSTANT),
    Page("Toute la liste", "/acteurs/", "TRUE"),
    Page("Toute la liste, 50e page, par commune", "/acteurs/?tri=commune&page=50", "TRUE"),
    Page("Un domaine", "/acteurs/?secteur=reemploi", _SECTOR),
    Page("Un département", "/acteurs/?territoire=62", "{territory}"),
    Page(
        "Un département, un domaine",
        "/acteurs/?territoire=62&secteur=reemploi",
        f"{{territory}} AND {_SECTOR}",
    ),
    Page("Recherche : insertion", "/acteurs/?q=insertion", "{words:insert,insertion}"),
    Page("Recherche : vélo", "/acteurs/?q=v%C3%A9lo", "{words:velo}"),
    Page("Recherche : solidaire", "/acteurs/?q=solidaire", "{words:solidair,solidaire}"),
    Page("Recherche mal écrite : resourcerie befroi", "/acteurs/?q=resourcerie+befroi"),
    Page(
        "Recherche : vélo, un département",
        "/acteurs/?q=v%C3%A9lo&territoire=62",
        "{words:velo} AND {territory}",
    ),
    Page("Autour de Lille, 20 km", "/acteurs/?autour=59350&rayon=20"),
    Page("100 acteurs par page", "/acteurs/?par=100", "TRUE", rows=100),
    Page(
        "Liste vide et conseils",
        "/acteurs/?territoire=62&secteur=recherche&label=iso-9001&famille=mixte&statut=scop",
    ),
    Page("Suggestions : re", "/acteurs/suggestions/?q=re"),
    Page("Suggestions : ressourcerie du", "/acteurs/suggestions/?q=ressourcerie+du"),
    Page("Suggestions : lille", "/acteurs/suggestions/?q=lille"),
    Page("Page d’un département", "/territoires/pas-de-calais/"),
    Page("Page d’un acteur", "/acteurs/apes/"),
    Page("Liens de coopération", "/cooperations/"),
    Page("Accueil", "/"),
    Page("API : acteurs", "/api/v1/actors?page={page}"),
    Page("API : acteurs, déjà lus", "/api/v1/actors"),
    Page("API : acteurs, 50e page, par commune", "/api/v1/actors?tri=commune&page=50"),
    Page("API : acteurs d’un département, parcours", "/api/v1/actors?territoire=62&tri=id"),
    Page(
        "API : 100 acteurs et leurs rubriques",
        "/api/v1/actors?par=100&include=places,figures,facts,cooperations",
    ),
    Page("API : liens de coopération", "/api/v1/cooperations"),
    Page("API : facettes", "/api/v1/facets"),
]

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
