from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apes_directory.backups.archive import BEFORE, Manifest, copies_in
from apes_directory.backups.errors import BackupFailed, why
from apes_directory.backups.folder import alone
from apes_directory.backups.restoring import bring_back, examined, refusal


class Command(BaseCommand):
    help = (
        "Vérifie une sauvegarde et dit ce qu’elle contient ; avec --wet-run, la remet à la place de l’état présent, dont "
        "une sauvegarde est faite d’abord. Qui a demandé à être effacé depuis le reste."
    )
    # A spoilt database must not keep anybody from coming back to a sound one.
    requires_system_checks = []

    def add_arguments(self, parser) -> None:
        parser.add_argument(
            "file",
            nargs="?",
            help="le fichier, ou « latest » pour le plus récent de BACKUP_DIR (« avant-retour » à part)",
        )
        parser.add_argument(
            "--key-file", type=Path, help="fichier de la clé secrète d’une sauvegarde chiffrée"
        )
        parser.add_argument(
            "--wet-run", action="store_true", help="remettre vraiment cette sauvegarde en place"
        )

    def handle(self, *, file: str | None, key_file: Path | None, wet_run: bool, **options) -> None:
        if file is None:
            self.tell_copies()
            return
        work = settings.BACKUP_DIR
        try:
            path = self.chosen(file)
            with alone(work), examined(path, key_file, work) as (manifest, folder):
                self.tell(path, manifest)
                if told := refusal(manifest):
                    raise CommandError(told)
                if not wet_run:
                    self.stdout.write("Cette sauvegarde est saine. Rien n’est fait sans --wet-run.")
                    return
                bring_back(manifest, folder, work, settings.BACKUP_KEY, self.stdout.write)
        except BackupFailed as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"Le disque refuse ({error.filename or work}) : {why(error)}.") from error
        self.stdout.write("La sauvegarde est en place.")

    def chosen(self, file: str) -> Path:
        if file != "latest":
            return Path(file)
        # Whoever tries again after a return that was stopped means the same copy, not the one made just before.
        copies = [copy for copy in copies_in(settings.BACKUP_DIR) if copy.label != BEFORE]
        if not copies:
            raise CommandError(f"Aucune sauvegarde dans {settings.BACKUP_DIR}.")
        return copies[-1].path

    def tell_copies(self) -> None:
        for copy in copies_in(settings.BACKUP_DIR):
            self.stdout.write(f"{timezone.localtime(copy.moment):%d/%m/%Y %H:%M}  {copy.path}")
        self.stdout.write("Donnez l’un de ces fichiers, ou « latest ».")

    def tell(self, path: Path, manifest: Manifest) -> None:
        self.stdout.write(
            f"{path.name} : {manifest.engine}, faite le {timezone.localtime(manifest.moment):%d/%m/%Y à %H h %M}, "
            f"version {manifest.version} de l’annuaire, {manifest.counts.get('actors_actor', 0)} fiches, "
            f"{sum(manifest.counts.values())} lignes en tout, {len(manifest.files)} fichiers."
        )
