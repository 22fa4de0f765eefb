"""What holds for the whole suite: no network, and no published change that leaves the version."""

import ipaddress
import socket

import pytest

# Models exist only once Django is set up, which pytest-django does after this file is read.
pytest_plugins = ["tests.real_data"]

_watch = None


class NetworkForbidden(AssertionError):
    """A test tried to reach another machine."""


def pytest_configure(config) -> None:
    """Let sockets reach this machine only; PostgreSQL's own client is not Python's and stays free."""
    connect, connect_ex, resolve = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def checked(host) -> None:
        name = host.decode() if isinstance(host, bytes) else host
        if name in {None, "", "localhost"}:
            return
        try:
            if ipaddress.ip_address(name).is_loopback:
                return
        except ValueError:
            pass
        raise NetworkForbidden(f"A test asked for {name}: the suite has no network.")

    def guarded(original):
        def call(self, address):
            if isinstance(address, tuple):
                checked(address[0])
            return original(self, address)

        return call

    def guarded_resolve(host, *args, **kwargs):
        checked(host)
        return resolve(host, *args, **kwargs)

    socket.socket.connect = guarded(connect)
    socket.socket.connect_ex = guarded(connect_ex)
    socket.getaddrinfo = guarded_resolve


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    """Watch the directory's version while the test's own code runs; see ``tests/watch.py``."""
    global _watch
    from territories.memory import forget_all  # Django is set up by now
    from tests.watch import Watch, fail_on

    # The test before was rolled back, its version with it.
    forget_all()

    _watch = Watch()
    try:
        with _watch.running():
            result = yield
        fail_on(_watch.faults)
    finally:
        _watch = None
    return result


@pytest.fixture
def current_watch():
    """A function that gives the watch over the running test, for the tests of the watch itself."""
    return lambda: _watch
