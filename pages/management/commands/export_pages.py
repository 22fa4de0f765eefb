from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

from pages.importers.editorial_pages import export_pages


class Command(BaseCommand):
    help = "Écrit le texte présent des pages du site dans fixtures/pages/, tel que load_pages le relit."

    def add_arguments(self, parser) -> None:
        parser.add_argument(
            "--to", dest="folder", type=Path, default=settings.FIXTURES_DIR / "pages", help="dossier à écrire"
        )

    def handle(self, *, folder: Path, **options) -> None:
        self.stdout.write(f"{export_pages(folder)} pages écrites dans {folder}")
