"""What a process thinks of its databases, by what they answered."""

import pytest

from apes_directory.replicas import watch as module
from apes_directory.replicas.watch import PATIENCE, Watch

LAG = 5


class Clock:
    now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(module, "time", clock)
    return clock


@pytest.fixture
def watch(clock):
    return Watch(["replica_1", "replica_2"], LAG)


def aliases(watch) -> list[str]:
    return [server.alias for server in watch.usable()]


def hear(watch, primary: int | None = None, first: int | None = None, second: int | None = None) -> None:
    """Versions that were answered; None: nothing was."""
    if primary is not None:
        watch.heard(watch.primary, False, primary)
    for server, version in zip(watch.replicas, (first, second), strict=True):
        if version is not None:
            watch.heard(server, True, version)


def test_before_anybody_answered_all_are_taken_to_be_there(watch):
    assert watch.primary.answers()
    assert aliases(watch) == ["replica_1", "replica_2"]


def test_one_that_failed_is_left_alone_until_it_answers(watch):
    hear(watch, 7, 7, 7)
    watch.replicas[0].failed()
    assert aliases(watch) == ["replica_2"]
    hear(watch, first=7)
    assert aliases(watch) == ["replica_1", "replica_2"]


def test_one_that_says_nothing_any_more_is_gone(watch, clock):
    hear(watch, 7, 7, 7)
    clock.now += PATIENCE
    hear(watch, 7, second=7)
    assert aliases(watch) == ["replica_1", "replica_2"]
    clock.now += 0.1
    assert aliases(watch) == ["replica_2"]


def test_one_that_lags_for_longer_than_it_may_is_passed_over(watch, clock):
    hear(watch, 7, 7, 7)
    hear(watch, 8, 8, 7)
    clock.now += LAG
    hear(watch, 9, 9, 7)
    assert aliases(watch) == ["replica_1", "replica_2"]
    clock.now += 0.1
    hear(watch, 9, 8, 7)
    # Since the first version that it lacks; the other has lacked its own for an instant.
    assert [watch.seconds_behind(each) for each in watch.replicas] == pytest.approx([0.1, LAG + 0.1])
    assert aliases(watch) == ["replica_1"]
    hear(watch, second=9)
    assert aliases(watch) == ["replica_1", "replica_2"]


def test_without_a_primary_the_most_advanced_comes_first(watch, clock):
    hear(watch, 7, 7, 7)
    hear(watch, 9, 7, 8)
    clock.now += LAG + 0.1
    hear(watch, 9, 7, 8)
    assert aliases(watch) == []
    watch.primary.failed()
    assert aliases(watch) == ["replica_2", "replica_1"]


def test_one_that_became_a_primary_is_not_read(watch):
    hear(watch, 7, 7, 7)
    watch.heard(watch.replicas[0], False, 7)
    assert aliases(watch) == ["replica_2"]


def test_it_is_told_once_that_one_is_gone_and_once_that_it_is_back(watch, caplog):
    hear(watch, 7, 7, 7)
    for _ in range(3):
        watch.replicas[0].failed(OSError("postgresql://somebody:secret@there/"))
    hear(watch, 7, 7, 7)
    hear(watch, 7, 7, 7)
    assert [record.getMessage() for record in caplog.records] == [
        "Database « replica_1 » is gone (OSError): read elsewhere meanwhile.",
        "Database « replica_1 » answers again.",
    ]
