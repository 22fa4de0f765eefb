import pytest
from django.urls import reverse

from actors.enums import AliasKind, Label, OrganisationKind, PublicationStatus, Sector, Sphere
from territories.enums import TerritoryKind
from tests.factories import building
from tests.factories.actors import (
    make_activity,
    make_alias,
    make_area,
    make_citation,
    make_cooperation,
    make_initiative,
    make_organisation,
    make_ptce,
    make_spokesperson,
)
from tests.factories.sources import make_article, make_letter, make_person
from tests.factories.territories import make_adjacency, make_boundary, make_containment, make_territory
from tests.pages.html import main, page

pytestmark = pytest.mark.django_db
URL = reverse("actor-list")


def cards(response) -> list[str]:
    return main(response).texts("h2", class_="card-title")


def title(response) -> str:
    return main(response).one("h1").text


def test_lists_published_actors_by_name(client):
    make_organisation(name="Zèbre")
    make_organisation(name="École")
    for status in (PublicationStatus.DRAFT, PublicationStatus.REVIEW, PublicationStatus.WITHDRAWN):
        make_organisation(name=f"Caché {status}", publication=status)
    response = client.get(URL)
    assert cards(response) == ["École", "Zèbre"]
    assert title(response) == "2 acteurs"


def test_a_card_tells_kind_place_summary_and_sectors(client):
    make_organisation(
        name="Dynamique",
        precision="Drocourt",
        slug="die",
        summary="Recyclerie de l’agglomération",
        organisation_kind=OrganisationKind.INTEGRATION,
        sectors=[Sector.REUSE, Sector.EMPLOYMENT],
        place=make_territory(name="Drocourt"),
    )
    card = main(client.get(URL)).one("article", class_="card")
    assert card.links()[0] == ("/acteurs/die/", "Dynamique, Drocourt")
    assert card.texts("p")[:3] == [
        "Structure d’insertion, Drocourt",
        "Recyclerie de l’agglomération",
        "Aucune coopération documentée · À confirmer",
    ]
    assert card.texts("li") == ["Réemploi, réparation et déchets", "Insertion et emploi"]


def test_a_territory_holds_everything_inside_and_leads_to_its_page(client):
    epci = make_territory(
        TerritoryKind.EPCI,
        "246200299",
        "Agglomération Hénin-Carvin",
        at_phrase="dans l’agglomération Hénin-Carvin",
    )
    drocourt = make_territory(name="Drocourt")
    make_containment(epci, drocourt)
    make_organisation(name="De Drocourt", place=drocourt, sectors=[Sector.CULTURE])
    make_organisation(name="De l’agglomération", place=epci, sectors=[Sector.CULTURE])
    make_organisation(name="D’ailleurs", place=make_territory(), sectors=[Sector.CULTURE])
    response = client.get(URL, {"territoire": "246200299", "secteur": "culture"})
    assert cards(response) == ["De Drocourt", "De l’agglomération"]
    assert title(response) == "2 acteurs dans l’agglomération Hénin-Carvin, domaine Arts et culture"
    assert main(response).one("p", class_="context").links() == [
        (epci.get_absolute_url(), "Tout sur ce territoire : Agglomération Hénin-Carvin")
    ]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("nature=structure", "1 structure"),
        ("nature=initiative", "0 initiative"),
        ("nature=ptce", "2 PTCE"),
        ("nature=ptce&nature=structure", "3 acteurs, structures ou PTCE"),
        ("q=pole", "2 acteurs pour « pole »"),
        ("type=insertion", "1 acteur, type Structure d’insertion"),
        (
            "secteur=sport-loisirs&secteur=nature",
            "0 acteur, domaines Nature et biodiversité ou Sport et loisirs",
        ),
        ("ptce=pole", "1 acteur, en lien avec Pôle"),
        ("lettre=71", "1 acteur, lettre n° 71, 2022"),
        ("territoire=carvin", "0 acteur à Carvin"),
    ],
)
def test_the_title_tells_the_selection(client, query, expected):
    make_territory(name="Carvin")
    ptce, other = make_ptce(name="Pôle", slug="pole"), make_organisation(name="Autre")
    make_ptce(name="Pôle bis")
    make_cooperation(other, ptce)
    make_citation(make_article(make_letter(slug="71", number="71")), actor=other)
    response = client.get(f"{URL}?{query}")
    assert title(response) == expected
    assert page(response).one("title").text.startswith(f"{expected} –")


