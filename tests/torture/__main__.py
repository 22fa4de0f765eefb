"""Breaks the running site in every way of docs/faults.md, prints what was tried, survived and lost, and exits 1 if anything was.

``--fault`` and ``--database`` choose some, ``--small`` tries each fault a few times only; the report is written when
everything was asked for. ``--keep FILE`` keeps what was tried, takes in what another run kept there, and writes the report of
all of it: for a run in several pieces.
"""

import argparse
import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

import django

from tests.torture import report
from tests.torture.house import Home, prepared
from tests.torture.told import Told

WRITERS, ENTRIES = 16, 64


def faults() -> dict[str, tuple[tuple[str, ...], Callable[[Home, bool], Told]]]:
    """Name -> the databases it concerns, and what tries it on a prepared site, in full or small."""
    from tests.torture.faults import clock, crowd, cut_log, disk, gone, killed, lag, migrating, spoilt

    both, sqlite, postgresql = ("sqlite", "postgresql"), ("sqlite",), ("postgresql",)
    return {
        "killed": (
            both,
            lambda base, small: (
                killed.run(base, edits=32, kills=6, tables=1, lines=20, writers=8)
                if small
                else killed.run(base, edits=512, kills=30, tables=6, lines=100, writers=WRITERS)
            ),
        ),
        "disk": (both, lambda base, small: disk.run(base, rounds=1 if small else 3)),
        "gone": (both, lambda base, small: gone.run(base, rounds=2 if small else 6)),
        "lag": (postgresql, lambda base, small: lag.run(base)),
        "clock": (both, lambda base, small: clock.run(base)),
        "spoilt": (sqlite, lambda base, small: spoilt.run(base, rounds=2 if small else 8)),
        "migrating": (both, lambda base, small: migrating.run(base, processes=2 if small else 4)),
        "log": (
            sqlite,
            lambda base, small: cut_log.run(base, edits=3 if small else 12, most=20 if small else 200),
        ),
        "crowd": (
            sqlite,
            lambda base, small: crowd.crowd(
                base, connections=500 if small else 10_000, seconds=5 if small else 20
            ),
        ),
        "slow": (
            sqlite,
            lambda base, small: crowd.slow(base, clients=100 if small else 1_000, seconds=5 if small else 20),
        ),
    }


def main() -> None:
    options = argparse.ArgumentParser(prog="make torture")
    options.add_argument("--fault", action="append", choices=list(faults()))
    options.add_argument("--database", action="append", choices=["sqlite", "postgresql"])
    options.add_argument("--small", action="store_true", help="a few times each")
    options.add_argument("--keep", type=Path, metavar="FILE", help="what was tried, for a run in pieces")
    asked = options.parse_args()
    with suppress(AttributeError):
        sys.stdout.reconfigure(line_buffering=True)
    started = time.monotonic()
    rows, release = [], ""
    for database in asked.database or ["sqlite", "postgresql"]:
        say(f"A site on {database}…", started)
        with prepared(database, writers=WRITERS, entries=ENTRIES) as base:
            release = base.release() or release
            for name, (databases, attempt) in faults().items():
                if database not in databases or (asked.fault and name not in asked.fault):
                    continue
                say(f"{name}, {database}…", started)
                row = attempt(base, asked.small)
                rows.append(row)
                if asked.keep:
                    rows = kept(asked.keep, rows)
                sys.stdout.write(f"{row.line}\n")
                for loss in row.losses[:20]:
                    sys.stdout.write(f"    lost: {loss}\n")
                for note in row.notes:
                    sys.stdout.write(f"    {note}\n")
    if asked.keep or not (asked.fault or asked.database or asked.small):
        report.write(rows, release)
    lost = sum(len(row.losses) for row in rows)
    sys.stdout.write(
        f"{sum(row.tried for row in rows)} tried, {sum(row.survived for row in rows)} survived, {lost} lost\n"
    )
    sys.exit(bool(lost))


def kept(file: Path, rows: list[Told]) -> list[Told]:
    """These rows and those of other runs, in the order of the table of faults; written there."""
    found = {(row.fault, row.database): row for row in rows}
    if file.exists():
        before = [Told(**each) for each in json.loads(file.read_text(encoding="utf-8"))]
        found = {(row.fault, row.database): row for row in before} | found
    every = list(found.values())
    file.write_text(
        json.dumps([asdict(row) for row in every], ensure_ascii=False, indent=1), encoding="utf-8"
    )
    return every


def say(text: str, started: float) -> None:
    sys.stderr.write(f"{(time.monotonic() - started) / 60:5.1f} min  {text}\n")
    sys.stderr.flush()


def _leave(number: int, frame) -> None:
    # Whatever was started ends with it.
    sys.exit(128 + number)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _leave)
    with tempfile.TemporaryDirectory(prefix="apes-torture-") as folder:
        os.environ |= {"DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "tests.torture.settings"}
        django.setup()
        main()
