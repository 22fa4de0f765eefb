from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from pages.importers.editorial_pages import PageFileError, load_pages

_OUTCOMES = {
    "created": "ajoutées",
    "updated": "corrigées",
    "same": "identiques",
    "kept": "gardées telles quelles",
}


class Command(BaseCommand):
    help = (
        "Charge les premiers textes des pages du site, depuis fixtures/pages/ : ajoute celles qui manquent, "
        "garde ce que la rédaction a changé ou supprimé. Sans --wet-run, dit ce qui changerait et n’écrit rien."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument(
            "--from", dest="folder", type=Path, default=settings.FIXTURES_DIR / "pages", help="dossier à lire"
        )
        parser.add_argument("--wet-run", action="store_true", help="écrit dans la base")

    def handle(self, *, folder: Path, wet_run: bool, **options) -> None:
        try:
            outcomes = load_pages(folder, wet_run=wet_run)
        except PageFileError as error:
            raise CommandError(str(error)) from error
        counts = ", ".join(f"{outcomes[name]} {label}" for name, label in _OUTCOMES.items())
        self.stdout.write(f"pages du site : {counts}")
        if not wet_run:
            self.stdout.write("Essai à blanc : rien n’a été écrit. Ajouter --wet-run pour écrire.")
