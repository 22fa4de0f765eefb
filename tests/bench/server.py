"""The directory under gunicorn on a free port, asked over one connection that is kept open."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


@contextmanager
def serving(environment: dict[str, str]) -> Iterator[int]:
    """Yield the port; the server ends with the block."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "--config", "apes_directory/gunicorn_conf.py"],
        cwd=ROOT,
        env=environment
        | {"DJANGO_SETTINGS_MODULE": "tests.bench.settings", "PORT": str(port), "HOST": "127.0.0.1"},
        stdout=subprocess.DEVNULL,
    )
    try:
        _wait_for(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=10)


def _wait_for(port: int, process: subprocess.Popen) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if process.poll() is not None:
            sys.exit("gunicorn did not start")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    sys.exit("gunicorn does not listen")


class Visitor:
    """One connection, hence one process: its first answers after the start read the snapshot."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._asked = 0

    def ask(self, address: str) -> tuple[float, int]:
        """Milliseconds and bytes of one answer; any other status than 200 ends the bench.

        Every address is new, as a mail program's mark makes it: no cache of pages answers.
        """
        self._asked += 1
        mark = f"{'&' if '?' in address else '?'}utm_bench={self._asked}"
        start = time.perf_counter()
        self._connection.request("GET", address + mark)
        response = self._connection.getresponse()
        body = response.read()
        elapsed = 1000 * (time.perf_counter() - start)
        if response.status != 200:
            sys.exit(f"{address} answered {response.status}")
        return elapsed, len(body)


def manage(*arguments: str, environment: dict[str, str]) -> None:
    """A command of manage.py, its progress shown beside the table, not in it."""
    subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=os.environ | environment,
        stdout=sys.stderr,
        check=True,
    )
