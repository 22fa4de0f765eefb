"""Sends anonymous reading to replicas, and goes on when a database is gone; not used where there is no replica."""

from collections.abc import Callable

from django.core.exceptions import MiddlewareNotUsed
from django.db import InterfaceError, OperationalError, connections
from django.http import HttpRequest, HttpResponse

from apes_directory import outage
from apes_directory.replicas import choosing
from apes_directory.replicas.watch import Server, watching
from territories import reading
from territories.models import Change

_WHO_ASKS = {"HTTP_COOKIE", "HTTP_AUTHORIZATION"}


class _Lost(Exception):
    """The database was gone before the answer was made of it."""


class ReplicaMiddleware:
    """Stands above the pages that are kept: their version is asked of the database that their rows come from.

    An anonymous request is answered in one transaction of one database, so that all of its answer is of one version.
    Nobody else's is: whoever is signed in or writes is answered from the primary.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if (watch := watching()) is None:
            raise MiddlewareNotUsed
        self._get_response = get_response
        self._watch = watch
        # The newest version that this process showed to visitors.
        self._shown = 0

    def __call__(self, request: HttpRequest) -> HttpResponse:
        self._watch.start()
        if not choosing.only_reads(request):
            return self._from_primary(request)
        if choosing.is_anonymous(request):
            return self._from_replicas(request)
        response = self._from_primary(request)
        if outage.is_outage(response):
            # Nobody can tell who asks: they read what everybody may.
            return self._from_replicas(_as_anybody(request))
        return response

    def _from_primary(self, request: HttpRequest) -> HttpResponse:
        server = self._watch.primary
        if server.answers() or choosing.tells_of_the_site(request):
            # Whatever a stream that nobody closed may have left here.
            with reading.reading(server.alias):
                response = self._get_response(request)
            if not outage.is_outage(response):
                return response
            server.failed()
            connections[server.alias].close()
        # At once: no thread waits for what is known to be gone.
        return outage.unavailable(request, readable=bool(self._watch.usable()))

    def _from_replicas(self, request: HttpRequest) -> HttpResponse:
        for alias, server in choosing.sources(self._watch):
            try:
                response = self._from(alias, server, request)
            except _Lost as lost:
                server.failed(lost.__cause__)
            else:
                if response is not None:
                    return response
        return outage.unavailable(request)

    def _from(self, alias: str, server: Server, request: HttpRequest) -> HttpResponse | None:
        """The answer made of one database; None where it is behind what visitors have seen. Raises :class:`_Lost`."""
        connection = connections[alias]
        # Of a server that was restarted since, it tells nothing of how it is now.
        kept = connection.connection is not None
        try:
            return self._read(alias, server, request)
        except _Lost:
            if not kept:
                raise
        return self._read(alias, server, request)

    def _read(self, alias: str, server: Server, request: HttpRequest) -> HttpResponse | None:
        connection = connections[alias]
        response, error = None, None
        try:
            with server.read_by(connection), reading.snapshot(alias):
                if self._is_behind(server):
                    return None
                response = self._get_response(request)
        except (OperationalError, InterfaceError) as raised:
            if not outage.is_gone(raised):
                raise
            error = raised
            connection.close()
        # An answer that was whole before its connection broke is whole.
        if response is None or outage.is_outage(response):
            connection.close()
            raise _Lost from error
        if response.streaming and not hasattr(response, "file_to_stream"):
            response.streaming_content = reading.read_from(alias, response.streaming_content)
        return response

    def _is_behind(self, server: Server) -> bool:
        """Whether visitors were shown something newer by this process (1 query); it must do where there is no primary."""
        version = Change.objects.version()
        if (
            version < self._shown
            and server.alias != self._watch.primary.alias
            and self._watch.primary.answers()
        ):
            return True
        self._shown = version
        return False


def _as_anybody(request: HttpRequest) -> HttpRequest:
    """The same request without what tells who asks, nor what was found out of it."""
    environ = request.environ
    return type(request)({name: value for name, value in environ.items() if name not in _WHO_ASKS})
