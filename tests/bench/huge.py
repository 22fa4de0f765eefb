"""200,000 made-up actors leave as files in flat memory: part of ``make test-slow``, collected by no other run.

A process of its own streams each format from a SQLite database of its own and tells the most memory it ever held, the
program itself included (some 120 MB), and the seconds the processor worked. HUGE_ACTORS makes fewer, for a try.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
ACTORS = int(os.environ.get("HUGE_ACTORS", "200000"))
MOST_MEGABYTES = 150
FORMATS = [
    *(f"acteurs.{suffix}" for suffix in ("csv", "xlsx", "geojson", "jsonl", "ttl", "jsonld")),
    *(f"cooperations.{suffix}" for suffix in ("csv", "xlsx", "jsonl", "ttl", "jsonld", "graphml")),
    "reseau-acteurs.csv",
]


def run(data_dir: Path, *arguments: str) -> str:
    environment = {**os.environ, "DATA_DIR": str(data_dir), "DATABASE_URL": "", "PYTHONPATH": str(ROOT)}
    environment["DJANGO_SETTINGS_MODULE"] = "apes_directory.settings"
    command = [sys.executable, "-m", "tests.bench.huge_streams", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def huge_directory(tmp_path_factory) -> Path:
    data_dir = tmp_path_factory.mktemp("huge")
    run(data_dir, "make", str(ACTORS))
    return data_dir


@pytest.mark.parametrize("name", FORMATS)
def test_files_are_streamed_in_flat_memory(huge_directory, name):
    told = json.loads(run(huge_directory, "stream", *name.rsplit(".", 1)))
    print(name, told)  # noqa: T201 (shown with -s, for docs/performance.md)
    assert told["megabytes"] < MOST_MEGABYTES
    # A line, a node or a feature for each at least; of a workbook what deflating leaves of it.
    assert told["bytes"] > (50 if name.endswith("xlsx") else 100) * ACTORS
