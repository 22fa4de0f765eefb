from collections.abc import Callable

from csp.middleware import CSPMiddleware
from django.http import HttpRequest, HttpResponse
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.security import SecurityMiddleware
from django_permissions_policy import PermissionsPolicyMiddleware


class HeadersMiddleware:
    """Around all that answers before a page is reached (a host that is refused, the way to https, a file, what another
    site's script asks beforehand): browsers are told as much as by a page.

    A policy that is there, of a page made now or kept, stays as it is: frames of other sites have one of their own.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response
        self._secured = SecurityMiddleware(get_response).process_response
        self._with_policy = CSPMiddleware(get_response).process_response
        self._unframed = XFrameOptionsMiddleware(get_response).process_response
        self._permissions = PermissionsPolicyMiddleware(get_response).permissions_policy

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        # What a browser has already keeps the headers it came with.
        if response.status_code == 304:
            return response
        if not response.has_header("Content-Security-Policy"):
            response = self._with_policy(request, self._secured(request, response))
            response["Permissions-Policy"] = self._permissions
        if "frame-ancestors *" not in response.get("Content-Security-Policy", ""):
            response = self._unframed(request, response)
        return response
