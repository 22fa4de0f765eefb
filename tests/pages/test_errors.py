"""Pages for what goes wrong: French, with a way on."""

import pytest
from django.template.loader import get_template
from django.urls import reverse

from tests.pages.html import main


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["/nulle-part/", "/acteurs/personne/", "/lettres/9/", "/id/aaaaaaaa/", "/acteurs/a b/"]
)
def test_an_unknown_address_is_a_french_404_with_a_search(client, address):
    response = client.get(address)
    assert response.status_code == 404
    root = main(response)
    assert root.one("h1").text == "Page introuvable"
    assert root.one("form").attributes["action"] == reverse("actor-list")
    assert root.one("input", type="search").attributes["name"] == "q"


@pytest.mark.django_db
def test_a_404_costs_no_query_of_its_own(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        client.get("/nulle/part/")


@pytest.mark.django_db
def test_an_address_that_might_be_a_page_of_editors_costs_one(client, django_assert_num_queries):
    with django_assert_num_queries(1):
        client.get("/nulle-part/")


@pytest.mark.django_db
def test_more_parameters_than_django_reads_is_a_french_400(client, settings):
    parameters = "&".join(f"a{n}=1" for n in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1))
    response = client.get(f"{reverse('actor-list')}?{parameters}")
    assert response.status_code == 400
    assert main(response).one("h1").text == "Demande incomprise"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/nulle-part/",
        "/acteurs/",
        "/integration/",
        "/integration/v1/liste",
        "/api/v1/actors",
        "/id/aaaaaaaa",
        "/integration/oembed",
        "/flux/acteurs.atom",
        "/opensearch.xml",
        "/donnees/acteurs.csv",
        "/admin/login/",
    ],
)
def test_an_address_of_another_host_is_a_french_400(client, settings, address):
    settings.ALLOWED_HOSTS = ["annuaire.exemple.fr"]
    client.raise_request_exception = False
    response = client.get(address, headers={"host": "ailleurs.exemple.org"})
    assert response.status_code == 400
    assert main(response).one("h1").text == "Demande incomprise"


def test_a_broken_page_is_a_french_500(client, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError

    client.raise_request_exception = False
    monkeypatch.setattr("pages.views.robots.RobotsView.get", fail)
    response = client.get(reverse("robots"))
    assert response.status_code == 500
    assert main(response).one("h1").text == "Une erreur est survenue"


@pytest.mark.parametrize("name", ["400.html", "403.html", "403_csrf.html", "404.html", "500.html"])
def test_error_pages_need_no_context(name):
    assert "<h1>" in get_template(name).render()
