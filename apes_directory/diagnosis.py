"""What is well and what is not with an installation, in sentences that name nobody: made to be sent to whoever helps.

Each examination yields findings; one that fails is a finding itself, so that a broken part hides no other.
"""

import enum
import os
import platform
import shutil
import sqlite3
import stat
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.core.checks import ERROR, run_checks
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.template.defaultfilters import filesizeformat
from packaging.requirements import InvalidRequirement, Requirement
from post_office.models import STATUS, Email

from actors.models import Actor
from apes_directory.backups import sqlite
from apes_directory.backups.archive import copies_in
from apes_directory.backups.postgresql import program
from apes_directory.backups.present import is_returning
from apes_directory.jobs import lock_of_database
from apes_directory.replicas import examining
from apes_directory.safety import refusals
from apes_directory.soundness import said_of_version
from apes_directory.upkeep import CHORES, journal, late
from territories.models import Change

# Of free disk: less is soon full of copies; far less and the database can't write.
_LITTLE, _TOO_LITTLE = 2_000_000_000, 200_000_000
_OLD_BACKUP = timedelta(days=2)


class Level(enum.Enum):
    """In the order of their weight."""

    GOOD = "ok"
    LOOK = "à voir"
    BAD = "GRAVE"


class Finding(NamedTuple):
    """``text`` is one French sentence; where something is to be done, it says what."""

    level: Level
    subject: str
    text: str


Examination = Callable[[], Iterator[Finding]]


def findings(examinations: tuple[Examination, ...] | None = None) -> Iterator[Finding]:
    """Everything there is to say, in order (some 20 queries, and one reading of an SQLite database)."""
    for examine in examinations or EXAMINATIONS:
        try:
            yield from examine()
        except Exception as error:
            yield Finding(
                Level.BAD, "Diagnostic", f"{examine.__name__} s’est arrêté : {type(error).__name__}: {error}"
            )


def programs() -> Iterator[Finding]:
    yield Finding(
        Level.GOOD,
        "Programme",
        f"Python {platform.python_version()}, Django {version('django')}, {platform.platform()}.",
    )
    wrong = list(_other_versions((settings.BASE_DIR / "requirements.txt").read_text(encoding="utf-8")))
    if wrong:
        yield Finding(
            Level.BAD,
            "Paquets",
            f"{', '.join(wrong)} : pas à la version prévue. Lancez « make upgrade » ou « make run ».",
        )
    else:
        yield Finding(Level.GOOD, "Paquets", "tous à la version prévue.")


def _other_versions(lock: str) -> Iterator[str]:
    for line in lock.splitlines():
        if not line[:1].isalnum():
            continue
        try:
            wanted = Requirement(line.rstrip(" \\"))
        except InvalidRequirement:
            continue
        if wanted.marker and not wanted.marker.evaluate():
            continue
        try:
            present = version(wanted.name)
        except PackageNotFoundError:
            yield f"{wanted.name} (absent)"
        else:
            if not wanted.specifier.contains(present, prereleases=True):
                yield f"{wanted.name} {present}"


def configuration() -> Iterator[Finding]:
    for sentence in refusals(settings):
        yield Finding(Level.BAD, "Réglages", sentence)
    yield Finding(
        Level.GOOD if settings.HTTPS else Level.LOOK,
        "https",
        "allumé." if settings.HTTPS else "éteint : à n’ouvrir qu’à cette machine (HTTPS=on derrière nginx).",
    )
    if settings.MAIL_IS_ON:
        yield Finding(
            Level.GOOD, "Courriels", f"envoyés par {settings.EMAIL_HOST}, port {settings.EMAIL_PORT}."
        )
    else:
        yield Finding(Level.LOOK, "Courriels", "aucun ne part : EMAIL_HOST n’est pas réglé.")
    for warning in run_checks(include_deployment_checks=settings.HTTPS, databases=["default"]):
        yield Finding(
            Level.BAD if warning.level >= ERROR else Level.LOOK, "Contrôles", f"{warning.msg} ({warning.id})"
        )


def database() -> Iterator[Finding]:
    if connection.vendor == "sqlite":
        path = Path(connection.settings_dict["NAME"])
        size = filesizeformat(path.stat().st_size) if path.exists() else "en mémoire"
        if sqlite.is_spoilt():
            yield Finding(
                Level.BAD,
                "Base",
                "des pages du fichier sont abîmées. Arrêtez le site, puis « manage.py restore latest ».",
            )
            return
        yield Finding(Level.GOOD, "Base", f"SQLite {sqlite3.sqlite_version}, {size}, saine.")
        for sentence in said_of_version():
            yield Finding(Level.BAD, "Base", sentence)
    else:
        server = connection.pg_version
        yield Finding(Level.GOOD, "Base", f"PostgreSQL {server // 10_000}.{server % 10_000}.")
        yield Finding(Level.GOOD, "Outils", f"sauvegardes par {program('pg_dump')}.")
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        yield Finding(
            Level.BAD, "Tables", f"{len(missing)} migrations manquent : « manage.py prepare » les applique."
        )
        return
    yield Finding(
        Level.GOOD,
        "Contenu",
        f"{Actor.objects.published().count()} fiches publiées, version {Change.objects.version()}.",
    )
    failed = Email.objects.filter(status=STATUS.failed).count()
    if failed:
        yield Finding(
            Level.LOOK,
            "Courriels",
            f"{failed} n’ont pas pu partir : voyez « Coulisses » dans l’administration.",
        )
    newest = Change.objects.newest()
    if newest and newest.at > datetime.now(UTC) + timedelta(hours=1):
        yield Finding(
            Level.BAD,
            "Horloge",
            "la dernière modification est dans le futur : l’heure de la machine est fausse.",
        )


