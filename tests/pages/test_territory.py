from dataclasses import replace

import pytest

from actors.actions.record import actor_changed
from actors.enums import CooperationKind, OrganisationKind, PublicationStatus, Sector
from actors.history import act
from actors.index import Selection
from actors.models import Cooperation
from territories.enums import NameKind, TerritoryKind
from tests.factories import building
from tests.factories.actors import (
    make_citation,
    make_cooperation,
    make_figure,
    make_initiative,
    make_organisation,
    make_ptce,
)
from tests.factories.sources import make_article, make_letter, make_mention
from tests.factories.territories import (
    make_adjacency,
    make_boundary,
    make_containment,
    make_name,
    make_succession,
    make_territory,
)
from tests.pages.html import main, page, section

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree():
    """Country, region, two departments, an EPCI that straddles them, two communes."""
    country = make_territory(TerritoryKind.COUNTRY, "FR", "France")
    region = make_territory(TerritoryKind.REGION, "32", "Hauts-de-France", parent=country)
    pas = make_territory(
        TerritoryKind.DEPARTMENT, "62", "Pas-de-Calais", parent=region, at_phrase="dans le Pas-de-Calais"
    )
    nord = make_territory(TerritoryKind.DEPARTMENT, "59", "Nord", parent=region)
    epci = make_territory(
        TerritoryKind.EPCI,
        "246200299",
        "Agglomération",
        slug="agglo",
        parent=pas,
        at_phrase="dans l’agglomération",
    )
    carvin = make_territory(name="Carvin", code="62215", parent=epci, postal_codes=("62220",))
    libercourt = make_territory(name="Libercourt", code="62907", parent=epci)
    for container, members in (
        (country, (region, pas, nord, epci, carvin, libercourt)),
        (region, (pas, nord, epci, carvin, libercourt)),
        (pas, (carvin, libercourt)),
        (epci, (carvin, libercourt)),
    ):
        for member in members:
            make_containment(container, member)
    make_containment(pas, epci, whole=False)
    make_containment(nord, epci, whole=False)
    return {each.slug: each for each in (country, region, pas, nord, epci, carvin, libercourt)}


def get(client, territory):
    response = client.get(territory.get_absolute_url())
    assert response.status_code == 200
    return response


def pairs(element) -> dict[str, str]:
    return {row.one("dt").text: row.one("dd").text for row in element.one("dl").all("div")}


# -- what it is -------------------------------------------------------------------------------------


def test_what_it_is(client, tree):
    carvin = tree["carvin"]
    make_name(carvin, "Carvin-Épinoy", until=1790)
    make_name(carvin, "Carvain", kind=NameKind.PRINTED)
    with building():
        carvin.population, carvin.population_year = 17772, 2023
        carvin.save()
    response = get(client, carvin)
    assert page(response).one("title").text.startswith("Carvin, commune –")
    assert pairs(section(response, "reperes")) == {
        "Population": "17 772 habitants en 2023 (source : Insee)",
        "Ancien nom": "Carvin-Épinoy (jusqu’en 1790)",
        "Fait partie de": "France Hauts-de-France Pas-de-Calais Agglomération",
        "Code postal": "62220",
        "Code Insee": "62215",
    }
    trail = page(response).one("nav", class_="breadcrumb")
    assert trail.texts("li") == [
        *("Accueil", "Territoires", "France", "Hauts-de-France", "Pas-de-Calais", "Agglomération", "Carvin")
    ]


def test_the_next_level_is_listed_with_its_actors_and_no_other(client, tree):
    make_organisation(place=tree["carvin"])
    make_organisation(place=tree["carvin"], publication=PublicationStatus.DRAFT)
    listed = {
        slug: {
            block.one("h2").text: block.texts("li")
            for block in main(get(client, tree[slug])).all("section")
            if block.attributes["aria-labelledby"].startswith("niveau-")
        }
        for slug in ("france", "hauts-de-france", "pas-de-calais", "nord", "agglo", "carvin")
    }
    assert listed == {
        "france": {"Régions": ["Hauts-de-France 1 acteur"]},
        "hauts-de-france": {"Départements 2": ["Nord", "Pas-de-Calais 1 acteur"]},
        "pas-de-calais": {"Intercommunalités": ["Agglomération en partie 1 acteur"]},
        "nord": {"Intercommunalités": ["Agglomération en partie 1 acteur"]},
        "agglo": {"Communes 2": ["Carvin 1 acteur", "Libercourt"]},
        "carvin": {},
    }


