from django.core.management.base import BaseCommand, CommandError
from reversion.models import Version

from actors.actions.purge_history import YEARS_KEPT, purge_history, purgeable
from actors.models import Actor


class Command(BaseCommand):
    help = (
        "Efface les versions anciennes des fiches ; l’état de chaque fiche à la date limite, et tout ce qui la suit, "
        "restent. Sans --wet-run, dit seulement combien."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--years",
            type=int,
            default=YEARS_KEPT,
            metavar="N",
            help=f"années gardées ({YEARS_KEPT} par défaut)",
        )
        parser.add_argument("--wet-run", action="store_true", help="effacer vraiment")

    def handle(self, *, years: int, wet_run: bool, **options) -> None:
        if not 1 <= years <= 100:
            # What can be undone for thirty days must not depend on what is typed here.
            raise CommandError("--years va de 1 à 100.")
        count = purge_history(years=years) if wet_run else purgeable(years=years).count()
        done = "effacées" if wet_run else "à effacer (rien n’est fait sans --wet-run)"
        kept = Version.objects.get_for_model(Actor).count() - (0 if wet_run else count)
        self.stdout.write(f"Historique de plus de {years} ans : {count} versions {done}, {kept} gardées.")
