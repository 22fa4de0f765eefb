import hashlib
from functools import lru_cache

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.views.generic import View

from partners.sharing.cards import card_of
from partners.sharing.drawing import EDITION, Card, draw

# Some 30 kB each.
_kept = lru_cache(maxsize=200)(draw)


class ShareImageView(View):
    """The picture of a page (2 queries); drawn again only when what it says has changed."""

    def get(self, request: HttpRequest, kind: str, key: str) -> HttpResponse:
        card = card_of(kind, key)
        if card is None:
            raise Http404
        etag = f'"{_digest(card)}"'
        response = get_conditional_response(request, etag=etag)
        if response is None or response.status_code != 304:
            response = HttpResponse(_kept(card), content_type="image/png")
        response["ETag"] = etag
        patch_cache_control(response, public=True, max_age=3600)
        return response


def _digest(card: Card) -> str:
    return hashlib.sha256(f"{EDITION} {card!r}".encode()).hexdigest()[:20]