def test_a_department_lists_the_communes_no_epci_leads_to(client):
    rhone = make_territory(TerritoryKind.DEPARTMENT, "69", "Rhône", complete=False, of_phrase="du Rhône")
    lyon = make_territory(name="Lyon", parent=rhone)
    make_containment(rhone, lyon)
    response = get(client, rhone)
    assert section(response, "niveau-1").texts("li") == ["Lyon"]
    assert main(response).texts("p", class_="notice") == [
        "Toutes les communes du Rhône ne sont pas chargées ici : "
        "seulement celles que citent les lettres ou qui touchent aux Hauts-de-France."
    ]


def test_an_informal_territory_says_what_it_is(client, tree):
    basin = make_territory(TerritoryKind.INFORMAL, "bassin-minier", "Bassin minier", note="Bassin houiller.")
    make_containment(basin, tree["carvin"])
    make_containment(basin, tree["agglo"], whole=False)
    response = get(client, basin)
    assert main(response).texts("p", class_="notice") == [
        "Ce territoire n’a pas de périmètre officiel : n’y figurent que les lieux que nos sources y placent."
    ]
    assert "Bassin houiller." in main(response).texts("p")
    assert "Repères" not in main(response).texts("h2")
    levels = [section(response, f"niveau-{rank}") for rank in (1, 2)]
    assert [(level.one("h2").text, level.texts("li")) for level in levels] == [
        ("Intercommunalités", ["Agglomération en partie"]),
        ("Communes", ["Carvin"]),
    ]
    back = pairs(section(get(client, tree["agglo"]), "reperes"))
    assert back["Fait partie de"].endswith("Bassin minier en partie")


def test_successions_both_ways(client, tree):
    old = make_territory(TerritoryKind.FORMER, "nord-pas-de-calais", "Nord-Pas-de-Calais")
    make_succession(old, tree["hauts-de-france"], year=2016)
    make_containment(old, tree["carvin"])
    (notice,) = main(get(client, old)).all("p", class_="notice")
    assert (
        notice.text
        == "Ce territoire n’existe plus sous cette forme. Aujourd’hui : Hauts-de-France (depuis 2016)."
    )
    new = pairs(section(get(client, tree["hauts-de-france"]), "reperes"))
    assert new["A succédé à"] == "Nord-Pas-de-Calais (2016)"
    inside = pairs(section(get(client, tree["carvin"]), "reperes"))
    assert inside["A fait partie de"] == "Nord-Pas-de-Calais"


def test_neighbours(client, tree):
    make_adjacency(tree["libercourt"], tree["carvin"])
    for slug, neighbour in (("carvin", "Libercourt"), ("libercourt", "Carvin")):
        assert section(get(client, tree[slug]), "voisins").texts("li") == [neighbour]


# -- what happens there -----------------------------------------------------------------------------


def test_its_actors_are_those_of_the_list(client, tree):
    for rank in range(22):
        make_organisation(name=f"Acteur {rank:02d}", place=tree["carvin"])
    make_organisation(name="Acteur caché", place=tree["carvin"], publication=PublicationStatus.DRAFT)
    make_organisation(name="Acteur d’ailleurs", place=tree["libercourt"])
    block = section(get(client, tree["carvin"]), "acteurs")
    assert block.one("h2").text == "22 acteurs à Carvin"
    assert block.texts("h3") == [f"Acteur {rank:02d}" for rank in range(20)]
    more = block.one("a", class_="more")
    assert (more.attributes["href"], more.text) == (
        "/acteurs/?territoire=carvin",
        "Voir les 22 acteurs et les filtrer",
    )
    assert main(client.get(more.attributes["href"])).one("h1").text == "22 acteurs à Carvin"


def test_an_empty_territory_names_wider_ones_with_actors(client, tree):
    make_organisation(place=tree["libercourt"])
    make_organisation(place=tree["pas-de-calais"])
    block = section(get(client, tree["carvin"]), "acteurs")
    assert block.texts("p") == [
        "Nos lettres ne parlent encore d’aucun acteur de Carvin. Vous en connaissez un ? Proposez-le.",
        "Suivre les nouveautés de Carvin (courriel ou flux)",
    ]
    assert block.links() == [
        ("/proposer/?territoire=carvin", "Proposez-le"),
        ("/acteurs/?territoire=agglo", "1 acteur dans l’agglomération"),
        ("/acteurs/?territoire=pas-de-calais", "2 acteurs dans le Pas-de-Calais"),
        ("/acteurs/?territoire=hauts-de-france", "2 acteurs à Hauts-de-France"),
        ("/suivre/?territoire=carvin", "Suivre les nouveautés de Carvin"),
    ]


def test_its_ptces(client, tree):
    make_ptce(name="Pôle", slug="pole", place=tree["carvin"])
    make_ptce(name="Pôle caché", place=tree["carvin"], publication=PublicationStatus.DRAFT)
    make_ptce(name="Pôle d’ailleurs")
    make_initiative(place=tree["carvin"])
    assert section(get(client, tree["agglo"]), "ptce").links() == [("/acteurs/pole/", "Pôle")]


