"""Pages kept in a Redis that processes share: a real one, on a socket of its own."""

import subprocess
import time

import pytest
import redis
from django.core.cache import caches
from django.core.cache.backends.redis import RedisCache
from django.http import HttpResponse
from django.test import RequestFactory

from apes_directory.page_cache import PageCacheMiddleware
from tests.programs import REDIS

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(tmp_path):
    """(its process, its address)."""
    socket = tmp_path / "redis.sock"
    command = [REDIS.path(), "--port", "0", "--unixsocket", str(socket), "--save", "", "--dir", str(tmp_path)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 20
        while not socket.exists():
            assert time.monotonic() < deadline
            time.sleep(0.05)
        yield process, f"unix://{socket}"
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def shared(server, settings):
    settings.PAGES_KEPT = 1
    settings.CACHES = settings.CACHES | {
        "pages": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": server[1],
            "KEY_PREFIX": "apes-pages",
            "OPTIONS": {"serializer": "apes_directory.page_store.PlainBytes", "socket_timeout": 1},
        }
    }
    yield server[0], redis.Redis(unix_socket_path=server[1].removeprefix("unix://"))
    caches["pages"].close()


def process(made: list) -> PageCacheMiddleware:
    """What one process answers with; ``made`` grows with each page it makes."""
    return PageCacheMiddleware(lambda request: made.append(1) or HttpResponse("é" * 500))


def test_what_one_process_made_the_others_have(shared):
    made, ask = [], RequestFactory().get
    assert isinstance(caches["pages"], RedisCache)
    first, second = process(made), process(made)
    assert first(ask("/ptce/")).content == second(ask("/ptce/?utm_source=x")).content == ("é" * 500).encode()
    assert len(made) == 1
    # As bytes of ours: nothing that comes out of it is ever unpickled.
    (name,) = shared[1].keys()
    assert name.startswith(b"apes-pages:")
    assert shared[1].get(name).startswith(b'[["Content-Type"')
    assert 0 < shared[1].ttl(name) <= 24 * 3600


def test_pages_are_made_anew_when_it_dies(shared, caplog):
    made, ask = [], RequestFactory().get
    one = process(made)
    assert one(ask("/ptce/")).status_code == 200
    shared[0].kill()
    shared[0].wait()
    for _ in range(3):
        assert one(ask("/ptce/")).content == ("é" * 500).encode()
    assert len(made) == 4
    # Told once, then left alone for a while.
    assert [record.levelname for record in caplog.records] == ["WARNING"]
