"""Make an undefined variable in a template of ours an error.

Django shows nothing for a variable that does not exist, so a renamed context key goes unseen. Its
own templates, the admin's above all, count on that; only those under ``templates/`` are held to it.
"""

import sys
from pathlib import Path

from django.template.base import FilterExpression, Node

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"


class UndefinedVariableError(AssertionError):
    """A template printed, included or looked up a variable that its context does not hold."""


class UndefinedVariable(str):
    """Value for the engine's ``string_if_invalid``; the empty string to everyone but our templates.

    Django asks for its truth just before it uses it. That is the moment when the frames tell which
    expression of which template is being resolved. ``{% if x %}`` and ``{% for y in x %}`` never
    ask: an absent value has a meaning there.
    """

    def __bool__(self) -> bool:
        expression = template = None
        frame = sys._getframe(1)
        while frame is not None and template is None:
            this = frame.f_locals.get("self")
            if expression is None and isinstance(this, FilterExpression):
                expression = this
            if isinstance(this, Node) and getattr(this, "origin", None) is not None:
                template = this.origin.name
            frame = frame.f_back
        if expression is not None and template is not None and Path(template).is_relative_to(TEMPLATES):
            name = Path(template).relative_to(TEMPLATES)
            raise UndefinedVariableError(f"« {expression.token} » in templates/{name} is undefined.")
        return False
