"""Who is asked: one connection that is kept open to each server, and the processor time its processes took."""

import socket
import sys
import time
from pathlib import Path


class Visitor:
    """One connection. A request is a few bytes made beforehand, so that the asking weighs little."""

    def __init__(self, port: int, roots: list[int]) -> None:
        self._port, self._roots = port, roots
        self._socket: socket.socket | None = None

    def ask(self, address: str, *, tag: str = "", status: int = 200) -> tuple[float, bytes, bytes]:
        """(milliseconds, head, body) of one answer, packed as browsers take it; any other status ends the bench."""
        lines = [f"GET {address} HTTP/1.1", "Host: 127.0.0.1", "Accept-Encoding: gzip"]
        lines += [f"If-None-Match: {tag}"] if tag else []
        request = "\r\n".join([*lines, "", ""]).encode()
        if self._socket is None:
            self._connect()
        start = time.perf_counter()
        try:
            head, body = self._exchange(request)
        except ConnectionError:  # closed after its number of requests
            self._connect()
            start = time.perf_counter()
            head, body = self._exchange(request)
        elapsed = 1000 * (time.perf_counter() - start)
        if int(head.split(b" ", 2)[1]) != status:
            sys.exit(f"{address} answered {head.splitlines()[0].decode()}")
        if b"connection: close" in head.lower():
            self.close()
        return elapsed, head, body

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _connect(self) -> None:
        self._socket = socket.create_connection(("127.0.0.1", self._port), timeout=300)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def _exchange(self, request: bytes) -> tuple[bytes, bytes]:
        self._socket.sendall(request)
        data = b""
        while b"\r\n\r\n" not in data:
            data += self._read()
        head, _, body = data.partition(b"\r\n\r\n")
        small = head.lower()
        if small.startswith(b"http/1.1 304"):
            return head, b""
        if b"content-length:" in small:
            length = int(small.split(b"content-length:")[1].split(b"\r\n")[0])
            parts, size = [body], len(body)
            while size < length:
                parts.append(self._read())
                size += len(parts[-1])
            return head, b"".join(parts)
        while not body.endswith(b"0\r\n\r\n"):
            body += self._read()
        return head, body

    def _read(self) -> bytes:
        piece = self._socket.recv(1 << 18)
        if not piece:
            raise ConnectionError
        return piece

    def processor(self) -> float:
        """Milliseconds of processor that the server's processes took until now, those of its database included."""
        return sum(_time(pid) for root in self._roots for pid in family(root))


def family(root: int) -> list[int]:
    """A process and all that came of it."""
    found = [root]
    for task in Path(f"/proc/{root}/task").glob("*/children"):
        try:
            found += [pid for child in task.read_text().split() for pid in family(int(child))]
        except OSError:
            continue
    return found


def _time(pid: int) -> float:
    # Nanoseconds on a processor, thread by thread: exact where the machine is shared, as no wall clock is.
    total = 0
    for task in Path(f"/proc/{pid}/task").glob("*/schedstat"):
        try:
            total += int(task.read_text().split()[0])
        except OSError:
            continue
    return total / 1e6
