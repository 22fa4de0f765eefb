"""Notices what partners take, by the name of its address; what anybody looks at on the site itself is not counted."""

import ipaddress
import re
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse

from partners.models import UsageKind
from partners.usage.counting import buffer

# Name of an address -> what is counted, for those whose site counts.
_EMBEDS = {
    "embed-actor": "fiche",
    "embed-list": "liste",
    "embed-map": "carte",
    "embed-network": "réseau",
    "oembed": "oEmbed",
}
_UNCOUNTED = {"api-documentation", "api-openapi"}
UNSAID = "(non dit)"
NUMBERED = "(adresse sans nom)"
_HOST = re.compile(r"(?=.{1,120}\Z)[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*\Z")


class UsageMiddleware:
    """Counts in memory, after the answer is made (no query)."""

    def __init__(self, get_response) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        # What was not understood or is not there was not used; HEAD asks without taking.
        if request.method == "GET" and (response.status_code == 200 or response.status_code == 304):
            _notice(request)
        return response


def _notice(request: HttpRequest) -> None:
    match = request.resolver_match
    name = (match.url_name or "") if match else ""
    if name in _EMBEDS:
        host = host_of(request)
        if host != _own_name(request):
            buffer.add(UsageKind.EMBED, _EMBEDS[name], host)
    elif name.startswith("api-") and name not in _UNCOUNTED:
        buffer.add(UsageKind.API, name.removeprefix("api-"))
    elif name == "download":
        buffer.add(UsageKind.DOWNLOAD, f"{match.kwargs['dataset']}.{match.kwargs['suffix']}")
    elif name == "edition-file":
        buffer.add(UsageKind.DOWNLOAD, "édition datée")
    elif name == "feed-actors":
        buffer.add(UsageKind.FEED, "acteurs")
    elif name == "feed-letters":
        buffer.add(UsageKind.FEED, "lettres")


def host_of(request: HttpRequest) -> str:
    """Name of the site that shows an embed, as the browser says: never the page, and never a bare number."""
    told = request.headers.get("Origin", "")
    if told in {"", "null"}:
        told = request.headers.get("Referer", "")
    try:
        host = (urlsplit(told).hostname or "").removesuffix(".")
    except ValueError:
        return UNSAID
    if not _HOST.match(host):
        return UNSAID if not host or ":" not in host else NUMBERED
    try:
        ipaddress.ip_address(host)
    except ValueError:
        # « 127.1 » is an address as well.
        return NUMBERED if re.fullmatch(r"[\d.]+", host) else host
    return NUMBERED


def _own_name(request: HttpRequest) -> str:
    return urlsplit(f"//{request.get_host()}").hostname or ""
