"""The limit on requests of one address: counted by all processes together, told clearly."""

import json
import os

import pytest

from partners.api import throttle
from partners.api.throttle import SharedCounts


@pytest.fixture(autouse=True)
def anew(settings):
    settings.API_RATE = 3
    throttle.counts.forget()
    yield
    throttle.counts.forget()


def statuses(client, number: int, **more) -> list[int]:
    return [client.get("/api/v1/sectors", **more).status_code for _ in range(number)]


def test_too_many_requests_are_told_so(client, db):
    assert statuses(client, 4) == [200, 200, 200, 429]
    response = client.get("/api/v1/sectors")
    assert response["Content-Type"] == "application/problem+json"
    assert 1 <= int(response["Retry-After"]) <= 60
    told = json.loads(response.content)
    assert (told["status"], response["Retry-After"] in told["detail"]) == (429, True)


def test_the_next_minute_begins_anew(client, db, monkeypatch):
    monkeypatch.setattr(throttle.time, "time", lambda: 600.0)
    assert statuses(client, 4) == [200, 200, 200, 429]
    monkeypatch.setattr(throttle.time, "time", lambda: 660.0)
    assert statuses(client, 1) == [200]


def test_each_address_has_its_own_limit(client, db):
    assert statuses(client, 4, REMOTE_ADDR="192.0.2.1")[-1] == 429
    assert statuses(client, 1, REMOTE_ADDR="192.0.2.2") == [200]


def test_a_visitor_can_not_claim_another_address(client, db):
    """Without a proxy in front, what X-Forwarded-For says is nobody's word."""
    found = [client.get("/api/v1/sectors", headers={"x-forwarded-for": f"10.0.0.{n}"}) for n in range(4)]
    assert found[-1].status_code == 429


def test_no_limit_when_none_is_set(client, db, settings):
    settings.API_RATE = 0
    assert set(statuses(client, 10)) == {200}


def test_pages_have_no_limit(client, db):
    assert {client.get("/id/zzzzzzzz").status_code for _ in range(5)} == {404}
    assert {client.get("/api/").status_code for _ in range(5)} == {200}


def test_processes_count_together():
    counts = SharedCounts()
    for _ in range(5):
        child = os.fork()
        if child == 0:
            counts.add("192.0.2.1", 600.0)
            os._exit(0)
        os.waitpid(child, 0)
    assert counts.add("192.0.2.1", 601.0) == 6


def test_the_table_holds_no_address():
    counts = SharedCounts()
    counts.add("192.0.2.1", 600.0)
    assert b"192.0.2.1" not in bytes(counts._table)
    assert bytes(counts._table).count(b"\0") > len(counts._table) - 9
