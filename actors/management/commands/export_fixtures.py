from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

from actors.importers.fixture_exporter import export_fixtures


class Command(BaseCommand):
    help = "Écrit l’état présent des lettres, des personnes et des acteurs dans les fichiers de fixtures/."

    def add_arguments(self, parser):
        parser.add_argument(
            "--to", dest="folder", type=Path, default=settings.FIXTURES_DIR, help="dossier à écrire"
        )

    def handle(self, *, folder: Path, **options):
        changed = export_fixtures(folder)
        for name in changed:
            self.stdout.write(name)
        self.stdout.write(f"{len(changed)} fichiers modifiés." if changed else "Rien n’a changé.")
