import pytest
from django.urls import reverse

from tests.factories.sources import make_article, make_letter
from tests.pages.html import main

pytestmark = pytest.mark.django_db
URL = reverse("letter-list")


def test_every_letter_the_latest_first(client):
    make_letter(slug="hiver", title="Villes et campagnes", earliest="2020-12-01", latest="2021-02-28")
    numbered = make_letter(slug="71", number="71", title="PTCE")
    make_letter(
        slug="sup", title="Hénin-Carvin", kind="supplement", earliest="2015-09-01", latest="2015-12-31"
    )
    make_article(numbered)
    root = main(client.get(URL))
    assert root.one("h1").text == "3 lettres"
    assert root.one("ul", class_="cards").links() == [
        ("/lettres/71/", "Lettre n° 71, 2022"),
        ("/lettres/hiver/", "Lettre « Villes et campagnes », 2020-2021"),
        ("/lettres/sup/", "Supplément « Hénin-Carvin », 2015"),
    ]
    assert root.all("article")[0].texts("p") == ["PTCE", "1 article"]


@pytest.mark.parametrize("rows", [1, 3, 100])
def test_queries_do_not_grow_with_rows(client, django_assert_num_queries, rows):
    for _ in range(rows):
        make_article()
    with django_assert_num_queries(1):
        client.get(URL)
