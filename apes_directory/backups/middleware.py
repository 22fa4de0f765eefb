"""The site while an older state comes back: closed, since whoever was erased may be in it for a moment."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from apes_directory.backups.present import is_returning

_SECONDS = "30"
_PAGE = """<!doctype html>
<html lang="fr">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">
<title>L’annuaire revient dans un instant</title></head>
<body>
<h1>L’annuaire revient dans un instant</h1>
<p>Il est en train de revenir à une sauvegarde. Réessayez dans quelques minutes.</p>
<p>Si vous veniez d’envoyer quelque chose, ce n’est pas enregistré : gardez votre texte, et renvoyez-le ensuite.</p>
</body>
</html>
"""


class ReturningMiddleware:
    """503 for everything but ``/sante/``, from the moment before rows come back until nobody is in them who must not."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not is_returning() or request.path_info.startswith("/sante/"):
            return self._get_response(request)
        headers = {
            "Retry-After": _SECONDS,
            "Cache-Control": "no-store",
            "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
        }
        return HttpResponse(_PAGE, status=503, headers=headers)
