"""What `deploy/` holds passes its own tools, and carries visitors over a restart without losing one of them."""

import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest
from django.db import connection

from tests.programs import NGINX, OPENSSL, SYSTEMD

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
HOST = "annuaire.exemple.fr"
UNITS = ["annuaire.socket", "annuaire.service", "annuaire-entretien.service", "annuaire-entretien.timer"]
# Nothing here knows which database stands behind.
once = pytest.mark.skipif(
    connection.vendor == "postgresql", reason="tried beside SQLite; no database takes part"
)


def test_units_are_understood_by_systemd(tmp_path):
    for name in UNITS:
        text = (DEPLOY / name).read_text().replace("/srv/annuaire", str(ROOT))
        # Where this checkout lives, and the account of the site, are this machine's own business.
        (tmp_path / name).write_text(text.replace(f"{ROOT}/.venv/bin", str(Path(sys.executable).parent)))
    done = subprocess.run(
        [SYSTEMD.path(), "verify", "--man=no", "--recursive-errors=no", *(tmp_path / name for name in UNITS)],
        capture_output=True,
        text=True,
        env=os.environ | {"SYSTEMD_LOG_LEVEL": "warning"},
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_unit_that_systemd_does_not_understand_would_be_noticed(tmp_path):
    text = (DEPLOY / "annuaire.service").read_text().replace("/srv/annuaire", str(ROOT))
    (tmp_path / "annuaire.service").write_text(text.replace("NoNewPrivileges=yes", "NoNewPrivilege=yes"))
    done = subprocess.run(
        [SYSTEMD.path(), "verify", "--man=no", "--recursive-errors=no", tmp_path / "annuaire.service"],
        capture_output=True,
        text=True,
    )
    assert "NoNewPrivilege" in done.stderr


@pytest.mark.parametrize("unit", ["annuaire.service", "annuaire-entretien.service"])
def test_both_services_are_shut_in_alike(unit):
    text = (DEPLOY / unit).read_text()
    for line in (
        "NoNewPrivileges=yes",
        "ProtectSystem=strict",
        "CapabilityBoundingSet=",
        "UMask=0077",
        "User=annuaire",
    ):
        assert f"\n{line}\n" in text


def test_example_of_settings_names_variables_of_the_site():
    named = set(re.findall(r"^#?([A-Z_]+)=", (DEPLOY / "annuaire.env").read_text(), re.MULTILINE))
    readme = set(
        re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    )
    assert named <= readme
    assert {"ALLOWED_HOSTS", "HTTPS", "SITE_URL", "DATA_DIR"} <= named


def test_command_reads_settings_with_spaces(tmp_path):
    (tmp_path / "env").write_text('EMAIL_FROM="Annuaire <annuaire@exemple.fr>"\n')
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    program = tmp_path / ".venv" / "bin" / "python"
    program.write_text('#!/bin/sh\necho "$EMAIL_FROM" "$@"\n')
    program.chmod(0o755)
    # As the account of the site: root would look for it.
    text = (DEPLOY / "annuaire").read_text().replace('[ "$(id -u)" = 0 ]', "false")
    (tmp_path / "annuaire").write_text(text)
    done = subprocess.run(
        ["sh", tmp_path / "annuaire", "diagnostic"],
        env=os.environ | {"ANNUAIRE_ENV": str(tmp_path / "env"), "ANNUAIRE_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "Annuaire <annuaire@exemple.fr> manage.py diagnostic\n"


def test_containerfile_says_that_nobody_tried_it():
    assert (DEPLOY / "Containerfile").read_text().startswith("# UNTESTED:")


# -- the way that was really run -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Short enough for a socket, with a certificate of a day."""
    folder = tmp_path_factory.mktemp("n")
    files = ["-keyout", folder / "privkey.pem", "-out", folder / "fullchain.pem"]
    subprocess.run(
        [
            OPENSSL.path(),
            "req",
            "-x509",
            *("-newkey", "rsa:2048", "-nodes", "-days", "1"),
            "-subj",
            f"/CN={HOST}",
            *files,
        ],
        check=True,
        capture_output=True,
    )
    return folder


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def nginx_of(folder: Path) -> tuple[Path, int]:
    """The committed file inside the shortest frame, with this machine's ports and folders in place of Debian's."""
    port = free_port()
    site = (DEPLOY / "nginx.conf").read_text()
    for before, after in (
        (f"/etc/letsencrypt/live/{HOST}", str(folder)),
        ("unix:/run/annuaire.sock", f"unix:{folder}/annuaire.sock"),
        ("/var/log/nginx", str(folder)),
        ("listen 443", f"listen 127.0.0.1:{port}"),
        ("listen 80", f"listen 127.0.0.1:{free_port()}"),
    ):
        assert before in site
        site = site.replace(before, after)
    site = re.sub(r"^ +listen \[::\].*\n", "", site, flags=re.MULTILINE)
    paths = "".join(
        f"{kind}_temp_path {folder}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;\n" if os.geteuid() == 0 else ""
    whole = f"{user}pid {folder}/nginx.pid;\ndaemon off;\nevents {{}}\nhttp {{\n{paths}{site}\n}}\n"
    (folder / "nginx.conf").write_text(whole)
    return folder / "nginx.conf", port


def test_nginx_understands_its_configuration(folder):
    path, _ = nginx_of(folder)
    done = subprocess.run(
        [NGINX.path(), "-t", "-c", path, "-e", folder / "start.log"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "[warn]" not in done.stderr


class Systemd:
    """Holds the socket and starts gunicorn with it, as systemd does with annuaire.socket and annuaire.service."""

    def __init__(self, folder: Path, data: Path) -> None:
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.bind(str(folder / "annuaire.sock"))
        self.socket.listen(1024)
        self.environment = os.environ | {
            "DATA_DIR": str(data),
            "DATABASE_URL": "",
            "DJANGO_SETTINGS_MODULE": "apes_directory.settings",
            "HTTPS": "on",
            "STATIC_COMPRESSION": "off",
            "ALLOWED_HOSTS": HOST,
            "JOBS": "off",
        }

    def start(self) -> subprocess.Popen:
        # The program finds the socket as its descriptor 3, and its own number in LISTEN_PID.
        command = 'exec 3<&0 </dev/null; export LISTEN_FDS=1 LISTEN_PID=$$; exec "$@"'
        return subprocess.Popen(
            [
                "sh",
                "-c",
                command,
                "sh",
                sys.executable,
                "-m",
                "gunicorn",
                "--config",
                "apes_directory/gunicorn_conf.py",
            ],
            cwd=ROOT,
            env=self.environment,
            stdin=self.socket.fileno(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )


@contextmanager
def nginx(folder: Path):
    path, port = nginx_of(folder)
    process = subprocess.Popen(
        [NGINX.path(), "-c", path, "-e", folder / "start.log"], stderr=subprocess.DEVNULL
    )
    try:
        yield port
    finally:
        process.terminate()
        process.wait(timeout=10)


def ask(port: int, address: str) -> tuple[int, dict[str, str], bytes]:
    context = ssl.create_default_context()
    # A certificate of this test's own.
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    raw = socket.create_connection(("127.0.0.1", port), timeout=30)
    with context.wrap_socket(raw, server_hostname=HOST) as line:
        http = HTTPConnection(HOST)
        http.sock = line
        http.request("GET", address, headers={"Host": HOST, "X-Forwarded-For": "203.0.113.9"})
        answer = http.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()


@once
def test_a_restart_behind_nginx_loses_nobody(folder, tmp_path):
    systemd = Systemd(folder, tmp_path)
    failures, answered, over = [], [], threading.Event()

    def visit() -> None:
        while not over.is_set():
            try:
                status, _, body = ask(port, "/sante/vivant/")
                (answered if (status, body) == (200, b"ok") else failures).append(status)
            except OSError as error:
                failures.append(error)

    servers = [systemd.start()]
    with nginx(folder) as port:
        try:
            status, headers, _ = ask(port, "/sante/vivant/")
            assert status == 200
            # It is https to Django, as nginx says, and the answer says so for a year.
            assert headers["Strict-Transport-Security"].startswith("max-age=31536000")
            assert ask(port, "/sante/mesures/")[0] == 404
            visitors = [threading.Thread(target=visit) for _ in range(3)]
            for visitor in visitors:
                visitor.start()
            servers[-1].terminate()
            servers[-1].wait(timeout=30)
            before = len(answered)
            servers.append(systemd.start())
            deadline = time.monotonic() + 60
            while len(answered) < before + 20 and not failures and time.monotonic() < deadline:
                time.sleep(0.05)
            over.set()
            for visitor in visitors:
                visitor.join(timeout=40)
        finally:
            over.set()
            for server in servers:
                server.terminate()
                server.wait(timeout=30)
            systemd.socket.close()
    assert failures == []
    assert len(answered) >= before + 20
    log = (folder / "annuaire.log").read_text()
    assert "/sante/vivant/ 200" in log
    assert "127.0.0.1" not in log
    shutil.rmtree(folder, ignore_errors=True)
