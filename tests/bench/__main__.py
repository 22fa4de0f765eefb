"""Starts gunicorn on a free port of the loopback and asks each page in turn, one connection.

The pages are interleaved, so that a machine whose speed drifts slows them all alike; the ratio to the
constant view is what to compare between machines.
"""

import http.client
import os
import socket
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PAGES = [
    "/constante/",
    "/acteurs/",
    "/acteurs/?territoire=246200299",
    "/acteurs/?territoire=62&q=insertion",
    "/acteurs/apes/",
    "/territoires/agglomeration-henin-carvin/",
    "/territoires/",
    "/cooperations/",
    "/ptce/",
    "/",
]
ROUNDS = 150
WARM_UP = 10


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port: int, process: subprocess.Popen) -> None:
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


def ask(connection: http.client.HTTPConnection, page: str) -> tuple[float, int]:
    """Milliseconds and bytes of one answer; any other status than 200 ends the bench."""
    start = time.perf_counter()
    connection.request("GET", page)
    response = connection.getresponse()
    body = response.read()
    elapsed = 1000 * (time.perf_counter() - start)
    if response.status != 200:
        sys.exit(f"{page} answered {response.status}")
    return elapsed, len(body)


def main() -> None:
    port = free_port()
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.bench.settings",
        "PORT": str(port),
        "HOST": "127.0.0.1",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "--config", "apes_directory/gunicorn_conf.py"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    try:
        wait_for(port, process)
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        times: dict[str, list[float]] = {page: [] for page in PAGES}
        sizes: dict[str, int] = {}
        for number in range(WARM_UP + ROUNDS):
            for page in PAGES:
                elapsed, sizes[page] = ask(connection, page)
                if number >= WARM_UP:
                    times[page].append(elapsed)
    finally:
        process.terminate()
        process.wait(timeout=10)
    constant = statistics.median(times[PAGES[0]])
    sys.stdout.write(f"{'page':45s} {'p50 ms':>8s} {'p95 ms':>8s} {'x constant':>10s} {'kB':>7s}\n")
    for page, values in times.items():
        median = statistics.median(values)
        p95 = statistics.quantiles(values, n=20)[18]
        sys.stdout.write(
            f"{page:45s} {median:8.2f} {p95:8.2f} {median / constant:10.1f} {sizes[page] / 1000:7.1f}\n"
        )


if __name__ == "__main__":
    main()
