"""What real people type, over the real fixtures: who must come first, and the same order on every database.

``search_orders.json`` holds the whole answer to each query. When fixtures or the search change on
purpose, write it anew, read the difference and commit it: ``REWRITE=1 pytest tests/actors/test_search_queries.py``.
"""

import json
import os
from pathlib import Path

import pytest

from actors import index
from actors.index import Selection
from actors.models import Actor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("directory_loaded")]
ORDERS = Path(__file__).with_name("search_orders.json")

# Query -> the actor that must come first.
FIRST = {
    # Accents, case, ligatures.
    "écaillon solidarité insertion": "ecaillon-solidarite-insertion",
    "ECAILLON SOLIDARITE INSERTION": "ecaillon-solidarite-insertion",
    "coeur ostrevent": "coeur-d-ostrevent",
    "cœur d’ostrevent": "coeur-d-ostrevent",
    "Cœur d'Ostrevent": "coeur-d-ostrevent",
    "CŒUR D’OSTREVENT": "coeur-d-ostrevent",
    "chateau mabille": "chateau-mabille",
    "METROPOLE EUROPEENNE DE LILLE": "metropole-europeenne-de-lille",
    # Hyphens, words apart and as one.
    "loos-en-gohelle": "ecopole-alimentaire-de-loos-en-gohelle",
    "lens lievin": "agglomeration-lens-lievin",
    "Lens-Liévin": "agglomeration-lens-lievin",
    "grande synthe": "ville-de-grande-synthe",
    "repair cafe": "repair-cafe-d-henin-beaumont",
    "Repair-Café": "repair-cafe-d-henin-beaumont",
    "repaircafe": "repair-cafe-d-henin-beaumont",
    "rail coop": "railcoop",
    "rezopouce": "rezo-pouce",
    "rézo-pouce": "rezo-pouce",
    "radio modelistes": "radiomodelistes-de-l-amicale-laique",
    "little big women": "littlebigwomen",
    "ptce compagnons": "ptce-compagnons",
    "r lab": "r-lab",
    # Apostrophes, straight, typographic and none.
    "l'etabli": "l-etabli",
    "l’Établi": "l-etabli",
    "établi": "l-etabli",
    "chfaid": "ch-faid",
    "ch'faid": "ch-faid",
    "ch’faid": "ch-faid",
    "CH FAID": "ch-faid",
    "auton'hommes": "auton-hommes",
    "autonhommes": "auton-hommes",
    "consom acteurs": "consom-acteurs",
    "constructivess": "constructiv-ess",
    "l'equipage": "l-equipage",
    "l escapade": "l-escapade",
    # Acronyms, with and without dots.
    "CAHC": "agglomeration-henin-carvin",
    "C.A.H.C.": "agglomeration-henin-carvin",
    "die": "die",
    "D.I.E.": "die",
    "mel": "metropole-europeenne-de-lille",
    "M.E.L": "metropole-europeenne-de-lille",
    "cdos 62": "comite-departemental-olympique-et-sportif-62",
    "A.D.F. 02": "avenir-developpement-formation-02",
    "acsrv": "acsrv",
    "erbm": "engagement-pour-le-renouveau-du-bassin-minier",
    "nme": "nouveaux-modeles-economiques",
    "E.S.A.T.": "esat-de-l-apei-d-henin-carvin",
    # Names, whole, begun or in part.
    "apes": "apes",
    "action": "action",
    "terre de liens": "terre-de-liens",
    "terre de liens hauts de france": "terre-de-liens-hauts-de-france",
    "fondation terre de liens": "fondation-terre-de-liens",
    "dynamique insertion": "die",
    "garage solidaire courrières": "garage-solidaire-de-courrieres",
    "ecopole audruicq": "ecopole-alimentaire-d-audruicq",
    "symevad": "symevad",
    "phare": "phare",
    "ptce phare": "auton-hommes",
    "mine de cultures": "mine-de-cultures",
    "franche connexion": "franche-connexion",
    "ose arts !": "ose-arts",
    "papillons blancs": "apei-d-henin-carvin",
    "papillons blanc": "apei-d-henin-carvin",
    "région nord": "region-nord-pas-de-calais",
    "vermandois": "devenir-en-vermandois",
    # Misprints of the letters.
    "GrandSissoons": "grandsoissons-agglomeration",
    "CaIibou": "calibou-and-co",
    "a probio": "a-pro-bio",
    "château Mabilie": "chateau-mabille",
    # Typing errors.
    "simevad": "ressourcerie-du-symevad",
    "ostrevant": "coeur-d-ostrevent",
    "ornaing": "commune-d-hornaing",
    "audruik": "ecopole-alimentaire-d-audruicq",
    "grandsisoons": "grandsoissons-agglomeration",
    "montigny en goelle": "ecole-buissonniere",
    "reso pouce": "rezo-pouce",
    "amical laïc": "amicale-laique-d-henin-beaumont",
    # Activities and their synonyms.
    "deux-roues": "rustine-libre",
    "bicyclette": "rustine-libre",
    "traiteur": "la-locomotive",
    "vannerie": "le-coron-des-arts",
    "ménage": "sewep",
    "train": "liaison-lyon-bordeaux",
    "imprimerie": "la-monsoise",
    "centre aéré": "acsrv",
    "compost": "ecoferme-du-pinson",
    "crèche": "action",
    # Phrases and exclusions.
    '"terre de liens"': "terre-de-liens",
    "« bien vivre »": "referentiel-du-bien-vivre-alimentaire",
    '"garage solidaire" -courrières': "garage-solidaire-d-ecaillon",
    "écopole -loos-en-gohelle": "ecopole-alimentaire-d-audruicq",
    'raismes -ville -"plan alimentaire"': "brainstorming-geant-de-raismes",
    # With a place that nobody has.
    "réparer vélo Arras": "rustine-libre",
    "réparer un vélo à Arras": "rustine-libre",
    # Persons lead to their structures.
    "Gérard Dechy": "apes",
    "cherfaoui": "institut-godin",
}
# Query -> an actor that must be among the first three.
AMONG_FIRST = {
    "ressourcerie": "ressourcerie-du-symevad",
    "ecosserie": "ressourcerie-du-symevad",
    "recyclerie": "recyclerie-du-pays-de-bray",
    "henin bomont": "repair-cafe-d-henin-beaumont",
    "hennin beaumont": "repair-cafe-d-henin-beaumont",
    "godewarsvelde": "du-pain-decroissant",
    "godewaersvelde": "du-pain-decroissant",
    "solidaires": "garage-solidaire-de-courrieres",
    "conciergeries": "conciergerie-solidaire",
    "médiathèques": "mediatheque-de-courrieres",
    "plate-forme": "plateforme-d-echange-de-biens-de-lomme",
    "festivals": "festival-musical-de-felleries",
    "ess henin": "maison-de-l-ess-henin-carvin",
    "maison de l'ess": "maison-de-l-ess-henin-carvin",
    "pays de bray": "recyclerie-du-pays-de-bray",
    "felleries": "marche-de-felleries",
    "raimes": "conseil-citoyen-de-raismes",
    "pain": "du-pain-decroissant",
    "boulangerie": "pains-depaysants",
    "vélo": "sewep",
    "auto-stop": "rezo-senior",
    "tierslieu": "maison-des-initiatives",
    "maraichage": "boutique-apprenante-de-guise",
    "gîte": "l-etang-present",
    "AMAP": "calibou-and-co",
    "handicapés": "afeji",
    "briquettes": "maison-de-quartier-des-briquettes",
    "sabatier": "ecoferme-du-pinson",
    "rivière": "cabinet-medical-de-riviere",
    "arass": "cabinet-medical-de-riviere",
    "soissons": "grandsoissons-agglomeration",
    "rachid cherfaoui": "ptce-compagnons",
    "mobilités": "afeji",
}
# Query -> an actor that must be found, wherever.
FOUND = {
    "réparations": "garage-solidaire-d-ecaillon",
    "réparer": "repair-cafe-d-henin-beaumont",
    "henin carvin": "l-escapade",
    "insertion": "adermas",
    "chantiers d’insertion": "ostrevent-insertion",
    "valenciennois": "acsrv",
    "hénin beaumont": "mine-de-cultures",
    "thierache": "boutique-apprenante-de-guise",
    "coopératives": "habicoop",
    "ESS": "apes",
}
# Nobody: no word that means something, nobody known there, or nothing like it.
NOBODY = ["xyzzyx", "!!!", "&|!*:", "leforest", "wimille", "garage -solidaire"]
# Query -> what was found instead, and what was left out.
CORRECTED = {
    "henin bomont": ("henin beaumont", ""),
    "godewarsvelde": ("godewaersvelde", ""),
    "ostrevant": ("ostrevent", ""),
    "simevad": ("symevad", ""),
    # Never a printing error, which is nothing to show.
    "grandsisoons": ("grandsoissons", ""),
    "réparer vélo Arras": ("", "Arras"),
    "réparer un vélo à Arras": ("", "Arras"),
    "garage solidaire courrières": ("", ""),
}
QUERIES = [*FIRST, *AMONG_FIRST, *FOUND, *NOBODY]


