"""Uploads are read in a process that may take so much memory and time, and one at a time."""

import fcntl
import io
import os
import time
from contextlib import closing
from pathlib import Path

import pytest

from editing.confined import Busy, FileRefused, TooHeavy, child, read_confined

READERS = "tests.editing.confined_readers"


def read(reader: str, content: bytes = b"", *, megabytes=300, seconds=5, **options) -> list:
    """All values of a reader of tests/editing/confined_readers.py."""
    limits = {"megabytes": megabytes, "seconds": seconds}
    return list(read_confined(f"{READERS}:{reader}", io.BytesIO(content), **limits, **options))


def test_values_arrive_as_they_were_given():
    assert read("repeat", "é\ud83d\ude00".encode("utf-16", "surrogatepass"), times=2) == ["é😀", "é😀"]


def test_a_refusal_arrives_with_its_words():
    with pytest.raises(FileRefused, match=r"^Pas ça\.$"):
        read("refuse")


@pytest.mark.parametrize("reader", ["hoard", "spin", "vanish"])
def test_too_much_memory_or_time_and_a_sudden_end_are_told_alike(reader):
    with pytest.raises(TooHeavy):
        read(reader, seconds=1)


def test_a_reader_that_is_not_there_is_an_error_of_the_program():
    with pytest.raises(RuntimeError, match="does not start"):
        read("nobody")


def test_the_process_knows_no_secret_of_the_site(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "x" * 50)
    monkeypatch.setenv("DATABASE_URL", "sqlite:////nowhere")
    assert set(read("environment")) <= {"PYTHONPATH", "PATH", "PYTHONUTF8", "LC_CTYPE"}


def test_one_file_is_read_at_a_time():
    with Path(child.__file__).open("rb") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        with pytest.raises(Busy):
            read("repeat", times=1, wait=0)


def test_whoever_leaves_before_the_end_leaves_the_turn_to_the_next_and_no_process():
    with closing(read_confined(f"{READERS}:numbers", io.BytesIO(), megabytes=300, seconds=60)) as values:
        assert next(values) == 0
        started = time.monotonic()
    assert read("refuse_nothing") == []
    assert time.monotonic() - started < 20
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)
