import hashlib
from functools import lru_cache

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.views.generic import View

from partners.lasting import Gone, Moved
from partners.problems import gone_text
from partners.sharing.cards import card_fate, card_of
from partners.sharing.drawing import EDITION, Card, draw

# Some 30 kB each.
_kept = lru_cache(maxsize=200)(draw)


class ShareImageView(View):
    """The picture of a page (2 queries); drawn again only when what it says has changed.

    Of who was merged, that of the other (301); of what was deleted none (410): other sites ask for years.
    """

    def get(self, request: HttpRequest, kind: str, key: str) -> HttpResponse:
        card = card_of(kind, key)
        if card is None:
            return _elsewhere(kind, key)
        etag = f'"{_digest(card)}"'
        response = get_conditional_response(request, etag=etag)
        if response is None or response.status_code != 304:
            response = HttpResponse(_kept(card), content_type="image/png")
        response["ETag"] = etag
        patch_cache_control(response, public=True, max_age=3600)
        return response


def _elsewhere(kind: str, key: str) -> HttpResponse:
    """What became of the thing a picture was of; raises Http404 for what never was (5 queries at most)."""
    fate = card_fate(kind, key)
    if isinstance(fate, Moved):
        response = HttpResponsePermanentRedirect(reverse("share-image", args=[kind, fate.word]))
    elif isinstance(fate, Gone):
        response = HttpResponse(gone_text(fate.on), status=410, content_type="text/plain; charset=utf-8")
    else:
        raise Http404
    # Either may be undone for thirty days.
    response["Cache-Control"] = "no-cache"
    return response


def _digest(card: Card) -> str:
    return hashlib.sha256(f"{EDITION} {card!r}".encode()).hexdigest()[:20]
