import gc
import logging
import os
import socket
import subprocess
import sys
import time
from types import SimpleNamespace

import pytest
from gunicorn.http.errors import LimitRequestLine

from actors.filters import SeveralField
from apes_directory import gunicorn_conf, settings
from apes_directory.gunicorn_worker import Worker


@pytest.fixture(autouse=True)
def no_jobs(monkeypatch):
    monkeypatch.setattr(settings, "RUN_JOBS", False)


def test_port_in_use_is_one_clear_line(monkeypatch):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setattr(settings, "PORT", port)
        with pytest.raises(SystemExit) as stop:
            gunicorn_conf.on_starting(None)
    assert stop.value.code == (
        f"Le port {port} est déjà pris : arrêtez ce qui l’occupe, "
        f"ou choisissez-en un autre avec « make run PORT={port + 1} »."
    )


def test_address_of_another_machine_is_one_clear_line(monkeypatch):
    # Kept for documentation by RFC 5737: nobody's address.
    monkeypatch.setattr(settings, "HOST", "192.0.2.1")
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, port, **_: [(2, 1, 6, "", (host, port))])
    with pytest.raises(SystemExit) as stop:
        gunicorn_conf.on_starting(None)
    assert stop.value.code.startswith("Impossible d’écouter sur « 192.0.2.1 »")


def test_last_line_is_the_address_and_the_way_to_an_account(capsys):
    gunicorn_conf.when_ready(None)
    assert capsys.readouterr().out.splitlines()[-1] == (
        "L’annuaire est ouvert : http://127.0.0.1:8000/ "
        "(un compte pour le modifier : make editor ; l’arrêter : Ctrl+C)"
    )


def test_open_to_other_machines_names_the_hosts_allowed(monkeypatch, capsys):
    monkeypatch.setattr(settings, "HOST", "0.0.0.0")
    monkeypatch.setattr(settings, "LISTENS_EVERYWHERE", True)
    monkeypatch.setattr(settings, "ALLOWED_HOSTS", ["annuaire.example.org"])
    gunicorn_conf.when_ready(None)
    first, last = capsys.readouterr().out.splitlines()
    assert "annuaire.example.org (ALLOWED_HOSTS=" in first
    assert "http://127.0.0.1:8000/" in last


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.fixture
def of_an_installation(monkeypatch, tmp_path):
    """Variables of a site of its own, for processes that are started as gunicorn's master is."""
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", "")
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "apes_directory.settings")


# A master that has loaded the program, with one listener, and no table of the database.
MASTER = """
import os, socket, sys, time
from types import SimpleNamespace
import django
from django.conf import settings
django.setup()
settings.JOBS = []
from apes_directory import gunicorn_conf
listener = socket.socket()
listener.bind(("127.0.0.1", 0))
server = SimpleNamespace(LISTENERS=[listener], manage_workers=lambda: None)
"""
STARTS_AND_ENDS = """
gunicorn_conf.when_ready(server)
while not os.path.exists(os.environ["DATA_DIR"] + "/directory.sqlite3.jobs-lock"):
    assert server.jobs.poll() is None
    time.sleep(0.05)
held = [os.readlink(f"/proc/{server.jobs.pid}/fd/{each}") for each in os.listdir(f"/proc/{server.jobs.pid}/fd")]
assert os.readlink(f"/proc/self/fd/{listener.fileno()}") not in held
gunicorn_conf.on_exit(server)
assert server.jobs.returncode == 0, server.jobs.returncode
"""


def run_master(then: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", MASTER + then], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.usefixtures("of_an_installation")
def test_runner_of_jobs_starts_and_ends_with_the_server_without_its_port():
    """A port that the runner holds is not free again when the master lets go of it."""
    run_master(STARTS_AND_ENDS)


def test_runner_of_jobs_that_is_killed_is_started_again(monkeypatch, caplog):
    """Not at once: one that can't start would be started over and over."""
    started = []

    def start(server):
        started.append(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]))
        return started[-1]

    monkeypatch.setattr(settings, "RUN_JOBS", True)
    monkeypatch.setattr(gunicorn_conf, "start_jobs", start)
    monkeypatch.setattr(gunicorn_conf, "JOBS_AGAIN", 0.3)
    looked_after = []
    server = SimpleNamespace(
        manage_workers=lambda: looked_after.append(True), log=logging.getLogger("of.the.server")
    )
    gunicorn_conf.when_ready(server)
    try:
        server.manage_workers()
        assert len(started) == 1
        started[0].kill()
        started[0].wait()
        time.sleep(0.3)
        server.manage_workers()
        server.manage_workers()
        assert len(started) == 2
        assert looked_after == [True] * 3
        assert server.jobs is started[1]
        assert [record.message for record in caplog.records] == [
            "The runner of jobs is gone: another one is started."
        ]
    finally:
        for each in started:
            each.kill()
            each.wait()


@pytest.mark.usefixtures("of_an_installation")
def test_runner_of_jobs_ends_when_the_server_was_killed():
    # A master that starts the runner, tells its number and goes without a word.
    runner = int(run_master("print(gunicorn_conf.start_jobs(server).pid, flush=True)\nos._exit(0)"))

    deadline = time.monotonic() + 30
    while is_alive(runner):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_what_is_loaded_before_workers_split_off_is_left_alone_by_the_collector():
    before = gc.get_freeze_count()
    try:
        gunicorn_conf.pre_fork(None, None)
        assert gc.get_freeze_count() > before
    finally:
        gc.unfreeze()


def test_server_without_jobs_starts_no_runner():
    server = SimpleNamespace()
    gunicorn_conf.when_ready(server)
    gunicorn_conf.on_exit(server)
    assert not hasattr(server, "jobs")


def test_an_address_too_long_is_told_in_french():
    client, visitor = socket.socketpair()
    with client, visitor:
        worker = Worker.__new__(Worker)
        worker.log = logging.getLogger("annuaire.tests")
        worker.handle_error(None, client, None, LimitRequestLine(9000, 8190))
        client.close()
        answer = visitor.makefile("rb").read().decode()
    head, page = answer.split("\r\n\r\n")
    assert head.startswith("HTTP/1.1 414 ")
    assert f"Content-Length: {len(page.encode())}" in head
    assert "Cette adresse contient trop de mots, de filtres ou d’acteurs" in page


def test_the_longest_selection_by_hand_is_short_enough():
    parameters = "&plus=abcdefgh" * SeveralField.most
    assert len(f"GET /acteurs/imprimer/?{parameters} HTTP/1.1") < gunicorn_conf.limit_request_line