def answer(query: str) -> index.Answer:
    return index.ask(Selection(text=query))


@pytest.fixture
def slugs() -> dict[int, str]:
    return dict(Actor.objects.values_list("pk", "slug"))


@pytest.fixture
def orders(slugs) -> dict[str, list[str]]:
    return {query: [slugs[pk] for pk in answer(query).ids()] for query in QUERIES}


def test_everyone_finds_whom_they_look_for(orders):
    assert len(set(QUERIES)) == len(QUERIES)
    assert {query: orders[query][:1] for query in FIRST} == {query: [slug] for query, slug in FIRST.items()}
    assert {
        query: orders[query][:3] for query, slug in AMONG_FIRST.items() if slug not in orders[query][:3]
    } == {}
    assert {query: orders[query] for query, slug in FOUND.items() if slug not in orders[query]} == {}
    assert {query: orders[query] for query in NOBODY if orders[query]} == {}


def test_orders_are_those_of_every_database(orders):
    if os.environ.get("REWRITE"):
        lines = [f"{json.dumps(query, ensure_ascii=False)}: {json.dumps(orders[query])}" for query in QUERIES]
        ORDERS.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    committed = json.loads(ORDERS.read_text(encoding="utf-8"))
    assert {query: order for query, order in orders.items() if committed.get(query) != order} == {}
    assert list(committed) == QUERIES


def test_what_was_understood_is_told():
    told = {query: answer(query).matches for query in CORRECTED}
    assert {query: (match.corrected, match.dropped) for query, match in told.items()} == CORRECTED


def test_two_ways_of_typing_the_same_find_the_same(orders):
    for ways in (
        ["réparations", "réparer"],
        ["coeur ostrevent", "cœur d’ostrevent"],
        ["ch'faid", "ch’faid", "CH FAID"],
        ["CAHC", "C.A.H.C."],
        ["lens lievin", "Lens-Liévin"],
    ):
        assert len({frozenset(orders[way]) for way in ways}) == 1
