"""Pages kept for everybody, by address and version of the directory: an edit shows at once on every worker.

The version is asked of the database at each request (1 query): whatever was kept under another one is never looked
at again. Nothing personal is kept: a request with a session is answered by its view, and so is whatever sets a
cookie or looks at one. ``pages.kept`` says which pages are kept and what of their address counts.
"""

import gzip
import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.core.cache import caches
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.utils.http import parse_etags

from apes_directory.page_store import PageStore
from apes_directory.release import release
from pages.kept import KEPT, Kept
from territories.models import Change

# Addresses of which a process remembers what they ask.
_ADDRESSES = 4096
# As Django's own middleware packs what it sends.
_LEVEL = 6


@dataclass(frozen=True)
class _Asked:
    """What an address asks: the view it leads to, and its query part in normal form."""

    match: ResolverMatch
    kept: Kept
    query: str


class PageCacheMiddleware:
    """Answers with what is kept, or keeps what is answered; 304 to whoever has it already, which costs no page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not settings.PAGES_KEPT:
            raise MiddlewareNotUsed
        self._get_response = get_response
        self._store = PageStore(caches["pages"])
        self._asked = lru_cache(maxsize=_ADDRESSES)(_read)
        self._making = _Making()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = None
        if request.method in {"GET", "HEAD"}:
            asked = self._asked(request.path_info, request.META.get("QUERY_STRING", ""))
        if asked is None:
            return self._get_response(request)
        if _is_personal(request):
            response = self._get_response(request)
            if not response.has_header("Cache-Control"):
                patch_cache_control(response, private=True, no_cache=True)
            return response
        tag = _tag(request, asked)
        # For whoever stands above and asks where the address led, kept or not.
        request.resolver_match = asked.match
        if f'W/"{tag}"' in parse_etags(request.META.get("HTTP_IF_NONE_MATCH", "")):
            return _mark(HttpResponse(status=304), tag)
        if kept := self._store.get(tag):
            return _told(request, kept)
        if request.method == "HEAD":
            return self._made(request, asked, tag)
        with self._making.alone(tag):
            # Whoever asked the same a moment before has made it by now.
            if kept := self._store.get(tag):
                return _told(request, kept)
            response = self._made(request, asked, tag)
            if not _is_for_everybody(response):
                return response
            kept = _packed(response)
            self._store.set(tag, kept)
        return _told(request, kept)

    def _made(self, request: HttpRequest, asked: _Asked, tag: str) -> HttpResponse:
        """By its view, of the normal form of its address."""
        request.META["QUERY_STRING"] = asked.query
        request.__dict__.pop("GET", None)
        response = self._get_response(request)
        return _mark(response, tag) if _is_for_everybody(response) else response


class _Making:
    """Of each page that is being made, who makes it; whoever asks for the same meanwhile waits for it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pages: dict[str, tuple[threading.Lock, int]] = {}

    @contextmanager
    def alone(self, tag: str) -> Iterator[None]:
        with self._lock:
            page, waiting = self._pages.get(tag, (threading.Lock(), 0))
            self._pages[tag] = page, waiting + 1
        try:
            with page:
                yield
        finally:
            with self._lock:
                page, waiting = self._pages.pop(tag)
                if waiting > 1:
                    self._pages[tag] = page, waiting - 1


def _read(path: str, query: str) -> _Asked | None:
    """None for an address whose page is not kept."""
    try:
        match = resolve(path)
    except Resolver404:
        return None
    if (kept := KEPT.get(match.url_name)) is None:
        return None
    # Servers hand over bytes as letters of ISO 8859-1.
    return _Asked(match, kept, kept.normal(query.encode("latin-1", "replace").decode("utf-8", "replace")))


def _is_personal(request: HttpRequest) -> bool:
    names = {settings.SESSION_COOKIE_NAME, "messages"}
    return "HTTP_AUTHORIZATION" in request.META or not names.isdisjoint(request.COOKIES)


def _tag(request: HttpRequest, asked: _Asked) -> str:
    """Name of what a visitor is shown now (1 query, 2 where a drawing has a state of its own)."""
    version = Change.objects.version()
    also = asked.kept.also() if asked.kept.also else ""
    address = f"{request.scheme}://{request.get_host()}{request.path}?{asked.query}"
    text = f"{release()} {timezone.localdate()} {also} {address}"
    return f"{version}-{hashlib.sha256(text.encode()).hexdigest()[:24]}"


def _is_for_everybody(response: HttpResponse) -> bool:
    """Found, whole, and neither made of a cookie nor setting one, nor marked as somebody's."""
    if response.status_code != 200 or response.streaming or response.cookies:
        return False
    vary = response.get("Vary", "").lower()
    control = response.get("Cache-Control", "").lower()
    return "cookie" not in vary and "private" not in control and "no-store" not in control


def _mark(response: HttpResponse, tag: str) -> HttpResponse:
    """For browsers to ask again each time, for a proxy in front to hold a while; a view's own word counts."""
    if not response.has_header("ETag"):
        # Weak: packed or not, it is the same page.
        response["ETag"] = f'W/"{tag}"'
    if not response.has_header("Cache-Control"):
        shared = {"s_maxage": settings.CDN_SECONDS, "stale_while_revalidate": settings.CDN_SECONDS}
        patch_cache_control(response, public=True, max_age=0, **(shared if settings.CDN_SECONDS else {}))
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


def _packed(response: HttpResponse) -> bytes:
    headers = [(name, value) for name, value in response.items() if name != "Content-Length"]
    return json.dumps(headers).encode() + b"\n" + gzip.compress(response.content, _LEVEL, mtime=0)


def _told(request: HttpRequest, kept: bytes) -> HttpResponse:
    """A kept page, packed for who takes it so; 304 where its view's own mark says so."""
    head, _, body = kept.partition(b"\n")
    packed = "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", "")
    response = HttpResponse(body if packed else gzip.decompress(body), headers=dict(json.loads(head)))
    if packed:
        response["Content-Encoding"] = "gzip"
    response["Content-Length"] = str(len(response.content))
    if "HTTP_IF_NONE_MATCH" in request.META:
        return get_conditional_response(request, etag=response["ETag"], response=response)
    return response
