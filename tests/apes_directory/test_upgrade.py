"""`make upgrade` in a real checkout: forward, and back by itself when the new version does not work."""

import importlib.util
import os
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import nullcontext
from pathlib import Path

import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
# The commands are played by a script, so that the steps and the way back are tried rather than Django once more.
pytestmark = pytest.mark.skipif(
    connection.vendor == "postgresql", reason="tried beside SQLite; no database takes part"
)


def load():
    spec = importlib.util.spec_from_file_location("upgrade", ROOT / "deploy" / "upgrade.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


upgrade = load()

# Plays manage.py: writes down what it is asked, keeps « the database » in a file, and fails where told to.
MANAGE = """
import pathlib, sys
here = pathlib.Path(__file__).parent
command = sys.argv[1]
with (here.parent / "asked").open("a") as asked:
    asked.write(" ".join(sys.argv[1:]) + "\\n")
data = here.parent / "data"
if command == "backup":
    (here.parent / "copy").write_text(data.read_text())
    print("Sauvegarde faite (1 Kio, non chiffrée) : " + str(here.parent / "copy"))
elif command == "restore":
    data.write_text(pathlib.Path(sys.argv[2]).read_text())
elif command == "showmigrations":
    print("".join(f"[X]  {each}\\n" for each in data.read_text().split()))
elif command == "prepare":
    data.write_text((here / "migrations").read_text())
if command in (here / "fails").read_text().split():
    sys.exit(f"{command} is broken")
if "killed-at-" + command in (here / "fails").read_text().split():
    import os, signal
    os.kill(os.getppid(), signal.SIGKILL)
"""
MAKE = ".venv/.requirements.stamp:\n\t@cp requirements.txt .venv/installed\n"


class Server:
    def __init__(self, checkout: Path) -> None:
        self.checkout, self.seen = checkout, []

    def restart(self) -> None:
        self.seen.append((self.checkout / "requirements.txt").read_text())
        if "server" in (self.checkout / "fails").read_text().split():
            raise upgrade.Failed("Redémarrage : le site ne répond pas.")


@pytest.fixture
def git(tmp_path, monkeypatch):
    """A function that runs git in a folder, whatever the settings of whoever runs the tests."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "x")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "x@exemple.fr")

    def git(folder: Path, *arguments: str) -> str:
        done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    return git


@pytest.fixture
def release(tmp_path, git):
    """A function that publishes a version: its name, its migrations, what of it fails."""
    origin = tmp_path / "origin"
    origin.mkdir()
    git(origin, "init", "--quiet", "--initial-branch=main")

    def release(name: str, migrations: str, fails: str = "") -> str:
        (origin / "manage.py").write_text(MANAGE)
        (origin / "Makefile").write_text(MAKE)
        (origin / ".gitignore").write_text(".venv\n")
        (origin / "requirements.txt").write_text(name)
        (origin / "migrations").write_text(migrations)
        (origin / "fails").write_text(fails)
        git(origin, "add", ".")
        git(origin, "commit", "--quiet", "-m", name)
        git(origin, "tag", name)
        return git(origin, "rev-parse", "HEAD")

    return release


@pytest.fixture
def checkout(tmp_path, git, release):
    release("one", "0001")
    git(tmp_path, "clone", "--quiet", "origin", "site")
    site = tmp_path / "site"
    (site / ".venv" / "bin").mkdir(parents=True)
    (site / ".venv" / "bin" / "python").symlink_to(sys.executable)
    (tmp_path / "data").write_text("0001")
    return site


def run(site: Path, wanted: str = "") -> tuple[bool, Server, list[str]]:
    server, said = Server(site), []
    return upgrade.upgrade(upgrade.Checkout(site), server, wanted, said.append), server, said


def asked(site: Path) -> list[str]:
    return [line.split()[0] for line in (site.parent / "asked").read_text().splitlines()]


def test_forward(checkout, release, git):
    newest = release("two", "0001 0002")
    done, server, said = run(checkout)
    assert done is True
    assert asked(checkout) == ["showmigrations", "backup", "prepare", "check"]
    assert git(checkout, "rev-parse", "HEAD") == newest
    assert git(checkout, "rev-parse", "--abbrev-ref", "HEAD") == "main"
    assert (checkout / ".venv" / "installed").read_text() == "two"
    assert (checkout.parent / "data").read_text() == "0001 0002"
    assert server.seen == ["two"]
    assert said[-1].startswith("Mise à jour faite : ")
    # And the next one goes on from there.
    release("three", "0001 0002")
    assert run(checkout)[0] is True
    copies = asked(checkout).count("backup")
    assert run(checkout)[0] is False
    # Nothing is new: no copy either.
    assert asked(checkout).count("backup") == copies


@pytest.mark.parametrize("fails", ["prepare", "check", "server"])
def test_a_version_that_does_not_work_is_taken_back(checkout, release, git, fails):
    before = git(checkout, "rev-parse", "HEAD")
    release("two", "0001 0002", fails=fails)
    with pytest.raises(upgrade.Failed, match="le site tourne comme avant"):
        run(checkout)
    assert git(checkout, "rev-parse", "HEAD") == before
    assert git(checkout, "rev-parse", "--abbrev-ref", "HEAD") == "main"
    assert (checkout / ".venv" / "installed").read_text() == "one"
    # Its migrations were applied: the copy came back.
    assert "restore" in asked(checkout)
    assert (checkout.parent / "data").read_text() == "0001"


def begin(site: Path, wanted: str = "") -> subprocess.CompletedProcess:
    """In a process of its own, which the new version may kill."""
    script = (
        "import importlib.util, pathlib, sys\n"
        f"spec = importlib.util.spec_from_file_location('upgrade', {str(ROOT / 'deploy' / 'upgrade.py')!r})\n"
        "upgrade = importlib.util.module_from_spec(spec); spec.loader.exec_module(upgrade)\n"
        "class Server:\n    def restart(self): pass\n"
        f"site = upgrade.Checkout(pathlib.Path({str(site)!r}))\n"
        f"upgrade.upgrade(site, Server(), {wanted!r}, print)\n"
    )
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)


@pytest.mark.parametrize("step", ["prepare", "check"])
@pytest.mark.parametrize("by_name", [True, False])
def test_one_that_was_killed_is_taken_up_again(checkout, release, git, step, by_name):
    wanted = "two" if by_name else ""
    release("two", "0001 0002", fails=f"killed-at-{step}")
    assert begin(checkout, wanted).returncode == -9
    assert git(checkout, "rev-parse", "--abbrev-ref", "HEAD") == "HEAD"
    # What git leaves where it is killed, and a file half written.
    (checkout / ".git" / "index.lock").touch()
    (checkout / "manage.py").write_text("")
    newest = release("three", "0001 0002 0003")
    done, server, said = run(checkout, "three" if by_name else "")
    assert done is True
    assert said[0] == "Une mise à jour s’était arrêtée en chemin : elle est reprise."
    assert git(checkout, "rev-parse", "HEAD") == newest
    assert server.seen == ["three"]
    assert (checkout.parent / "data").read_text() == "0001 0002 0003"
    # The next one begins anew, with a copy of its own.
    release("four", "0001 0002 0003")
    assert run(checkout, "four" if by_name else "")[0] is True
    assert asked(checkout).count("backup") == 2


@pytest.mark.parametrize("old", [False, True])
def test_one_taken_up_again_that_fails_goes_back_unless_much_was_written_since(
    checkout, release, git, monkeypatch, old
):
    before = git(checkout, "rev-parse", "HEAD")
    release("two", "0001 0002", fails="killed-at-check")
    assert begin(checkout).returncode == -9
    release("three", "0001 0002", fails="check")
    if old:
        monkeypatch.setattr(upgrade, "FRESH", 0)
    with pytest.raises(upgrade.Failed) as told:
        run(checkout)
    if old:
        assert "y revenir perdrait ce qui suit" in str(told.value)
        assert before in str(told.value)
        assert (checkout.parent / "data").read_text() == "0001 0002"
    else:
        assert git(checkout, "rev-parse", "HEAD") == before
        assert (checkout.parent / "data").read_text() == "0001"


def test_ctrl_c_goes_back(checkout, release, git, monkeypatch):
    before = git(checkout, "rev-parse", "HEAD")
    release("two", "0001 0002")
    server = Server(checkout)
    restart, said = server.restart, []

    def stopped() -> None:
        server.restart = restart
        raise KeyboardInterrupt

    server.restart = stopped
    with pytest.raises(upgrade.Failed, match="tourne comme avant"):
        upgrade.upgrade(upgrade.Checkout(checkout), server, "", said.append)
    assert "Arrêtée.\nRetour à la version d’avant…" in said
    assert git(checkout, "rev-parse", "HEAD") == before
    assert (checkout.parent / "data").read_text() == "0001"
    assert server.seen == ["one"]


def test_a_site_at_a_version_by_name_asks_which_one_comes_next(checkout, release):
    release("two", "0001")
    run(checkout, "two")
    with pytest.raises(upgrade.Failed, match=r"VERSION=v1\.2"):
        run(checkout)


def test_no_network_stops_before_anything_changes(checkout, release, git):
    (checkout.parent / "origin").rename(checkout.parent / "gone")
    with pytest.raises(upgrade.Failed, match="Téléchargement : échec"):
        run(checkout)
    assert git(checkout, "rev-parse", "--abbrev-ref", "HEAD") == "main"
    assert not (checkout.parent / "asked").exists()


def test_a_site_of_another_account_is_told(tmp_path, monkeypatch):
    def refuse(*args):
        raise PermissionError

    (tmp_path / "pid").write_text("1")
    monkeypatch.setattr(upgrade.os, "kill", refuse)
    with pytest.raises(upgrade.Failed, match="annuaire make upgrade"):
        upgrade.Server(tmp_path / "pid", "127.0.0.1:9").pid()


@pytest.mark.parametrize("fails", ["", "check"])
def test_where_copies_are_encrypted_none_stays_in_the_clear(checkout, release, monkeypatch, fails):
    monkeypatch.setenv("BACKUP_KEY", "age1x")
    release("two", "0001 0002", fails=fails)
    with pytest.raises(upgrade.Failed) if fails else nullcontext():
        run(checkout)
    assert not (checkout.parent / "copy").exists()


def test_errors_of_checks_are_told_before_their_warnings(checkout):
    script = "import sys; print('ERRORS:', 'le réglage', *range(30), 'la fin', sep='\\n', file=sys.stderr); sys.exit(1)"
    with pytest.raises(upgrade.Failed) as told:
        upgrade.Checkout(checkout).run(sys.executable, "-c", script, what="Contrôles")
    lines = str(told.value).split("\n    ")
    assert lines[:3] == ["Contrôles : échec.", "ERRORS:", "le réglage"]
    assert lines[5] == "…"
    assert lines[-1] == "la fin"


def test_a_version_that_is_none_is_told(checkout, release):
    release("two", "0001")
    with pytest.raises(upgrade.Failed, match="Aucune version ne s’appelle « v9 »"):
        run(checkout, "v9")
    assert not (checkout.parent / "asked").exists()


def test_without_migrations_what_was_written_meanwhile_stays(checkout, release):
    release("two", "0001", fails="check")
    with pytest.raises(upgrade.Failed):
        run(checkout)
    assert "restore" not in asked(checkout)


def test_a_copy_that_fails_stops_before_anything_changes(checkout, release, git):
    before = git(checkout, "rev-parse", "HEAD")
    (checkout / "fails").write_text("backup")
    git(checkout, "commit", "--quiet", "-am", "ours")
    release("two", "0001")
    with pytest.raises(upgrade.Failed, match="Sauvegarde : échec"):
        run(checkout)
    assert git(checkout, "rev-parse", "HEAD~") == before
    assert not (checkout / ".venv" / "installed").exists()


def test_a_program_changed_by_hand_is_left_alone(checkout, release):
    release("two", "0001")
    (checkout / "manage.py").write_text("# mine")
    with pytest.raises(upgrade.Failed, match="Des fichiers du programme ont été modifiés"):
        run(checkout)
    assert not (checkout.parent / "asked").exists()


def test_a_version_by_name(checkout, release, git):
    release("two", "0001")
    release("three", "0001")
    run(checkout, "two")
    assert (checkout / "requirements.txt").read_text() == "two"


def test_a_site_that_does_not_run_is_not_restarted(tmp_path):
    server = upgrade.Server(tmp_path / "gunicorn.pid", "127.0.0.1:9")
    server.restart()
    assert server.is_well() is False
    (tmp_path / "gunicorn.pid").write_text("not a number")
    assert server.pid() is None


# A site that writes its number down, answers on a socket, and says it is well from the second answer on.
SITE = """
import http.server, os, pathlib, socketserver, sys
folder = pathlib.Path(sys.argv[1])
class Answer(http.server.BaseHTTPRequestHandler):
    asked = 0
    def do_GET(self):
        Answer.asked += 1
        self.send_response(200 if Answer.asked > 1 else 503)
        self.end_headers()
        self.wfile.write(b"ok" if Answer.asked > 1 and self.headers["Host"] == "annuaire.exemple.fr" else b"no")
    def address_string(self): return ""
    def log_message(self, *_): pass
(folder / "socket").unlink(missing_ok=True)
server = socketserver.UnixStreamServer(str(folder / "socket"), Answer)
(folder / "pid").write_text(str(os.getpid()))
server.serve_forever()
"""


def test_a_restart_waits_until_the_next_process_is_well(monkeypatch):
    monkeypatch.setenv("ALLOWED_HOSTS", "annuaire.exemple.fr, autre.exemple.fr")
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        folder, processes, over = Path(name), [], threading.Event()

        def keep_alive() -> None:
            """As systemd: whenever it ends, another one."""
            while not over.is_set():
                processes.append(subprocess.Popen([sys.executable, "-c", SITE, name]))
                processes[-1].wait()

        keeper = threading.Thread(target=keep_alive)
        keeper.start()
        try:
            server = upgrade.Server(folder / "pid", str(folder / "socket"))
            deadline = time.monotonic() + 30
            while not server.is_well():
                assert time.monotonic() < deadline
                time.sleep(0.05)
            before = server.pid()
            server.restart()
            assert server.pid() not in {None, before}
            assert server.is_well()
            # A version that never starts leaves no process: what comes next is waited for all the same.
            (folder / "pid").unlink()
            number = str(processes[-1].pid)
            threading.Timer(0.3, lambda: (folder / "pid").write_text(number)).start()
            server.restart()
            assert server.pid() == int(number)
            monkeypatch.setattr(upgrade, "PATIENCE", 1)
            monkeypatch.setenv("ALLOWED_HOSTS", "another.exemple.fr")
            with pytest.raises(upgrade.Failed, match="ne répond pas « ok »"):
                server.restart()
        finally:
            over.set()
            processes[-1].terminate()
            keeper.join(timeout=10)
