"""The worker of gunicorn, with an answer in French to an address that never reaches Django."""

from gunicorn.http.errors import LimitRequestLine
from gunicorn.util import write_nonblock
from gunicorn.workers.gthread import ThreadWorker

_TOO_LONG = """\
<!doctype html>
<html lang="fr">
<head><meta charset="utf-8"><title>Adresse trop longue</title></head>
<body>
<h1>Adresse trop longue</h1>
<p>Cette adresse contient trop de mots, de filtres ou d’acteurs choisis un à un : retirez-en, puis réessayez.</p>
<p><a href="/acteurs/">Revenir à l’annuaire</a></p>
</body>
</html>
""".encode()


class Worker(ThreadWorker):
    """Threads, as gunicorn's own; an address beyond ``limit_request_line`` gets a page one can read."""

    def handle_error(self, req, client, addr, exc) -> None:
        if not isinstance(exc, LimitRequestLine):
            super().handle_error(req, client, addr, exc)
            return
        head = (
            "HTTP/1.1 414 URI Too Long\r\n"
            "Connection: close\r\n"
            "Content-Type: text/html; charset=utf-8\r\n"
            f"Content-Length: {len(_TOO_LONG)}\r\n\r\n"
        )
        try:
            write_nonblock(client, head.encode() + _TOO_LONG)
        except OSError:
            self.log.debug("Failed to send the answer to an address too long.")