def test_the_empty_list_says_what_to_drop(client):
    carvin = make_territory(name="Carvin")
    make_organisation(name="Vélo", place=carvin)
    make_initiative(name="Jardin", sectors=[Sector.NATURE])
    response = client.get(URL, {"q": "vélo", "secteur": "nature"})
    notice = main(response).one("div", class_="notice")
    assert notice.texts("p")[0] == "Aucun acteur ne répond à tous ces critères."
    assert notice.texts("li") == [
        "Sans le filtre « vélo », il y en aurait 1.",
        "Sans le filtre Nature et biodiversité, il y en aurait 1.",
    ]
    assert [href for href, _ in notice.links()] == [
        *(f"{URL}?secteur=nature", f"{URL}?q=v%C3%A9lo", "/proposer/")
    ]


def test_what_would_not_help_is_not_proposed(client):
    make_organisation(name="Vélo")
    told = {}
    for query in ("q=velo&secteur=nature", "q=velo&secteur=nature&type=lieu"):
        notice = main(client.get(f"{URL}?{query}")).one("div", class_="notice")
        told[query] = [*notice.texts("li"), *notice.texts("p")[1:-1]]
    assert told == {
        "q=velo&secteur=nature": ["Sans le filtre Nature et biodiversité, il y en aurait 1."],
        "q=velo&secteur=nature&type=lieu": ["Retirer un seul filtre ne suffirait pas. Tout effacer"],
    }


def test_an_empty_territory_says_so(client):
    make_territory(name="Guise")
    notice = main(client.get(URL, {"territoire": "guise"})).one("div", class_="notice")
    assert notice.texts("p")[0].startswith("Nos lettres ne parlent encore d’aucun acteur de Guise.")


def test_each_filter_in_place_can_be_taken_away(client):
    make_organisation(sectors=[Sector.NATURE])
    response = client.get(URL, {"q": "structure", "secteur": "nature"})
    assert main(response).one("ul", class_="criteria").links() == [
        (f"{URL}?secteur=nature", "Retirer le filtre « structure »"),
        (f"{URL}?q=structure", "Retirer le filtre Nature et biodiversité"),
        (URL, "Tout effacer"),
    ]


@pytest.mark.parametrize(
    "query",
    [
        *("nature=poney", "secteur=poney", "type=poney", "ptce=poney", "lettre=poney", "territoire=poney"),
        *("q=%00", "territoire=%00", "nature=%00", "ptce=%00", "lettre=%00", "%00=1", "secteur=%ED%A0%80"),
        *(
            "tri=poney",
            "par=1000",
            "tri=%00",
            "poney=1",
            "territoire=62&territoire=59",
            "territoire=" + "9" * 5000,
            "q=" + "é" * 5000,
        ),
    ],
)
def test_a_bad_parameter_shows_its_error_and_no_row(client, query):
    make_organisation()
    response = client.get(f"{URL}?{query}")
    assert response.status_code == 200
    assert cards(response) == []
    assert title(response) == "Recherche d’acteurs"
    alert = main(response).one("div", role="alert")
    assert alert.texts("p")[0] == (
        "Cette adresse contient un filtre que nous n’avons pas compris : aucun résultat n’est montré."
    )


def test_an_error_is_tied_to_its_field(client):
    root = main(client.get(URL, {"territoire": "poney"}))
    field = root.one("input", name="territoire")
    assert field.attributes["aria-invalid"] == "true"
    assert field.attributes["value"] == "poney"
    described = field.attributes["aria-describedby"].split()
    assert [root.one(id=name).text for name in described] == [
        "Nom, code Insee ou SIREN, avec tout ce qui s’y trouve.",
        "Aucun territoire ne porte ce nom ou ce code. Un code postal se cherche dans la page Territoires.",
    ]


