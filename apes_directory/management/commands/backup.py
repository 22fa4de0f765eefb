from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.template.defaultfilters import filesizeformat

from apes_directory.backups.archive import digest_of
from apes_directory.backups.errors import BackupFailed
from apes_directory.backups.keys import new_pair
from apes_directory.backups.making import make_and_forget
from apes_directory.backups.retention import DAYS, MONTHS, WEEKS


class Command(BaseCommand):
    help = (
        "Sauvegarde la base et la clé du site en un fichier vérifié, les éditions à côté, sans arrêter le site, dans "
        f"BACKUP_DIR. Garde une sauvegarde par jour pendant {DAYS} jours, par semaine pendant {WEEKS} semaines, par "
        f"mois pendant {MONTHS} mois, et efface les autres."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("--folder", type=Path, help="un autre dossier que BACKUP_DIR")
        parser.add_argument(
            "--label", default="", help="un mot dans le nom du fichier (lettres, chiffres, tirets)"
        )
        parser.add_argument(
            "--clear", action="store_true", help="ne pas chiffrer, même si BACKUP_KEY est réglée"
        )
        parser.add_argument(
            "--new-key",
            action="store_true",
            help="ne sauvegarde rien : fabrique une paire de clés de chiffrement",
        )

    def handle(
        self, *, folder: Path | None, label: str, clear: bool, new_key: bool, verbosity: int, **options
    ) -> None:
        if new_key:
            self.stdout.write(NEW_KEY.format(*new_pair()))
            return
        if label.strip("abcdefghijklmnopqrstuvwxyz0123456789-"):
            raise CommandError("--label ne prend que des lettres sans accent, des chiffres et des tirets.")
        try:
            copy, kept, gone = make_and_forget(
                folder or settings.BACKUP_DIR, label=label, public_key="" if clear else settings.BACKUP_KEY
            )
        except BackupFailed as error:
            raise CommandError(str(error)) from error
        if verbosity:
            encrypted = "chiffrée" if copy.is_encrypted else "non chiffrée"
            self.stdout.write(
                f"Sauvegarde faite ({filesizeformat(copy.size)}, {encrypted}) : {copy.path}\n"
                f"Empreinte SHA-256 : {digest_of(copy.path)}\n"
                f"Gardées : {len(kept)} ; effacées : {len(gone)}."
            )


NEW_KEY = """\
# Clé secrète : gardez-la hors du serveur, en deux endroits. Sans elle, aucune sauvegarde chiffrée ne se lit.
{}
# Clé publique : à mettre dans BACKUP_KEY.
# {}"""
