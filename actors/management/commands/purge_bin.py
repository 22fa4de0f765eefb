from django.core.management.base import BaseCommand

from actors.actions.purge_bin import purge_bin
from actors.models import BinnedActor
from actors.models.bin import DAYS_IN_BIN


class Command(BaseCommand):
    help = (
        f"Efface pour de bon les fiches supprimées depuis plus de {DAYS_IN_BIN} jours, leur historique compris. "
        "Sans --wet-run, dit seulement lesquelles."
    )

    def add_arguments(self, parser):
        parser.add_argument("--wet-run", action="store_true", help="effacer vraiment")

    def handle(self, *, wet_run: bool, **options) -> None:
        for binned in BinnedActor.objects.overdue():
            self.stdout.write(f"{binned.name} (supprimée le {binned.deleted_at:%d/%m/%Y})")
        count = purge_bin() if wet_run else BinnedActor.objects.overdue().count()
        done = "effacées" if wet_run else "à effacer (rien n’est fait sans --wet-run)"
        self.stdout.write(
            f"Corbeille : {count} fiches {done}, {BinnedActor.objects.count()} fiches en attente."
        )
