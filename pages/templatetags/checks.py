from dataclasses import dataclass

from django import template
from django.forms import BoundField

register = template.Library()


@dataclass(frozen=True)
class Check:
    """One box to tick."""

    value: str
    label: str
    checked: bool


@register.simple_tag
def check_groups(field: BoundField) -> list[tuple[str, list[Check]]]:
    """Boxes of a field of several values by group; the group is '' where the choices have none.

    Django draws each box with three templates, which is most of the time of a page with sixty.
    """
    asked = set(field.value() or [])
    groups: dict[str, list[Check]] = {}
    for value, label in field.field.choices:
        nested = isinstance(label, list | tuple)
        for choice, text in label if nested else [(value, label)]:
            groups.setdefault(value if nested else "", []).append(Check(choice, text, choice in asked))
    return list(groups.items())
