"""The compiled templates (``templates/compiled/``): what they may call, which is what the others call under the same names.

Jinja turns a template into Python once; Django's engine walks through its nodes at each page, five times as long.
docs/architecture.md, « Two engines of templates », says which pages are written in which.
"""

from collections.abc import Callable, MutableMapping
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest
from django.template.defaultfilters import linebreaks_filter
from django.template.defaulttags import querystring
from django.templatetags.static import static
from django.urls import reverse
from jinja2 import Environment, StrictUndefined

from pages.templatetags import compiled, embedding, facets, french, highlighting, navigation, sourcing
from partners.templatetags import linked_data, sharing
from territories.addresses import addresses, page_address
from territories.rows import label_of, loaded


class _Environment(Environment):
    """Jinja's, whose templates hold names of all of them in one dictionary: each import compares two of these, which
    takes ten times as long where one lies over the other."""

    def make_globals(self, d: MutableMapping | None) -> MutableMapping:
        return {**self.globals, **(d or {})}


def environment(**options) -> Environment:
    """As Django's backend asks for it; what a template names and nobody gives is an error, in production too."""
    made = _Environment(
        **options | {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    )
    made.globals |= {
        "static": file,
        "url": url,
        "addresses": addresses,
        "same": compiled.same,
        "field_of": compiled.field_of,
        "querystring": lambda request, **changed: querystring(None, request.GET, **changed),
        "choices_of": facets.choices_of,
        "lists_of": facets.lists_of,
        "main_menu": _of_request(navigation.main_menu),
        "footer_menu": _of_request(navigation.footer_menu),
        "oembed_discovery": _of_request(embedding.oembed_discovery),
        "breadcrumb_data": _of_request(linked_data.breadcrumb_data),
        "share_tags": _of_request(sharing.share_tags),
        "actor_data": _of_request(linked_data.actor_data),
        "territory_data": _of_request(linked_data.territory_data),
        "site_data": _of_request(linked_data.site_data),
        "references": sourcing.references,
        "by_letter": sourcing.by_letter,
        "notes": sourcing.notes,
        "column_notes": sourcing.column_notes,
    }
    made.filters |= {
        "typo": french.typo,
        "counted": french.counted,
        "noun": french.noun,
        "partial_date": french.partial_date,
        "long_date": french.long_date,
        "lower_first": french.lower_first,
        "sentence_list": french.sentence_list,
        "told_in": sourcing.told_in,
        "last_told": sourcing.last_told,
        "linebreaks": linebreaks_filter,
        "label": label_of,
        "loaded": loaded,
        "marked": highlighting.marked,
        "marked_name": highlighting.marked_name,
        # Django writes numbers in French by itself, Jinja as Python does.
        "number": french.grouped,
    }
    return made


def url(name: str, *args) -> str:
    """The address of a view; those without arguments, a dozen on each page, are worked out once."""
    return reverse(name, args=args) if args else page_address(name)


def file(name: str) -> str:
    """The address of a static file, under its hashed name: a page has some twenty."""
    return _file(name, settings.STATIC_URL)


@lru_cache(maxsize=256)
def _file(name: str, base: str) -> str:
    return static(name)


def _of_request(tag: Callable) -> Callable:
    """A tag that takes its context, called with the request, which is all it looks for there."""

    def called(request: HttpRequest, *args, **kwargs):
        return tag({"request": request}, *args, **kwargs)

    return called
