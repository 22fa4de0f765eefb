"""How programs find out that a page can be shown on another site."""

from urllib.parse import quote_plus

from django import template
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

register = template.Library()

# Names of the pages that a frame shows too (pages/embeds/targets.py).
EMBEDDABLE = {"actor", "actor-list", "map", "network", "cooperation-list", "ptce-list", "territory"}
_FORMATS = (("json", "application/json+oembed"), ("xml", "text/xml+oembed"))


@register.simple_tag(takes_context=True)
def oembed_discovery(context) -> SafeString | str:
    """Links to the description of this page by oEmbed; nothing on other pages, and on those of errors."""
    request = context.get("request")
    match = request.resolver_match if request else None
    if match is None or match.url_name not in EMBEDDABLE:
        return ""
    here = f"{request.scheme}://{request.get_host()}"
    page = quote_plus(f"{here}{request.get_full_path()}")
    rows = [(media, f"{here}{reverse('oembed')}?format={name}&url={page}") for name, media in _FORMATS]
    return format_html_join("\n    ", '<link rel="alternate" type="{}" href="{}">', rows)
