"""Reading what people upload in a process of its own, whose memory and time the system bounds.

A workbook of thirty kilobytes can unfold to gigabytes inside the library that reads it, and a page of a PDF keep
it busy for minutes. No check beforehand knows every way to do that; a limit of the system needs to know none.
One file is read at a time on a machine, so that ten of them don't add up.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

_ROOT = Path(__file__).resolve().parents[2]


class FileRefused(Exception):
    """Nothing can be read from the file; the message says why in French, and holds nothing of its inside."""


class TooHeavy(Exception):
    """Reading the file took more memory or time than it may."""


class Busy(Exception):
    """Other files were being read all the while."""


BUSY = "D’autres fichiers sont en cours de lecture. Réessayez dans une minute."


def read_confined(
    reader: str, file: BinaryIO, *, megabytes: int, seconds: int, wait: int = 60, **options: Any
) -> Iterator[Any]:
    """What ``reader`` gives, one value after the other, while it reads.

    ``reader``: « package.module:function », a generator of JSON values that takes the file and ``options`` and
    knows nothing of Django. ``megabytes``: of address space, all included; ``seconds``: of processor time, so that
    whoever takes the values may be slow. Raises FileRefused as the reader does, TooHeavy past a limit, Busy when
    its turn does not come within ``wait`` seconds. Close it when leaving before its end: others wait for it.
    """
    command = [sys.executable, "-m", "editing.confined.child", reader]
    command += [str(megabytes), str(seconds), str(wait), json.dumps(options)]
    # Nothing of the site's own environment: the child needs no secret, and must find no database.
    environment = {"PYTHONPATH": str(_ROOT), "PATH": os.defpath, "PYTHONUTF8": "1"}
    child = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, cwd=_ROOT
    )
    try:
        # It may end before the file does: what it said, if anything, tells why.
        with suppress(BrokenPipeError):
            shutil.copyfileobj(file, child.stdin)
            child.stdin.close()
        yield from _values(child)
    finally:
        child.kill()
        child.stdout.close()
        # A pipe that broke with something left to write says so once more.
        with suppress(BrokenPipeError):
            child.stdin.close()
        child.wait()


def _values(child: subprocess.Popen) -> Iterator[Any]:
    ready = False
    for line in child.stdout:
        try:
            word, value = json.loads(line)
        except ValueError:
            # Cut in the middle by the end of the process.
            break
        if word == "value":
            yield value
        elif word == "ready":
            ready = True
        elif word == "refused":
            raise FileRefused(value)
        elif word == "busy":
            raise Busy
        elif word == "heavy":
            raise TooHeavy
        elif word == "done":
            return
    if not ready:
        raise RuntimeError(f"The process that reads uploads does not start: it ended with {child.wait()}.")
    raise TooHeavy