# -- pages ------------------------------------------------------------------------------------------


@pytest.fixture
def many(db):
    for rank in range(45):
        make_organisation(name=f"Acteur {rank:02d}", sectors=[Sector.NATURE])


def test_twenty_a_page_keeping_the_filters(client, many):
    response = client.get(URL, {"secteur": "nature", "page": "2"})
    assert cards(response) == [f"Acteur {rank}" for rank in range(20, 40)]
    assert main(response).one("ol", class_="cards").attributes["start"] == "21"
    pages = main(response).one("nav", class_="pagination")
    assert pages.texts("li") == ["Page précédente", "Page 2 sur 3", "Page suivante"]
    assert [href for href, _ in pages.links()] == ["?secteur=nature&page=1", "?secteur=nature&page=3"]


def test_the_last_page_leads_back_only(client, many):
    response = client.get(URL, {"page": "3"})
    assert cards(response) == [f"Acteur {rank}" for rank in range(40, 45)]
    assert main(response).one("nav", class_="pagination").texts("li") == ["Page précédente", "Page 3 sur 3"]


def test_an_empty_number_is_the_first_page(client, many):
    assert cards(client.get(f"{URL}?page=")) == cards(client.get(URL))


@pytest.mark.parametrize("number", ["0", "-1", "1000000000", "9" * 5000, "abc", "4", "1.5", "²", "%00"])
def test_a_page_that_is_not_there_is_told(client, many, number):
    response = client.get(f"{URL}?q=acteur&page={number}")
    assert response.status_code == 200
    assert cards(response) == []
    alert = main(response).one("div", role="alert")
    assert alert.text.endswith("cette liste a 3 pages. Revenir à la première page")
    assert alert.links() == [("?q=acteur", "Revenir à la première page")]


def test_page_one_of_an_empty_list_is_no_error(client):
    response = client.get(URL, {"page": "1"})
    assert main(response).all("div", role="alert") == []
    assert title(response) == "0 acteur"


# -- cost -------------------------------------------------------------------------------------------

# Both versions at once; the territory asked, what it lies in and what lies in it; activities, letters; rows, sectors,
# places. All but the versions are kept for the next list.
QUERIES = 9


@pytest.mark.parametrize("rows", [1, 3, 60])
def test_queries_do_not_grow_with_rows(client, django_assert_num_queries, rows):
    carvin = make_territory(name="Carvin")
    for _ in range(rows):
        make_organisation(place=carvin, sectors=[Sector.NATURE, Sector.SPORT])
        if rows < 60:
            make_ptce()
            make_letter()
    with django_assert_num_queries(QUERIES):
        client.get(URL, {"territoire": "carvin", "secteur": "nature"})


def test_a_commune_code_that_may_be_a_postal_code_is_told(client):
    make_territory(name="Cavron", code="62220")
    told = {}
    for value in ("62220", "cavron"):
        told[value] = main(client.get(URL, {"territoire": value})).texts("p", class_="context")[1:]
    assert told == {
        "62220": [
            "62220 est lu ici comme un code Insee. "
            "S’il s’agit d’un code postal, voyez les communes qu’il dessert."
        ],
        "cavron": [],
    }


def test_boxes_ticked_stay_ticked(client):
    make_organisation(organisation_kind=OrganisationKind.CULTURE)
    response = client.get(f"{URL}?secteur=nature&type=lieu&type=culture&nature=ptce")
    form = main(response).one("form", role="search")
    ticked = [
        box.attributes["value"] for box in form.all("input", type="checkbox") if "checked" in box.attributes
    ]
    assert ticked == ["ptce", "nature", "culture", "lieu"]
    groups = form.all("div", role="group")
    assert [group.attributes["aria-label"] for group in groups] == ["Structures", "Initiatives"]


# -- words --------------------------------------------------------------------------------------------


def places_meant(client, **parameters) -> list[tuple[str, str]]:
    told = main(client.get(URL, parameters)).all("p", class_="context")
    return [link for each in told if each.text.startswith("Vous cherchez un lieu ?") for link in each.links()]


