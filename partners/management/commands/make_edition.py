from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from partners.downloads.datasets import DATASETS
from partners.editions import EDITIONS, StillChanging
from territories.models import Change


class Command(BaseCommand):
    help = (
        "Fait l’édition datée du mois : toutes les données dans tous les formats, leurs empreintes, comment les citer, "
        "ce qui a changé. Une édition ne change jamais. Sans --wet-run, dit seulement ce qui serait fait."
    )

    def add_arguments(self, parser):
        parser.add_argument("adresse", help="adresse du site, comme https://annuaire.exemple.fr")
        parser.add_argument("--wet-run", action="store_true", help="écrire vraiment les fichiers")

    def handle(self, *, adresse: str, wet_run: bool, **options) -> None:
        base = adresse.rstrip("/")
        if not base.startswith(("https://", "http://")):
            raise CommandError(
                "Donnez l’adresse du site avec https:// : les fichiers la portent pour toujours."
            )
        today = timezone.localdate()
        name = f"{today:%Y-%m}"
        version = Change.objects.version()
        files = sum(len(dataset.formats) for dataset in DATASETS.values())
        if EDITIONS.get(name):
            raise CommandError(f"L’édition {name} est déjà faite, et une édition ne change jamais.")
        if not wet_run:
            self.stdout.write(
                f"Édition {name}, version {version} de l’annuaire : {files} fichiers à faire (rien n’est fait sans --wet-run)."
            )
            return
        try:
            edition = EDITIONS.make(name, today.isoformat(), base, self.stdout.write)
        except (OSError, StillChanging) as error:
            raise CommandError(f"L’édition {name} n’est pas faite : {error}") from error
        size = sum(file.size for file in edition.files)
        counted = ", ".join(f"{dataset} : {count}" for dataset, count in edition.counts.items())
        self.stdout.write(
            f"Édition {name} faite : {len(edition.files)} fichiers, {size // 1000} ko. {counted}."
        )
