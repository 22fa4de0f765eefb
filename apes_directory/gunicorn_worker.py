"""The worker that serves the directory: gunicorn's threads, and what a site on the open web needs besides.

gunicorn gives a thread to a connection at once and lets it wait for the rest of a request without end: eight clients
that send one byte and stop would keep eight threads, hence everybody, waiting. Here a connection gets a thread once
its head is whole, and its body where that is short; until then it waits for nothing but a place in the poller. Bodies that have
to be read while they come, files, hold half of the threads at most. docs/security.md has what was measured.
"""

import errno
import re
import socket
import struct
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from selectors import EVENT_READ
from typing import NamedTuple, Self

from django.conf import settings
from gunicorn.http.errors import (
    ConfigurationProblem,
    ExpectationFailed,
    InvalidResponseHeader,
    InvalidResponseHeaderName,
    LimitRequestHeaders,
    LimitRequestLine,
    ParseException,
    UnsupportedTransferCoding,
)
from gunicorn.util import write_nonblock
from gunicorn.workers.gthread import TConn, ThreadWorker

from apes_directory.settings import MOST_UPLOADED
from apes_directory.spare_memory import give_back

# Seconds in which the head of a request must be whole.
HEAD_SECONDS = 10.0
# Seconds after which a head that is not is looked at again: soon in its first second, since most come in two pieces.
SOON, LATER = 0.02, 0.5
# From so many connections on, as many are taken in at once; below one by one, which shares them out among processes.
CROWD = 64
# Seconds between two signs of life to the master, which waits for thirty of them.
SIGN_OF_LIFE = 0.5
# The longest head; more than this the system may not hold before somebody reads it.
MOST_HEAD = 32 * 1024
# A body with which the request is longer than that is read by a thread while it comes; so many seconds may a request
# wait until fewer than half of the threads do so.
PLACE_SECONDS = 60.0
# A body may pause, and must come at this pace on average, as must whoever reads an answer.
PAUSE_SECONDS, SLOWEST_BYTES_A_SECOND = 20.0, 2_000
# Between two times that memory which requests took is given back to the system: some milliseconds of work.
GIVE_BACK_SECONDS = 10.0
# Of a body: files larger than a form takes are told so by the form, up to here.
MOST_BODY = 4 * MOST_UPLOADED


