from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from pages.presenters.words import Words
from pages.templatetags.french import typo

register = template.Library()


def _marked(text, words: Words | None, *, beginning: bool) -> str | SafeString:
    told = typo(text)
    if not words:
        return told
    return format_html_join(
        "",
        "{}",
        (
            (format_html("<mark>{}</mark>", piece) if found else piece,)
            for piece, found in words.parts(told, beginning=beginning)
        ),
    )


@register.filter
def marked(text, words: Words | None) -> str | SafeString:
    """``text``, escaped, with the words that were looked for in <mark>; as it is without a search."""
    return _marked(text, words, beginning=False)


@register.filter
def marked_name(name, words: Words | None) -> str | SafeString:
    """The same for a name, where the last word may still have been typed."""
    return _marked(name, words, beginning=True)
