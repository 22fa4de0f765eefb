import pytest

from actors.enums import CitationColumn, CitationRole
from actors.index import snapshot
from partners.records.persons import Discretion
from tests.factories.actors import make_citation, make_organisation
from tests.factories.sources import make_article, make_letter, make_mention, make_person
from tests.factories.territories import make_territory
from tests.pages.html import main, page, section

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter():
    return make_letter(
        slug="71", number="71", title="PTCE", date_reason="L’année est imprimée.", publisher="Apes"
    )


def get(client, letter):
    response = client.get(letter.get_absolute_url())
    assert response.status_code == 200
    return response


def pairs(element) -> dict[str, str]:
    return {row.one("dt").text: row.one("dd").text for row in element.one("dl").all("div")}


def test_what_the_letter_is(client, letter):
    root = main(get(client, letter))
    header = root.one("header")
    assert header.one("h1").text == "Lettre n° 71, 2022"
    assert header.one("p", class_="lead").text == "PTCE"
    assert pairs(header) == {"Parue": "2022. L’année est imprimée.", "Éditeur": "Apes"}


def test_its_articles_in_the_order_of_the_letter(client, letter):
    make_article(letter, position=2, slug="second", title="Second", kind="colophon", rubric="colophon")
    make_article(
        letter,
        position=1,
        slug="premier",
        title="Premier",
        title_is_ours=True,
        kind="interview",
        rubric="dossier",
        page=4,
        authors=[make_person("Camille Martin"), make_person("Dominique Petit")],
    )
    make_article()
    articles = main(get(client, letter)).all("article")
    assert [(each.attributes["id"], each.one("h3").text) for each in articles] == [
        ("premier", "Premier"),
        ("second", "Second"),
    ]
    assert articles[0].texts("p") == [
        "Entretien, page 4 titre donné par la rédaction de l’annuaire",
        "Par Camille Martin et Dominique Petit",
    ]
    assert articles[1].texts("p") == ["Ours"]
    assert articles[0].texts("span", data_nosnippet="") == ["Camille Martin et Dominique Petit"]
    assert "Martin" not in page(get(client, letter)).one("head").text


def test_the_actors_of_an_article_those_it_presents_first(client, letter):
    article = make_article(letter)
    named = make_organisation(name="A", slug="a")
    presented = make_organisation(name="B", slug="b", summary="Répare des vélos")
    column_only, draft = (
        make_organisation(name="C", slug="c"),
        make_organisation(name="D", publication="draft"),
    )
    make_citation(article, actor=named, role=CitationRole.NAMED)
    make_citation(article, actor=presented)
    make_citation(article, actor=presented, column=CitationColumn.NAME)
    make_citation(article, actor=column_only, column=CitationColumn.NAME)
    make_citation(article, actor=draft)
    root = main(get(client, letter))
    told = root.one("article")
    assert told.one("ul", aria_label="Acteurs présentés").texts("li") == ["B : répare des vélos"]
    assert pairs(told) == {"Cite": "A ; C"}
    assert [href for href, _ in told.links()] == ["/acteurs/b/", "/acteurs/a/", "/acteurs/c/"]
    index = section(get(client, letter), "acteurs-cites")
    assert (index.one("h2").text, index.texts("li")) == ("3 acteurs cités", ["A", "B présenté", "C"])
    more = index.one("p", class_="more").one("a")
    assert main(client.get(more.attributes["href"])).one("h1").text == "3 acteurs, lettre n° 71, 2022"


def test_the_territories_of_an_article(client, letter):
    article = make_article(letter)
    make_mention(article, make_territory(name="Raismes"), role="portrait")
    make_mention(article, make_territory(name="Carvin"))
    assert pairs(main(get(client, letter)).one("article")) == {"Portrait": "Raismes", "Territoires": "Carvin"}