def a_return() -> Iterator[Finding]:
    """Files that coming back to a copy leaves where it was stopped, or a spoilt database behind it."""
    if is_returning():
        yield Finding(
            Level.BAD,
            "Retour",
            "un retour à une sauvegarde est en cours ou s’est arrêté avant la fin, et le site reste fermé. S’il s’est arrêté : "
            "relancez-le, ou relancez le site, qui le finit en démarrant.",
        )
    if spoilt := sorted(Path(settings.DATA_DIR).glob(f"*.{sqlite.SPOILT}-*")):
        yield Finding(
            Level.LOOK,
            "Base abîmée",
            f"{spoilt[0].name} est encore là, avec les noms de qui a été effacé depuis : effacez-la dès que tout va bien.",
        )


def folders() -> Iterator[Finding]:
    data = Path(settings.DATA_DIR)
    free = shutil.disk_usage(data).free
    level = Level.GOOD if free > _LITTLE else Level.LOOK if free > _TOO_LITTLE else Level.BAD
    yield Finding(level, "Disque", f"{filesizeformat(free)} libres dans {data}.")
    if not os.access(data, os.W_OK):
        yield Finding(Level.BAD, "Dossier", f"{data} ne peut pas être écrit par ce compte.")
    names = [data / "secret_key", data / "directory.sqlite3", settings.BACKUP_DIR]
    if open_names := [str(path) for path in names if _is_open(path)]:
        yield Finding(
            Level.LOOK,
            "Droits",
            f"d’autres comptes de la machine peuvent lire {', '.join(open_names)} : chmod o-rwx.",
        )
    if os.geteuid() == 0:
        yield Finding(
            Level.LOOK, "Compte", "vous êtes root : lancez les commandes du site par son propre compte."
        )
    if not (Path(settings.STATIC_ROOT) / ".collected").exists():
        yield Finding(Level.LOOK, "Fichiers statiques", "pas rassemblés : « manage.py prepare » s’en charge.")


def _is_open(path: Path) -> bool:
    """Whether any account of the machine may read it: its own rights and those of the folders above count."""
    try:
        if not path.stat().st_mode & stat.S_IROTH:
            return False
        return all(folder.stat().st_mode & stat.S_IXOTH for folder in path.resolve().parents)
    except OSError:
        return False


def upkeep() -> Iterator[Finding]:
    copies = copies_in(settings.BACKUP_DIR)
    if not copies:
        yield Finding(Level.LOOK, "Sauvegardes", "aucune : « manage.py entretien » en fait une par jour.")
    else:
        age = datetime.now(UTC) - copies[-1].moment
        told = (
            f"la dernière a {age.days} jours" if age.days else f"la dernière a {age.seconds // 3600} heures"
        )
        yield Finding(
            Level.GOOD if age < _OLD_BACKUP else Level.BAD,
            "Sauvegardes",
            f"{len(copies)}, {told}, {'chiffrée' if copies[-1].is_encrypted else 'non chiffrée'}.",
        )
    known = journal().read()
    missed = [chore.name for chore in late(CHORES, known, datetime.now(UTC))]
    if not known:
        yield Finding(
            Level.LOOK, "Entretien", "jamais fait : « manage.py entretien » est à lancer chaque jour."
        )
    elif missed:
        yield Finding(
            Level.LOOK, "Entretien", f"en retard : {', '.join(missed)}. Lancez « manage.py entretien »."
        )
    else:
        yield Finding(Level.GOOD, "Entretien", "à jour.")


def jobs() -> Iterator[Finding]:
    """Whoever holds the lock is the runner; taking it for a moment does the one that waits no harm."""
    if connection.vendor == "sqlite" and not Path(connection.settings_dict["NAME"]).is_file():
        return
    lock = lock_of_database()
    if lock.take():
        lock.release()
        yield Finding(
            Level.LOOK,
            "Tâches de fond",
            "personne ne les fait en ce moment : le site est arrêté, ou JOBS=off.",
        )
    else:
        yield Finding(Level.GOOD, "Tâches de fond", "en marche.")


def replicas() -> Iterator[Finding]:
    for well, sentence in examining.sentences():
        yield Finding(Level.GOOD if well else Level.LOOK, "Répliques", sentence)


EXAMINATIONS: tuple[Examination, ...] = (
    programs,
    configuration,
    database,
    replicas,
    a_return,
    folders,
    upkeep,
    jobs,
)
