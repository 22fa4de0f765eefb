"""Parts of pages that are written as compiled templates, for the others and for presenters."""

from collections.abc import Hashable
from functools import lru_cache

from django import template
from django.forms import BaseForm
from django.template import engines
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.simple_tag
def part(name: str, *args, **kwargs) -> SafeString:
    """``{% part "cards.body" card heading="h2" %}``: the macro « body » of ``templates/compiled/cards.jinja``."""
    folder, _, macro = name.rpartition(".")
    module = engines["jinja2"].env.get_template(f"{folder}.jinja").module
    # A macro escapes what it is given.
    return mark_safe(getattr(module, macro)(*args, **kwargs))


@lru_cache(maxsize=256)
def same(name: str, *args: Hashable) -> SafeString:
    """A part that many pages have in the same words: made once for what it is given."""
    return part(name, *args)


def field_of(form: BaseForm, name: str) -> SafeString:
    """One field of a form in the address, with its label; made once for all pages where nothing is in it."""
    if form.is_bound and (form.data.get(name) or name in form.errors):
        return part("fields.of", form[name])
    return _empty_field(type(form), name)


@lru_cache(maxsize=64)
def _empty_field(form_class: type[BaseForm], name: str) -> SafeString:
    return part("fields.of", form_class({})[name])
