import psycopg
from django.core.management.base import BaseCommand, CommandError

from apes_directory.upkeep import CHORES, Busy, Done, journal, run


class Command(BaseCommand):
    help = (
        "Fait tout ce qui est dû : sauvegarde, nouveautés par courriel, liens, ménage. À lancer une fois par jour ; ne dit "
        "rien quand tout va bien, et rend 1 quand quelque chose a échoué. "
        f"Tâches : {', '.join(chore.key for chore in CHORES)}."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("--all", action="store_true", help="tout faire, même ce qui l’a été il y a peu")
        parser.add_argument(
            "--only",
            action="append",
            choices=[chore.key for chore in CHORES],
            help="cette tâche seulement, due ou non",
        )
        parser.add_argument(
            "--list", action="store_true", help="dire quand chaque tâche a réussi, et ne rien faire"
        )

    def handle(self, *, only: list[str] | None, verbosity: int, **options) -> None:
        if options["list"]:
            self.tell()
            return
        chosen = tuple(chore for chore in CHORES if not only or chore.key in only)
        failed: list[Done] = []
        try:
            for done in run(chosen, every_one=bool(only) or options["all"]):
                if done.error:
                    failed.append(done)
                if verbosity > 1:
                    self.stdout.write(f"{done.chore.name} : {done.error or 'fait'} ({done.seconds:.1f} s)")
        except Busy:
            raise CommandError("Un autre entretien est en cours : rien n’a été fait.") from None
        except (OSError, psycopg.Error) as error:
            # Before the first chore: to be alone needs the disk or the database.
            raise CommandError(
                f"L’entretien n’a pas pu commencer, rien n’a été fait : {str(error).strip()}"
            ) from error
        if failed:
            told = "\n".join(f"- {done.chore.name} : {done.error}" for done in failed)
            raise CommandError(
                f"L’entretien n’a pas tout fait :\n{told}\nLe reste est fait ; ceci sera retenté demain."
            )

    def tell(self) -> None:
        known = journal().read()
        for chore in CHORES:
            state = f"{known[chore.key]:%d/%m/%Y %H:%M} UTC" if chore.key in known else "jamais"
            if not chore.wanted():
                state = "ne sert pas sur ce site"
            self.stdout.write(f"{chore.key:10} {chore.name} : {state}")