def test_its_articles_stand_under_their_rubrics(client, letter):
    for position, (slug, rubric) in enumerate(
        [("a", ""), ("b", "dossier"), ("c", "in_brief"), ("d", "dossier")], start=1
    ):
        make_article(letter, position=position, slug=slug, title=slug.upper(), rubric=rubric)
    root = main(get(client, letter))
    assert root.texts("h2")[:4] == ["Sommaire", "Dossier", "Apes en bref", "Autres pages"]
    assert root.texts("h3") == ["B", "D", "C", "A"]
    contents = root.one("nav", aria_labelledby="sommaire")
    assert contents.links() == [("#b", "B"), ("#d", "D"), ("#c", "C"), ("#a", "A")]


def test_every_territory_it_cites_once(client, letter):
    carvin = make_territory(name="Carvin", slug="carvin")
    region = make_territory("region", "32", "Hauts-de-France", slug="hauts-de-france")
    raismes = make_territory(name="Raismes", slug="raismes")
    first, second = make_article(letter), make_article(letter)
    for article in (first, second):
        make_mention(article, carvin)
    make_mention(first, region)
    make_mention(first, raismes)
    make_mention(second, raismes, role="portrait")
    make_mention(make_article(), make_territory(name="Ailleurs"))
    block = section(get(client, letter), "territoires-cites")
    assert block.texts("li") == ["Raismes portrait", "Hauts-de-France", "Carvin"]
    assert block.one("h2").text == "3 territoires cités"


def test_the_letters_before_and_after_it(client, letter):
    old = make_letter(slug="70", number="70", earliest="2021-01-01", latest="2021-12-31")
    new = make_letter(slug="72", number="72", earliest="2023-01-01", latest="2023-12-31")
    told = {
        each.slug: main(get(client, each)).all("ul", class_="around")[0].texts("a")
        for each in (old, letter, new)
    }
    assert told == {
        "70": ["Lettre suivante Lettre n° 71, 2022"],
        "71": ["Lettre précédente Lettre n° 70, 2021", "Lettre suivante Lettre n° 72, 2023"],
        "72": ["Lettre précédente Lettre n° 71, 2022"],
    }


def test_a_letter_without_articles_says_so(client, letter):
    root = main(get(client, letter))
    assert "Les articles de cette lettre ne sont pas encore saisis." in root.texts("p")
    assert root.all("h2") == root.all("ul", class_="around") == []


def test_an_unknown_letter_is_not_found(client):
    assert client.get("/lettres/72/").status_code == 404


# Letter, those around it, articles, authors, mentions, citations; the version whose persons its data leave out.
QUERIES = 7


@pytest.mark.parametrize("rows", [1, 3, 100])
def test_queries_do_not_grow_with_rows(client, django_assert_num_queries, letter, rows):
    for _ in range(rows):
        article = make_article(letter, authors=[make_person()])
        make_mention(article, make_territory())
        make_citation(article, actor=make_organisation())
    # Read once a version, whatever the page.
    Discretion.current()
    with django_assert_num_queries(QUERIES):
        client.get(letter.get_absolute_url())


# -- the list ---------------------------------------------------------------------------------------


def test_letters_by_year_the_latest_first(client, letter):
    supplement = make_letter(
        slug="supplement", kind="supplement", title="Le terril", earliest="2015-09-01", latest="2015-10-31"
    )
    article = make_article(letter)
    make_mention(article, make_territory(name="Raismes"), role="portrait")
    make_mention(article, make_territory(name="Carvin"))
    make_citation(article, actor=make_organisation())
    make_citation(make_article(supplement), actor=make_organisation(publication="draft"))
    root = main(client.get("/lettres/"))
    assert root.texts("h2") == ["2022", "2015"]
    assert [each.texts("h3") + each.texts("p") for each in root.all("article")] == [
        ["Lettre n° 71", "PTCE", "Portrait : Raismes", "1 article · 1 acteur cité"],
        ["Supplément « Le terril »", "1 article · 0 acteur cité"],
    ]


def test_an_empty_list_says_so(client):
    assert "Aucune lettre pour l’instant." in main(client.get("/lettres/")).texts("p")


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_of_the_list_do_not_grow_with_letters(client, django_assert_num_queries, rows):
    for _ in range(rows):
        make_mention(make_article(), make_territory(), role="portrait")
    snapshot.current()
    # The version, letters, portraits.
    with django_assert_num_queries(3):
        client.get("/lettres/")
