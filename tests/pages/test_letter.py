import pytest

from actors.enums import CitationColumn, CitationRole
from tests.factories.actors import make_citation, make_organisation
from tests.factories.sources import make_article, make_letter, make_mention, make_person
from tests.factories.territories import make_territory
from tests.pages.html import main, page

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
        "Entretien Dossier, page 4 titre donné par la rédaction de l’annuaire",
        "Par Camille Martin et Dominique Petit",
    ]
    assert articles[1].texts("p") == ["Ours"]  # once, though its rubric says the same
    assert articles[0].texts("span", data_nosnippet="") == ["Camille Martin et Dominique Petit"]
    assert "Martin" not in page(get(client, letter)).one("head").text


def test_the_actors_of_an_article_those_it_presents_first(client, letter):
    article = make_article(letter)
    named, presented = make_organisation(name="A", slug="a"), make_organisation(name="B", slug="b")
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
    assert pairs(told) == {"Présente": "B", "Cite": "A ; C"}
    assert [href for href, _ in told.links()] == ["/acteurs/b/", "/acteurs/a/", "/acteurs/c/"]
    more = root.one("a", class_="more")
    assert (more.attributes["href"], more.text) == (
        "/acteurs/?lettre=71",
        "3 acteurs cités dans cette lettre",
    )
    assert main(client.get(more.attributes["href"])).one("h1").text == "3 acteurs, lettre n° 71, 2022"


def test_the_territories_of_an_article(client, letter):
    article = make_article(letter)
    make_mention(article, make_territory(name="Raismes"), role="portrait")
    make_mention(article, make_territory(name="Carvin"))
    assert pairs(main(get(client, letter)).one("article")) == {"Portrait": "Raismes", "Territoires": "Carvin"}


def test_an_unknown_letter_is_not_found(client):
    assert client.get("/lettres/72/").status_code == 404


# Letter, articles, authors, mentions, citations.
QUERIES = 5


@pytest.mark.parametrize("rows", [1, 3, 100])
def test_queries_do_not_grow_with_rows(client, django_assert_num_queries, letter, rows):
    for _ in range(rows):
        article = make_article(letter, authors=[make_person()])
        make_mention(article, make_territory())
        make_citation(article, actor=make_organisation())
    with django_assert_num_queries(QUERIES):
        client.get(letter.get_absolute_url())
