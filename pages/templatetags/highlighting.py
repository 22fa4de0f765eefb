from functools import lru_cache
from html import escape

from django import template
from django.utils.safestring import SafeString, mark_safe

from pages.presenters.words import Words
from pages.templatetags.french import typo

register = template.Library()
# The same texts come back with other words, those of natures and sectors on every card. Some 2 MB.
_printed = lru_cache(maxsize=4000)(typo)


def _marked(text, words: Words | None, *, beginning: bool) -> str | SafeString:
    told = _printed(text)
    places = words.places(told, beginning=beginning) if words else []
    if not places:
        return told
    pieces, at = [], 0
    for start, end in places:
        pieces += [escape(told[at:start]), "<mark>", escape(told[start:end]), "</mark>"]
        at = end
    return mark_safe("".join([*pieces, escape(told[at:])]))


@register.filter
def marked(text, words: Words | None) -> str | SafeString:
    """``text``, escaped, with the words that were looked for in <mark>; as it is without a search."""
    return _marked(text, words, beginning=False)


@register.filter
def marked_name(name, words: Words | None) -> str | SafeString:
    """The same for a name, where the last word may still have been typed."""
    return _marked(name, words, beginning=True)
