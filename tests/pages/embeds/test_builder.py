"""The page that makes the codes, and the codes themselves."""

import re
from html import unescape

import pytest
from django.urls import reverse

from tests.factories.actors import make_cooperation, make_organisation
from tests.factories.territories import load_subset
from tests.pages.html import page

pytestmark = pytest.mark.django_db
URL = reverse("embed-builder")
SITE = "http://testserver"


def code(response, name: str) -> str:
    """What stands in the field of a code, as the one who copies it gets it."""
    found = re.search(rf'<textarea id="{name}"[^>]*>(.*?)</textarea>', response.content.decode(), re.DOTALL)
    return unescape(found[1])


@pytest.fixture
def actor():
    return make_organisation(name="L’« Un » & Cie", slug="un", public_id="abcdefgh")


def test_the_codes_of_a_list(client, actor):
    load_subset("epci:246200299")
    response = client.get(
        f"{URL}?territoire=62427&secteur=reemploi&secteur=culture&plus=un&nombre=5&hauteur=450"
    )
    query = (
        "territoire=henin-beaumont&amp;secteur=reemploi&amp;secteur=culture&amp;plus=abcdefgh&amp;nombre=5"
    )
    assert f'src="{SITE}/integration/v1/liste/?{query}"' in code(response, "code-cadre")
    assert 'height="450"' in code(response, "code-fixe")
    assert f'<script src="{SITE}/integration/v1/cadre.js" defer></script>' in code(response, "code-cadre")
    assert "<script" not in code(response, "code-fixe")
    assert (
        '<annuaire-ess affiche="liste" territoire="henin-beaumont" secteur="reemploi culture" plus="abcdefgh" nombre="5">'
        in code(response, "code-element")
    )
    assert f'<a href="{SITE}/id/abcdefgh">L’« Un » &amp; Cie</a>' in code(response, "code-liens")
    assert page(response).one("iframe").attributes["src"].startswith("/integration/v1/liste/?territoire=")


def test_the_code_of_a_frame_shows_what_was_composed(client, actor):
    make_organisation(name="Autre")
    response = client.get(f"{URL}?sans=un&titre=non&couleur=%23005500")
    source = unescape(re.search(r'src="([^"]+)"', code(response, "code-fixe"))[1]).removeprefix(SITE)
    assert source == "/integration/v1/liste/?sans=abcdefgh&couleur=005500&titre=non"
    assert page(client.get(source)).texts("h2") == ["Autre"]


@pytest.mark.parametrize("given", ["un", "abcdefgh", f"{SITE}/acteurs/un/", f"{SITE}/id/abcdefgh"])
def test_a_card_by_any_address(client, actor, given):
    response = client.get(URL, {"forme": "acteur", "fiche": given})
    assert f"{SITE}/integration/v1/acteur/abcdefgh/" in code(response, "code-fixe")
    assert 'affiche="acteur" fiche="abcdefgh"' in code(response, "code-element")


def test_a_card_of_nobody(client):
    assert "Choisissez l’acteur" in page(client.get(f"{URL}?forme=acteur")).one("main").text
    response = client.get(f"{URL}?forme=acteur&fiche=personne")
    assert "Aucune fiche publiée à cette adresse" in page(response).one("main").text
    assert b"code-cadre" not in response.content


def test_choices_by_hand_may_be_typed_anyhow(client, actor):
    make_organisation(name="Deux", slug="deux", public_id="bcdefghj")
    response = client.get(URL, {"plus": f"{SITE}/acteurs/un/\r\n deux ,\n"})
    assert "?plus=abcdefgh&amp;plus=bcdefghj&quot;" in response.content.decode().replace("amp;amp;", "amp;")


@pytest.mark.parametrize(
    ("pasted", "frame"),
    [
        (f"{SITE}/acteurs/?secteur=reemploi&par=50", "liste/?secteur=reemploi"),
        (f"{SITE}/carte/?q=velo", "carte/?q=velo"),
        (f"{SITE}/acteurs/un/", "acteur/abcdefgh/"),
        (f"{SITE}/cooperations/reseau/?acteur=un", "reseau/?acteur=un"),
    ],
)
def test_an_address_that_is_pasted(client, actor, pasted, frame):
    make_cooperation(actor, make_organisation(name="Deux"))
    response = client.get(URL, {"adresse": pasted})
    assert f'src="{SITE}/integration/v1/{frame}"' in unescape(code(response, "code-fixe"))


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("adresse=https://ailleurs.exemple.fr/", "Cette adresse n’est pas celle d’une fiche"),
        ("hauteur=petite", "La hauteur est un nombre de pixels, de 150 à 4000."),
        ("hauteur=9", "La hauteur est un nombre de pixels"),
        ("couleur=ffff00", "Trop peu de contraste"),
        ("foo=1", "« foo » n’est pas un filtre"),
        ("plus=zzz", "Inconnu dans cette liste"),
        ("territoire=%00", "Territoire (territoire)"),
    ],
)
def test_what_is_not_understood_is_told(client, query, told):
    response = client.get(f"{URL}?{query}")
    assert response.status_code == 200
    assert told in page(response).one("main").text


def test_what_a_pasted_address_asks_beyond_the_fields_stays(client, actor):
    response = client.get(URL, {"adresse": f"{SITE}/acteurs/?avec=un"})
    form = page(response).one("form", class_="making-form")
    assert [
        each.attributes["value"]
        for each in form.all("input", type="hidden")
        if each.attributes["name"] == "avec"
    ] == ["un"]


def test_lists_lead_here(client, actor):
    links = {words: href for href, words in page(client.get("/acteurs/?q=un")).links()}
    assert links["La montrer sur votre site"] == f"{URL}?q=un"


def test_an_empty_choice_has_no_queries_per_row(client, django_assert_num_queries):
    make_organisation(name="Un")
    with django_assert_num_queries(5):
        client.get(URL)
    for number in range(3):
        make_organisation(name=f"Autre {number}")
    with django_assert_num_queries(5):
        client.get(URL)


def test_the_technical_sheet_names_this_site(client):
    text = page(client.get(reverse("embed-sheet"))).one("main").text
    assert f"frame-src {SITE}" in text
