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


def test_runner_of_jobs_starts_and_ends_with_the_server(monkeypatch, tmp_path):
    monkeypatch.setattr(settings, "RUN_JOBS", True)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", "")
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "apes_directory.settings")
    server = SimpleNamespace(manage_workers=lambda: None)

    gunicorn_conf.when_ready(server)
    # It has its lock, hence works, within seconds.
    deadline = time.monotonic() + 30
    while not (tmp_path / "directory.sqlite3.jobs-lock").exists():
        assert time.monotonic() < deadline
        assert server.jobs.poll() is None
        time.sleep(0.05)
    gunicorn_conf.on_exit(server)

    assert server.jobs.returncode == 0


def test_runner_of_jobs_that_is_killed_is_started_again(monkeypatch, caplog):
    """Not at once: one that can't start would be started over and over."""
    started = []

    def start():
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


def test_runner_of_jobs_ends_when_the_server_was_killed(monkeypatch, tmp_path):
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", "")
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "apes_directory.settings")
    # A process that starts the runner as gunicorn's master does, tells its number and goes without a word.
    parent = "from apes_directory import gunicorn_conf; print(gunicorn_conf.start_jobs().pid, flush=True)"
    told = subprocess.run(
        [sys.executable, "-c", parent], capture_output=True, text=True, timeout=30, check=True
    )
    runner = int(told.stdout)

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
