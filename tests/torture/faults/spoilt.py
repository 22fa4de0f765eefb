"""Pages of SQLite's file are overwritten: the site says so, the diagnosis says what to do, and nothing false is shown."""

import random
import re
import shutil
import sqlite3
from collections import Counter
from contextlib import closing

from django.db.backends.sqlite3._functions import register

from tests.torture.house import Home
from tests.torture.people import Answer, Browser, NoAnswer
from tests.torture.told import Told, timed

FAULT = "pages of the file overwritten"
# What becomes of a page, by name.
WAYS = {
    "zeros": lambda page, chance: bytes(len(page)),
    "noise": lambda page, chance: chance.randbytes(len(page)),
    "a head of noise": lambda page, chance: chance.randbytes(16) + page[16:],
    "another page": lambda page, chance: page[::-1],
}
# Tables whose pages visitors and editors need most, and the first page of all.
TABLES = ("actors_actor", "territories_change", "actors_searchdocument", "django_session", "actors_place")


def run(base: Home, *, rounds: int) -> Told:
    """``rounds`` of a page or two, each on a fresh copy: what the site shows, what the diagnosis and a start say."""
    told = Told(FAULT, base.database)
    chance = random.Random(8)
    outcomes: Counter = Counter()
    with timed(told), base.copy("spoilt") as home:
        pristine = home.folder / "pristine"
        shutil.copy(home.file, pristine)
        addresses = _addresses(home)
        with home.server(JOBS="off") as server:
            right = {address: _plain(Browser(server.port).get(address)) for address in addresses}
        for number in range(rounds):
            for ending in ("", "-wal", "-shm"):
                home.file.with_name(home.file.name + ending).unlink(missing_ok=True)
            shutil.copy(pristine, home.file)
            way = list(WAYS)[number % len(WAYS)]
            what = TABLES[number % len(TABLES)] if number % 7 else "the first page"
            spoil(home, what, way, chance)
            said = home.said("manage.py", "diagnostic").stdout
            told.expect("GRAVE" in said and "abîmé" in said, f"{way} in {what}: the diagnosis does not tell")
            start = home.said("manage.py", "prepare")
            told.expect(
                start.returncode != 0 and "restore" in start.stderr + start.stdout,
                f"{way} in {what}: the site starts over it, or does not say what to do: {start.stderr[-300:]}",
            )
            told.expect("Traceback" not in start.stderr, f"{way} in {what}: a start ends in a traceback")
            backup = home.said("manage.py", "backup")
            told.expect(backup.returncode != 0, f"{way} in {what}: a copy is made of it")
            with home.server(JOBS="off") as server:
                for address in addresses:
                    outcomes[_seen(told, server.port, address, right[address], f"{way} in {what}")] += 1
        told.note(
            f"{rounds} copies spoilt: {', '.join(f'{count} answers {what}' for what, count in outcomes.items())}"
        )
    return told


def spoil(home: Home, what: str, way: str, chance: random.Random) -> None:
    with closing(sqlite3.connect(home.file)) as connection:
        register(connection)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        size = connection.execute("PRAGMA page_size").fetchone()[0]
        if what == "the first page":
            pages = [1]
        else:
            found = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (what,))
            pages = [found.fetchone()[0]]
    with home.file.open("r+b") as file:
        for page in pages:
            file.seek((page - 1) * size)
            before = file.read(size)
            file.seek((page - 1) * size)
            file.write(WAYS[way](before, chance))


def _addresses(home: Home) -> list[str]:
    entry = home.entries[0]
    return [
        "/",
        "/acteurs/",
        f"/acteurs/{entry.slug}/",
        "/acteurs/?q=atelier",
        "/territoires/",
        f"/api/v1/actors/{entry.public_id}",
    ]


def _plain(answer: Answer) -> str:
    # Ports differ from one server to the next, in addresses inside others too.
    return re.sub(r"127\.0\.0\.1(:|%3A)\d+", "", answer.text)


def _seen(told: Told, port: int, address: str, right: str, where: str) -> str:
    try:
        answer = Browser(port).get(address)
    except NoAnswer as error:
        told.expect(False, f"{where}: {address} is not answered ({error})")
        return "missing"
    if answer.status == 200:
        told.expect(_plain(answer) == right, f"{where}: {address} shows something else without a word")
        return "right"
    told.expect(
        answer.status == 503 and "base de données" in answer.text.lower(),
        f"{where}: {address} is answered {answer.status} « {answer.title} »",
    )
    return "503"
