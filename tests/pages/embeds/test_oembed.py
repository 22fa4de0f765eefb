"""oEmbed: pages that can be shown elsewhere announce it, and the answer shows them within the size asked."""

from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from django.urls import reverse

from actors.models import Actor
from tests.factories import building
from tests.factories.actors import make_organisation
from tests.factories.sources import make_letter
from tests.factories.territories import load_subset
from tests.pages.html import page

pytestmark = pytest.mark.django_db
SITE = "http://testserver"


def ask(client, path: str, **options):
    return client.get(reverse("oembed"), {"url": f"{SITE}{path}", **options})


@pytest.fixture
def actor():
    return make_organisation(name="Un", slug="un", public_id="abcdefgh")


def test_an_actor(client, actor):
    answer = ask(client, "/acteurs/un/").json()
    frame = answer.pop("html")
    assert answer == {
        "version": "1.0",
        "type": "rich",
        "title": "Un",
        "provider_name": "Annuaire de l’économie solidaire en Hauts-de-France",
        "provider_url": f"{SITE}/",
        "cache_age": 86400,
        "width": 640,
        "height": 320,
    }
    assert frame == (
        f'<iframe src="{SITE}/integration/v1/acteur/abcdefgh/" title="Un" width="640" height="320" '
        'style="border:0" loading="lazy" data-annuaire-ess></iframe>'
    )


def test_xml_says_the_same(client, actor):
    response = ask(client, "/acteurs/un/", format="xml")
    assert response.headers["Content-Type"] == "text/xml; charset=utf-8"
    root = ElementTree.fromstring(response.content)
    assert root.tag == "oembed"
    told = {each.tag: each.text for each in root}
    assert told == {name: str(value) for name, value in ask(client, "/acteurs/un/").json().items()}


def test_xml_is_read_whatever_an_old_row_holds(client, actor):
    with building():
        Actor.objects.filter(pk=actor.pk).update(name="Un\x0bdeux\ufffe")
    answer = ask(client, "/acteurs/un/", format="xml")
    assert ElementTree.fromstring(answer.content).find("title").text == "Un\ndeux"


@pytest.mark.parametrize(
    ("path", "frame"),
    [
        ("/id/abcdefgh", "acteur/abcdefgh/"),
        ("/id/abcdefgh.json", "acteur/abcdefgh/"),
        ("/acteurs/?secteur=reemploi&page=3&utm_source=x", "liste/?secteur=reemploi"),
        ("/acteurs/?tri=recent", "liste/?tri=recent"),
        ("/carte/?secteur=reemploi&tri=recent", "carte/?secteur=reemploi"),
        ("/cooperations/reseau/?acteur=un", "reseau/?acteur=un"),
        ("/cooperations/?acteur=un", "reseau/?acteur=un"),
        ("/ptce/", "liste/?nature=ptce"),
        ("/territoires/henin-beaumont/", "carte/?territoire=henin-beaumont"),
        ("/territoires/62427/", "carte/?territoire=henin-beaumont"),
        ("/integration/v1/liste/?nombre=5", "liste/?nombre=5"),
    ],
)
def test_each_page_has_its_frame(client, actor, path, frame):
    load_subset("epci:246200299")
    response = ask(client, path)
    assert f'src="{SITE}/integration/v1/{frame}"' in response.json()["html"]
    assert client.get(f"/integration/v1/{frame}").status_code == 200


@pytest.mark.parametrize(("width", "height"), [("300", "200"), ("99999", "1"), ("", "")])
def test_never_larger_than_asked(client, actor, width, height):
    answer = ask(client, "/acteurs/un/", maxwidth=width, maxheight=height).json()
    assert answer["width"] == min(640, int(width or 640))
    assert answer["height"] == min(320, int(height or 320))
    assert f'width="{answer["width"]}" height="{answer["height"]}"' in answer["html"]


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ({"url": ""}, 400),
        ({"url": "https://ailleurs.exemple.fr/acteurs/un/"}, 404),
        ({"url": "http://testserver:81/acteurs/un/"}, 404),
        ({"url": "javascript:alert(1)"}, 404),
        ({"url": "http://[testserver/"}, 404),
        ({"url": f"{SITE}/acteurs/personne/"}, 404),
        ({"url": f"{SITE}/acteurs/?foo=1"}, 404),
        ({"url": f"{SITE}/nulle-part/"}, 404),
        ({"url": f"{SITE}/admin/"}, 404),
        ({"url": f"{SITE}/acteurs/un/\0"}, 404),
        ({"url": f"{SITE}/acteurs/un/", "format": "yaml"}, 501),
        ({"url": f"{SITE}/acteurs/un/", "maxwidth": "large"}, 400),
        ({"url": f"{SITE}/acteurs/un/", "maxwidth": "-3"}, 400),
        ({"url": f"{SITE}/acteurs/un/", "maxheight": "0"}, 400),
    ],
)
def test_everything_else_is_refused(client, actor, options, status):
    response = client.get(reverse("oembed"), options)
    assert response.status_code == status
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"


def test_pages_announce_it(client, actor):
    load_subset("epci:246200299")
    for path in (
        "/acteurs/un/",
        "/acteurs/?secteur=reemploi",
        "/carte/",
        "/cooperations/reseau/",
        "/ptce/",
        "/territoires/henin-beaumont/",
    ):
        root = page(client.get(path))
        announced = {
            each.attributes["type"]: each.attributes["href"]
            for each in root.all("link", rel="alternate")
            if each.attributes["type"].endswith("+oembed")
        }
        assert announced == {
            f"{media}+oembed": f"{SITE}/integration/v1/oembed?{urlencode({'format': name, 'url': SITE + path})}"
            for name, media in (("json", "application/json"), ("xml", "text/xml"))
        }
        assert client.get(announced["application/json+oembed"]).status_code == 200, path


def test_other_pages_do_not(client):
    for path in ("/", "/lettres/", make_letter().get_absolute_url(), "/integration/", "/nulle-part/"):
        assert "+oembed" not in client.get(path).content.decode()
