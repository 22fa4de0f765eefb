"""The boxes of a filter, some four hundred on a page: written in one go, since a template takes ten times as long."""

from functools import lru_cache

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

from pages.presenters.facets import Choice, Facet, Nearby
from pages.templatetags.french import counted, grouped, typo

register = template.Library()


@register.simple_tag
def choices_of(facet: Facet, choices: list[Choice], noun: str) -> SafeString:
    """Boxes to tick, or to choose one of, each with its number. ``noun``: « acteur,acteurs ».

    The number is said with the name, after a comma that no space precedes.
    """
    rows = []
    name, single = facet.name, facet.single
    for value, told, count, ticked in choices:
        start, label, end = _pieces(name, single, value, told)
        checked = " checked" if ticked else ""
        if count is None:
            rows.append(f"{start}{checked}>{end}</label>")
        else:
            said, number = _numbers(count, noun)
            rows.append(
                f'{start} aria-label="{label}, {said}"{checked}>{end}'
                f'<span class="choice-count" aria-hidden="true">{number}</span></label>'
            )
    # Every piece was escaped where it was made.
    return SafeString("\n".join(rows))


@register.simple_tag
def lists_of(nearby: list[Nearby], base: str) -> SafeString:
    """The lists of actors of other territories, a thousand in a department, each with its number. ``base``: the page."""
    rows = []
    for place in nearby:
        said, number = _numbers(place.count, "acteur,acteurs")
        name = conditional_escape(place.name)
        rows.append(
            f'<li><a class="nearby" href="{base}?{conditional_escape(place.query)}" aria-label="{name}, {said}">'
            f'{name}<span class="choice-count">{number}</span></a></li>'
        )
    # As above: base is an address of ours.
    return SafeString("".join(rows))


@lru_cache(maxsize=4096)
def _pieces(name: str, single: bool, value: str, label: str) -> tuple[SafeString, SafeString, SafeString]:
    """Its label up to what a count changes, the text it is said with, and the rest, each as HTML."""
    kind, told = "radio" if single else "checkbox", typo(label)
    start = format_html(
        '<label class="choice"><input type="{}" id="{}-{}" name="{}" value="{}"',
        kind,
        name,
        value,
        name,
        value,
    )
    return start, format_html("{}", told), format_html("<span>{}</span>", told)


@lru_cache(maxsize=4096)
def _numbers(count: int, noun: str) -> tuple[SafeString, SafeString]:
    """« 1 204 acteurs », « 1 204 »."""
    return format_html("{}", counted(count, noun)), format_html("{}", grouped(count))
