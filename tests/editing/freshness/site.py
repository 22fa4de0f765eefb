"""Sites that behave in every way a site can, all of them on this machine."""

import socket
import ssl
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

# What a name resolves to: like 127.0.0.1, every 127.x.y.z is this machine.
NAMES = {
    "bon.exemple": ["127.0.0.1"],
    "autre.exemple": ["127.0.0.1"],
    "xn--caf-dma.exemple": ["127.0.0.1"],
    "prive.exemple": ["10.0.0.1"],
    "double.exemple": ["127.0.0.1", "10.0.0.1"],
}


class Site:
    """What the server was asked, and how much it could send."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        self.sent = Counter()
        self.at_once = Counter()
        self.most_at_once = Counter()
        self.port = 0
        self.lock = threading.Lock()

    def url(self, path: str, host: str = "bon.exemple", scheme: str = "http") -> str:
        return f"{scheme}://{host}:{self.port}{path}"

    def methods(self, path: str) -> list[str]:
        return [method for method, asked, _ in self.asked if asked == path]


def resolve(host: str, port: int) -> list[str]:
    if host not in NAMES:
        raise socket.gaierror("unknown")
    return NAMES[host]


def this_machine_alone(ip: str) -> bool:
    return ip == "127.0.0.1"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    site: Site

    def do_HEAD(self):
        self._answer()

    def do_GET(self):
        self._answer()

    def log_message(self, *args):
        pass

    def _answer(self):
        host = self.headers["Host"]
        with self.site.lock:
            self.site.asked.append((self.command, self.path, dict(self.headers)))
            self.site.at_once[host] += 1
            self.site.most_at_once[host] = max(self.site.most_at_once[host], self.site.at_once[host])
        try:
            name = self.path.partition("?")[0].strip("/").replace("-", "_") or "good"
            getattr(self, f"_{name}", self._missing)()
        except OSError:
            pass  # hung up on us
        finally:
            with self.site.lock:
                self.site.at_once[host] -= 1
            self.close_connection = True

    def _say(self, status: int, **headers: str) -> None:
        self.send_response(status)
        body = b"<p>Bonjour</p>"
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def _good(self):
        self._say(200)

    def _missing(self):
        self._say(404)

    def _gone(self):
        self._say(410)

    def _error(self):
        self._say(500)

    def _robots(self):
        self._say(403)

    def _get_only(self):
        self._say(405 if self.command == "HEAD" else 200)

    def _head_hangs_up(self):
        if self.command == "GET":
            self._say(200)

    def _slow(self):
        time.sleep(2)
        self._say(200)

    def _drip(self):
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        for number in range(60):
            self.wfile.write(f"X-{number}: x\r\n".encode())
            self.wfile.flush()
            time.sleep(0.1)

    def _huge(self):
        if self.command == "HEAD":
            return self._say(405)
        self.send_response(200)
        self.end_headers()
        for _ in range(4000):
            self.wfile.write(b"x" * 100_000)
            self.site.sent["huge"] += 100_000
        return None

    def _many_headers(self):
        self.wfile.write(b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 500 + b"\r\n")

    def _nonsense(self):
        self.wfile.write(b"bonjour\r\n\r\n")

    def _to(self, status: int, place: str) -> None:
        self._say(status, Location=place)

    def _moved(self):
        self._to(301, self.site.url("/good?a=b", "autre.exemple"))

    def _renamed(self):
        self._to(301, "/good")

    def _for_now(self):
        self._to(302, "/good")

    def _accents(self):
        self.send_response(301)
        self.wfile.write(b"".join(self._headers_buffer))
        self._headers_buffer = []
        self.wfile.write("Location: /été\r\nContent-Length: 0\r\n\r\n".encode())

    def _moved_to_gone(self):
        self._to(301, "/gone")

    def _loop(self):
        self._to(302, "/loop")

    def _ping(self):
        self._to(302, "/pong")

    def _pong(self):
        self._to(302, "/ping")

    def _cookie_wall(self):
        if "vu=oui" in self.headers.get("Cookie", ""):
            return self._say(200)
        return self._say(302, Location="/cookie-wall", Set_Cookie="vu=oui; Path=/")

    def _to_private(self):
        self._to(302, "http://prive.exemple/")

    def _to_metadata(self):
        self._to(302, "http://169.254.169.254/latest/")

    def _to_loopback(self):
        self._to(302, "http://127.0.0.2/")

    def _to_file(self):
        self._to(302, "file:///etc/passwd")

    def _no_place(self):
        self._say(302)


@contextmanager
def standing(certificate: Path | None = None) -> Iterator[Site]:
    """The server, over TLS with the certificate (and its key) of that file where one is given."""
    site = Site()
    handler = type("Handler", (_Handler,), {"site": site})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    # A client that hangs up is no fault of the server's.
    server.handle_error = lambda *args: None
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    site.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()


def make_certificate(folder: Path, host: str) -> Path:
    """A certificate for ``host``, signed by itself, with its key in the same file."""
    path = folder / f"{host}.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    command += ["-keyout", str(path), "-out", str(folder / "cert"), "-days", "2", "-subj", f"/CN={host}"]
    command += ["-addext", f"subjectAltName=DNS:{host}"]
    subprocess.run(command, check=True, capture_output=True)
    path.write_text(path.read_text() + (folder / "cert").read_text())
    return path
