"""The process that reads one upload from its standard input; started by ``read_confined()`` alone.

Each line it writes is ``[word, value]`` in JSON: *ready* once it can read, *value* for each value, then *done*,
*refused*, *heavy* or *busy*. Where the system ends it, the last word is missing.
"""

import fcntl
import importlib
import io
import json
import os
import resource
import sys
import time
from pathlib import Path

from editing.confined import FileRefused


def main(reader: str, megabytes: str, seconds: str, wait: str, options: str) -> None:
    # What libraries print must not mix with what is said here.
    said = os.fdopen(os.dup(1), "w", encoding="utf-8", errors="surrogatepass")
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)

    def say(word: str, value: object = None) -> None:
        said.write(json.dumps([word, value]) + "\n")

    content = sys.stdin.buffer.read()
    # openpyxl takes numpy along where it finds it, for 100 MB of address space and nothing of use here.
    sys.modules["numpy"] = None
    module, _, function = reader.partition(":")
    read = getattr(importlib.import_module(module), function)
    # The lock is on this very file, which every process of an installation has, and ends with the process.
    with Path(__file__).open("rb") as turn:
        if not _got(turn, int(wait)):
            say("busy")
        else:
            resource.setrlimit(resource.RLIMIT_AS, (int(megabytes) * 1_000_000,) * 2)
            resource.setrlimit(resource.RLIMIT_CPU, (int(seconds),) * 2)
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            say("ready")
            said.flush()
            # From here on a traceback could quote the file.
            os.dup2(silence, 2)
            try:
                for value in read(io.BytesIO(content), **json.loads(options)):
                    say("value", value)
                say("done")
            except FileRefused as refusal:
                say("refused", str(refusal))
            except MemoryError:
                say("heavy")
    said.close()


def _got(turn: io.BufferedReader, wait: int) -> bool:
    until = time.monotonic() + wait
    while True:
        try:
            fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                return False
            time.sleep(0.05)
        else:
            return True


if __name__ == "__main__":
    main(*sys.argv[1:])
