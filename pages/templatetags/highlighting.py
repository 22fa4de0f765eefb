from django import template
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from pages.presenters.words import Words
from pages.templatetags.french import typo

register = template.Library()


def _marked(text, words: Words | None, *, beginning: bool) -> str | SafeString:
    told = typo(text)
    if not words:
        return told
    parts = words.parts(told, beginning=beginning)
    if not any(found for _, found in parts):
        return told
    return mark_safe(
        "".join(format_html("<mark>{}</mark>", piece) if found else escape(piece) for piece, found in parts)
    )


@register.filter
def marked(text, words: Words | None) -> str | SafeString:
    """``text``, escaped, with the words that were looked for in <mark>; as it is without a search."""
    return _marked(text, words, beginning=False)


@register.filter
def marked_name(name, words: Words | None) -> str | SafeString:
    """The same for a name, where the last word may still have been typed."""
    return _marked(name, words, beginning=True)
