"""What is read in a transaction is shown to nobody else."""

import pytest
from django.db import transaction

from territories.memory import Memory, aside, forget_all
from territories.reading import reading

pytestmark = pytest.mark.django_db


def counting():
    """A memory, and what asks it: each reading gives a new number."""
    memory, read = Memory(), []

    def ask(key="1"):
        return memory.get(key, lambda: read.append(key) or len(read))

    return memory, ask


def test_a_value_is_read_once_for_a_key():
    memory, ask = counting()
    assert memory.last() is None
    assert [ask(), ask(), ask("2"), ask("2"), ask()] == [1, 1, 2, 2, 3]
    assert memory.last() == 3


def test_so_many_are_kept():
    memory, read = Memory(2), []
    for key in "abab":
        memory.get(key, lambda key=key: read.append(key))
    memory.get("c", lambda: None)
    memory.get("a", lambda: read.append("a again"))
    assert read == ["a", "b", "a again"]


def test_what_a_transaction_reads_is_not_kept():
    memory, ask = counting()
    with transaction.atomic():
        assert [ask(), ask()] == [1, 2]
    assert memory.last() is None
    assert ask() == 3
    with transaction.atomic():
        assert ask() == 3


def test_aside_reads_anew_once_and_leaves_nothing():
    memory, ask = counting()
    ask()
    with transaction.atomic(), aside():
        assert [ask(), ask()] == [2, 2]
        assert memory.last() == 1
    assert ask() == 1


def test_what_is_of_territories_shows_aside():
    memory = Memory(of_territories=True)
    memory.get("1", lambda: "kept")
    with transaction.atomic(), aside():
        assert memory.get("1", lambda: "anew") == "kept"
        assert memory.get("2", lambda: "anew") == "anew"
    assert memory.last() == "kept"


def test_all_can_be_forgotten():
    memory, ask = counting()
    ask()
    forget_all()
    assert memory.last() is None


def test_several_are_read_at_once_and_only_those_that_are_missing(db):
    memory, asked = Memory(3), []

    def read(keys):
        asked.append(keys)
        return {key: key * 10 for key in keys if key < 100}

    assert memory.get_many([1, 2], read) == {1: 10, 2: 20}
    assert memory.get_many([2, 3, 100], read) == {2: 20, 3: 30}
    assert asked == [[1, 2], [3, 100]]
    # No more than it may keep: those read first went.
    assert memory.get_many([4], read) == {4: 40}
    assert memory.get_many([1], read) == {1: 10}
    assert asked[2:] == [[4], [1]]


def test_several_read_in_a_transaction_or_aside_are_not_kept(db):
    memory = Memory(9)
    assert memory.get_many([1], lambda keys: {1: "vu de tous"}) == {1: "vu de tous"}
    with aside():
        assert memory.get_many([1], lambda keys: {1: "à part"}) == {1: "à part"}
        assert memory.get_many([1], lambda keys: {}) == {1: "à part"}
    with transaction.atomic():
        assert memory.get_many([2], lambda keys: {2: "en cours"}) == {2: "en cours"}
    assert memory.get_many([1, 2], lambda keys: {2: "après"}) == {1: "vu de tous", 2: "après"}


def test_what_was_read_elsewhere_is_kept_apart(monkeypatch):
    memory, ask = counting()
    monkeypatch.setattr("territories.memory.in_snapshot", lambda: True)
    assert ask() == 1
    with reading("replica_1"):
        assert [ask(), ask()] == [2, 2]
        assert memory.last() == 2
    # From another replica it is exactly the same.
    with reading("replica_2"):
        assert ask() == 2
    assert (ask(), memory.last()) == (1, 1)
    memory.forget()
    with reading("replica_1"):
        assert ask() == 2
    memory.forget_everything()
    with reading("replica_1"):
        assert ask() == 3


def test_what_is_read_elsewhere_without_a_snapshot_is_not_kept(monkeypatch):
    memory, ask = counting()
    monkeypatch.setattr("territories.memory.in_snapshot", lambda: False)
    with reading("replica_1"):
        assert [ask(), ask()] == [1, 2]
        assert memory.last() is None
