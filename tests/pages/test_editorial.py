"""Editorial pages as visitors meet them: the committed texts, an editor's page, edits at once."""

import pytest
from django.conf import settings as site_settings
from django.db import transaction
from django.urls import get_resolver, reverse

from pages.importers.editorial_pages import load_pages
from pages.models import RESERVED, EditorialPage
from territories.models import record_change
from tests.factories import building
from tests.factories.actors import make_organisation
from tests.factories.pages import make_page
from tests.pages.html import main, page

pytestmark = pytest.mark.django_db
FOLDER = site_settings.FIXTURES_DIR / "pages"
SLUGS = sorted(path.stem for path in FOLDER.glob("*.md"))


@pytest.fixture
def texts():
    """The pages as they are committed."""
    with building():
        load_pages(FOLDER, wet_run=True)


def test_the_pages_the_site_came_with():
    assert SLUGS == [
        "a-propos",
        "accessibilite",
        "donnees-personnelles",
        "mentions-legales",
        "methode",
        "proposer-un-acteur",
        "signaler-une-erreur",
        "vous-etes-cite",
    ]


@pytest.mark.parametrize("slug", SLUGS)
def test_each_answers_with_its_text(client, texts, slug):
    response = client.get(f"/{slug}/")
    text = EditorialPage.objects.get(slug=slug)
    root = main(response)
    assert response.status_code == 200
    assert root.texts("h1") == [text.title.replace(" ?", "\xa0?").replace("\xa0", " ")]
    assert len(root.one("div", class_="prose").all("p")) > 2
    assert root.one("time").attributes["datetime"] == text.updated_on.isoformat()
    # Facts nobody has told us yet are the editors' affair.
    assert "compléter :" not in response.text
    assert "[[" not in response.text


@pytest.mark.parametrize("contact", ["", "annuaire@exemple.fr"])
def test_every_link_in_a_text_leads_somewhere(client, texts, settings, contact):
    settings.CONTACT_EMAIL = contact
    make_organisation(slug="apes", name="Apes")
    followed, outside = set(), set()
    for slug in SLUGS:
        prose = main(client.get(f"/{slug}/")).one("div", class_="prose")
        for link in prose.all("a"):
            href = link.attributes["href"]
            if href.startswith("/"):
                followed.add(href)
            elif not href.startswith("mailto:"):
                outside.add(href)
                assert link.attributes["rel"] == "noopener"
    assert {"/methode/", "/donnees/", "/vous-etes-cite/", "/signaler-une-erreur/"} <= followed
    assert {href: client.get(href).status_code for href in followed} == dict.fromkeys(followed, 200)
    assert all(href.startswith("https://") for href in outside)


def test_what_is_owed_to_whoever_is_quoted(client, texts, settings):
    settings.CONTACT_EMAIL = "annuaire@exemple.fr"
    prose = main(client.get("/vous-etes-cite/")).one("div", class_="prose")
    assert ("mailto:annuaire@exemple.fr", "annuaire@exemple.fr") in prose.links()
    assert "Votre nom est masqué dans un délai d’un jour ouvré." in prose.texts("li")
    assert "Vous avez une réponse dans le mois qui suit votre demande." in prose.texts("li")
    assert "Retirer une structure" in prose.texts("h2")


def test_the_statement_on_accessibility_has_its_parts(client, texts):
    prose = main(client.get("/accessibilite/")).one("div", class_="prose")
    assert prose.texts("h2") == [
        "État de conformité",
        "Résultats des tests",
        "Contenus non accessibles",
        "Établissement de cette déclaration",
        "Retour d’information et contact",
        "Voies de recours",
    ]
    assert prose.texts("h3") == [
        "Non-conformités",
        "Dérogations pour charge disproportionnée",
        "Contenus qui ne sont pas soumis à l’obligation",
    ]
    state = EditorialPage.objects.get(slug="accessibilite").label.removeprefix("Accessibilité : ")
    assert state in prose.texts("strong")


def test_an_edit_shows_at_once_in_the_page_and_at_its_foot(client):
    text = make_page(slug="accueil-des-stagiaires", title="Stages", footer_rank=5)
    first = client.get("/accueil-des-stagiaires/")
    assert main(first).one("div", class_="prose").texts("p")[0] == "Un paragraphe."
    assert "Stages" in page(first).one("footer").texts("a")
    with transaction.atomic():
        EditorialPage.objects.filter(pk=text.pk).update(title="Stagiaires", body="Autre chose.")
        record_change(subject="page", key=text.slug, what="Modification")
    second = client.get("/accueil-des-stagiaires/")
    assert main(second).texts("h1") == ["Stagiaires"]
    assert main(second).one("div", class_="prose").texts("p")[0] == "Autre chose."
    assert "Stagiaires" in page(second).one("footer").texts("a")


@pytest.mark.parametrize("others", [1, 3])
def test_a_page_costs_two_queries(client, django_assert_num_queries, settings, others):
    """The page and the version; one more for how to reach the Apes without an address."""
    for _ in range(others):
        make_page(footer_rank=1)
    address = make_page(body="[[contact]]").get_absolute_url()
    settings.CONTACT_EMAIL = "annuaire@exemple.fr"
    with django_assert_num_queries(2):
        assert client.get(address).status_code == 200
    settings.CONTACT_EMAIL = ""
    with django_assert_num_queries(3):
        assert client.get(address).status_code == 200


def test_a_page_that_is_gone_is_a_404_in_the_look_of_the_site(client):
    text = make_page()
    with building():
        text.delete()
    response = client.get(f"/{text.slug}/")
    assert response.status_code == 404
    assert main(response).one("h1").text == "Page introuvable"


def test_an_address_without_its_last_slash_leads_there(client):
    text = make_page()
    response = client.get(f"/{text.slug}")
    assert (response.status_code, response.url) == (301, f"/{text.slug}/")


def first_parts(patterns) -> set[str]:
    """First parts of the addresses below the root, those of pages apart."""
    found = set()
    for pattern in patterns:
        text = str(pattern.pattern)
        if not text and hasattr(pattern, "url_patterns"):
            found |= first_parts(pattern.url_patterns)
        elif "/" in text:
            found.add(text.removeprefix("^").removeprefix("(?P<rest>").partition("/")[0])
    return found - {"<slug:slug>"}


def test_no_page_can_hide_behind_an_address_of_the_program():
    assert first_parts(get_resolver().url_patterns) - RESERVED == set()
    assert {"static", "api", "integration"} <= RESERVED
    assert reverse("page", args=["a-propos"]) == "/a-propos/"
