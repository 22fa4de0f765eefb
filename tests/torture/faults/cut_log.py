"""SQLite's log of writes is cut, at every kind of place: what opens is a beginning of whole commits, and a start says so."""

import shutil
import sqlite3
import struct
from contextlib import closing
from pathlib import Path

from django.db.backends.sqlite3._functions import register

from tests.torture.agreement import reading, states
from tests.torture.house import Home
from tests.torture.people import Writer
from tests.torture.told import Told, timed

FAULT = "log of writes cut"
_HEADER, _FRAME = 32, 24


def places(log: bytes) -> dict[int, str]:
    """Where to cut: in the header, and of each page before it, in its head, in its middle and one byte before its end."""
    page = struct.unpack(">I", log[8:12])[0]
    found = {
        0: "nothing left",
        1: "one byte",
        16: "in the header",
        31: "in the header",
        32: "the header alone",
    }
    for at in range(_HEADER, len(log), _FRAME + page):
        found |= {at: "between pages", at + 7: "in a head", at + _FRAME + page // 2: "in a page"}
        found[at + _FRAME + page - 1] = "before the last byte"
    return {at: what for at, what in found.items() if at < len(log)}


def commits(log: bytes) -> list[int]:
    """Where each commit of a log ends."""
    page = struct.unpack(">I", log[8:12])[0]
    salts = log[16:24]
    step = _FRAME + page
    return [
        at + step
        for at in range(_HEADER, len(log) - step + 1, step)
        if log[at + 8 : at + 16] == salts and log[at + 4 : at + 8] != bytes(4)
    ]


def run(base: Home, *, edits: int, most: int) -> Told:
    """A log of ``edits`` by the site, cut at ``most`` places over its whole length."""
    told = Told(FAULT, base.database)
    with timed(told), base.copy("log") as home:
        before, log = _written(home, edits)
        ends = commits(log)
        told.note(f"{edits} edits made a log of {len(log)} bytes with {len(ends)} commits")
        every = sorted(places(log).items())
        chosen = every[:: max(1, len(every) // most)] + [
            (end, "after a commit") for end in ends[:: max(1, len(ends) // 5)]
        ]
        last = -1
        for at, what in sorted(chosen):
            state = _opened(home, before, log[:at])
            whole = sum(end <= at for end in ends)
            told.expect(not state["faults"], f"cut {what} at {at}: {state['faults']}")
            told.expect(
                state["version"] >= last, f"cut {what} at {at}: version {state['version']} after {last}"
            )
            last = state["version"]
            if at in ends or at == 0:
                # Nothing tells a log that ends where a commit ends from one that was not cut, but what was noted.
                continue
            told.expect(state["said"], f"cut {what} at {at}, {whole} commits whole: the start says nothing")
        told.expect(_opened(home, before, log)["version"] == last or last >= 0, "the whole log does not open")
        _noted(told, home, before, log, ends)
    return told


def _written(home: Home, edits: int) -> tuple[Path, bytes]:
    """A database and its log, as kill -9 leaves them."""
    with home.server(JOBS="off") as server:
        writer = Writer(server.port, 0)
        writer.enter()
        for number in range(edits):
            writer.edit(home.entries[number % len(home.entries)].pk, f"marque1x{number + 1}")
        server.kill_everything()
    before = home.folder / "before"
    shutil.copy(home.file, before)
    return before, home.file.with_name(f"{home.file.name}-wal").read_bytes()


def _put(home: Home, before: Path, log: bytes) -> None:
    shutil.copy(before, home.file)
    home.file.with_name(f"{home.file.name}-shm").unlink(missing_ok=True)
    home.file.with_name(f"{home.file.name}-wal").write_bytes(log)


def _opened(home: Home, before: Path, log: bytes) -> dict:
    """What a start says in the words of the site's own code, and what is there then."""
    _put(home, before, log)
    said = list(sentences(home.file))
    with closing(sqlite3.connect(home.file)) as connection:
        register(connection)
        faults = [row[0] for row in connection.execute("PRAGMA integrity_check(3)") if row[0] != "ok"]
        version = connection.execute("SELECT max(number) FROM territories_change").fetchone()[0]
    with reading(home) as connection:
        found = states(connection, home.entries)
        faults += [fault for state in found.values() for fault in state.faults()]
    if len(found) != len(home.entries):
        faults.append(f"{len(found)} entries of {len(home.entries)}")
    return {"said": said, "faults": faults, "version": version}


def sentences(file: Path) -> list[str]:
    """What ``prepare`` says of a log, without the seconds that starting it takes."""
    # Django is set up by now.
    from apes_directory.soundness import said_of_file

    return list(said_of_file(file))


def _noted(told: Told, home: Home, before: Path, log: bytes, ends: list[int]) -> None:
    """Cut where a commit ends: only the version that was noted tells, and the command itself says it."""
    with home.server(JOBS="on") as server:
        server.stop()
    noted = home.folder / "version-enregistree"
    _put(home, before, log)
    home.said("manage.py", "run_jobs", "--once")
    told.expect(noted.exists(), "the runner of jobs notes no version")
    _put(home, before, log[: ends[len(ends) // 2]])
    said = home.said("manage.py", "prepare")
    told.expect(
        said.returncode == 0 and "les dernières manquent" in said.stdout,
        f"a start says nothing: {said.stdout[-500:]}",
    )
    told.expect(
        "les dernières manquent" in home.said("manage.py", "diagnostic").stdout, "the diagnosis does not tell"
    )
