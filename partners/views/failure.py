from django.http import HttpRequest, HttpResponse
from django.views import defaults

from partners.problems import problem_response


def server_error(request: HttpRequest) -> HttpResponse:
    """A fault of ours: programs get a problem document, everybody else the page."""
    if request.path.startswith("/api/"):
        return problem_response(
            500, "L’annuaire n’a pas pu répondre : la faute est chez nous. Réessayez plus tard."
        )
    return defaults.server_error(request)
