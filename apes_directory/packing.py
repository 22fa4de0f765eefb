"""Pages packed for the line: quickly those that are made for one visitor, well those that are kept (page_cache)."""

import gzip
import secrets
from io import BytesIO

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_vary_headers

# Of a list a third of the time of Django's 6, for a fifth more bytes.
_LEVEL = 1
# As Django's: what is shorter gains nothing.
_SHORTEST = 200


class PackingMiddleware(GZipMiddleware):
    """Django's own, whose level of compression can't be told, for streams and for who takes none."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        accepts = "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", "")
        if response.streaming or not accepts or response.has_header("Content-Encoding"):
            return super().process_response(request, response)
        if len(response.content) < _SHORTEST:
            return response
        patch_vary_headers(response, ["Accept-Encoding"])
        packed = self._packed(response.content)
        if len(packed) >= len(response.content):
            return response
        response.content = packed
        response["Content-Length"] = str(len(packed))
        response["Content-Encoding"] = "gzip"
        if response.get("ETag", "").startswith('"'):
            # Packed or not it is the same page, in other bytes.
            response["ETag"] = f"W/{response['ETag']}"
        return response

    def _packed(self, content: bytes) -> bytes:
        """With a name of random length, as Django has it: how short a page packs must not tell what it holds (BREACH)."""
        packed = BytesIO()
        with gzip.GzipFile("a" * secrets.randbelow(self.max_random_bytes), "wb", _LEVEL, packed, 0) as file:
            file.write(content)
        return packed.getvalue()
