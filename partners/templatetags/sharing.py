"""What a page tells whoever passes on its address: title and picture (Open Graph, and what X reads)."""

from django import template

from partners.records import Links
from territories.addresses import address

register = template.Library()


@register.inclusion_tag("partners/_sharing.html", takes_context=True)
def share_tags(context, title: str = "", kind: str = "annuaire", key: str = "", path: str = "") -> dict:
    """``kind`` and ``key``: whose picture, the site's own unless told; ``path``: the page's lasting address.

    Nothing where no request is answered (the page of an error).
    """
    request = context.get("request")
    if request is None:
        return {"title": "", "picture": "", "address": ""}
    base = Links.of(request).base
    image = address("share-image", key, kind) if key else address("share-image-of-site", kind)
    return {
        "title": title or "Économie solidaire en Hauts-de-France",
        "picture": f"{base}{image}",
        "address": f"{base}{path}" if path else "",
    }
