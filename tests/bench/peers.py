"""The servers of one size, side by side: the site cold and warm, Datasette, nginx with a file."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.server import Visitor
from tests.programs import NGINX
from tests.serving import SiteFailed, serving

_TABLE = '{"databases": {"flat": {"tables": {"actors": {"fts_table": "actors_fts", "fts_pk": "id"}}}}}'
# Milliseconds and rows beyond which Datasette would leave out what our pages always tell.
_LIMITS = {
    "sql_time_limit_ms": 300_000,
    "facet_time_limit_ms": 300_000,
    "default_facet_size": 100,
    "max_returned_rows": 1000,
    "suggest_facets": "off",
}


@contextmanager
def site(environment: dict[str, str], *, kept: int, more: list[int]) -> Iterator[Visitor]:
    """gunicorn with one process of four threads. ``kept``: pages; ``more``: processes that work for it."""
    own = environment | {"PAGES_KEPT": str(kept), "WORKERS": "1", "JOBS": "off"}
    before = _children()
    with serving(own, "tests.bench.settings") as port:
        visitor = Visitor(port, [*(_children() - before), *more])
        try:
            yield visitor
        finally:
            # gunicorn would wait for it.
            visitor.close()


@contextmanager
def datasette(file: Path) -> Iterator[Visitor]:
    with tempfile.TemporaryDirectory() as folder:
        metadata = Path(folder, "metadata.json")
        metadata.write_text(_TABLE)
        port = free_port()
        command = [sys.executable, "-m", "datasette", "serve", str(file), "--port", str(port)]
        command += ["--metadata", str(metadata)]
        for name, value in _LIMITS.items():
            command += ["--setting", name, str(value)]
        with running(command, port) as process:
            yield Visitor(port, [process.pid])


@contextmanager
def nginx(content: bytes) -> Iterator[Visitor]:
    """One process that sends a file."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        Path(folder, "page.html").write_bytes(content)
        port = free_port()
        Path(folder, "nginx.conf").write_text(
            f"daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;\n"
            "events {}\n"
            f"http {{ access_log off; types {{ text/html html; }} keepalive_requests 100000; sendfile on;\n"
            + "".join(
                f"{name}_temp_path {folder}/{name};\n"
                for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
            )
            + f"server {{ listen 127.0.0.1:{port}; root {folder}; }} }}\n"
        )
        with running(
            [NGINX.path(), "-c", f"{folder}/nginx.conf", "-e", f"{folder}/error.log"], port
        ) as process:
            yield Visitor(port, [process.pid])


@contextmanager
def running(command: list[str], port: int) -> Iterator[subprocess.Popen]:
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ,
    )
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > deadline:
                    raise SiteFailed(f"{command[0]} does not listen") from None
                time.sleep(0.1)
        yield process
    finally:
        process.terminate()
        process.wait(timeout=20)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _children() -> set[int]:
    return {
        int(pid) for task in Path("/proc/self/task").glob("*/children") for pid in task.read_text().split()
    }
