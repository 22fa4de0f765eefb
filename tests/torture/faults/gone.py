"""The database is gone, and comes back: PostgreSQL stopped, killed and started, SQLite's folder out of reach."""

import signal
import threading
import time
from contextlib import suppress

from tests.torture.agreement import is_sound, reading, shown, states
from tests.torture.house import Home, Server
from tests.torture.people import Browser, NoAnswer, Refused, Writer
from tests.torture.scene import BEGINNING
from tests.torture.told import Told, timed

FAULT = "database gone and back"
# Seconds that anybody waits for an answer while it is gone.
PATIENCE = 20
PAGES = (
    "/",
    "/acteurs/",
    "/acteurs/?q=atelier",
    "/territoires/",
    "/api/v1/actors",
    "/sante/",
)


def run(base: Home, *, rounds: int) -> Told:
    told = Told(FAULT, base.database)
    with timed(told), base.copy("gone") as home, home.server(JOBS="on") as server:
        writer, entry, saved = Writer(server.port, 0), home.entries[0], BEGINNING
        writer.enter()
        longest = 0.0
        for number in range(rounds):
            # In the middle of an edit, each other time.
            busy = threading.Thread(target=_suppressed, args=(writer, entry.pk, f"marque9x{number}"))
            busy.start()
            time.sleep(0.05 * (number % 5))
            _take_away(home, number)
            busy.join()
            longest = max(longest, _look(told, home, server, writer))
            _give_back(home)
            saved = _goes_on(told, writer, entry.pk, f"marque1x{number + 1}")
            with reading(home) as connection:
                state = states(connection, [entry])[entry.pk]
            told.expect(
                state.marks == {saved} and not list(state.faults()),
                f"{saved} was acknowledged, {state} is stored",
            )
            seen = shown(Browser(server.port), entry)
            told.expect(seen == {"API": {saved}, "page": {saved}}, f"{saved} was acknowledged, shown: {seen}")
        told.expect(server.starts == 1, "the site had to be started again")
        server.stop()
        told.expect((sound := is_sound(home)) == "ok", f"SQLite says of the file: {sound}")
        told.note(f"{rounds} times; the slowest answer meanwhile took {longest:.1f} s")
    return told


def _suppressed(writer: Writer, entry: int, mark: str) -> None:
    with suppress(NoAnswer, Refused, LookupError):
        writer.edit(entry, mark)


def _take_away(home: Home, number: int) -> None:
    if home.cluster is not None:
        home.cluster.stop((signal.SIGINT, signal.SIGQUIT)[number % 2])
        return
    # A disk that is no longer mounted: its folder is empty. Renamed, since nothing is out of reach for root.
    home.folder.rename(home.folder.with_name(f"{home.folder.name}-away"))
    home.folder.mkdir()
    (home.folder / "static").symlink_to(home.folder.parent / "base" / "static")


def _give_back(home: Home) -> None:
    if home.cluster is not None:
        home.cluster.start()
        return
    left = sorted(path.name for path in home.folder.iterdir() if path.name.startswith("directory.sqlite3"))
    for path in home.folder.iterdir():
        path.unlink()
    home.folder.rmdir()
    home.folder.with_name(f"{home.folder.name}-away").rename(home.folder)
    # A database that the site made in the meantime would leave its log of writes beside the one that comes back.
    if [name for name in left if not name.endswith("-lock")]:
        raise AssertionError(f"the site made files where its database is missing: {', '.join(left)}")


def _look(told: Told, home: Home, server: Server, writer: Writer) -> float:
    """What everybody is told meanwhile, and how long the slowest answer took."""
    longest = 0.0
    for address in PAGES:
        browser = Browser(server.port, PATIENCE)
        started = time.monotonic()
        try:
            answer = browser.get(address)
        except NoAnswer as error:
            told.expect(False, f"{address} without its database: {error}")
            continue
        finally:
            longest = max(longest, time.monotonic() - started)
        # What is open stays open: SQLite's files are still there for who had them open before.
        reached = home.cluster is None and answer.status == 200
        told.expect(
            reached or (answer.status == 503 and _is_french(answer.text)),
            f"{address} without its database: {answer.status} « {answer.title} »",
        )
    try:
        writer.edit(home.entries[0].pk, "marque8x8")
    except Refused as refused:
        answer = refused.answer
        told.expect(
            answer.status == 503 and _is_french(answer.text),
            f"an editor is told {answer.status} « {answer.title} »",
        )
    except NoAnswer as error:
        told.expect(False, f"an editor gets no answer: {error}")
    return longest


def _is_french(text: str) -> bool:
    return "base de données" in text.lower()


def _goes_on(told: Told, writer: Writer, entry: int, mark: str) -> str:
    """Without a restart, and on the same session."""
    deadline = time.monotonic() + 60
    while True:
        try:
            writer.edit(entry, mark)
        except (NoAnswer, Refused, LookupError) as error:
            if isinstance(error, LookupError) or time.monotonic() > deadline:
                told.expect(False, f"a minute after the database came back nothing can be saved: {error}")
                return mark
            time.sleep(0.3)
        else:
            told.tried += 1
            return mark
