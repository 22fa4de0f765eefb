"""Which requests may be answered from a replica, and from which."""

import os
from collections.abc import Iterator
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest
from django.urls import Resolver404, resolve

from apes_directory.replicas.watch import Server, Watch

# The primary read as a replica is, when there is none to read: read only, and of one state for each request.
PRIMARY_READ = "reading"
# Addresses of which a process remembers where they lead.
_ADDRESSES = 4096
# Where people write, and read what they wrote: forms, links in mails, the back-office; what is said of the site itself.
_WRITTEN = ("apes_directory.", "editing.", "partners.following.")


def is_anonymous(request: HttpRequest) -> bool:
    """Whether nothing in the request says who asks."""
    names = {settings.SESSION_COOKIE_NAME, "messages"}
    return "HTTP_AUTHORIZATION" not in request.META and names.isdisjoint(request.COOKIES)


def only_reads(request: HttpRequest) -> bool:
    """Whether this address is asked for what everybody is shown, hence may be an instant old."""
    return request.method in {"GET", "HEAD", "OPTIONS"} and _is_public(request.path_info)


def tells_of_the_site(request: HttpRequest) -> bool:
    """Whether it asks how the site is: answered whatever the databases do."""
    return request.path_info.startswith("/sante/")


@lru_cache(maxsize=_ADDRESSES)
def _is_public(path: str) -> bool:
    try:
        match = resolve(path)
    except Resolver404:
        # A page too: that of an address that leads nowhere.
        return True
    view = getattr(match.func, "view_class", match.func)
    return match.namespace != "admin" and not view.__module__.startswith(_WRITTEN)


def sources(watch: Watch) -> Iterator[tuple[str, Server]]:
    """(alias to read from, its server), the best first: replicas, the primary, then whatever may still answer.

    Each process begins with another replica and stays with it, so that what it has in memory is of one version.
    """
    usable = watch.usable()
    if watch.primary.answers():
        turn = os.getpid() % len(usable) if usable else 0
        usable = usable[turn:] + usable[:turn]
        yield from ((each.alias, each) for each in usable)
        yield PRIMARY_READ, watch.primary
    else:
        yield from ((each.alias, each) for each in usable)
    # What failed this instant, or lags: better than nothing, where nothing else is left.
    yield from ((each.alias, each) for each in watch.replicas if each not in usable and each.answers())