def test_the_name_of_a_place_leads_to_its_actors(client):
    nord = make_territory(TerritoryKind.DEPARTMENT, name="Nord", code="59")
    lens = make_territory(
        name="Lens", code="62498", population=33_000, population_year=2021, postal_codes=("62300",)
    )
    other = make_territory(name="Lens", code="80474", slug="lens-80", population=400, population_year=2021)
    make_containment(nord, other)
    make_organisation(place=lens, sectors=[Sector.NATURE])
    make_organisation(place=lens)
    assert places_meant(client, q="LENS") == [
        ("/acteurs/?territoire=lens", "Lens, commune : 2 acteurs"),
        (f"/acteurs/?territoire={other.slug}", "Lens, commune (Nord) : 0 acteur"),
    ]
    assert places_meant(client, q="lens", secteur="nature") == [
        ("/acteurs/?territoire=lens&secteur=nature", "Lens, commune : 1 acteur"),
        (f"/acteurs/?territoire={other.slug}&secteur=nature", "Lens, commune (Nord) : 0 acteur"),
    ]
    assert places_meant(client, q="62300") == [("/acteurs/?territoire=lens", "Lens, commune : 2 acteurs")]
    for words in ("lens velo", "len", "62301", "-", "9" * 40):
        assert places_meant(client, q=words) == []
    assert places_meant(client, q="lens", territoire="nord") == []


def test_a_misspelt_territory_is_told_with_the_nearest_name(client):
    make_territory(name="Hénin-Beaumont", code="62427")
    make_territory(name="Beaumont", code="62104")
    root = main(client.get(URL, {"territoire": "henin bomont"}))
    described = root.one("input", name="territoire").attributes["aria-describedby"].split()
    assert root.one(id=described[1]).text == (
        "Aucun territoire ne porte ce nom ou ce code. "
        "Peut-être : Hénin-Beaumont, commune (« henin-beaumont »)."
    )


def test_the_name_of_a_place_costs_one_query(client, django_assert_num_queries):
    make_organisation(name="Lens en fête")
    # What filters name and cards tell is read once for a version.
    client.get(URL, {"q": "lens"})
    # The version.
    plain = 1
    with django_assert_num_queries(plain):
        client.get(URL, {"q": "lens"})
    for number in range(3):
        make_territory(name="Lens", slug=f"lens-{number}")
    with django_assert_num_queries(plain + 1):
        client.get(URL, {"q": "lens"})


def test_the_words_of_a_search_are_marked(client):
    make_organisation(name="Vélo pour tous", summary="Prête des vélos", sectors=[Sector.MOBILITY])
    card = main(client.get(URL, {"q": "velo"})).one("article", class_="card")
    assert card.texts("mark") == ["Vélo", "vélos"]
    assert card.all("p", class_="card-why") == []


def test_another_name_that_matched_is_shown(client):
    actor = make_organisation(name="Dynamique insertion emploi")
    make_alias(actor, "DIE", AliasKind.ACRONYM)
    make_alias(actor, "Association DIE de Drocourt")
    told = main(client.get(URL, {"q": "die"})).texts("p", class_="card-why")
    assert told == ["Trouvé sous le nom « DIE »."]
    assert main(client.get(URL, {"q": "dynamique"})).texts("p", class_="card-why") == []


