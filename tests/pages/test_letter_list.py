import pytest
from django.urls import reverse

from sources.enums import MentionRole
from tests.factories.actors import make_citation, make_organisation
from tests.factories.sources import make_article, make_letter, make_mention
from tests.factories.territories import make_territory
from tests.pages.html import main

pytestmark = pytest.mark.django_db
URL = reverse("letter-list")


def test_every_letter_the_latest_first(client):
    make_letter(slug="hiver", title="Villes et campagnes", earliest="2020-12-01", latest="2021-02-28")
    numbered = make_letter(slug="71", number="71", title="PTCE")
    make_letter(
        slug="sup", title="Hénin-Carvin", kind="supplement", earliest="2015-09-01", latest="2015-12-31"
    )
    article = make_article(numbered)
    make_mention(article, make_territory(name="Raismes"), role=MentionRole.PORTRAIT)
    make_citation(article, actor=make_organisation())
    root = main(client.get(URL))
    assert root.one("h1").text == "Les lettres de l’Apes"
    assert root.texts("h2") == ["2022", "2020-2021", "2015"]
    assert root.one("ol", class_="timeline").links() == [
        ("/lettres/71/", "Lettre n° 71"),
        ("/lettres/hiver/", "Lettre « Villes et campagnes »"),
        ("/lettres/sup/", "Supplément « Hénin-Carvin »"),
    ]
    numbered_card, titled_card, _ = root.all("article")
    assert numbered_card.texts("p")[:2] == ["PTCE", "Portrait : Raismes"]
    assert numbered_card.texts("span") == ["1 article", "1 acteur cité"]
    assert titled_card.texts("span") == ["0 article", "0 acteur cité"]


# The letters, whom they portray, and the version of the index.
QUERIES = 3


@pytest.mark.parametrize("rows", [1, 3, 100])
def test_queries_do_not_grow_with_rows(client, django_assert_num_queries, rows):
    for _ in range(rows):
        make_mention(make_article(), make_territory(), role=MentionRole.PORTRAIT)
    with django_assert_num_queries(QUERIES):
        client.get(URL)
