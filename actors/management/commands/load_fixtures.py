from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from actors.importers import fixture_format as formats
from actors.importers.fixture_loader import LoadReport, load_fixtures

_OUTCOMES = {"created": "ajoutés", "updated": "corrigés", "same": "identiques", "kept": "gardés tels quels"}
_SPECS = (
    formats.ACTIVITY,
    formats.LETTER,
    formats.ARTICLE,
    formats.MENTION,
    formats.PERSON,
    formats.SOURCE,
    formats.ACTOR,
    *formats.ROWS,
)
# What the report calls each kind of record, in French.
_LABELS = {
    **{spec.name: str(spec.model._meta.verbose_name_plural) for spec in _SPECS},
    "citation": "citations",
    "territory_figure": "chiffres de territoires",
    "retired": "identifiants retirés",
}


class Command(BaseCommand):
    help = (
        "Charge ce que disent les lettres, depuis fixtures/ : ajoute ce qui manque, garde ce que la rédaction a changé, "
        "supprimé ou effacé. Sans --wet-run, dit ce qui changerait et n’écrit rien."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--from", dest="folder", type=Path, default=settings.FIXTURES_DIR, help="dossier à lire"
        )
        parser.add_argument("--wet-run", action="store_true", help="écrit dans la base")

    def handle(self, *, folder: Path, wet_run: bool, **options):
        def bar(items, label):
            return tqdm(items, desc=label, unit="", disable=None, leave=False, file=self.stderr._out)

        try:
            report = load_fixtures(folder, wet_run=wet_run, progress=bar)
        except formats.FixtureError as error:
            raise CommandError(str(error)) from error
        self.tell(report)
        if not wet_run:
            self.stdout.write("Essai à blanc : rien n’a été écrit. Ajouter --wet-run pour écrire.")

    def tell(self, report: LoadReport) -> None:
        """One line a kind of record, the columns as ``load_territories`` has them."""
        self.stdout.write(" " * 42 + "".join(f"{label:>19}" for label in _OUTCOMES.values()))
        counted = {name for name, _ in report.counts}
        for name, label in sorted(_LABELS.items(), key=lambda item: item[1]):
            if name in counted:
                counts = (report.counts[name, outcome] for outcome in _OUTCOMES)
                self.stdout.write(f"{label:42}" + "".join(f"{count:19}" for count in counts))
