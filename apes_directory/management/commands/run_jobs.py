"""Run what the site does in the background: see ``apes_directory/jobs.py``."""

from django.core.management.base import BaseCommand

from apes_directory.jobs import Runner, Stop, jobs_of_settings, keep_running, lock_of_database


class Command(BaseCommand):
    help = (
        "Exécute les tâches de fond du site (settings.JOBS) jusqu’à ce qu’on l’arrête. Une seule exécution "
        "travaille à la fois par base de données ; les autres attendent leur tour."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("--once", action="store_true", help="Fait tout ce qui est dû, puis s’arrête.")

    def handle(self, *, once: bool, **options) -> None:
        if not once:
            keep_running()
            return
        with Stop() as stop:
            if not Runner(jobs_of_settings(), lock_of_database(), stop).run_once():
                self.stdout.write("Une autre exécution des tâches de fond est en cours : rien n’a été fait.")
