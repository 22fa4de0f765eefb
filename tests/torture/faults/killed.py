"""kill -9 of workers, of the runner of jobs, of the master and of all at once, while many people write and import."""

import random
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field

from tests.torture.agreement import found_by, is_sound, names_beginning, reading, shown, states
from tests.torture.house import Entry, Home, Server
from tests.torture.inside import ADDRESS, FULL
from tests.torture.people import Browser, NoAnswer, Refused, Writer, record
from tests.torture.scene import BEGINNING
from tests.torture.told import Told, timed

FAULT = "kill -9 while many write"
# Seconds that a writer goes on trying one edit.
PATIENCE = 900
ORDER = ("worker", "runner of jobs", "worker", "master", "worker", "everything")


@dataclass
class _Notes:
    """What the testers know by themselves, beside the site."""

    # Entry -> what the site said it saved last; and what was sent since and never answered.
    saved: dict[int, str] = field(default_factory=dict)
    unknown: dict[int, list[str]] = field(default_factory=dict)
    edits: int = 0
    imported: list[str] = field(default_factory=list)
    # Tables of which nobody saw what became of them.
    given_up: list[list[str]] = field(default_factory=list)
    kept_waiting: Counter = field(default_factory=Counter)
    losses: list[str] = field(default_factory=list)
    looked: int = 0
    moments: int = 0
    mixed: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def lose(self, text: str) -> None:
        with self.lock:
            self.losses.append(text)


