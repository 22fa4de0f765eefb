"""The runner of background jobs: one at a time, errors apart, a clean stop."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from apes_directory import jobs
from apes_directory.jobs import AdvisoryLock, FileLock, Runner, Stop

# The runner looks after the connection before each job.
pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def make_lock(tmp_path, db):
    """A function that gives another lock of one and the same database, as another process would."""
    made = []

    def make_lock():
        lock = (
            FileLock(tmp_path / "directory.sqlite3.jobs-lock")
            if connection.vendor == "sqlite"
            else jobs.lock_of_database()
        )
        made.append(lock)
        return lock

    yield make_lock
    for lock in made:
        lock.release()


@pytest.fixture
def stop():
    with Stop() as stop:
        yield stop


class Pile:
    """A job with some pieces to do."""

    __qualname__ = "Pile"

    def __init__(self, pieces: int) -> None:
        self.pieces = pieces
        self.calls = 0

    def __call__(self) -> bool:
        self.calls += 1
        if self.pieces == 0:
            return False
        self.pieces -= 1
        return True


def broken() -> bool:
    raise ValueError("no way")


def test_once_does_everything_due_then_stops(make_lock, stop):
    first, second = Pile(3), Pile(1)
    assert Runner([first, second], make_lock(), stop).run_once() is True
    assert (first.pieces, second.pieces) == (0, 0)
    # The last round is the one that finds nothing.
    assert first.calls == second.calls == 4


def test_job_that_fails_is_told_and_stops_no_other(make_lock, stop, caplog):
    pile = Pile(2)
    assert Runner([broken, pile], make_lock(), stop).run_once() is True
    assert pile.pieces == 0
    assert [record.message for record in caplog.records] == [
        "The job tests.apes_directory.test_jobs.broken failed."
    ]
    assert "no way" in caplog.text


def test_second_runner_does_nothing_while_the_first_works(make_lock, stop):
    pile = Pile(1)
    first = make_lock()
    assert first.take() is True
    assert first.take() is True

    assert Runner([pile], make_lock(), stop).run_once() is False
    assert pile.calls == 0
    first.release()
    assert Runner([pile], make_lock(), stop).run_once() is True
    assert pile.pieces == 0


def test_runner_waits_for_its_turn(make_lock, stop, monkeypatch):
    monkeypatch.setattr(jobs, "IDLE_SECONDS", 0.01)
    first = make_lock()
    assert first.take()
    worked = []

    def work() -> bool:
        worked.append(True)
        stop.ask()
        return False

    waiting = threading.Thread(target=Runner([work], make_lock(), stop).run)
    waiting.start()
    time.sleep(0.1)
    assert worked == []
    first.release()
    waiting.join(timeout=10)
    assert worked == [True]


def test_lock_is_free_again_after_a_run(make_lock, stop):
    Runner([], make_lock(), stop).run_once()
    assert make_lock().take() is True


def test_nothing_is_run_for_a_parent_that_is_gone(monkeypatch):
    monkeypatch.setattr(jobs, "Forked", None)
    jobs.keep_running(parent=os.getppid() + 1)


def test_stop_wakes_the_sleeper(stop):
    threading.Timer(0.05, stop.ask).start()
    started = time.monotonic()
    stop.sleep(20)
    assert time.monotonic() - started < 10
    assert stop.asked


@pytest.mark.skipif(connection.vendor != "postgresql", reason="the lock of PostgreSQL")
def test_lock_whose_connection_broke_is_taken_anew(make_lock):
    lock = make_lock()
    assert isinstance(lock, AdvisoryLock)
    lock.take()
    backend = lock._connection.info.backend_pid
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [backend])
    assert lock.take() is True
    assert lock._connection.info.backend_pid != backend


def test_lock_that_can_not_be_reached_is_told_and_tried_again(stop, caplog):
    class Broken:
        def take(self) -> bool:
            if len(caplog.records) == 1:
                stop.ask()
            raise OSError("disk gone")

        def release(self) -> None:
            pass

    stop.sleep = lambda seconds: None
    Runner([], Broken(), stop).run()
    assert [record.message for record in caplog.records] == ["The runner of jobs can't reach its lock."] * 2


def test_jobs_of_the_settings_can_be_called():
    assert all(callable(job) for job in jobs.jobs_of_settings())


def test_command_tells_when_another_runner_works(make_lock, monkeypatch, capsys):
    make_lock().take()
    monkeypatch.setattr("apes_directory.management.commands.run_jobs.lock_of_database", make_lock)
    call_command("run_jobs", once=True)
    assert capsys.readouterr().out == (
        "Une autre exécution des tâches de fond est en cours : rien n’a été fait.\n"
    )


# The jobs themselves want a database that is set up.
WITHOUT_JOBS = """
import django
from django.conf import settings
from django.core.management import call_command
django.setup()
settings.JOBS = []
call_command("run_jobs")
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_process_stops_cleanly_when_asked(tmp_path, number):
    environment = os.environ | {
        "DATA_DIR": str(tmp_path),
        "DATABASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "apes_directory.settings",
    }
    process = subprocess.Popen(
        [sys.executable, "-c", WITHOUT_JOBS],
        cwd=ROOT,
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 30
    while not (tmp_path / "directory.sqlite3.jobs-lock").exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    process.send_signal(number)
    _, errors = process.communicate(timeout=10)
    assert (process.returncode, errors) == (0, "")


def test_heavy_job_that_did_something_ends_the_process(make_lock, stop):
    """With what it took, which another one then does not have."""
    heavy, light = Pile(1), Pile(1)
    Runner([heavy, light], make_lock(), stop, [heavy]).run()
    assert (heavy.pieces, light.pieces) == (0, 0)
    assert not stop.asked


def test_heavy_job_that_fails_ends_the_process_too(make_lock, stop, caplog):
    Runner([broken], make_lock(), stop, [broken]).run()
    assert [record.message for record in caplog.records] == [
        "The job tests.apes_directory.test_jobs.broken failed."
    ]


# Three processes of jobs, which need no database: one that did something heavy, one that the system ends, one that is told
# to stop.
THREE = """
import os, signal, sys
import django
django.setup()
from apes_directory import jobs
from apes_directory.management.commands import run_jobs
here, told = os.getpid(), sys.argv[1]
def heavy():
    with open(told, "a") as file:
        print(os.getpid(), file=file)
    number = len(open(told).readlines())
    if number == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    if number == 3:
        os.kill(here, signal.SIGTERM)
    return True
class Lock:
    def take(self):
        return True
    def release(self):
        pass
jobs.jobs_of_settings = lambda: [heavy]
jobs.import_string = lambda name: heavy
jobs.lock_of_database = Lock
jobs._AGAIN = 0
jobs.keep_running()
print(here)
"""


def test_another_process_goes_on_where_one_has_ended(tmp_path):
    environment = os.environ | {
        "DATA_DIR": str(tmp_path),
        "DATABASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "apes_directory.settings",
    }
    told = tmp_path / "told"
    done = subprocess.run(
        [sys.executable, "-c", THREE, told],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert len({*told.read_text().split(), done.stdout.strip()}) == 4
    assert done.stderr.count("ERROR") == 1
    assert "The process of jobs ended with -9: another one is started." in done.stderr


def test_heavy_jobs_are_jobs():
    assert {*settings.JOBS} >= settings.HEAVY_JOBS


def test_heavy_job_ends_with_a_runner_that_is_killed(tmp_path):
    """Else it would go on beside the next one."""
    program = """
import os, sys, time
import django
django.setup()
from apes_directory.forked import Forked
def work():
    print(os.getpid(), flush=True)
    time.sleep(60)
Forked(work, name="annuaire-job", bound=True).wait()
"""
    environment = os.environ | {
        "DATA_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "apes_directory.settings",
    }
    runner = subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    )
    child = int(runner.stdout.readline())
    runner.kill()
    runner.wait()
    runner.stdout.close()
    deadline = time.monotonic() + 10
    while Path(f"/proc/{child}/stat").exists() and ") Z" not in Path(f"/proc/{child}/stat").read_text():
        assert time.monotonic() < deadline
        time.sleep(0.05)
