"""The watch over the directory's version: a published change without its ``Change`` fails the test.

While a test's own code runs, every write to a visible table is noticed. An *act* is the outermost
atomic block around it, or the one statement when there is none. When the act has ended, what
visitors see of the tables it wrote is compared with what they saw before; a difference without a new
``Change`` row is a fault. Factories, and whatever runs inside ``tests.factories.building()``, only
set the scene and are let through, as are fixtures: they run before the test.

Entries that nobody sees (drafts) change freely: ``tests/visible.py`` says what is seen.
"""

import hashlib
import re
import threading
import traceback
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from unittest import mock

import pytest
from django.db import connection
from django.db.transaction import Atomic

from actors.index import snapshot
from territories.models import Change
from tests.factories import is_building
from tests.visible import visible_rows, visible_tables

ROOT = Path(__file__).resolve().parent.parent
_WRITE = re.compile(r'\s*(?:INSERT(?:\s+OR\s+\w+)?\s+INTO|UPDATE|DELETE\s+FROM)\s+"?(\w+)', re.IGNORECASE)


class Act:
    """What visitors saw before the act touched it, table by table."""

    def __init__(self, version: int) -> None:
        self.version = version
        self.before: dict[str, str] = {}
        self.place = _place()


class Watch:
    """Follows the acts of one test on the default connection, in the test's own thread."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self._tables = visible_tables()
        self._thread = threading.get_ident()
        self._depth = 0
        self._act: Act | None = None
        self._asking = False

    def take(self) -> list[str]:
        """The faults so far, which no longer count: for the tests of the watch itself."""
        faults, self.faults = self.faults, []
        return faults

    @contextmanager
    def running(self) -> Iterator["Watch"]:
        enter, leave, watch = Atomic.__enter__, Atomic.__exit__, self

        def entered(atomic) -> None:
            enter(atomic)
            if watch._minds(atomic):
                watch._depth += 1

        def left(atomic, exception_type, *details) -> None:
            minded = watch._minds(atomic)
            if minded:
                watch._depth -= 1
                if exception_type is not None and watch._depth == 0:
                    watch._act = None  # rolled back
            leave(atomic, exception_type, *details)
            if minded and watch._depth == 0:
                watch._judge()

        with ExitStack() as stack:
            stack.enter_context(mock.patch.object(Atomic, "__enter__", entered))
            stack.enter_context(mock.patch.object(Atomic, "__exit__", left))
            stack.enter_context(connection.execute_wrapper(self._notice))
            yield self

    def _minds(self, atomic: Atomic) -> bool:
        # The block a test case wraps around the whole test is no act of anybody's.
        return not atomic._from_testcase and threading.get_ident() == self._thread

    def _notice(self, execute, sql, params, many, context):
        match = _WRITE.match(sql)
        table = match and match[1]
        if table in self._tables and is_building():
            # Scenes are set without a version: what was read of an earlier one is stale.
            snapshot.forget()
        if (
            table not in self._tables
            or self._asking
            or is_building()
            or threading.get_ident() != self._thread
        ):
            return execute(sql, params, many, context)
        with self._question():
            if self._act is None:
                self._act = Act(Change.objects.version())
            if table not in self._act.before:
                self._act.before[table] = self._digest(table)
        try:
            result = execute(sql, params, many, context)
        except Exception:
            if self._depth == 0:
                self._act = None
            raise
        if self._depth == 0:
            self._judge()
        return result

    def _judge(self) -> None:
        act, self._act = self._act, None
        if act is None or connection.needs_rollback:
            return
        with self._question():
            if Change.objects.version() > act.version:
                return
            changed = [
                self._tables[table] for table, before in act.before.items() if self._digest(table) != before
            ]
        if changed:
            self.faults.append(f"{', '.join(sorted(changed))} (first written at {act.place})")

    def _digest(self, table: str) -> str:
        return hashlib.sha256("\0".join(visible_rows(self._tables[table])).encode()).hexdigest()

    @contextmanager
    def _question(self) -> Iterator[None]:
        """Queries of the watch itself: unwatched, and in no test's count of queries."""
        self._asking = True
        counting, connection.force_debug_cursor = connection.force_debug_cursor, False
        try:
            yield
        finally:
            connection.force_debug_cursor = counting
            self._asking = False


def fail_on(faults: list[str]) -> None:
    """Fail the test when something published changed and the version stayed."""
    if faults:
        pytest.fail(
            "Visitors see a change, and the directory's version stayed: "
            + "; ".join(faults)
            + ". Call record_change() in the transaction of the change; "
            "when the write only sets the scene, put it in tests.factories.building().",
            pytrace=False,
        )


def _place() -> str:
    """The deepest line of a test, then the deepest line of the repository: where the write came from."""
    frames = [
        (Path(frame.filename), frame.lineno)
        for frame in traceback.extract_stack()
        if Path(frame.filename).is_relative_to(ROOT) and frame.filename != __file__
    ]
    own = [(path.relative_to(ROOT), line) for path, line in frames if ".venv" not in path.parts]
    tests = [(path, line) for path, line in own if path.parts[0] == "tests" and path.name != "conftest.py"]
    places = dict.fromkeys(f"{path}:{line}" for path, line in [*tests[-1:], *own[-1:]])
    return ", ".join(places)
