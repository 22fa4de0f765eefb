"""The directory under gunicorn on a free port, as an installation runs it: for the bench and the browser."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Seconds; a machine that does much else starts slowly.
START_TIMEOUT = 60


def tables_at_once(installed_apps: list[str]) -> dict[str, None]:
    """MIGRATION_MODULES of a site that needs tables and nothing that migrations fill in: ``migrate --run-syncdb`` then
    makes them in a second, not in ten."""
    return {app.rpartition(".")[2]: None for app in installed_apps}


class SiteFailed(RuntimeError):
    """The site could not be prepared or does not listen; the text tells what it said."""


@contextmanager
def serving(environment: dict[str, str], settings: str) -> Iterator[int]:
    """Yield the port; the server ends with the block. ``settings`` is a module of the tests."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "--config", "apes_directory/gunicorn_conf.py"],
        cwd=ROOT,
        env=environment | {"DJANGO_SETTINGS_MODULE": settings, "PORT": str(port), "HOST": "127.0.0.1"},
        stdout=subprocess.DEVNULL,
    )
    try:
        _wait_for(port, process)
        yield port
    finally:
        process.terminate()
        # gunicorn gives its workers thirty seconds to end.
        process.wait(timeout=40)


def _wait_for(port: int, process: subprocess.Popen) -> None:
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise SiteFailed("gunicorn did not start")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise SiteFailed("gunicorn does not listen")


def run(*command: str, environment: dict[str, str], quiet: bool = False) -> None:
    """A command of this Python; its progress is shown, or with ``quiet`` only what goes wrong.

    What it prints goes to the errors: the bench prints a table.
    """
    done = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE if quiet else sys.stderr,
        stderr=subprocess.PIPE if quiet else None,
        text=True,
    )
    if done.returncode:
        raise SiteFailed(f"{' '.join(command)} failed{': ' + done.stderr.strip() if quiet else ''}")


def output(*command: str, environment: dict[str, str]) -> str:
    """What a command of this Python prints; raises SiteFailed with what went wrong."""
    done = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    if done.returncode:
        raise SiteFailed(f"{' '.join(command)} failed: {done.stderr.strip()}")
    return done.stdout


def manage(*arguments: str, environment: dict[str, str], quiet: bool = False) -> None:
    """A command of manage.py."""
    run("manage.py", *arguments, environment=environment, quiet=quiet)
