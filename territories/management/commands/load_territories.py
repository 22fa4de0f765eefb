"""Load the committed territories into the database."""

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from territories.enums import TerritoryKind
from territories.importers.dataset import read_dataset
from territories.importers.load import STEPS, load_dataset


class Command(BaseCommand):
    help = "Charge les territoires de fixtures/territories/. Sans --wet-run, dit ce qui changerait et n’écrit rien."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--wet-run", action="store_true", help="écrit dans la base")

    def handle(self, *, wet_run: bool, **options) -> None:
        # Silent where the error stream is no terminal.
        with tqdm(total=STEPS + 1, disable=None, leave=False, desc="lecture") as bar:

            def step(name: str) -> None:
                bar.update()
                bar.set_description(name)

            try:
                dataset = read_dataset()
            except FileNotFoundError as error:
                raise CommandError(f"{error.filename} manque : lancer d’abord build_territories.") from error
            counts = load_dataset(dataset, wet_run=wet_run, step=step)
        kinds = dict(TerritoryKind.choices)
        labels = dict.fromkeys((*counts.created, *counts.updated, *counts.deleted, *counts.same))
        self.stdout.write(f"{'':42}{'créés':>8}{'modifiés':>10}{'supprimés':>11}{'inchangés':>11}")
        for label in sorted(
            labels, key=lambda label: (label not in kinds, list(kinds).index(label) if label in kinds else 0)
        ):
            self.stdout.write(
                f"{kinds.get(label, label):42}{counts.created[label]:8}{counts.updated[label]:10}"
                f"{counts.deleted[label]:11}{counts.same[label]:11}"
            )
        if not wet_run:
            self.stdout.write("Essai à blanc : rien n’a été écrit. Ajouter --wet-run pour écrire.")
