"""An undefined variable fails in our templates, and in ours only."""

import pytest
from django.template import Context, Engine, Origin, Template

from tests.undefined import TEMPLATES, UndefinedVariable, UndefinedVariableError


def render(source: str, path: str, **context) -> str:
    engine = Engine(string_if_invalid=UndefinedVariable())
    origin = Origin(name=path, template_name="x.html")
    return Template(source, origin=origin, engine=engine).render(Context(context))


OURS = str(TEMPLATES / "x.html")


@pytest.mark.parametrize(
    "source",
    [
        "{{ actor }}",
        "{{ actor.name }}",
        "{{ actor|default:'x' }}",
        "{% with a=actor.name %}{{ a }}{% endwith %}",
    ],
)
def test_undefined_variable_of_our_template_fails(source):
    with pytest.raises(UndefinedVariableError, match=r"templates/x\.html"):
        render(source, OURS)


def test_absence_has_a_meaning_in_if_and_for():
    assert render("{% if actor %}x{% endif %}{% for a in actors %}x{% endfor %}", OURS) == ""


def test_defined_variables_show():
    assert render("{{ actor }}{{ empty }}", OURS, actor="Apes", empty="") == "Apes"


def test_other_templates_are_left_alone():
    assert render("{{ actor }}{{ actor|default:'x' }}", "/usr/share/admin/x.html") == "x"
