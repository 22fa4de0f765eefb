"""The disk is full: a small one of its own, mounted for the purpose, and a file that takes all the room there is."""

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.torture.agreement import is_sound, reading, states
from tests.torture.cluster import Cluster
from tests.torture.house import Home, Server, copied_cluster
from tests.torture.people import Browser, NoAnswer, Refused, Writer
from tests.torture.scene import BEGINNING
from tests.torture.told import Told, timed

FAULT = "disk full"
SENTENCE = "Le disque de l’annuaire est plein."
_SIZE = "120m"


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A tmpfs of 120 MB; raises CalledProcessError where mounting is not allowed."""
    folder.mkdir()
    subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={_SIZE}", "tmpfs", folder], check=True, capture_output=True
    )
    try:
        yield folder
    finally:
        for _ in range(20):
            if subprocess.run(["umount", folder], capture_output=True).returncode == 0:
                break
            time.sleep(0.5)
        else:
            subprocess.run(["umount", "--lazy", folder], check=True)
        folder.rmdir()


def fill(ballast: Path) -> int:
    """Write until nothing more fits, to the last byte; how many bytes it took."""
    written = 0
    with ballast.open("ab", buffering=0) as file:
        for size in (1 << 20, 4096, 512, 1):
            with suppress(OSError):
                while (done := file.write(bytes(size))) == size:
                    written += done
    return written


def run(base: Home, *, rounds: int) -> Told:
    """Each round: the disk is filled, people try to write and to read, room is made, people go on."""
    told = Told(FAULT, base.database)
    # Whoever runs PostgreSQL has to get there; a socket's path is short.
    place = Path(tempfile.mkdtemp(prefix="apes-disk-", dir="/tmp"))
    place.chmod(0o755)
    with timed(told), small_disk(place / "disk") as disk:
        if base.database == "sqlite":
            with base.copy("full", disk) as home, home.server(JOBS="on") as server:
                _rounds(told, home, server, disk / "ballast", rounds)
        else:
            with copied_cluster(base, disk) as home, home.server(JOBS="on") as server:
                _rounds(told, home, server, disk / "ballast", rounds)
    shutil.rmtree(place, ignore_errors=True)
    return told


def _rounds(told: Told, home: Home, server: Server, ballast: Path, rounds: int) -> None:
    writer, entry = Writer(server.port, 0), home.entries[0]
    writer.enter()
    saved, number = BEGINNING, 0
    refusals, restarts = 0, 0
    for _ in range(rounds):
        fill(ballast)
        # What has room already is still written: in the log of writes, or in pages that are half full.
        full = False
        for _ in range(200):
            number += 1
            mark = f"marque1x{number}"
            fill(ballast)
            try:
                writer.edit(entry.pk, mark)
            except Refused as refused:
                full = True
                refusals += 1
                answer = refused.answer
                told.expect(
                    answer.status == 503, f"a full disk is told by {answer.status} « {answer.title} »"
                )
                told.expect(
                    SENTENCE in answer.text or "base de données" in answer.text,
                    f"the page of a full disk does not say so: « {answer.title} »",
                )
                break
            except NoAnswer as error:
                told.expect(False, f"no answer while the disk is full: {error}")
                break
            saved = mark
        told.expect(full, "the disk was never full for the site")
        visitor = Browser(server.port)
        for address in ("/", "/acteurs/", f"/acteurs/{entry.slug}/"):
            status = visitor.get(address).status
            # PostgreSQL that ends itself for want of room is gone until there is some.
            if home.cluster is None or home.cluster.is_up():
                told.expect(status == 200, f"{address} is answered {status} while the disk is full")
        ballast.unlink()
        if isinstance(home.cluster, Cluster) and not home.cluster.is_up():
            restarts += 1
            home.cluster.start()
        number += 1
        saved = _goes_on(told, writer, entry.pk, f"marque1x{number}", saved)
        with reading(home) as connection:
            state = states(connection, [entry])[entry.pk]
        told.expect(state.marks == {saved}, f"{saved} was acknowledged, {state} is stored")
    server.stop()
    told.expect((sound := is_sound(home)) == "ok", f"SQLite says of the file: {sound}")
    told.note(f"tmpfs of {_SIZE}B filled {rounds} times: {refusals} edits refused, in French")
    if home.database == "postgresql":
        told.note(
            f"PostgreSQL ended itself {restarts} times for want of room, and was started again once there was some"
        )


def _goes_on(told: Told, writer: Writer, entry: int, mark: str, before: str) -> str:
    """Once there is room: the same person, on the same session, saves; what is saved by then."""
    deadline = time.monotonic() + 60
    while True:
        try:
            writer.edit(entry, mark)
        except (NoAnswer, Refused) as error:
            if time.monotonic() > deadline:
                told.expect(False, f"nothing can be saved a minute after there was room: {error}")
                return before
            time.sleep(0.5)
        else:
            told.tried += 1
            return mark