def test_a_misprint_finds_and_is_never_shown(client):
    actor = make_organisation(name="Grands Sissonnes")
    make_alias(actor, "GrandSissoons", AliasKind.MISPRINT)
    response = client.get(URL, {"q": "GrandSissoons"})
    assert cards(response) == ["Grands Sissonnes"]
    assert main(response).one("article", class_="card").all("p", class_="card-why") == []


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("deux-roues", "Activité : Réparation de vélos (« deux-roues »)"),
        ("réparation", "Activité : Réparation de vélos"),
        ("carvin", "Lieu : Carvin"),
        ("agglomération", "Lieu : Carvin (Agglomération)"),
        ("mobilités", "Domaine : Mobilités"),
        ("chantier", "Agrément, label ou dispositif : Atelier et chantier d’insertion"),
        ("association", "Statut juridique : Association"),
        ("atelier ouvert", "Agrément, label ou dispositif : Atelier et chantier d’insertion"),
        ("samedi", "Description : Un local ouvert le samedi."),
        ("Dupont", "Porte-parole : une personne de ce nom a parlé pour cet acteur"),
    ],
)
def test_a_card_says_why_it_matched(client, query, told):
    epci = make_territory(TerritoryKind.EPCI, "246200299", "Agglomération")
    actor = make_organisation(
        name="Rustine",
        place=make_territory(name="Carvin", parent=epci),
        sectors=[Sector.MOBILITY],
        labels=[Label.ACI],
        description="Un local ouvert le samedi.",
    )
    make_activity("reparation-velos", (actor,), name="Réparation de vélos", synonyms="cycles\ndeux-roues")
    make_spokesperson(actor, make_person("Camille Dupont"))
    reasons = main(client.get(URL, {"q": query})).texts("p", class_="card-why")
    assert reasons[0] == told
    assert "Camille" not in client.get(URL, {"q": query}).content.decode()


def test_what_was_found_instead_is_said(client):
    make_organisation(name="Atelier", place=make_territory(name="Hénin-Beaumont"))
    notice = main(client.get(URL, {"q": "atelier henin bomont"})).one("p", class_="notice")
    assert notice.text == ("Rien pour « atelier henin bomont ». Résultats pour « atelier henin beaumont ».")


def test_the_word_that_was_left_out_is_said(client):
    make_organisation(name="Atelier vélo")
    response = client.get(URL, {"q": "atelier vélo xqzwv"})
    assert cards(response) == ["Atelier vélo"]
    assert main(response).one("p", class_="notice").text == (
        "Rien pour « atelier vélo xqzwv ». Résultats sans le mot « xqzwv »."
    )


# -- cards --------------------------------------------------------------------------------------------


def test_a_card_tells_cooperations_and_the_year(client):
    one, other = make_organisation(name="Un"), make_organisation(name="Deux")
    make_cooperation(one, other)
    make_cooperation(make_organisation(name="Caché", publication=PublicationStatus.DRAFT), one)
    for year in (2015, 2022):
        letter = make_letter(slug=str(year), earliest=f"{year}-01-01", latest=f"{year}-06-01")
        make_citation(make_article(letter), actor=one)
    told = dict(
        zip(cards(client.get(URL)), main(client.get(URL)).texts("p", class_="card-facts"), strict=True)
    )
    assert told == {"Un": "1 coopération · Information de 2022", "Deux": "1 coopération · À confirmer"}


def test_what_the_list_shows_last_is_told(client):
    make_organisation(name="Aciérie", sphere=Sphere.BUSINESS)
    make_organisation(name="Ville", sphere=Sphere.PUBLIC)
    make_organisation(name="Pays", sphere=Sphere.PUBLIC)
    make_organisation(name="Zèbre", sphere=Sphere.ESS)
    response = client.get(URL)
    assert cards(response) == ["Zèbre", "Aciérie", "Pays", "Ville"]
    assert main(response).one("p", class_="context").text == (
        "L’économie solidaire et les collectifs mixtes viennent d’abord. "
        "Suivent 2 acteurs publics et 1 entreprise ou organisme hors ESS."
    )
    assert main(response).one("p", class_="context").links() == [
        (f"{URL}?famille=public", "2 acteurs publics"),
        (f"{URL}?famille=hors-ess", "1 entreprise ou organisme hors ESS"),
    ]
    # Any question is answered by all, in one order.
    assert main(client.get(URL, {"tri": "commune"})).all("p", class_="context") == []
    assert main(client.get(URL, {"q": "pays"})).all("p", class_="context") == []


# -- order and size -------------------------------------------------------------------------------------


