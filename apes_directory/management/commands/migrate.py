"""Django's ``migrate``, one at a time on a database: two of them would both make the same tables, and one fail."""

from django.core.management.commands.migrate import Command as MigrateCommand
from django.db import DEFAULT_DB_ALIAS

from apes_directory.preparing import alone


class Command(MigrateCommand):
    def handle(self, *args, **options) -> None:
        if options["database"] != DEFAULT_DB_ALIAS or options["plan"] or options["check_unapplied"]:
            super().handle(*args, **options)
            return
        with alone(lambda text: self.stdout.write(f"Base de données : {text}")):
            super().handle(*args, **options)
