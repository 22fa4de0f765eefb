from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from actors.importers.fixture_format import FixtureError
from actors.importers.fixture_loader import LoadReport, load_fixtures

_OUTCOMES = {"created": "ajoutés", "updated": "corrigés", "same": "identiques", "kept": "laissés tels quels"}


class Command(BaseCommand):
    help = (
        "Loads what the letters say from the fixtures. Adds what is missing, keeps whatever an editor changed, "
        "deleted or erased. Runs dry unless --wet-run."
    )

    def add_arguments(self, parser):
        parser.add_argument("--from", dest="folder", type=Path, default=settings.FIXTURES_DIR)
        parser.add_argument("--wet-run", action="store_true", help="write, instead of only telling")

    def handle(self, *, folder: Path, wet_run: bool, **options):
        def bar(items, label):
            return tqdm(items, desc=label, unit="", disable=None, leave=False, file=self.stderr._out)

        try:
            report = load_fixtures(folder, wet_run=wet_run, progress=bar)
        except FixtureError as error:
            raise CommandError(str(error)) from error
        self.tell(report)
        if not wet_run:
            self.stdout.write("Essai à blanc : rien n’est écrit. Relancez avec --wet-run.")

    def tell(self, report: LoadReport) -> None:
        for name in sorted({name for name, _ in report.counts}):
            counts = [
                f"{report.counts[name, outcome]} {label}"
                for outcome, label in _OUTCOMES.items()
                if report.counts[name, outcome]
            ]
            self.stdout.write(f"{name} : {', '.join(counts)}")