def test_the_order_asked(client):
    arras, carvin = make_territory(name="Arras"), make_territory(name="Carvin")
    old, new = make_organisation(name="A", place=carvin), make_organisation(name="B", place=arras)
    for actor, year in ((old, 2015), (new, 2022)):
        letter = make_letter(slug=str(year), earliest=f"{year}-01-01", latest=f"{year}-06-01")
        make_citation(make_article(letter), actor=actor)
    orders = {order: cards(client.get(URL, {"tri": order})) for order in ("nom", "commune", "recent")}
    assert orders == {"nom": ["A", "B"], "commune": ["B", "A"], "recent": ["B", "A"]}
    select = main(client.get(URL, {"tri": "commune"})).one("select", id="tri")
    assert [
        (option.attributes["value"], option.text, "selected" in option.attributes)
        for option in select.all("option")
    ] == [
        ("", "Nom", False),
        ("commune", "Commune", True),
        ("recent", "Information la plus récente", False),
    ]
    assert select.attributes["form"] == main(client.get(URL)).one("form", role="search").attributes["id"]


def test_an_order_that_makes_no_sense_here_gives_way(client):
    make_organisation(name="A")
    response = client.get(URL, {"tri": "distance"})
    assert cards(response) == ["A"]
    assert main(response).texts("p", class_="context")[-1] == (
        "L’ordre « Distance (à vol d’oiseau) » n’a pas de sens pour cette liste : il y faut un lieu."
    )


def test_twenty_fifty_or_a_hundred_a_page(client, many):
    assert len(cards(client.get(URL, {"par": "50"}))) == 45
    response = client.get(URL, {"par": "50", "secteur": "nature"})
    select = main(response).one("select", id="par")
    assert [option.text for option in select.all("option") if "selected" in option.attributes] == ["50"]
    # Taking a filter away keeps the layout.
    assert main(response).one("ul", class_="criteria").links()[0][0] == f"{URL}?par=50"


# -- around a place -------------------------------------------------------------------------------------


@pytest.fixture
def around():
    guise = make_territory(name="Guise", latitude=49.90, longitude=3.62)
    vervins = make_territory(name="Vervins", latitude=49.83, longitude=3.90)
    lille = make_territory(name="Lille", latitude=50.63, longitude=3.06)
    near = make_organisation(name="Proche", place=vervins)
    make_organisation(name="Sur place", place=guise)
    far = make_organisation(name="Loin", place=lille)
    make_area(far, guise)
    nowhere = make_organisation(name="Sans lieu")
    make_cooperation(nowhere, near)
    return guise


def test_by_distance_then_those_who_come_so_far_then_those_without_a_place(client, around):
    response = client.get(URL, {"autour": "guise", "rayon": "30"})
    assert title(response) == "2 acteurs à moins de 30 km de Guise"
    assert cards(response) == ["Sur place", "Proche"]
    assert main(response).texts("span", class_="card-distance") == [
        "à moins d’1 km",
        "à 22 km (à vol d’oiseau)",
        # Of the second group, who is further off has no distance told.
    ]
    groups = [
        (each.one("h2").text, each.texts("h3")) for each in main(response).all("section", class_="beside")
    ]
    assert groups == [
        ("Interviennent jusque chez vous 1 acteur", ["Loin"]),
        ("Sans lieu précis, mais liés à des acteurs d’ici 1 acteur", ["Sans lieu"]),
    ]


def test_around_a_position(client, around):
    square = [[[3.6, 49.8], [3.7, 49.8], [3.7, 49.95], [3.6, 49.95], [3.6, 49.8]]]
    make_boundary(around, {"type": "Polygon", "coordinates": square})
    response = client.get(URL, {"autour": "49.901,3.621", "rayon": "5"})
    assert title(response) == "1 acteur à moins de 5 km de votre position"
    # The commune is the one whose outline holds the position.
    group = main(response).one("section", class_="beside")
    assert (group.one("h2").text, group.texts("h3")) == ("Interviennent jusque chez vous 1 acteur", ["Loin"])
    # Where a visitor stands is for nobody else to keep.
    assert page(response).one("meta", name="robots").attributes["content"] == "noindex"


