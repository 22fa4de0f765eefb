"""The OpenAPI document and its page: complete, in French, in step with the program."""

import re
from urllib.parse import unquote

import pytest
from django.urls import get_resolver

from partners.api import openapi
from partners.api.base import ApiView
from partners.api.guide import chapters
from partners.records import dictionary
from tests.pages.html import page


@pytest.fixture
def document(client) -> dict:
    return client.get("/api/v1/openapi.json").json()


def test_the_document_is_made_without_a_warning(capsys):
    openapi.document.cache_clear()
    openapi.document()
    assert capsys.readouterr() == ("", "")


def test_every_address_of_the_api_is_in_the_document(document):
    routes = {
        re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", f"/{route}")
        for view, route in (
            (getattr(pattern.callback, "cls", None), str(pattern.pattern))
            for pattern in get_resolver("partners.urls").url_patterns
        )
        if view is not None and issubclass(view, ApiView) and "api/v1" in route
    }
    assert routes == set(document["paths"])
    assert len(routes) == 13


def test_the_document_tells_who_we_are(document):
    assert document["openapi"].startswith("3.1")
    assert document["info"]["license"]["name"] == "Licence Ouverte 2.0"
    assert document["servers"] == [{"url": "http://testserver"}]


def test_every_parameter_and_answer_is_explained(document):
    for path, methods in document["paths"].items():
        assert list(methods) == ["get"]
        for parameter in methods["get"]["parameters"]:
            assert parameter["description"], (path, parameter["name"])
        for response in methods["get"]["responses"].values():
            assert response["description"], path


def test_every_key_is_explained(document):
    silent = [
        f"{name}.{key}"
        for name, schema in document["components"]["schemas"].items()
        for key, told in schema.get("properties", {}).items()
        if not told.get("description") and not name.endswith("French")
    ]
    assert silent == []


def test_the_page_tells_every_list_filter_and_key(client, db):
    root = page(client.get("/api/"))
    assert root.one("h1").text == "Lire l’annuaire par programme"
    for chapter in chapters():
        assert root.one("h2", id=chapter.anchor)
        text = root.one("section", **{"aria-labelledby": chapter.anchor}).text
        for each in (*chapter.filters, *chapter.layout, *chapter.keys):
            assert each.name in text
    actors = next(chapter for chapter in chapters() if chapter.anchor == "actors")
    assert {key.name for key in actors.keys} == {*dictionary.ACTOR, *dictionary.ACTOR_PARTS, "distance"}
    assert [key.name for key in actors.keys if not key.text] == []


def test_the_examples_of_the_page_answer(client, directory_loaded, db):
    root = page(client.get("/api/"))
    examples = [
        link.attributes["href"] for link in root.all("a") if link.attributes["href"].startswith("/api/v1")
    ]
    assert len(examples) > 15
    for address in examples:
        response = client.get(unquote(address).replace("&amp;", "&"))
        assert response.status_code == 200, address
        if "?" in address:
            assert response.json().get("count") != 0, address


def test_the_page_asks_nothing_of_anybody_else(client, db):
    html = client.get("/api/").content.decode()
    assert not re.search(r'(?:src|<link[^>]*href)="(?:https?:)?//', html)


@pytest.mark.parametrize(("rate", "told"), [(600, True), (0, False)])
def test_the_page_tells_the_limit(client, db, settings, rate, told):
    settings.API_RATE = rate
    assert ("600 demandes par minute" in client.get("/api/").content.decode()) is told
