"""Run what the site does in the background: see ``apes_directory/jobs.py``."""

from django.core.management.base import BaseCommand
from django.db import connection

from apes_directory.existing import only_existing
from apes_directory.jobs import Runner, Stop, jobs_of_settings, lock_of_database


class Command(BaseCommand):
    help = (
        "Exécute les tâches de fond du site (settings.JOBS) jusqu’à ce qu’on l’arrête. Une seule exécution "
        "travaille à la fois par base de données ; les autres attendent leur tour."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("--once", action="store_true", help="Fait tout ce qui est dû, puis s’arrête.")
        parser.add_argument(
            "--parent", type=int, metavar="PID", help="S’arrête dès que ce processus n’est plus son parent."
        )

    def handle(self, *, once: bool, parent: int | None, **options) -> None:
        if parent is not None:
            only_existing(connection.settings_dict)
        with Stop() as stop:
            runner = Runner(jobs_of_settings(), lock_of_database(), stop, parent)
            if not once:
                runner.run()
            elif not runner.run_once():
                self.stdout.write("Une autre exécution des tâches de fond est en cours : rien n’a été fait.")
