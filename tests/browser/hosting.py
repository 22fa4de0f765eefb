"""A site of somebody else, on another origin, whose pages hold our codes."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PAGE = """<!doctype html>
<html lang="fr"><head><meta charset="utf-8"><title>Notre ville</title><link rel="icon" href="data:,">
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body><h1>Notre ville</h1><p><a id="avant" href="#avant">Avant</a></p>
{code}
<p><a id="apres" href="#apres">Après</a></p></body></html>
"""


class Host:
    """``address``: its origin. ``show()`` puts a code into a page and tells its address."""

    def __init__(self) -> None:
        self.pages: dict[str, tuple[str, str]] = {}
        self.address = ""

    def show(self, code: str, *, policy: str = "") -> str:
        path = f"/{len(self.pages)}.html"
        self.pages[path] = (PAGE.replace("{code}", code), policy)
        return self.address + path


@contextmanager
def hosting() -> Iterator[Host]:
    """« localhost » is another site than the « 127.0.0.1 » of ours, and the port another one anyway."""
    host = Host()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            text, policy = host.pages.get(self.path, ("", ""))
            self.send_response(200 if text else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            if policy:
                self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *args) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    host.address = f"http://localhost:{server.server_port}"
    try:
        yield host
    finally:
        server.shutdown()
        server.server_close()
