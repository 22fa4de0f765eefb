"""The compiled templates are held to what the others are: nothing undefined, all escaped, parts see their parameters alone."""

import re

import pytest
from django.template import engines
from django.template.loader import render_to_string
from jinja2 import UndefinedError, meta, nodes

from pages.templatetags.compiled import part
from tests.undefined import TEMPLATES

COMPILED = TEMPLATES / "compiled"
NAMES = sorted(str(path.relative_to(COMPILED)) for path in COMPILED.rglob("*.jinja"))


def tree(name: str) -> nodes.Template:
    return engines["jinja2"].env.parse((COMPILED / name).read_text(encoding="utf-8"))


def macros() -> list[tuple[str, nodes.Macro]]:
    return [(name, macro) for name in NAMES for macro in tree(name).find_all(nodes.Macro)]


def test_there_are_some():
    assert {"base.jinja", "frame.jinja"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_each_compiles_and_opens_with_what_it_is(name):
    assert engines["jinja2"].env.get_template(name)
    assert (COMPILED / name).read_text(encoding="utf-8").startswith(("{#", "{% extends"))


def test_a_part_sees_its_parameters_alone():
    """A file of macros names nothing but them and what the environment gives to all."""
    known = set(engines["jinja2"].env.globals)
    free = {
        f"{name}: {variable}"
        for name in {name for name, _ in macros()}
        for variable in meta.find_undeclared_variables(tree(name)) - known
    }
    assert free == set()


def test_every_part_that_a_template_calls_is_there():
    there = {f"{name.removesuffix('.jinja')}.{macro.name}" for name, macro in macros()}
    called = {
        name
        for path in TEMPLATES.rglob("*.html")
        for name in re.findall(r'{% part "([\w./]+)"', path.read_text(encoding="utf-8"))
    }
    assert called
    assert called - there == set()


@pytest.mark.parametrize("source", ["{{ actor }}", "{{ told.name }}", "{% if actor %}x{% endif %}"])
def test_what_nobody_gives_is_an_error(source):
    template = engines["jinja2"].from_string(source)
    with pytest.raises(UndefinedError):
        template.render({"told": {}})


def test_texts_are_escaped_once():
    told = part("frame.search_box", "recherche", '<b>"Apes"</b> & co')
    assert 'value="&lt;b&gt;&#34;Apes&#34;&lt;/b&gt; &amp; co"' in told
    context = {"id": "recherche", "text": "<b>", "compact": False}
    assert 'value="&lt;b&gt;"' in render_to_string("components/search_box.html", context)


def test_none_marks_a_text_as_safe():
    """What may stand as it is was made so by Python, where it was escaped."""
    safe = [name for name in NAMES if re.search(r"\|\s*safe\b|autoescape", (COMPILED / name).read_text())]
    assert safe == []
