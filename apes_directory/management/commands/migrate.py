"""Django's ``migrate``, one at a time on a database: two of them would both make the same tables, and one fail."""

from django.core.management.commands.migrate import Command as MigrateCommand
from django.db import DEFAULT_DB_ALIAS

from apes_directory.preparing import alone


class Command(MigrateCommand):
    def execute(self, *args, **options) -> str | None:
        if options["database"] != DEFAULT_DB_ALIAS or options["plan"] or options["check_unapplied"]:
            return super().execute(*args, **options)
        # Its checks too: what a database can do is found out by asking it, which nobody can while another one writes.
        with alone(lambda text: self.stdout.write(f"Base de données : {text}")):
            return super().execute(*args, **options)