def test_what_the_letters_tell_year_by_year(client, tree):
    old = make_letter(slug="vieille", title="Vieille", earliest="2015-01-01", latest="2015-12-31")
    new = make_letter(slug="71", number="71")
    make_mention(make_article(new, slug="bref", title="En bref", position=1), tree["carvin"])
    make_mention(
        make_article(new, slug="portrait", title="Portrait", position=2), tree["carvin"], role="portrait"
    )
    make_mention(make_article(), tree["libercourt"])
    # An actor of the place told by a letter that does not name the place.
    make_citation(make_article(old), actor=make_organisation(place=tree["carvin"]))
    make_citation(make_article(old), actor=make_organisation(place=tree["libercourt"]))
    response = get(client, tree["carvin"])
    block = section(response, "lettres")
    assert block.texts("h3") == ["2015", "2022"]
    assert block.texts("p") == ["Lettre « Vieille », 1 acteur cité à Carvin", "Lettre n° 71"]
    assert block.one("ul").texts("li") == ["Portrait Portrait", "En bref"]
    assert [href for href, _ in block.links()] == [
        "/lettres/vieille/",
        "/acteurs/?territoire=carvin&lettre=vieille",
        "/lettres/71/",
        "/lettres/71/#portrait",
        "/lettres/71/#bref",
    ]
    assert main(client.get(block.links()[1][0])).one("h1").text.startswith("1 acteur à Carvin")
    assert main(response).one("p", class_="portrait").text == "Son portrait : Portrait, lettre n° 71, 2022"


def test_a_letter_that_names_it_everywhere_leads_to_the_others(client, tree):
    letter = make_letter(slug="71", number="71")
    for rank in range(10):
        make_mention(make_article(letter, title=f"Article {rank}"), tree["carvin"])
    rows = section(get(client, tree["carvin"]), "lettres").one("ul").texts("li")
    assert rows == [*(f"Article {rank}" for rank in range(8)), "2 autres articles"]


def test_a_territory_of_which_no_letter_speaks_says_so(client, tree):
    assert section(get(client, tree["carvin"]), "lettres").texts("p") == [
        "Aucun article ne cite ce territoire par son nom, ni un acteur qui s’y trouve."
    ]


def test_long_lists_of_territories_fold(client, tree):
    for rank in range(40):
        make_containment(tree["agglo"], make_territory(name=f"Village {rank:02d}"))
    level = section(get(client, tree["agglo"]), "niveau-1")
    assert level.one("h2").text == "Communes 42"
    assert (len(level.all("li")), len(level.one("details").all("li"))) == (42, 2)
    assert level.one("summary").text == "2 autres"


def test_its_figures_stand_beside_the_official_ones_with_their_source(client, tree):
    article = make_article(make_letter(number="71"), title="Portrait")
    make_citation(
        article, figure=make_figure(territory=tree["agglo"], what="habitants", low=72000, year=2022)
    )
    block = section(get(client, tree["agglo"]), "chiffres")
    assert block.texts("li") == ["72 000 habitants (2022)"]
    assert block.one("p", class_="sources").text == "Source : lettre n° 71, 2022"


def test_a_draft_body_is_not_shown(client, tree):
    make_organisation(administers=tree["carvin"], publication=PublicationStatus.DRAFT)
    assert main(get(client, tree["carvin"])).all("p", class_="context") == []


# -- addresses --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "slug"),
    [
        ("62215", "carvin"),
        ("246200299", "agglo"),
        ("62", "pas-de-calais"),
        ("region-32", "hauts-de-france"),
        ("CARVIN", "carvin"),
    ],
)
def test_a_code_leads_to_the_page_for_good(client, tree, address, slug):
    response = client.get(f"/territoires/{address}/")
    assert (response.status_code, response.headers["Location"]) == (301, f"/territoires/{slug}/")


def test_the_code_of_a_territory_of_the_past_leads_to_its_page(client, tree):
    make_territory(TerritoryKind.FORMER, "62999", "Vieux-Carvin", slug="vieux-carvin")
    make_territory(TerritoryKind.FORMER, "246299999", "Ancienne agglomération", slug="ancienne")
    assert client.get("/territoires/246299999/").headers["Location"] == "/territoires/ancienne/"
    make_territory(TerritoryKind.DELEGATED_COMMUNE, "62215", "Carvin déléguée", slug="carvin-deleguee")
    assert client.get("/territoires/62999/").headers["Location"] == "/territoires/vieux-carvin/"
    assert client.get("/territoires/62215/").headers["Location"] == "/territoires/carvin/"


@pytest.mark.parametrize("address", ["atlantide", "99999", "32", "region-99", "région", "a%00b", "9" * 300])
def test_an_unknown_territory_is_a_french_404(client, tree, address):
    response = client.get(f"/territoires/{address}/")
    assert response.status_code == 404
    assert main(response).one("h1").text == "Page introuvable"