def test_nobody_within_the_radius_names_the_nearest(client):
    guise = make_territory(name="Guise", latitude=49.90, longitude=3.62)
    vervins = make_territory(name="Vervins", latitude=49.83, longitude=3.90)
    make_organisation(name="Proche", slug="proche", place=vervins)
    notice = main(client.get(URL, {"autour": guise.slug, "rayon": "5"})).one("div", class_="notice")
    assert notice.texts("p")[:2] == [
        "Rien à moins de 5 km de Guise. Le plus proche : Proche, à 22 km (à vol d’oiseau).",
        "Chercher à moins de 30 km",
    ]
    assert notice.links() == [
        ("/acteurs/proche/", "Proche"),
        (f"{URL}?autour=guise&rayon=30", "Chercher à moins de 30 km"),
        ("/proposer/", "Proposez-le"),
    ]


# -- an empty list ---------------------------------------------------------------------------------------


def test_a_list_emptied_by_hand_says_so(client):
    actor = make_organisation(place=make_territory(name="Guise"))
    notice = main(client.get(URL, {"territoire": "guise", "sans": actor.public_id})).one(
        "div", class_="notice"
    )
    assert notice.texts("li")[0] == "Sans le filtre Acteurs retirés, il y en aurait 1."
    assert notice.links()[0] == (f"{URL}?territoire=guise", "Acteurs retirés")


def test_an_empty_territory_leads_to_those_around_it_under_the_same_filters(client):
    epci = make_territory(TerritoryKind.EPCI, "200000000", "Thiérache", at_phrase="en Thiérache")
    guise, flavigny, other = (make_territory(name=name) for name in ("Guise", "Flavigny", "Autre"))
    for commune in (guise, flavigny):
        make_containment(epci, commune)
    for neighbour in (flavigny, other):
        make_adjacency(guise, neighbour)
    make_organisation(place=flavigny, sectors=[Sector.NATURE])
    make_organisation(place=other, sectors=[Sector.SPORT])
    notice = main(client.get(URL, {"territoire": "guise", "secteur": "nature"})).one("div", class_="notice")
    assert notice.links() == [
        (f"{URL}?secteur=nature", "Guise"),
        (f"{URL}?territoire=flavigny&secteur=nature", "1 acteur à Flavigny"),
        (f"{URL}?territoire=thierache&secteur=nature", "1 acteur en Thiérache"),
        ("/proposer/?territoire=guise", "Proposez-le"),
    ]


# -- ma sélection ----------------------------------------------------------------------------------------


def test_single_actors_are_taken_away_and_brought_back(client):
    kept, removed = make_organisation(name="Gardé"), make_organisation(name="Ôté")
    response = client.get(URL)
    links = {text: href for href, text in main(response).links() if text.startswith("Masquer ")}
    assert links["Masquer Ôté"] == f"{URL}?sans={removed.public_id}"
    response = client.get(links["Masquer Ôté"])
    assert cards(response) == ["Gardé"]
    assert main(response).one("ul", class_="criteria").links() == [(URL, "Retirer le filtre Retiré : Ôté")]
    assert kept.public_id in links["Masquer Gardé"]


def test_single_actors_are_added_by_id_or_address(client):
    carvin = make_territory(name="Carvin")
    make_organisation(name="De Carvin", place=carvin)
    added = make_organisation(name="Ajouté", slug="ajoute")
    for value in (added.public_id, "ajoute"):
        response = client.get(URL, {"territoire": "carvin", "plus": value})
        assert cards(response) == ["Ajouté", "De Carvin"]
        assert main(response).one("ul", class_="criteria").links()[1] == (
            f"{URL}?territoire=carvin",
            "Retirer le filtre Ajouté : Ajouté",
        )
        canonical = page(response).one("link", rel="canonical").attributes["href"]
        assert canonical == f"http://testserver{URL}?territoire=carvin&plus={added.public_id}"


def test_who_was_added_is_taken_away_by_dropping_the_addition(client):
    added, other = make_organisation(name="A"), make_organisation(name="B")
    response = client.get(URL, {"plus": [added.public_id, other.public_id]})
    hrefs = [href for href, text in main(response).links() if text == "Masquer A"]
    assert hrefs == [f"{URL}?plus={other.public_id}"]


