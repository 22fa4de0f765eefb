"""Where the words of a search stand in a text."""

import re

import pytest
from django.conf import settings
from django.template import Context, Template

from actors.index.tokens import forms, read_query
from pages.presenters.words import Words
from territories.text import fold


def marked(query: str, text: str, filter_name: str = "marked") -> str:
    template = Template("{% load highlighting %}{{ text|" + filter_name + ":words }}")
    return template.render(Context({"text": text, "words": Words(read_query(query))}))


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("velo", "Un vélo, des vélos", "Un <mark>vélo</mark>, des <mark>vélos</mark>"),
        ("réparer", "Réparation et réparateur", "<mark>Réparation</mark> et <mark>réparateur</mark>"),
        ("coeur", "Cœur d’Ostrevent", "<mark>Cœur</mark> d’Ostrevent"),
        ("chfaid", "Le Ch’faid", "Le <mark>Ch’faid</mark>"),
        ("repaircafe", "Le repair café de Lens", "Le <mark>repair café</mark> de Lens"),
        ('"repair cafe"', "Café, repair café", "Café, <mark>repair café</mark>"),
        ("velo lens", "Vélo à Lens", "<mark>Vélo</mark> à <mark>Lens</mark>"),
        ("velo -lens", "Vélo à Lens", "<mark>Vélo</mark> à Lens"),
        ("absent", "Rien ici", "Rien ici"),
        ("amp", "Dupont & fils", "Dupont &amp; fils"),
        (
            "script",
            "<script>alert(1)</script>",
            "&lt;<mark>script</mark>&gt;alert(1)&lt;/<mark>script</mark>&gt;",
        ),
        ("mots", "", ""),
    ],
)
def test_every_form_of_a_word_is_marked_and_the_rest_escaped(query, text, expected):
    assert marked(query, text) == expected


def test_a_word_still_being_typed_is_marked_in_names_only():
    assert marked("dyna", "Dynamique") == "Dynamique"
    assert marked("dyna", "Dynamique", "marked_name") == "<mark>Dynamique</mark>"
    assert marked("dy", "Dynamique", "marked_name") == "Dynamique"


def test_without_a_search_the_text_is_as_it_was():
    template = Template("{% load highlighting %}{{ text|marked:words }}")
    assert template.render(Context({"text": "A & B : c", "words": None})) == "A &amp; B\xa0: c"


def test_an_excerpt_stands_around_the_word():
    words = Words(read_query("vélo"))
    text = "Au début. " + "mot " * 40 + "un vélo prêté " + "fin " * 40
    excerpt = words.excerpt(text, set(words.terms))
    assert excerpt.startswith("… mot ")
    assert excerpt.endswith(" fin …")
    assert "un vélo prêté" in excerpt
    assert len(excerpt) < 170
    assert words.excerpt("rien", set(words.terms)) == ""
    assert words.excerpt("un vélo", set(words.terms)) == "un vélo"


def test_all_forms_of_a_word_begin_as_it_does():
    """Marking passes over the words that begin otherwise."""
    texts = [path.read_text(encoding="utf-8") for path in (settings.FIXTURES_DIR / "actors").glob("*.json")]
    words = {word for text in texts for word in re.findall(r"[^\W_]+", text)}
    assert len(words) > 3000
    assert {word for word in words if {form[0] for form in forms(word)} - {fold(word)[:1]}} == set()
