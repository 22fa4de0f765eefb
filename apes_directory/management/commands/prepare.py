"""Bring an installation up to date before it serves: database, data, static files."""

import hashlib
import json
from contextlib import nullcontext
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.core.management.commands.migrate import Command as MigrateCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from tqdm import tqdm

from actors.actions.reapply_erasures import reapply_erasures
from actors.network.job import refresh_layout
from apes_directory import soundness
from apes_directory.backups.errors import BackupFailed
from apes_directory.backups.folder import alone
from apes_directory.backups.present import is_returning
from apes_directory.backups.restoring import finish
from apes_directory.jobs import lock_of_database
from apes_directory.preparing import alone as alone_here
from apes_directory.safety import refusal_text
from editing.roles import sync_roles


class Command(BaseCommand):
    help = (
        "Prépare l’installation : migre la base, la remplit si elle est vide, rassemble les fichiers "
        "statiques. Ne fait que ce qui manque ; s’il ne manque rien, ne change rien."
    )
    # `make test` runs them; here they would only slow down every start.
    requires_system_checks = []

    def handle(self, *args, **options) -> None:
        if told := refusal_text(settings):
            raise CommandError(told)
        with alone_here(lambda text: self.say("Base de données", text)):
            self.prepare()

    def prepare(self) -> None:
        self.look_at_database()
        self.migrate()
        self.finish_return()
        self.load("Territoires", "load_territories", unless=["territories.Territory"])
        # Seeds remember what was loaded once: a directory that its editors emptied stays empty.
        self.load("Acteurs", "load_fixtures", unless=["actors.Actor", "actors.Seed"])
        self.forget_again()
        self.load("Pages du site", "load_pages", unless=["pages.EditorialPage"])
        self.draw_network()
        self.collect_static()

    def say(self, subject: str, state: str) -> None:
        self.stdout.write(f"{subject} : {state}")
        self.stdout.flush()

    def look_at_database(self) -> None:
        """Tell what an SQLite database lost, and start nothing over one that is spoilt."""
        # While another process serves it, its log of writes is nobody's remains.
        if soundness.database_file() and (lock := lock_of_database()).take():
            lock.release()
            for sentence in soundness.said_of_log():
                self.say("Attention, base de données", sentence)
        if soundness.is_spoilt():
            raise CommandError(soundness.SPOILT.format(name=soundness.database_file().name))

    def migrate(self) -> None:
        """Apply the migrations that are missing; a database that has them all is only read."""
        name = "Base de données PostgreSQL"
        if connection.vendor == "sqlite":
            name = "Base de données SQLite"
            Path(connection.settings_dict["NAME"]).parent.mkdir(parents=True, exist_ok=True)
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if not missing:
            self.say(name, "à jour")
            # A release may change the table of roles and bring no migration, after which they are synced.
            sync_roles()
            for sentence in soundness.said_of_version():
                self.say("Attention, base de données", sentence)
            return
        self.say(name, f"mise en place ({len(missing)} migrations)…")
        with tqdm(total=len(missing), unit="migration", disable=None, leave=False) as bar:
            call_command(MigrateWithBar(bar), interactive=False, verbosity=0, stdout=self.stdout)

    def load(self, subject: str, command: str, *, unless: list[str]) -> None:
        """Call the loading ``command`` when none of the models has a row (1 query per model)."""
        counts = [apps.get_model(model)._default_manager.count() for model in unless]
        if any(counts):
            self.say(subject, f"{counts[0]} en place")
            return
        self.say(subject, "chargement…")
        call_command(command, wet_run=True, stdout=self.stdout)

    def finish_return(self) -> None:
        """Where a return to a copy was stopped once its rows were there (1 query otherwise)."""
        try:
            with alone(settings.BACKUP_DIR) if is_returning() else nullcontext():
                finish(lambda text: self.say("Retour à une sauvegarde, repris", text))
        except (BackupFailed, ImproperlyConfigured) as error:
            raise CommandError(str(error)) from error

    def forget_again(self) -> None:
        """Where an older copy of the database came back by hand: whoever was erased since is erased again (2 queries
        otherwise)."""
        try:
            number = reapply_erasures(even_if_known=False)
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from error
        self.say("Personnes effacées", f"{number} mentions effacées de nouveau" if number else "à jour")

    def draw_network(self) -> None:
        """Compute the drawing of the network, where it is of an older version (2 queries otherwise)."""
        self.say("Dessin du réseau", "calculé" if refresh_layout() else "à jour")

    def collect_static(self) -> None:
        """Collect when a source file, the lock or the way of storing changed since the last time."""
        stamp = Path(settings.STATIC_ROOT) / ".collected"
        state = static_state()
        if stamp.exists() and stamp.read_text(encoding="ascii") == state:
            self.say("Fichiers statiques", "à jour")
            return
        self.say("Fichiers statiques", "rassemblement…")
        # A collection cut short must not pass for a whole one.
        stamp.unlink(missing_ok=True)
        call_command("collectstatic", interactive=False, verbosity=0, stdout=self.stdout)
        stamp.write_text(state, encoding="ascii")


class MigrateWithBar(MigrateCommand):
    """Django's ``migrate``, telling a progress bar of each migration applied."""

    def __init__(self, bar: tqdm) -> None:
        super().__init__()
        self.bar = bar

    def migration_progress_callback(self, action, migration=None, fake=False) -> None:
        if action == "apply_success":
            self.bar.update()


def static_state() -> str:
    """A digest of all that decides what a collection makes: source files, the lock, the way of storing.

    Contents rather than dates, since a checkout touches files without changing them.
    """
    digest = hashlib.sha256(json.dumps(settings.STORAGES["staticfiles"]).encode())
    digest.update((settings.BASE_DIR / "requirements.txt").read_bytes())
    for finder in get_finders():
        for path, storage in finder.list(ignore_patterns=[]):
            with storage.open(path) as file:
                digest.update(f"\0{path}\0".encode() + file.read())
    return digest.hexdigest()
