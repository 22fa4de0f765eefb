import os

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from tqdm import tqdm

from actors.demo import NotForDemo, make_demo, refuse_real_data
from territories.importers.dataset import read_dataset
from territories.importers.load import load_dataset
from territories.models import Territory


class Command(BaseCommand):
    help = (
        "Fills a database of its own, named by DATA_DIR or DATABASE_URL, with made-up actors: always the same "
        "for a given number. Makes the tables and loads the territories first. Refuses a database that holds "
        "a directory, and the one this installation serves by default."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--actors", type=int, required=True, metavar="N", help="how many, 20000 for instance"
        )

    def handle(self, *, actors: int, **options):
        if actors < 1:
            raise CommandError("Il faut au moins un acteur.")
        if not os.environ.get("DATABASE_URL") and (settings.BASE_DIR / "var").resolve() == settings.DATA_DIR:
            raise CommandError(
                "Les acteurs de démonstration vont dans une base à part : nommez-la par DATA_DIR ou DATABASE_URL."
            )

        def bar(items, label):
            return tqdm(items, desc=label, unit="", disable=None, leave=False, file=self.stderr._out)

        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            call_command("migrate", interactive=False, verbosity=0)
        try:
            refuse_real_data()
            if not Territory.objects.exists():
                load_dataset(read_dataset(), wet_run=True)
            make_demo(actors, bar)
        except NotForDemo as error:
            raise CommandError(str(error)) from error
        if connection.vendor == "postgresql":
            # What autovacuum does a minute after such a load.
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
        self.stdout.write(f"{actors} acteurs de démonstration en place.")
