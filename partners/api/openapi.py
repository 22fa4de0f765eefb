"""The OpenAPI document, made once for each process."""

import json
from functools import cache

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.views.generic import View
from drf_spectacular.generators import SchemaGenerator


@cache
def document() -> dict:
    """The document itself (some tenths of a second, then none)."""
    # Lazy texts become texts on the way.
    return json.loads(json.dumps(SchemaGenerator().get_schema(public=True), default=str))


class OpenApiView(View):
    """``/api/v1/openapi.json``."""

    http_method_names = ("get", "head", "options")

    def get(self, request: HttpRequest) -> HttpResponse:
        content = document() | {"servers": [{"url": f"{request.scheme}://{request.get_host()}"}]}
        text = json.dumps(content, ensure_ascii=False, indent=1)
        response = HttpResponse(text, content_type="application/json; charset=utf-8")
        patch_cache_control(response, public=True, max_age=3600)
        return response
