"""The worker of gunicorn: lets go of who does not read, and answers in French an address that never reaches Django."""

import socket
import struct

from django.conf import settings
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
    """Threads, as gunicorn's own; an address beyond ``limit_request_line`` gets a page one can read.

    Whoever takes nothing of an answer for ``READER_PATIENCE`` seconds is let go: gunicorn itself would wait for ever,
    and each that waits holds a thread.
    """

    def handle_request(self, req, conn) -> bool:
        # Before each request: gunicorn takes the limit off between two of one connection.
        conn.sock.settimeout(settings.READER_PATIENCE)
        try:
            return super().handle_request(req, conn)
        except TimeoutError:
            self.log.info("Let go of a reader that stands still: %s", req.path)
            # At once, with what waits in the kernel: gunicorn's own farewell would hold its main thread for seconds.
            conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            conn.sock.shutdown(socket.SHUT_RDWR)
            return False

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
