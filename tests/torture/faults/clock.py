"""The clock of the machine jumps by hours, forwards and backwards, while people work (tests/torture/clock.c makes it)."""

import subprocess
import time
from datetime import datetime
from pathlib import Path

from tests.programs import Program
from tests.serving import ROOT
from tests.torture.agreement import reading, shown, states
from tests.torture.house import Home, Server
from tests.torture.people import Browser, NoAnswer, Refused, Writer, form_of
from tests.torture.told import Told, timed

FAULT = "clock jumps"
COMPILER = Program("Un compilateur C", "faire sauter l’horloge du site", ("cc", "gcc"), "gcc", "CC")
# Hours off the true time, one after the other. Nobody is to be signed out, which twelve hours do.
JUMPS = (5, -3, 0, 8, -6, 0)


def library(folder: Path) -> Path:
    """What is loaded before libc, made in ``folder``."""
    made = folder / "clock.so"
    source = ROOT / "tests" / "torture" / "clock.c"
    subprocess.run([COMPILER.path(), "-shared", "-fPIC", "-O2", "-o", made, source, "-ldl"], check=True)
    return made


def run(base: Home) -> Told:
    told = Told(FAULT, base.database)
    with timed(told), base.copy("clock") as home:
        offset = home.folder / "clock"
        offset.write_text("0")
        faked = {"LD_PRELOAD": str(library(home.folder)), "CLOCK_OFF": str(offset)}
        with home.server(JOBS="on", API_RATE="1000000", **faked) as server:
            _jumps(told, home, server, offset)
    return told


def _jumps(told: Told, home: Home, server: Server, offset: Path) -> None:
    writer, entry = Writer(server.port, 0), home.entries[0]
    writer.enter()
    versions: list[int] = []
    visitor = Browser(server.port)
    tag = visitor.get("/acteurs/").headers["etag"]
    for number, hours in enumerate(JUMPS, 1):
        offset.write_text(f"{hours:+d}")
        told_time = visitor.get("/sante/vivant/").headers["date"]
        off = datetime.strptime(told_time, "%a, %d %b %Y %H:%M:%S %Z") - datetime.utcfromtimestamp(
            time.time()
        )
        told.expect(
            abs(off.total_seconds() - 3600 * hours) < 120,
            f"the server's clock is off by {off}, not {hours} h",
        )
        mark = f"marque1x{number}"
        try:
            writer.edit(entry.pk, mark)
        except (NoAnswer, Refused, LookupError) as error:
            told.expect(False, f"{hours:+d} h: an editor can't go on: {error}")
            continue
        told.tried += 1
        with reading(home) as connection:
            state = states(connection, [entry])[entry.pk]
            version = connection.execute("SELECT max(number) FROM territories_change").fetchone()[0]
        told.expect(
            state.marks == {mark} and not list(state.faults()), f"{hours:+d} h: {mark} acknowledged, {state}"
        )
        told.expect(
            not versions or version > versions[-1], f"{hours:+d} h: version {version} after {versions}"
        )
        versions.append(version)
        seen = shown(visitor, entry)
        told.expect(
            seen == {"API": {mark}, "page": {mark}}, f"{hours:+d} h: {mark} acknowledged, shown: {seen}"
        )
        answer = visitor.get("/acteurs/", **{"If-None-Match": tag})
        told.expect(answer.status == 200, f"{hours:+d} h: a browser keeps a page of before the edit")
        tag = answer.headers["etag"]
        _door(told, server, hours)
        told.expect(_jobs_work(writer, number), f"{hours:+d} h: the runner of jobs does not sort a table")
    told.note(
        f"by {', '.join(f'{hours:+d} h' for hours in JUMPS)}: version {versions[0]} to {versions[-1]}, one session"
    )


def _door(told: Told, server: Server, hours: int) -> None:
    """Somebody who mistyped their password a few times while the clock was ahead comes in after it is right again."""
    stranger = Writer(server.port, 1)
    page = stranger.browser.get("/admin/login/")
    wrong = form_of(page, "username") | {"username": "plume-1", "password": "un autre mot de passe"}
    if hours > 0:
        for _ in range(5):
            stranger.browser.post("/admin/login/", wrong)
        return
    deadline = time.monotonic() + 20
    while True:
        try:
            stranger.enter()
        except Refused as refused:
            if time.monotonic() > deadline:
                told.expect(False, f"{hours:+d} h: the door stays shut: {refused}")
                return
            # The runner of jobs forgets attempts of a time that is not yet.
            time.sleep(1)
        else:
            told.tried += 1
            return


def _jobs_work(writer: Writer, number: int) -> bool:
    batch = writer.upload([f"Horloge {number};Un résumé"])
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if "Tri en cours" not in writer.import_page(batch).text:
            return True
        time.sleep(0.3)
    return False