def _page(status: str, title: str, text: str) -> bytes:
    """A whole answer, for what never reaches the site."""
    body = (
        f'<!doctype html>\n<html lang="fr">\n<head><meta charset="utf-8"><title>{title}</title></head>\n'
        f'<body>\n<h1>{title}</h1>\n<p>{text}</p>\n<p><a href="/acteurs/">Revenir à l’annuaire</a></p>\n</body>\n</html>\n'
    ).encode()
    head = (
        f"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Type: text/html; charset=utf-8\r\n"
        "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n"
        f"X-Frame-Options: DENY\r\nX-Content-Type-Options: nosniff\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


_TOO_LONG = _page(
    "414 URI Too Long",
    "Adresse trop longue",
    "Cette adresse contient trop de mots, de filtres ou d’acteurs choisis un à un : retirez-en, puis réessayez.",
)
_TOO_LARGE = _page(
    "413 Content Too Large",
    "Envoi trop lourd",
    f"Un fichier envoyé a {MOST_UPLOADED // 1_000_000} Mo au plus : divisez-le, puis réessayez.",
)
_TOO_MUCH = _page(
    "431 Request Header Fields Too Large",
    "Demande trop longue",
    "Votre navigateur envoie trop de choses avec sa demande : effacez ses cookies pour ce site, puis réessayez.",
)
_TOO_SLOW = _page(
    "408 Request Timeout", "Demande incomplète", "La fin de votre demande n’est pas arrivée : réessayez."
)
_NOT_UNDERSTOOD = "Cette demande n’est pas écrite comme les navigateurs l’écrivent : rien n’en a été lu."
_UNREADABLE = _page("400 Bad Request", "Demande illisible", _NOT_UNDERSTOOD)
# By the first that an error is one of.
_REFUSALS: tuple[tuple[type[ParseException], bytes], ...] = (
    (LimitRequestLine, _TOO_LONG),
    (LimitRequestHeaders, _TOO_MUCH),
    (UnsupportedTransferCoding, _page("501 Not Implemented", "Demande illisible", _NOT_UNDERSTOOD)),
    (ExpectationFailed, _page("417 Expectation Failed", "Demande illisible", _NOT_UNDERSTOOD)),
    (ParseException, _UNREADABLE),
)
# Parsing errors that are faults of ours.
_OURS = (InvalidResponseHeader, InvalidResponseHeaderName, ConfigurationProblem)


_BUSY = _page(
    "503 Service Unavailable",
    "Trop d’envois à la fois",
    "L’annuaire reçoit déjà autant de fichiers qu’il peut à la fois : réessayez dans une minute.",
)
_LENGTH = re.compile(rb"\r\nContent-Length:[ \t]*(\d{1,12})[ \t]*\r\n", re.IGNORECASE)
# Of a length that nobody knows, or sent only once it is asked for.
_WAITS = re.compile(rb"\r\n(?:Transfer-Encoding|Expect):", re.IGNORECASE)


class PacedSocket:
    """A socket whose other side must keep up a pace; everything but sending and receiving is the socket's own.

    Raises ConnectionResetError, which gunicorn takes for a client that went away.
    """

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self.begin()

    def __getattr__(self, name: str):
        return getattr(self._sock, name)

    def begin(self) -> None:
        """A new request: it has its own time and its own size."""
        self._waited, self._received = 0.0, 0

    def peek(self, size: int) -> bytes | None:
        """What came and was not read, which stays there; empty at the end, None where nothing came."""
        try:
            return self._sock.recv(size, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except BlockingIOError:
            return None
        except OSError:
            return b""

    def recv(self, size: int, *flags: int) -> bytes:
        if self._received > MOST_HEAD + MOST_BODY:
            raise ConnectionResetError(errno.ECONNRESET, "a body without end")
        left = PAUSE_SECONDS + self._received / SLOWEST_BYTES_A_SECOND - self._waited
        data = self._within(left, partial(self._sock.recv, size, *flags))
        self._received += len(data)
        return data

    def sendall(self, data: bytes) -> None:
        """Waits ``settings.READER_PATIENCE`` seconds for who reads nothing, longer for who reads slowly."""
        seconds = settings.READER_PATIENCE + len(data) / SLOWEST_BYTES_A_SECOND
        self._sent_within(seconds, partial(self._sock.sendall, data))

    def sendfile(self, *arguments, **named) -> int:
        # Python's own waits so long for each piece of a file.
        return self._sent_within(settings.READER_PATIENCE, partial(self._sock.sendfile, *arguments, **named))

    def _sent_within(self, seconds: float, do: Callable):
        try:
            return self._within(seconds, do)
        except ConnectionResetError:
            # At once, with what waits in the kernel: gunicorn's own farewell would hold its main thread for seconds.
            self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            with suppress(OSError):
                self._sock.shutdown(socket.SHUT_RDWR)
            raise

    def _within(self, seconds: float, do: Callable):
        """``do()``, for so many seconds at most, or as many as gunicorn has set where those are fewer."""
        before = self._sock.gettimeout()
        if before == 0:
            return do()
        started = time.monotonic()
        self._sock.settimeout(max(0.001, seconds if before is None else min(before, seconds)))
        try:
            return do()
        except TimeoutError:
            if before is not None and before < seconds:
                raise
            raise ConnectionResetError(errno.ECONNRESET, "too slow") from None
        finally:
            self._waited += time.monotonic() - started
            self._sock.settimeout(before)


class _Body(NamedTuple):
    """What the head of a request says of the body that follows it.

    A short one is held by the system until it is whole, as the head is; a long one needs somebody who reads it.
    ``patience``: seconds beyond those for the head in which the one must be here, or the other have its thread.
    """

    is_here: bool
    is_long: bool
    patience: float

    @classmethod
    def of(cls, begun: bytes) -> Self | None:
        """None where the head is not whole. What is no body at all is here: the parser judges it."""
        head, end, _ = begun.partition(b"\r\n\r\n")
        if not end:
            return None
        told = _LENGTH.search(head + b"\r\n")
        size = len(head) + len(end) + (int(told[1]) if told else 0)
        if _WAITS.search(head + b"\r\n") or size > MOST_HEAD:
            return cls(is_here=False, is_long=True, patience=PLACE_SECONDS)
        return cls(len(begun) >= size, is_long=False, patience=size / SLOWEST_BYTES_A_SECOND)


class Worker(ThreadWorker):
    """Threads for requests that came; none for connections that wait."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        # Connections whose request is on its way: when its head must be whole, and when it is looked at again.
        self._coming: dict[TConn, tuple[float, float]] = {}
        # Those whose long body a thread reads.
        self._bodies: set[TConn] = set()
        self._notified = -SIGN_OF_LIFE
        self._has_worked, self._gave_back = False, time.monotonic()

    def notify(self) -> None:
        """Tell the master that this worker lives: it looks for it in seconds, and gunicorn writes it twice a request."""
        now = time.monotonic()
        if now - self._notified >= SIGN_OF_LIFE:
            self._notified = now
            super().notify()

    def accept(self, listener) -> None:
        """Take in who waits, and give them no thread before they say something."""
        for _ in range(CROWD if CROWD <= self.nr_conns < self.worker_connections else 1):
            try:
                sock, address = listener.accept()
            except OSError as error:
                if error.errno not in (errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK):
                    raise
                return
            self._take_in(sock, address, listener)

    def _take_in(self, sock: socket.socket, address, listener) -> None:
        self.nr_conns += 1
        connection = TConn(self.cfg, PacedSocket(sock), address, listener.getsockname())
        # As one that gunicorn gave back to the poller.
        connection.timeout = time.monotonic() + HEAD_SECONDS
        self.pending_conns.append(connection)
        self.poller.register(
            connection.sock, EVENT_READ, partial(self.on_pending_socket_readable, connection)
        )

    def enqueue_req(self, conn: TConn) -> None:
        """It says something: a thread, once the request is whole."""
        conn.data_ready = True
        self._dispatch(conn, time.monotonic() + HEAD_SECONDS)

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        now = time.monotonic()
        if self._coming:
            timeout = min(timeout, max(SOON, min(again for _, again in self._coming.values()) - now))
        super().wait_for_and_dispatch_events(timeout)
        now = time.monotonic()
        for conn, (deadline, again) in list(self._coming.items()):
            if not self.alive:
                self._dispatch(conn, 0)
            elif again <= now:
                self._dispatch(conn, deadline)
        if self._has_worked and now - self._gave_back > GIVE_BACK_SECONDS:
            self._has_worked, self._gave_back = False, now
            give_back()

    def murder_pending(self) -> None:
        """Let go of connections that said nothing: in time, and at once by a worker that stops."""
        if not self.alive:
            for conn in self.pending_conns:
                conn.timeout = 0
        super().murder_pending()

    def handle(self, conn: TConn):
        conn.sock.begin()
        self._has_worked = True
        try:
            return super().handle(conn)
        finally:
            self._bodies.discard(conn)

    def handle_request(self, req, conn: TConn) -> bool:
        length = next((value for name, value in req.headers if name == "CONTENT-LENGTH"), "0")
        if int(length) > MOST_BODY:
            self._refuse(conn.sock, _TOO_LARGE)
            return False
        return super().handle_request(req, conn)

    def _keepalive_after(self, conn: TConn, keepalive: bool) -> bool:
        """A body that turns out wrong once it was answered ends the connection without a word.

        A second answer would be taken, by a proxy that uses the connection again, for that to somebody else.
        """
        try:
            return super()._keepalive_after(conn, keepalive)
        except (ParseException, OSError):
            return False

    def handle_error(self, req, client, addr, exc) -> None:
        """What is no request gets a page one can read, which repeats nothing of it."""
        if not isinstance(exc, ParseException) or isinstance(exc, _OURS):
            super().handle_error(req, client, addr, exc)
            return
        self.log.warning("A request that is none: %s", exc)
        self._refuse(client, next(page for kind, page in _REFUSALS if isinstance(exc, kind)))

    def _dispatch(self, conn: TConn, deadline: float) -> None:
        """To a thread, if its request came; away, if it will never come; otherwise it is looked at again."""
        seen = conn.sock.peek(MOST_HEAD)
        # What was read with the request before.
        begun = (conn.parser.unreader.buf.getvalue() if conn.parser is not None else b"") + (seen or b"")
        body = _Body.of(begun)
        left = deadline - time.monotonic()
        refusal = None
        if seen == b"" or (body and body.is_here):
            pass
        elif body is None and len(begun) >= MOST_HEAD:
            refusal = _TOO_MUCH if b"\r\n" in begun else _TOO_LONG
        elif body and body.is_long and len(self._bodies) < max(1, self.cfg.threads // 2):
            self._bodies.add(conn)
        elif left + (body.patience if body else 0) > 0:
            again = SOON if left > HEAD_SECONDS - 1 else LATER
            self._coming[conn] = (deadline, time.monotonic() + again)
            return
        else:
            refusal = _BUSY if body and body.is_long else _TOO_SLOW
        self._coming.pop(conn, None)
        if refusal is None:
            super().enqueue_req(conn)
            return
        self.nr_conns -= 1
        self._refuse(conn.sock, refusal)
        conn.close()

    def _refuse(self, client, answer: bytes) -> None:
        try:
            write_nonblock(client, answer)
        except OSError:
            self.log.debug("Failed to send the answer to a request that was refused.")
