from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from actors.importers.check_sources import check_sources
from actors.importers.fixture_format import FixtureError


class Command(BaseCommand):
    help = (
        "Compares the fixtures with the letters' texts, both ways: facts that their letter does not show, "
        "and addresses, phones and communes of the letters that no row tells. Exits 1 when anything is left."
    )

    def add_arguments(self, parser):
        parser.add_argument("--letters", type=Path, required=True, metavar="DIR")
        parser.add_argument("--fixtures", type=Path, default=settings.FIXTURES_DIR, metavar="DIR")

    def handle(self, *, letters: Path, fixtures: Path, **options):
        try:
            report = check_sources(letters, fixtures)
        except FixtureError as error:
            raise CommandError(str(error)) from error
        for finding in report.findings:
            self.stdout.write(str(finding))
        for line in report.stale:
            self.stdout.write(f"{line}: this exception excuses nothing any more")
        if report.forgotten:
            self.stdout.write(
                f"Erased persons that the files still name, passed over: {report.forgotten}. export_fixtures writes "
                "the files without them."
            )
        counts = ", ".join(f"{count} {name}" for name, count in sorted(report.checked.items()))
        self.stdout.write(f"Compared with the letters: {counts}.")
        if not report.clean:
            raise CommandError(f"{len(report.findings)} findings, {len(report.stale)} stale exceptions.")
        self.stdout.write("Every fact stands in its letter, every printed one in a row.")
