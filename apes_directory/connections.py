"""The connections to PostgreSQL that threads keep: one that the server has left is given up before it is asked."""

import select

from django.core.signals import request_started
from django.db import InterfaceError, OperationalError, connection

_SAID = select.POLLIN | select.POLLPRI | select.POLLRDHUP


def give_up_if_left(**kwargs) -> None:
    """Close this thread's connection where its server ended or left it; the next question opens another (no query).

    To a connection that waits a server says nothing but goodbye, and the system knows without asking that the other
    side hung up, or answers its keepalives no more. A question for each request, as of a pool or by CONN_HEALTH_CHECKS,
    would make a page that is kept a fifth slower.
    """
    if connection.vendor != "postgresql" or connection.connection is None or connection.in_atomic_block:
        return
    poll = select.poll()
    try:
        poll.register(connection.connection.fileno(), _SAID)
        left = bool(poll.poll(0))
    except (OperationalError, InterfaceError, connection.Database.Error):
        left = True
    if left:
        connection.close()


def watch() -> None:
    """Before each request; jobs ask by themselves."""
    request_started.connect(give_up_if_left, dispatch_uid="give_up_if_left")
