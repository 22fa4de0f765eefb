"""Ten thousand connections, and a thousand slow ones of each kind: everybody else is answered."""

import os
import resource
import select
import socket
import threading
import time
from contextlib import suppress
from functools import partial

from tests.torture.house import Home, Server
from tests.torture.people import Browser, NoAnswer, Writer
from tests.torture.told import Told, timed

FAULT = "10,000 connections"
SLOW = "slow-loris"
# Seconds in which everybody else has their page meanwhile, on a machine that does nothing else; see ``_within()``.
WITHIN = 20
_HOST = b"Host: 127.0.0.1\r\n"
_POST = b"POST /admin/login/ HTTP/1.1\r\n" + _HOST + b"Content-Length: 100000\r\n\r\nusername="
# What a client says at first, and then a byte at a time; None: it reads its answer a few bytes at a time.
KINDS: dict[str, tuple[bytes, bytes | None]] = {
    "heads": (b"GET / HTTP/1.1\r\n" + _HOST + b"X-", b"a"),
    "bodies": (_POST, b"a"),
    "readers": (b"GET /acteurs/ HTTP/1.1\r\n" + _HOST + b"\r\n", None),
}


def crowd(base: Home, *, connections: int, seconds: int) -> Told:
    """So many at once: half of them say nothing, half stop in the middle of a head; whoever is let go comes again."""
    told = Told(f"{connections:,} connections", base.database)
    with timed(told), base.copy("crowd") as home, home.server(JOBS="off", WORKERS="2") as server:
        held = _Held(server, told)
        held.open(connections, (b"", b"GET / HTTP/1.1\r\nHost: "))
        told.expect(held.most >= connections * 0.99, f"only {held.most} connections could be made")
        _others(told, home, server, held.again, seconds)
        told.note(f"{held.most} connections at once, {held.opened} in all")
        held.close()
        _is_well(told, server)
    return told


def slow(base: Home, *, clients: int, seconds: int) -> Told:
    told = Told(f"{SLOW}, {clients:,} clients", base.database)
    with timed(told), base.copy("slow") as home:
        for kind, (beginning, then) in KINDS.items():
            with home.server(JOBS="off", WORKERS="2") as server:
                held = _Held(server, told, small=then is None)
                held.open(clients, (beginning,))
                _others(told, home, server, partial(held.go_on, then), seconds, kind)
                held.close()
                _is_well(told, server)
    return told


class _Held:
    """Connections of a crowd, opened again where they were closed."""

    def __init__(self, server: Server, told: Told, small: bool = False) -> None:
        self._port, self._small = server.port, small
        self._clients: list[tuple[socket.socket, bytes]] = []
        self.most = self.opened = 0

    def open(self, count: int, beginnings: tuple[bytes, ...]) -> None:
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(
            resource.RLIMIT_NOFILE, (min(hard, count + 1_000) if hard > 0 else count + 1_000, hard)
        )
        for number in range(count):
            self._one(beginnings[number % len(beginnings)])
        self.most = len(self._clients)

    def _one(self, beginning: bytes) -> None:
        client = socket.socket()
        if self._small:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        client.settimeout(10)
        try:
            client.connect(("127.0.0.1", self._port))
            if beginning:
                client.sendall(beginning)
        except OSError:
            client.close()
            return
        client.setblocking(False)
        self._clients.append((client, beginning))
        self.opened += 1

    def again(self) -> None:
        """Whoever was let go comes again."""
        poll = select.poll()
        by_number = {client.fileno(): (client, beginning) for client, beginning in self._clients}
        for number in by_number:
            poll.register(number, select.POLLIN | select.POLLHUP)
        gone = [by_number[number] for number, _ in poll.poll(0)]
        for client, _ in gone:
            client.close()
        left = {id(client) for client, _ in gone}
        self._clients = [each for each in self._clients if id(each[0]) not in left]
        for _, beginning in gone:
            self._one(beginning)

    def go_on(self, then: bytes | None) -> None:
        """Each says, or reads, a little more."""
        if then is not None:
            self.again()
        for client, _ in self._clients:
            with suppress(OSError):
                client.recv(64) if then is None else client.send(then)

    def close(self) -> None:
        for client, _ in self._clients:
            client.close()
        self._clients = []


def _within() -> float:
    """More on a machine that others keep busy, in proportion to who waits for a processor there."""
    return WITHIN * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


def _others(told: Told, home: Home, server: Server, meanwhile, seconds: int, kind: str = "") -> None:
    """Visitors and an editor, for so long, while ``meanwhile`` goes on."""
    times: list[float] = []
    done = threading.Event()

    def visit() -> None:
        entry = home.entries[0]
        writer = Writer(server.port, 0, patience=WITHIN * 3)
        number = 0
        while not done.is_set():
            number += 1
            for ask in (
                lambda: Browser(server.port, WITHIN * 3).get("/acteurs/"),
                lambda: Browser(server.port, WITHIN * 3).get(f"/acteurs/{entry.slug}/"),
                lambda: writer.browser.get("/admin/login/"),
            ):
                started = time.monotonic()
                try:
                    status = ask().status
                except NoAnswer as error:
                    told.expect(False, f"{kind} a visitor gets no answer: {error}")
                    continue
                times.append(time.monotonic() - started)
                told.expect(status == 200, f"{kind} a visitor is answered {status}")
                told.expect(times[-1] < _within(), f"{kind} a visitor waited {times[-1]:.0f} s")

    visitor = threading.Thread(target=visit)
    visitor.start()
    end = time.monotonic() + seconds
    while time.monotonic() < end or not times:
        meanwhile()
        time.sleep(0.5)
        if time.monotonic() > end + 3 * WITHIN:
            break
    done.set()
    visitor.join()
    if times:
        middle = sorted(times)[len(times) // 2]
        told.note(
            f"{kind or 'others'}: {len(times)} pages meanwhile, half within {middle:.2f} s, all within {max(times):.2f} s"
        )


def _is_well(told: Told, server: Server) -> None:
    try:
        status = Browser(server.port).get("/acteurs/").status
    except NoAnswer:
        status = 0
    told.expect(status == 200 and server.is_up(), "the site is not well afterwards")