# -- cost -------------------------------------------------------------------------------------------

# Both versions; territory, names, postal codes; containers; what is inside; successions (2); neighbours; figures with
# citations (5); mentions, letters; public body; actors (3); PTCE; borders of its map (2). Asked again, the version.
QUERIES = 24


@pytest.mark.parametrize("rows", [1, 3, 60])
def test_queries_do_not_grow_with_rows(client, django_assert_num_queries, tree, rows):
    epci = tree["agglo"]
    letter = make_letter()
    for rank in range(rows):
        commune = make_territory(parent=epci)
        make_containment(epci, commune)
        make_organisation(place=commune, sectors=["sport"])
        make_ptce(place=commune, sectors=["sport"])
        if rows == 60:
            continue
        article = make_article(letter)
        make_mention(article, epci)
        make_citation(article, figure=make_figure(territory=epci, year=2000 + rank))
        make_adjacency(epci, make_territory(TerritoryKind.EPCI))
        make_succession(make_territory(TerritoryKind.FORMER), epci)
        make_name(epci, f"Ancien nom {rank}")
    if rows == 60:
        article = make_article(letter)
        make_mention(article, epci)
        make_citation(article, figure=make_figure(territory=epci))
    with django_assert_num_queries(QUERIES):
        client.get(epci.get_absolute_url())
    with django_assert_num_queries(1):
        client.get(epci.get_absolute_url())


# -- what is kept -----------------------------------------------------------------------------------


def test_an_edit_shows_at_once_in_what_is_kept(client, tree):
    carvin, libercourt = tree["carvin"], tree["libercourt"]
    for territory in (tree["agglo"], carvin, libercourt):
        make_boundary(territory)
        with building():
            territory.latitude, territory.longitude = 50.435, 2.835
            territory.save()
    one = make_organisation(place=carvin, name="Une", sectors=["sport", "reuse"])
    link = make_cooperation(one, make_organisation(place=libercourt, name="Autre"))
    make_citation(make_article(make_letter(number="71")), actor=one)

    def told() -> dict[str, list[str]]:
        shown, around = get(client, carvin), get(client, tree["agglo"])
        return {
            "cards": section(shown, "acteurs").texts("h3"),
            "shares": section(shown, "part-1").texts("li"),
            "links": [
                each.one("p", class_="link-sentence").text for each in section(shown, "au-dela").all("li")
            ],
            "letters": section(shown, "lettres").texts("p", class_="story-letter"),
            "map": [each.attributes["aria-label"] for each in main(shown).one("svg").all("a")],
            "level": section(around, "niveau-1").texts("li"),
        }

    assert told() == {
        "cards": ["Une"],
        "shares": ["Réemploi, réparation et déchets 1 acteur", "Sport et loisirs 1 acteur"],
        "links": ["Une porte Autre"],
        "letters": [f"Lettre n° 71, 1 acteur cité {carvin.at_phrase}"],
        "map": ["Libercourt, 1 acteur", "Carvin, 1 acteur"],
        "level": ["Carvin 1 acteur", "Libercourt 1 acteur"],
    }
    with act(what="Essai"):
        one.name = "Une autrement"
        one.save()
        one.sectors.filter(sector="sport").delete()
        Cooperation.objects.filter(pk=link.pk).update(kind=CooperationKind.RUNS)
        actor_changed(actor=one, what="Essai", was_public=True)
        third = make_organisation(place=carvin, name="Vers")
        actor_changed(actor=third, what="Essai", was_public=False)
    assert told() == {
        "cards": ["Une autrement", "Vers"],
        "shares": ["Réemploi, réparation et déchets 1 acteur"],
        "links": ["Une autrement gère Autre"],
        "letters": [f"Lettre n° 71, 1 acteur cité {carvin.at_phrase}"],
        "map": ["Libercourt, 1 acteur", "Carvin, 2 acteurs"],
        "level": ["Carvin 2 acteurs", "Libercourt 1 acteur"],
    }


def test_the_lists_of_shares_and_letters_are_asked_in_their_canonical_form(client, tree):
    letter = make_letter(slug="71")
    actor = make_organisation(place=tree["carvin"], sectors=["sport"])
    make_citation(make_article(letter), actor=actor)
    response = get(client, tree["carvin"])
    carvin = Selection(territory=tree["carvin"])
    wanted = {
        replace(carvin, sectors=(Sector.SPORT,)).query,
        replace(carvin, organisation_kinds=(OrganisationKind(actor.organisation_kind),)).query,
        replace(carvin, letters=(letter,)).query,
    }
    links = [link.attributes["href"].partition("?")[2] for link in main(response).all("a")]
    assert wanted <= set(links)
