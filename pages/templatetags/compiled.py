"""Parts of pages that are written as compiled templates, for the others and for presenters."""

from django import template
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
