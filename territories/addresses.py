"""Addresses of pages: Django looks each of them up by patterns, and a page leads to fifty."""

from collections.abc import Callable
from functools import lru_cache

from django.conf import settings
from django.urls import get_script_prefix, reverse

# Stands for the word while the pattern is looked up.
_MARK = "0-7225301-0"


def address(name: str, word: str, *before: str) -> str:
    """``reverse(name, args=[*before, word])``, for a word that is written in addresses as it is: a slug.

    ``before``: one of few, such as a kind of things.
    """
    return addresses(name, *before)(word)


def addresses(name: str, *before: str) -> Callable[[str], str]:
    """The same for a list of many words: what of the request says how they begin is asked once."""
    start, end = _around(name, before, settings.ROOT_URLCONF, get_script_prefix())
    return lambda word: f"{start}{word}{end}"


def page_address(name: str) -> str:
    """``reverse(name)``, of a page that needs no word: the menus of every page lead to a dozen."""
    return _whole(name, settings.ROOT_URLCONF, get_script_prefix())


@lru_cache(maxsize=256)
def _whole(name: str, urlconf: str, prefix: str) -> str:
    return reverse(name, urlconf=urlconf)


@lru_cache(maxsize=64)
def _around(name: str, before: tuple[str, ...], urlconf: str, prefix: str) -> tuple[str, str]:
    start, end = reverse(name, urlconf=urlconf, args=[*before, _MARK]).split(_MARK)
    return start, end
