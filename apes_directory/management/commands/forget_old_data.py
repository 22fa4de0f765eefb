from django.core.management.base import BaseCommand
from django.db import transaction

from apes_directory.retention import RULES, forget_all


class Command(BaseCommand):
    help = (
        "Efface ce qui concerne des personnes et qui n’a plus à être gardé, selon le registre des traitements. Sans --wet-run, "
        "dit seulement ce qui partirait."
    )

    def add_arguments(self, parser):
        parser.add_argument("--wet-run", action="store_true", help="effacer vraiment")

    def handle(self, *, wet_run: bool, **options) -> None:
        with transaction.atomic():
            ended = forget_all()
            if not wet_run:
                transaction.set_rollback(True)
        done = "effacé" if wet_run else "à effacer"
        for rule in RULES:
            self.stdout.write(
                f"{rule.what} ({rule.kept}) : {done if rule in ended else 'rien de trop vieux'}"
            )
        if not wet_run:
            self.stdout.write("Rien n’est fait sans --wet-run.")
