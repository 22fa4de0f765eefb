"""French for templates: counts, dates as precise as their source, lists in a sentence."""

import datetime
import re
from functools import lru_cache

from django import template
from django.utils.formats import number_format

from sources.partial_date import PartialDate

register = template.Library()


_BEFORE = re.compile(r" (?=[:;!?»](?:\s|$|[,.)»]))")


@register.filter
def typo(text) -> str:
    """Text of the database with its double signs, quotation marks and numbers held to their words."""
    return _BEFORE.sub("\xa0", str(text)).replace("« ", "«\xa0").replace("n° ", "n°\xa0")


@lru_cache(maxsize=4096, typed=True)
def grouped(value: float) -> str:
    """« 1 204 ». Django looks up the language and its signs each time, and a page has two hundred numbers."""
    return number_format(value, use_l10n=True)


@register.filter
@lru_cache(maxsize=4096, typed=True)
def counted(number: int, words: str) -> str:
    """``{{ 28|counted:"acteur,acteurs" }}``: « 28 acteurs », « 1 acteur », « 0 acteur »."""
    singular, plural = words.split(",")
    return f"{grouped(number)} {plural if number > 1 else singular}"


@register.filter
def noun(number: int, words: str) -> str:
    """The noun alone, where its number stands beside it in an element of its own."""
    singular, plural = words.split(",")
    return plural if number > 1 else singular


@register.filter
def partial_date(value: str) -> str:
    """« juillet 2019 », « vers 2018 », « 2004 au plus tard » from the stored form."""
    return str(PartialDate.parse(value)) if value else ""


@register.filter
def long_date(value: datetime.date) -> str:
    """« 1er mars 2026 »."""
    return str(PartialDate(value.year, value.month, value.day))


@register.filter
def lower_first(text: str) -> str:
    """A label inside a sentence: its first letter small, unless the word is an acronym."""
    text = str(text)
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


@register.filter
def sentence_list(items) -> str:
    """« a, b et c »."""
    *first, last = [str(item) for item in items] or [""]
    return f"{', '.join(first)} et {last}" if first else last
