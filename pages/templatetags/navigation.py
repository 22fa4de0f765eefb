from dataclasses import dataclass

from django import template
from django.urls import reverse

register = template.Library()

_SECTIONS = (
    ("actor-list", "Annuaire"),
    ("territory-list", "Territoires"),
    ("ptce-list", "PTCE"),
    ("cooperation-list", "Coopérations"),
    ("letter-list", "Lettres"),
)


@dataclass(frozen=True)
class Entry:
    """One link of the main menu; ``current`` is a value of aria-current, or nothing."""

    href: str
    label: str
    current: str


@register.simple_tag(takes_context=True)
def main_menu(context) -> list[Entry]:
    """The main menu, where the visitor is marked; also for error pages, which have no request."""
    request = context.get("request")
    path = request.path if request else ""
    entries = []
    for name, label in _SECTIONS:
        href = reverse(name)
        current = "page" if path == href else "true" if path.startswith(href) else ""
        entries.append(Entry(href, label, current))
    return entries