def test_who_acts_here_can_be_added(client):
    carvin = make_territory(name="Carvin")
    away = make_organisation(name="D’ailleurs", place=make_territory())
    make_area(away, carvin)
    response = client.get(URL, {"territoire": "carvin", "presence": "tous"})
    group = main(response).one("section", class_="beside")
    assert group.links()[-1] == (
        f"{URL}?territoire=carvin&presence=tous&plus={away.public_id}",
        "Ajouter D’ailleurs à ma sélection",
    )


def test_the_form_keeps_single_actors(client):
    actor = make_organisation()
    form = main(client.get(URL, {"sans": actor.public_id})).one("form", role="search")
    hidden = [(box.attributes["name"], box.attributes["value"]) for box in form.all("input", type="hidden")]
    assert hidden == [("sans", actor.public_id)]


# -- search engines --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("", True),
        ("?secteur=nature", True),
        ("?territoire=carvin", True),
        ("?secteur=nature&territoire=carvin", False),
        ("?secteur=nature&secteur=sport-loisirs", False),
        ("?q=velo", False),
        ("?autour=carvin", False),
        ("?tri=commune", False),
        ("?par=50", False),
        ("?page=2", False),
        ("?secteur=poney", False),
        ("?secteur=sante", False),
    ],
)
def test_search_engines_keep_single_filters_only(client, query, kept):
    carvin = make_territory(name="Carvin", latitude=50.49, longitude=2.96)
    for rank in range(21):
        make_organisation(name=f"Vélo {rank}", place=carvin, sectors=[Sector.NATURE, Sector.SPORT])
    robots = page(client.get(URL + query)).all("meta", name="robots")
    assert [each.attributes["content"] for each in robots] == ([] if kept else ["noindex"])


def test_the_canonical_address_is_that_of_the_selection(client):
    make_territory(name="Carvin", code="62215")
    response = client.get(f"{URL}?territoire=62215&q=+velo&secteur=sport-loisirs&secteur=nature&utm_source=x")
    assert page(response).one("link", rel="canonical").attributes["href"] == (
        f"http://testserver{URL}?q=velo&territoire=carvin&secteur=nature&secteur=sport-loisirs"
    )


def test_a_mistake_leads_to_what_was_understood(client):
    response = client.get(f"{URL}?q=velo&secteur=poney&poney=1&tri=nom&par=7")
    links = {text: href for href, text in main(response).links()}
    assert links["Garder seulement ce qui a été compris"] == f"{URL}?q=velo&tri=nom"


# -- cost of what is asked more ----------------------------------------------------------------------------

# Version; departments, activities, PTCE and linked actors, letters; rows, sectors, places and their
# territories' parents, other names, labels, activities, areas, spokespersons.
SEARCH_QUERIES = 13


@pytest.mark.parametrize("rows", [1, 3, 60])
def test_a_search_costs_the_same_for_any_number(client, django_assert_num_queries, rows):
    epci = make_territory(TerritoryKind.EPCI, "246200299", "Agglomération")
    carvin = make_territory(name="Carvin", parent=epci)
    activity = make_activity("reparation-velos")
    for _ in range(rows):
        actor = make_organisation(place=carvin)
        with building():
            actor.activities.add(activity)
        make_alias(actor, f"Autre {actor.pk}")
        make_area(actor, carvin)
        make_spokesperson(actor)
    with django_assert_num_queries(SEARCH_QUERIES):
        client.get(URL, {"q": "structure"})


# Both versions at once; territory, containers; three lists of facets, departments; rows, sectors, places of three
# groups.
NEAR_QUERIES = 15


@pytest.mark.parametrize("rows", [1, 3, 60])
def test_a_place_costs_the_same_for_any_number(client, django_assert_num_queries, rows):
    guise = make_territory(name="Guise", latitude=49.90, longitude=3.62)
    lille = make_territory(name="Lille", latitude=50.63, longitude=3.06)
    for _ in range(rows):
        near, far = make_organisation(place=guise), make_organisation(place=lille)
        make_area(far, guise)
        make_cooperation(make_organisation(), near)
    with django_assert_num_queries(NEAR_QUERIES):
        client.get(URL, {"autour": "guise"})
