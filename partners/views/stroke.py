from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.utils.http import escape_leading_slashes
from django.views.generic import View


class WithoutStrokeView(View):
    """An address of the API with a final stroke: to the same without, parameters kept."""

    def dispatch(self, request: HttpRequest, rest: str) -> HttpResponse:
        query = request.META.get("QUERY_STRING", "")
        path = escape_leading_slashes(request.path.rstrip("/"))
        return HttpResponsePermanentRedirect(f"{path}{'?' if query else ''}{query}")
