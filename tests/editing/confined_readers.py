"""Readers for test_confined.py: each does what a file could make a real one do."""

import os
import signal
from itertools import count

from editing.confined import FileRefused


def repeat(file, *, times):
    text = file.read().decode("utf-16")
    os.write(1, b"what a library prints is not what is read\n")
    yield from [text] * times


def refuse(file):
    yield "read so far"
    raise FileRefused("Pas ça.")


def refuse_nothing(file):
    yield from ()


def numbers(file):
    yield from count()


def hoard(file):
    held = []
    while True:
        held.append(bytes(10_000_000))
        yield len(held)


def spin(file):
    while True:
        pass
    yield


def vanish(file):
    yield "half"
    os.kill(os.getpid(), signal.SIGKILL)


def environment(file):
    yield from os.environ
