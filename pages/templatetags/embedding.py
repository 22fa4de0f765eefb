"""How programs find out that a page can be shown on another site."""

from urllib.parse import quote_plus

from django import template
from django.utils.safestring import SafeString, mark_safe

from territories.addresses import page_address

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
    page, told = quote_plus(f"{here}{request.get_full_path()}"), f"{here}{page_address('oembed')}"
    # Nothing in it needs escaping: the host was checked, the page is quoted.
    return mark_safe(
        "\n    ".join(
            [
                f'<link rel="alternate" type="{media}" href="{told}?format={name}&amp;url={page}">'
                for name, media in _FORMATS
            ]
        )
    )
