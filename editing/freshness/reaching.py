"""Asking one web address how it is, politely, and never a machine of our own network.

Anybody may type an address into an entry, and any site may redirect anywhere. So each name is resolved here,
every address it resolves to is judged, and the connection goes to that very address: what the name means a
moment later does not matter. The same at every redirect.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import certifi
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, LocationParseError
from urllib3.util import parse_url

from actors.enums import ContactKind
from actors.models.contact import contact_key
from editing.freshness.turns import Turns
from editing.freshness_models import LinkFault, LinkState

MOST_REDIRECTS = 6
# Seconds: to connect, and for one answer in all.
CONNECT_TIMEOUT = 8
DEADLINE = 20
# Of a page, bytes: that it begins to come is enough.
MOST_READ = 2048
_REDIRECTS = {301, 302, 303, 307, 308}
_FOR_GOOD = {301, 308}
# The page is there, for people: programs are turned away, or have to log in.
_FAULT_OF = {404: LinkFault.NOT_FOUND, 410: LinkFault.NOT_FOUND}
_NAT64 = ipaddress.ip_network("64:ff9b::/96")

Resolver = Callable[[str, int], list[str]]


@dataclass(frozen=True)
class Outcome:
    """How an address answered: ``final`` is where its redirects ended, '' where there were none."""

    state: LinkState
    fault: str = ""
    status: int | None = None
    final: str = ""


class _Fault(Exception):
    """Nothing sensible came back."""

    def __init__(self, fault: LinkFault) -> None:
        super().__init__(fault)
        self.fault = fault


def is_public(text: str) -> bool:
    """Whether an IP address belongs to the open internet: no loopback, private, link-local (hence no cloud's
    metadata), shared, multicast or reserved one, nor one of these inside an IPv6 address."""
    address = ipaddress.ip_address(text.partition("%")[0])
    if address.version == 6:
        if address.ipv4_mapped:
            address = address.ipv4_mapped
        elif address in _NAT64:
            address = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        elif address.is_reserved or address.is_site_local or address.sixtofour or address.teredo:
            return False
    return address.is_global and not address.is_multicast


def resolve(host: str, port: int) -> list[str]:
    """Every address of a name; raises OSError where it has none."""
    rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(row[4][0] for row in rows))


@dataclass(frozen=True)
class _Target:
    scheme: str
    host: str
    port: int
    # Path and query, encoded.
    uri: str

    @classmethod
    def of(cls, url: str) -> "_Target":
        try:
            parts = urlsplit(url)
            host = parts.hostname or ""
            if parts.scheme not in {"http", "https"} or not host:
                raise _Fault(LinkFault.WRONG)
            if ":" not in host:
                host = host.encode("idna").decode("ascii")
            query = f"?{parts.query}" if parts.query else ""
            uri = parse_url(f"http://x{parts.path or '/'}{query}").request_uri
            port = parts.port or (443 if parts.scheme == "https" else 80)
        except (ValueError, LocationParseError) as error:
            raise _Fault(LinkFault.WRONG) from error
        return cls(parts.scheme, host, port, uri)

    @property
    def host_header(self) -> str:
        name = f"[{self.host}]" if ":" in self.host else self.host
        usual = 443 if self.scheme == "https" else 80
        return name if self.port == usual else f"{name}:{self.port}"


@dataclass(frozen=True)
class _Answer:
    status: int
    location: str
    cookies: tuple[str, ...]


class Reacher:
    """Asks addresses; may be shared by threads. ``agent``: how we name ourselves.

    ``allows`` and ``resolve`` are arguments so that the tests can reach servers of their own on this machine:
    no setting or variable leads there, and ``check_links``, the only other caller, gives neither.
    """

    def __init__(
        self,
        agent: str,
        *,
        turns: Turns | None = None,
        allows: Callable[[str], bool] = is_public,
        resolve: Resolver = resolve,
        deadline: float = DEADLINE,
        authorities: str = "",
    ) -> None:
        self._headers = {
            "User-Agent": agent,
            "Accept": "text/html,application/xhtml+xml,*/*;q=0.8",
            "Accept-Language": "fr,en;q=0.5",
            "Accept-Encoding": "identity",
            "Connection": "close",
        }
        self._turns = turns or Turns()
        self._allows, self._resolve, self._deadline = allows, resolve, deadline
        # Checks the certificate and that it is the site's; made once, since it reads 150 roots.
        self._tls = ssl.create_default_context(cafile=authorities or certifi.where())

    def reach(self, address: str) -> Outcome:
        """How ``address`` answers now; never raises. Takes twice the deadline for each redirect at most."""
        url, for_good, status = address, True, None
        cookies: dict[str, dict[str, str]] = {}
        try:
            for _ in range(MOST_REDIRECTS + 1):
                target = _Target.of(url)
                jar = cookies.setdefault(target.host, {})
                answer = self._ask(target, jar)
                status = answer.status
                if status not in _REDIRECTS or not answer.location:
                    return _judged(address, url, status, for_good)
                for_good = for_good and status in _FOR_GOOD
                # Some sites send a visitor to the same page with a cookie, and again without it.
                jar.update(_pairs(answer.cookies))
                url = urljoin(url, answer.location).partition("#")[0]
        except _Fault as error:
            return Outcome(LinkState.FAILING, error.fault, status, "" if url == address else url[:2000])
        return Outcome(LinkState.FAILING, LinkFault.LOOP, status, url[:2000])

    def _ask(self, target: _Target, jar: dict[str, str]) -> _Answer:
        """HEAD, which costs a site least; GET where it does not answer that well."""
        with self._turns.of(target.host):
            ip = self._address_of(target)
            try:
                answer = self._request("HEAD", target, ip, jar)
                if answer.status < 400:
                    return answer
            except _Fault as error:
                if error.fault in {LinkFault.TLS, LinkFault.NAME}:
                    raise
        with self._turns.of(target.host):
            return self._request("GET", target, ip, jar)

    def _address_of(self, target: _Target) -> str:
        """The address to connect to; one that is not public among several is reason enough to refuse all."""
        try:
            found = self._resolve(target.host, target.port)
        except (OSError, UnicodeError) as error:
            raise _Fault(LinkFault.NAME) from error
        if not found:
            raise _Fault(LinkFault.NAME)
        if not all(map(self._allows, found)):
            raise _Fault(LinkFault.PRIVATE)
        # IPv4 first: not every machine has a way out by IPv6.
        return min(found, key=lambda ip: ":" in ip)

    def _request(self, method: str, target: _Target, ip: str, jar: dict[str, str]) -> _Answer:
        connection = self._connection(target, ip)
        headers = {**self._headers, "Host": target.host_header}
        if jar:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in jar.items())
        if method == "GET":
            headers["Range"] = f"bytes=0-{MOST_READ - 1}"
        try:
            with _cut_after(self._deadline, connection) as cut:
                connection.connect()
                connection.request(method, target.uri, headers=headers, preload_content=False)
                response = connection.getresponse()
                if method == "GET":
                    response.read(MOST_READ, decode_content=False)
                if cut.is_set():
                    # Headers that end with the connection look whole.
                    raise TimeoutError
                return _Answer(
                    response.status,
                    _as_typed(response.headers.get("Location", "")),
                    tuple(response.headers.getlist("Set-Cookie")),
                )
        except ssl.SSLError as error:
            raise _Fault(LinkFault.TLS) from error
        except (OSError, HTTPError, http.client.HTTPException, ValueError) as error:
            late = cut.is_set() or "timed out" in str(error).lower() or isinstance(error, TimeoutError)
            raise _Fault(LinkFault.TIMEOUT if late else LinkFault.CONNECTION) from error
        finally:
            connection.close()

    def _connection(self, target: _Target, ip: str) -> HTTPConnection:
        timeout = min(CONNECT_TIMEOUT, self._deadline)
        if target.scheme == "http":
            return HTTPConnection(ip, target.port, timeout=timeout)
        # The certificate must be the site's, whatever the address we connect to.
        return HTTPSConnection(
            ip, target.port, timeout=timeout, server_hostname=target.host, ssl_context=self._tls
        )


@contextmanager
def _cut_after(seconds: float, connection: HTTPConnection):
    """End the connection after ``seconds`` in all: timeouts alone let a site send a byte now and then for ever."""
    cut = threading.Event()

    def end() -> None:
        cut.set()
        try:
            connection.sock.shutdown(socket.SHUT_RDWR)
        except (AttributeError, OSError):
            connection.close()

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield cut
    finally:
        timer.cancel()


def _judged(address: str, url: str, status: int, for_good: bool) -> Outcome:
    final = "" if url == address else url[:2000]
    if status < 400 or status == 416:
        state = LinkState.MOVED if final and _is_elsewhere(address, url, for_good) else LinkState.GOOD
        return Outcome(state, "", status, final)
    if status in _FAULT_OF:
        return Outcome(LinkState.FAILING, _FAULT_OF[status], status, final)
    if status < 500 or status == 999:
        return Outcome(LinkState.UNSURE, LinkFault.REFUSED, status, final)
    return Outcome(LinkState.FAILING, LinkFault.SERVER, status, final)


def _is_elsewhere(address: str, final: str, for_good: bool) -> bool:
    """Whether redirects lead to what an editor would call another address.

    https for http, « www. » or a final stroke are none; nor is the start page a site shows for its bare name.
    """
    if contact_key(ContactKind.WEBSITE, address) == contact_key(ContactKind.WEBSITE, final):
        return False
    start, end = urlsplit(address), urlsplit(final)
    if _bare(start.hostname) != _bare(end.hostname):
        return True
    return for_good and start.path not in {"", "/"}


def _bare(host: str | None) -> str:
    return (host or "").removeprefix("www.")


def _as_typed(location: str) -> str:
    """A header read as Latin-1 is UTF-8 more often than not."""
    try:
        return location.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return location


def _pairs(cookies: tuple[str, ...]) -> dict[str, str]:
    """Name and value of each cookie, as long as they are short."""
    pairs = (cookie.partition(";")[0].partition("=") for cookie in cookies[:20])
    return {name.strip(): value.strip() for name, _, value in pairs if name.strip() and len(value) < 2000}
