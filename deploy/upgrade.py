"""Bring the site to a newer version of the program, and back when it does not work: what ``make upgrade`` runs.

Standard library only, and read whole before it changes the files around it. In order: look at what is there, copy the
data, fetch the program, install its packages, migrate, check, restart, ask the site whether it is well. Whatever fails
after the copy brings back the old program, its packages and, where migrations were applied, the copy; so does Ctrl+C, and a
terminal that goes away stops nothing. What is killed altogether is taken up again by the next run, from a note in ``.git``.
"""

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PIDFILE = Path("/run/annuaire/gunicorn.pid")
SOCKET = Path("/run/annuaire.sock")
# Seconds until a site that restarts must be well; migrations are over by then.
PATIENCE = 120
# Seconds after which coming back to the copy would lose more than a moment of what people wrote.
FRESH = 3_600


class Failed(Exception):
    """A step that did not work; the text, in French, says which."""


@dataclass
class Before:
    """What was there: commit, branch (« HEAD » for none), migrations applied, the copy and when it was made (seconds of the
    clock), and the version asked for."""

    commit: str
    branch: str
    applied: str
    copy: str
    made: float
    wanted: str


class Checkout:
    """The program in its folder: its version, its packages, its commands."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.python = root / ".venv" / "bin" / "python"

    def run(self, *command: str | Path, what: str) -> str:
        done = subprocess.run(
            command, cwd=self.root, stdin=subprocess.DEVNULL, capture_output=True, text=True
        )
        if done.returncode:
            said = [line for line in (done.stderr or done.stdout).splitlines() if line.strip()]
            # Checks tell errors first and warnings after them, Python the other way round.
            cut = said if len(said) <= 12 else [*said[:4], "…", *said[-8:]]
            raise Failed("\n    ".join([f"{what} : échec.", *cut]))
        return done.stdout.strip()

    def git(self, *arguments: str, what: str) -> str:
        return self.run("git", *arguments, what=what)

    def manage(self, *arguments: str, what: str) -> str:
        return self.run(self.python, "manage.py", *arguments, what=what)

    def version(self) -> str:
        return self.git("rev-parse", "HEAD", what="Version présente")

    def install(self) -> None:
        self.run("make", ".venv/.requirements.stamp", what="Paquets")

    def migrations(self) -> str:
        return self.manage("showmigrations", "--plan", what="Migrations")

    def go_to(self, *target: str, what: str) -> None:
        """Check a commit or a branch out; nobody's changes are in the way, which was seen before the first step."""
        # Of a git that was killed.
        (self.root / ".git" / "index.lock").unlink(missing_ok=True)
        self.git("-c", "advice.detachedHead=false", "checkout", "--quiet", "--force", *target, what=what)

    @property
    def _note(self) -> Path:
        return self.root / ".git" / "annuaire-mise-a-jour.json"

    def stopped(self) -> Before | None:
        """What a run that was killed had begun with."""
        try:
            return Before(**json.loads(self._note.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return None
        except (ValueError, TypeError) as error:
            raise Failed(f"{self._note} ne se lit pas ({error}) : effacez-le, puis recommencez.") from error

    def note(self, before: Before) -> None:
        part = self._note.with_suffix(".part")
        part.write_text(json.dumps(asdict(before)), encoding="utf-8")
        part.replace(self._note)

    def forget(self) -> None:
        self._note.unlink(missing_ok=True)


class Server:
    """The running site: ended from its own account, started again by systemd, which holds its socket meanwhile."""

    def __init__(self, pidfile: Path, address: str) -> None:
        self._pidfile, self._address = pidfile, address
        # Seen running: a version that does not even start must not pass for a site nobody runs.
        self._ran = False

    def pid(self) -> int | None:
        """The number of gunicorn's master; None where no site runs."""
        try:
            number = int(self._pidfile.read_text())
            os.kill(number, 0)
        except PermissionError as error:
            raise Failed("Le site tourne sous un autre compte : tapez « annuaire make upgrade ».") from error
        except (OSError, ValueError):
            return None
        self._ran = True
        return number

    def restart(self) -> None:
        """End it and wait for the next one to be well; does nothing where none runs."""
        before = self.pid()
        if before is not None:
            with suppress(ProcessLookupError):
                os.kill(before, signal.SIGTERM)
        elif not self._ran:
            return
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if self.pid() not in {None, before} and self.is_well():
                return
            time.sleep(0.5)
        raise Failed(
            "Redémarrage : le site ne répond pas « ok » à /sante/. (journalctl -u annuaire dit pourquoi ; systemctl restart "
            "annuaire, en tant que root, essaie encore.)"
        )

    def is_well(self) -> bool:
        host, _, port = (
            ("localhost", "", "0") if self._address.startswith("/") else self._address.rpartition(":")
        )
        http = HTTPConnection(host, int(port), timeout=10)
        try:
            if self._address.startswith("/"):
                http.sock = socket.socket(socket.AF_UNIX)
                http.sock.settimeout(10)
                http.sock.connect(self._address)
            names = [name.strip() for name in os.environ.get("ALLOWED_HOSTS", "").split(",") if name.strip()]
            http.request("GET", "/sante/", headers={"Host": names[0].lstrip(".") if names else "localhost"})
            answer = http.getresponse()
            return (answer.status, answer.read()) == (200, b"ok")
        except (OSError, HTTPException):
            return False
        finally:
            http.close()


def upgrade(site: Checkout, server: Server, wanted: str, say: Callable[[str], None]) -> bool:
    """Whether the site now runs ``wanted`` (a tag, a branch or a commit; '' for the newest of the present branch).

    Raises Failed where nothing was changed, or where the way back failed as well.
    """
    before = site.stopped()
    if before is None:
        before = _begin(site, wanted, say)
        if before is None:
            say("Le programme est déjà à cette version : rien n’est changé.")
            return False
    else:
        say("Une mise à jour s’était arrêtée en chemin : elle est reprise.")
        before.wanted = wanted or before.wanted
    target = _target(site, before.branch, before.wanted)
    try:
        say("Programme…")
        site.go_to("--detach", target, what="Nouvelle version")
        say("Paquets…")
        site.install()
        say("Base de données et fichiers statiques…")
        site.manage("prepare", what="Préparation")
        say("Contrôles…")
        site.manage("check", "--deploy", "--database", "default", what="Contrôles")
        say("Redémarrage…")
        server.restart()
    except (Failed, KeyboardInterrupt) as error:
        say(f"{str(error) or 'Arrêtée.'}\nRetour à la version d’avant…")
        _go_back(site, server, before, say)
        raise Failed("La mise à jour n’est pas faite ; le site tourne comme avant.") from error
    # From here on it is done, whatever stops us.
    site.forget()
    if not before.wanted and before.branch != "HEAD":
        # Where it was before, only newer, for the next time.
        site.git("checkout", "--quiet", "-B", before.branch, what="Branche")
    _hide_copy(before)
    say(f"Mise à jour faite : {before.commit[:10]} → {site.version()[:10]}.")
    return True


def _target(site: Checkout, branch: str, wanted: str) -> str:
    """The commit to go to, fetched; the folder stays as it is."""
    site.git("fetch", "--tags", "--quiet", what="Téléchargement")
    target = wanted or f"{branch}@{{upstream}}"
    # A branch is meant as it is over there.
    names = [f"origin/{wanted}", wanted] if wanted else [target]
    for name in names:
        with suppress(Failed):
            return site.git("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}", what="Version")
    raise Failed(f"Aucune version ne s’appelle « {target} ». Rien n’est fait.")


def _hide_copy(before: Before) -> None:
    """Copies are encrypted on a site that has a key: the one in the clear ends with its use, the night makes the next."""
    if os.environ.get("BACKUP_KEY"):
        Path(before.copy).unlink(missing_ok=True)
        Path(f"{before.copy}.sha256").unlink(missing_ok=True)


def _begin(site: Checkout, wanted: str, say: Callable[[str], None]) -> Before | None:
    """Look at what is there and at what is new, and copy the data; changes nothing. None where nothing is new."""
    if site.git("status", "--porcelain", "--untracked-files=no", what="État du dossier"):
        raise Failed(
            "Des fichiers du programme ont été modifiés ici : « git status » dit lesquels. Rien n’est fait."
        )
    commit = site.version()
    branch = site.git("rev-parse", "--abbrev-ref", "HEAD", what="Branche")
    if branch == "HEAD" and not wanted:
        raise Failed(
            "Le programme est à une version précise, sans branche à suivre : dites laquelle prendre, par exemple « make "
            "upgrade VERSION=v1.2 ». Rien n’est fait."
        )
    if _target(site, branch, wanted) == commit:
        return None
    applied = site.migrations()
    say("Sauvegarde…")
    made = time.time()
    # In the clear: the site does not hold the key that would open it on the way back.
    told = site.manage("backup", "--clear", "--label", "avant-mise-a-jour", what="Sauvegarde").splitlines()[0]
    copy = told.rpartition(" : ")[2]
    say(f"  {copy}")
    before = Before(commit, branch, applied, copy, made, wanted)
    site.note(before)
    return before


def _go_back(site: Checkout, server: Server, before: Before, say: Callable[[str], None]) -> None:
    # Whoever is impatient would stop it half-way.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        changed = _migrations_changed(site, before.applied)
        if changed and time.time() - before.made > FRESH:
            raise Failed(
                "  La base a changé, et la sauvegarde d’avant est ancienne : y revenir perdrait ce qui suit."
            )
        _return_to(site, before)
        site.install()
        if changed:
            say("  La base avait changé : retour à la sauvegarde.")
            site.manage("restore", before.copy, "--wet-run", what="Restauration")
        site.manage("prepare", what="Préparation")
        server.restart()
        site.forget()
        _hide_copy(before)
    except Failed as error:
        raise Failed(
            f"{error}\nLe retour n’a pas abouti non plus. Le programme d’avant est la version {before.commit}, les données "
            f"d’avant sont dans {before.copy} : docs/guide-hebergement.md, « Quand une mise à jour échoue »."
        ) from error
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _migrations_changed(site: Checkout, applied: str) -> bool:
    """Whether the database is no longer what the old program knows; taken for granted where it can't be asked."""
    try:
        done = {line for line in site.migrations().splitlines() if line.startswith("[X]")}
    except Failed:
        return True
    return done != {line for line in applied.splitlines() if line.startswith("[X]")}


def _return_to(site: Checkout, before: Before) -> None:
    target = ["--detach", before.commit] if before.branch == "HEAD" else [before.branch]
    site.go_to(*target, what="Version d’avant")
    if site.version() != before.commit:
        raise Failed(f"Version d’avant : la branche {before.branch} n’est plus à {before.commit}.")


def _stop(*args) -> None:
    raise KeyboardInterrupt


def main() -> int:
    parser = argparse.ArgumentParser(
        description="Met le programme à jour, et revient en arrière si cela échoue."
    )
    parser.add_argument(
        "version", nargs="?", default="", help="étiquette, branche ou commit (la plus récente sinon)"
    )
    parser.add_argument("--pidfile", type=Path, default=PIDFILE)
    parser.add_argument("--address", default=str(SOCKET), help="prise du site, ou machine:port")
    chosen = parser.parse_args()
    # Children have it too: a connection that breaks must not stop anything half-way.
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _stop)
    server = Server(chosen.pidfile, chosen.address)
    try:
        server.pid()
        upgrade(Checkout(ROOT), server, chosen.version, _say)
    except Failed as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    return 0


def _say(text: str) -> None:
    # Nobody may be there any more to read it.
    with suppress(OSError):
        print(text, flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
