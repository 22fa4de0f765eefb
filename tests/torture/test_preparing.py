"""Two commands that prepare one database: the second waits, and says so."""

import threading
import time

import pytest
from django.core.management import call_command
from django.db import connection

from apes_directory import preparing
from apes_directory.management.commands.migrate import Command
from apes_directory.preparing import WAITING, alone

pytestmark = pytest.mark.django_db


@pytest.fixture
def beside(tmp_path, monkeypatch):
    """The suite's database in memory is nobody else's: a name as that of a file has."""
    monkeypatch.setattr(preparing, "_AGAIN", 0.01)
    if connection.vendor == "sqlite":
        lock = tmp_path / "directory.sqlite3.prepare-lock"
        monkeypatch.setattr(preparing, "_lock", lambda: preparing.FileLock(lock))


def test_the_second_waits_for_the_first_and_says_so(beside):
    said, order = [], []

    def second() -> None:
        with alone(said.append):
            order.append("second")

    waiting = threading.Thread(target=second)
    with alone(said.append):
        assert said == []
        waiting.start()
        deadline = time.monotonic() + 20
        while not said and time.monotonic() < deadline:
            time.sleep(0.01)
        order.append("first")
    waiting.join(timeout=20)
    assert said == [WAITING]
    assert order == ["first", "second"]


def test_the_lock_is_free_after_a_command_that_failed(beside):
    with pytest.raises(ValueError, match="no"), alone(print):
        raise ValueError("no")
    with alone(pytest.fail):
        pass


@pytest.mark.parametrize(("options", "takes"), [([], True), (["--plan"], False), (["--check"], False)])
def test_migrating_takes_it_and_looking_does_not(beside, monkeypatch, options, takes, capsys):
    taken = []
    original = preparing.alone
    monkeypatch.setattr(
        "apes_directory.management.commands.migrate.alone", lambda say: taken.append(True) or original(say)
    )
    call_command(Command(), *options, verbosity=0)
    assert bool(taken) == takes
