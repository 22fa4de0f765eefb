"""Pictures beside a link: one for each page, of the size that networks ask, of few bytes, with what the page says."""

import io
import re

import pytest
from PIL import Image

from actors.models import Actor
from partners.sharing.cards import SITE, card_of
from partners.sharing.drawing import _WIDTH, Card, _fitted, draw
from tests.factories import building

LONG = (
    "Groupement d’employeurs pour l’insertion et la qualification « Bâtiment et travaux publics du Pas-de-Calais » "
    "de l’agglomération Hénin-Carvin"
)


def opened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


@pytest.mark.parametrize(
    "address",
    [
        "/partage/annuaire.png",
        "/partage/acteurs/abcdefgh.png",
        "/partage/territoires/henin-beaumont.png",
        "/partage/lettres/71.png",
    ],
)
def test_each_kind_of_page_has_its_picture(client, directory, address):
    response = client.get(address)
    assert (response.status_code, response.headers["Content-Type"]) == (200, "image/png")
    image = opened(response.content)
    assert (image.format, image.size) == ("PNG", (1200, 630))
    assert len(response.content) < 80_000
    assert len(image.getcolors(256)) > 10


@pytest.mark.parametrize(
    "address",
    [
        "/partage/autre.png",
        "/partage/acteurs.png",
        "/partage/acteurs/defghjkm.png",  # a draft
        "/partage/acteurs/die.png",
        "/partage/lettres/99.png",  # not out
        "/partage/lettres/rien.png",
        "/partage/annuaire/x.png",
        "/partage/personnes/jeanne-dupontel.png",
    ],
)
def test_what_is_no_public_page_has_none(client, directory, address):
    assert client.get(address).status_code == 404


def test_a_picture_says_what_where_and_no_person(directory):
    assert card_of("acteurs", "abcdefgh") == Card(
        directory.die.kind_label, "Dynamique Insertion Emploi", "Hénin-Beaumont", "organisation"
    )
    assert card_of("territoires", "henin-beaumont") == Card(
        "Commune : ses acteurs solidaires", "Hénin-Beaumont", "Agglomération Hénin-Carvin"
    )
    assert card_of("annuaire", "") == SITE


@pytest.mark.parametrize(
    "name", ["Œuf", LONG, "A" * 200, "mot " * 80, "« Ici » : là", "", " ", "日本", "\u202e x"]
)
def test_any_name_is_drawn_within_the_picture(name):
    font, lines = _fitted(name)
    assert all(font.getlength(line) <= _WIDTH for line in lines)
    assert len(lines) <= 4
    assert len(draw(Card(name or "x", name, name, "ptce"))) < 80_000


@pytest.mark.parametrize("sign", ["\n", "\x85", "\x0b", "\u2028", "\ufffe", "\x1b", "\ud800"])
def test_signs_that_fonts_refuse_are_not_drawn(sign):
    assert draw(Card("Structure", f"Dynamique{sign}Insertion", f"Raismes{sign}"))[:4] == b"\x89PNG"


def test_a_long_name_wraps_whole_and_keeps_its_marks_together():
    font, lines = _fitted(LONG)
    assert len(lines) > 1
    assert " ".join(lines).replace("\N{NO-BREAK SPACE}", " ") == LONG
    assert not [line for line in lines if line.startswith(("»", ":")) or line.endswith("«")]
    assert font.size < _fitted("Œuf")[0].size


def test_it_is_drawn_anew_only_when_it_says_something_else(client, directory, django_assert_num_queries):
    address = "/partage/acteurs/abcdefgh.png"
    first = client.get(address)
    assert first.headers["Cache-Control"] == "public, max-age=3600"
    with django_assert_num_queries(3):
        again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    with building():
        Actor.objects.filter(public_id="abcdefgh").update(name="Autre nom")
    other = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert other.status_code == 200
    assert other.content != first.content


def test_pages_name_their_picture_and_it_is_there(client, directory):
    for address, title, lasting in (
        ("/", "Économie solidaire en Hauts-de-France", None),
        (directory.die.get_absolute_url(), "Dynamique Insertion Emploi", "/acteurs/die/"),
        (directory.commune.get_absolute_url(), "Hénin-Beaumont", "/territoires/henin-beaumont/"),
        (directory.letter.get_absolute_url(), directory.letter.label, "/lettres/71/"),
    ):
        text = client.get(address).content.decode()
        told = dict(
            re.findall(r'<meta (?:property|name)="((?:og|twitter):[a-z:_]+)" content="([^"]*)"', text)
        )
        assert told["og:title"] == title
        assert told["twitter:card"] == "summary_large_image"
        assert told.get("og:url") == (f"http://testserver{lasting}" if lasting else None)
        assert client.get(told["og:image"].removeprefix("http://testserver")).status_code == 200