def run(
    base: Home, *, edits: int, kills: int, tables: int = 4, lines: int = 50, writers: int = 16, order=ORDER
) -> Told:
    """``edits`` by ``writers`` at once and ``tables`` imports of ``lines``, while ``kills`` processes are killed."""
    told = Told(FAULT, base.database)
    with (
        timed(told),
        base.copy("killed") as home,
        home.server(JOBS="on" if tables else "off", WORKERS="2") as server,
    ):
        if home.database == "sqlite" or home.cluster is not None:
            # The suite's own PostgreSQL throws its data away, and is set up so.
            _check_settings(told, server)
        notes = _Notes(saved={entry.pk: BEGINNING for entry in home.entries})
        done = threading.Event()
        people = [
            threading.Thread(
                target=_write, args=(notes, server, home.entries[at::writers], at, edits // writers)
            )
            for at in range(writers)
        ]
        people += [
            threading.Thread(target=_import, args=(notes, server, number, lines)) for number in range(tables)
        ]
        watchers = [
            threading.Thread(target=_watch_site, args=(notes, server, home.entries, done)),
            threading.Thread(target=_watch_rows, args=(notes, home, done)),
        ]
        for each in (*people, *watchers):
            each.start()
        killed = _kill(told, notes, server, people, kills, edits, order)
        for each in people:
            each.join()
        done.set()
        for each in watchers:
            each.join()
        _judge(told, notes, home, server)
        told.note(f"killed: {', '.join(f'{count} × {what}' for what, count in sorted(killed.items()))}")
        told.note(
            f"{notes.edits} edits acknowledged by {writers} writers, {len(notes.imported)} imported lines, "
            f"{sum(notes.kept_waiting.values())} requests cut or put off "
            f"({', '.join(f'{count} {what}' for what, count in sorted(notes.kept_waiting.items()))})"
        )
        told.note(
            f"readers: {notes.looked} looks at pages and API, {notes.moments} at the rows; {notes.mixed} pages read "
            "across a commit showed both states once, none of them again"
        )
    return told


def _check_settings(told: Told, server: Server) -> None:
    """Of the server's own connections: a commit is on the disk before anybody is told."""
    answer = Browser(server.port).get(ADDRESS).text
    wanted = (f'"synchronous": {FULL}', '"journal_mode": "wal"')
    if told.database == "postgresql":
        wanted = ('"synchronous_commit": "on"', '"fsync": "on"')
    told.expect(all(each in answer for each in wanted), f"a connection of the server says {answer}")
    told.note(f"a connection of the server: {answer}")


def _kill(
    told: Told,
    notes: _Notes,
    server: Server,
    people: list[threading.Thread],
    kills: int,
    edits: int,
    order: tuple[str, ...],
) -> Counter:
    """One kill each time so many edits were saved; the last ones whatever is saved."""
    killed: Counter = Counter()
    for number in range(kills):
        while any(each.is_alive() for each in people) and notes.edits < edits * (number + 0.5) / kills:
            time.sleep(0.02)
        if not any(each.is_alive() for each in people):
            break
        # Somewhere in the midst of whatever is being done.
        time.sleep(random.random() / 5)
        what = order[number % len(order)]
        if what == "worker":
            for pid in server.workers()[: 1 + number % 2]:
                server.kill(pid)
        elif what == "runner of jobs":
            if (pid := server.runner()) is None:
                continue
            server.kill(pid)
        elif what == "master":
            server.kill_master()
            server.start()
        else:
            server.kill_everything()
            server.start()
        told.tried += 1
        killed[what] += 1
    return killed


def _write(notes: _Notes, server: Server, entries: list[Entry], number: int, edits: int) -> None:
    writer = Writer(server.port, number)
    try:
        _insisting(notes, writer.enter)
        for count in range(edits):
            entry = entries[count % len(entries)]
            _edit(notes, writer, entry, f"marque{number + 1}x{count + 1}")
    except Exception as error:
        notes.lose(f"writer {number} had to give up: {type(error).__name__}: {error}")


def _edit(notes: _Notes, writer: Writer, entry: Entry, mark: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            writer.edit(entry.pk, mark)
        except NoAnswer:
            notes.kept_waiting["without an answer"] += 1
            notes.unknown.setdefault(entry.pk, []).append(mark)
            # As people do: look whether it was saved.
            if _insisting(notes, lambda: record(writer.browser, entry.public_id))["summary"] == mark:
                break
        except Refused as refused:
            answer = refused.answer
            notes.kept_waiting[str(answer.status)] += 1
            if answer.status != 503:
                notes.lose(f"an edit was answered {answer.status} « {answer.title} »")
            time.sleep(0.2)
        else:
            break
        if time.monotonic() > deadline:
            raise TimeoutError(f"an edit was not saved in {PATIENCE} s")
    with notes.lock:
        notes.saved[entry.pk] = mark
        notes.unknown.pop(entry.pk, None)
        notes.edits += 1


def _insisting(notes: _Notes, ask):
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return ask()
        except NoAnswer:
            pass
        except Refused as refused:
            if refused.answer.status != 503:
                raise
        if time.monotonic() > deadline:
            raise TimeoutError(f"no answer in {PATIENCE} s")
        time.sleep(0.1)


def _import(notes: _Notes, server: Server, number: int, lines: int) -> None:
    """A table, from its upload to the word « Enregistré », by somebody who presses again what was not answered."""
    writer = Writer(server.port, number)
    # Uploaded again where the answer was lost: under other names, since the first one may have arrived.
    for attempt in range(1000):
        names = [f"Importe {number} {attempt} {line}" for line in range(lines)]
        try:
            if attempt == 0 or not writer.browser.cookies.get("sessionid"):
                _insisting(notes, writer.enter)
            batch = writer.upload([f"{name};{name}" for name in names])
            break
        except (NoAnswer, Refused, LookupError):
            time.sleep(0.3)
    deadline = time.monotonic() + PATIENCE
    asked = False
    while time.monotonic() < deadline:
        with suppress(NoAnswer):
            page = writer.import_page(batch)
            if "Annuler tout l’import" in page.text:
                notes.imported.extend(names)
                return
            asked = writer.apply(batch) or asked
        time.sleep(0.3)
    notes.given_up.append(names)
    notes.lose(f"an import was not written in {PATIENCE} s ({'asked for' if asked else 'never sorted'})")


def _watch_site(notes: _Notes, server: Server, entries: list[Entry], done: threading.Event) -> None:
    """A visitor who looks at entries at random: a page that mixes two states must not do so when it is asked again."""
    browser = Browser(server.port)
    while not done.is_set():
        entry = random.choice(entries)
        with suppress(NoAnswer, Refused):
            for where, seen in shown(browser, entry).items():
                notes.looked += 1
                if len(seen) > 1:
                    notes.mixed += 1
                    again = shown(browser, entry)[where]
                    if again == seen:
                        notes.lose(
                            f"{where} of {entry.slug} goes on showing {', '.join(sorted(seen))} together"
                        )
        time.sleep(0.25)


def _watch_rows(notes: _Notes, home: Home, done: threading.Event) -> None:
    """Somebody who reads the database itself: whatever is committed is whole, at every moment."""
    with reading(home) as connection:
        while not done.is_set():
            for pk, state in states(connection, home.entries).items():
                for fault in state.faults():
                    notes.lose(f"entry {pk}: {fault}")
            notes.moments += 1
            time.sleep(0.25)


def _judge(told: Told, notes: _Notes, home: Home, server: Server) -> None:
    told.losses.extend(notes.losses)
    browser = Browser(server.port)
    with reading(home) as connection:
        stored = states(connection, home.entries)
        written = Counter(names_beginning(connection, "Importe "))
    for entry in home.entries:
        mark = notes.saved[entry.pk]
        told.expect(
            stored[entry.pk].marks == {mark} and not list(stored[entry.pk].faults()),
            f"{entry.slug}: {mark} was acknowledged, {stored[entry.pk]} is stored",
        )
        seen = shown(browser, entry)
        told.expect(
            seen == {"API": {mark}, "page": {mark}}, f"{entry.slug}: {mark} was acknowledged, shown: {seen}"
        )
        if mark != BEGINNING:
            told.expect(
                found_by(browser, mark) == [entry.slug],
                f"a search for {mark} does not find {entry.slug} alone",
            )
    told.expect(
        all(written[name] == 1 for name in notes.imported),
        f"of {len(notes.imported)} imported lines {sum(written[name] != 1 for name in notes.imported)} are not there once",
    )
    for names in notes.given_up:
        found = [written.pop(name, 0) for name in names]
        told.expect(
            found in ([0] * len(names), [1] * len(names)),
            f"of an import of {len(names)} lines {sum(found)} are there",
        )
    told.expect(
        len(written) == len(notes.imported),
        f"{len(written)} lines written, {len(notes.imported)} acknowledged",
    )
    server.stop()
    told.expect((sound := is_sound(home)) == "ok", f"SQLite says of the file: {sound}")
